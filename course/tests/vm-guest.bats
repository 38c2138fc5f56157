#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The lessons of this tree in a real virtual machine, under the kernel that course chooses.
# Skipped where there is none. The user's own machines and work are left alone.
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0

# Emulated machines on a busy host: nothing here waits that long when all is well.
LONG=180

setup_file() {
	: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
	BUILD=$(cd "$BUILD" && pwd)
	kernels=${XDG_CACHE_HOME:-$HOME/.cache}/bpf-labs/kernels
	# What is built for the user's own work stays as it is.
	mkdir "$BATS_FILE_TMPDIR/build"
	ln -st "$BATS_FILE_TMPDIR/build" "$BUILD"/{bin,fixtures,lib,libexec,obj,vmlinux}
	BUILD=$BATS_FILE_TMPDIR/build
	export BUILD NO_COLOR=1 XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache COURSE_WORK=$BATS_FILE_TMPDIR/work
	mkdir -p "$XDG_CACHE_HOME/bpf-labs"
	ln -s "$kernels" "$XDG_CACHE_HOME/bpf-labs/kernels"
	# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
	PATH=:$PATH:
	PATH=${PATH/:"$BATS_LIBEXEC":/:}
	PATH=$BUILD/bin${PATH%:}
}

setup() {
	command -v qemu-system-x86_64 >/dev/null || skip "no QEMU; cure: make deps"
	compgen -G "$XDG_CACHE_HOME/bpf-labs/kernels/[0-9]*" >/dev/null ||
		skip "no kernel for virtual machines is fetched; cure: testenv vm fetch 6.12"
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$top" || return
}

teardown_file() {
	testenv vm stop course
	testenv vm stop course-verify
	testenv vm stop idler
}

# solve LESSON [OVERLAY]: the learner has written this (default: the solution)
solve() {
	mkdir -p "$COURSE_WORK/$1"
	cp "$1/${2-solution}"/*.[ch] "$COURSE_WORK/$1"
}

wait_for() {
	local end=$((SECONDS + LONG))
	until "$@"; do
		((SECONDS < end)) || return 1
	done
}

# All lessons, under all kernels that are fetched: make test-kernels.
@test "a solution of each kind of lesson passes in a machine as it does here" {
	for lesson in lab01-basics/{01-hello,03-inspect,06-lifetime,09-relocations} lab02-maps/03-ringbuf \
		lab03-xdp/{01-pass-drop,14-acl-linear} lab04-sockmap/03-redirect lab05-tracing/10-kprobe-fentry; do
		solve "$lesson"
		run -0 course check --vm "$lesson"
	done
}

@test "a wrong solution fails the same checks there as here, in the same words" {
	solve lab03-xdp/02-parsing
	solve lab03-xdp/02-parsing wrong/one-tag
	run -1 course check -a --seed 1 parsing
	here=$output
	run -1 course check -a --seed 1 --vm parsing
	diff <(echo "$here") <(echo "$output")
}

@test "what two CPUs do to each other is seen there as well" {
	solve lab03-xdp/03-counters
	solve lab03-xdp/03-counters wrong/shared
	run -1 course check --vm counters
	[[ $output == *"FAIL  keeps the counts of each CPU apart"* ]]
	solve lab01-basics/01-hello wrong/plain-add
	# Threads lose a count by chance, on a busy host not each time.
	for _ in 1 2 3; do
		run course check --vm hello
		((status == 0)) || break
	done
	[ "$status" = 1 ]
	[[ $output == *"FAIL  no call is lost when several threads call at once"* ]]
}

@test "edit, check, edit, check: each verdict is that of the files as they are now" {
	for _ in 1 2; do
		solve lab01-basics/01-hello
		run -0 course check --vm hello
		cp lab01-basics/01-hello/hello.bpf.c "$COURSE_WORK/lab01-basics/01-hello"
		run -1 course check --vm hello
		echo "broken" >>"$COURSE_WORK/lab01-basics/01-hello/hello.bpf.c"
		run -3 course check --vm hello
	done
	solve lab03-xdp/03-counters
	run -0 course check --vm counters
	# The loader, too: what runs there is what was built here.
	echo '__attribute__((constructor)) static void at_once(void) { _exit(0); }' \
		>>"$COURSE_WORK/lab03-xdp/03-counters/counters.c"
	sed -i '1a#include <unistd.h>' "$COURSE_WORK/lab03-xdp/03-counters/counters.c"
	run -1 course check --vm counters
	solve lab03-xdp/03-counters
	run -0 course check --vm counters
}

# own_lesson NEEDS COMMAND: a tree with one lesson, whose only check has the machine run COMMAND
own_lesson() {
	local lesson=$BATS_TEST_TMPDIR/tree/lab01-own/01-own at=@ # bats would take the line for its own
	mkdir -p "$lesson/solution"
	ln -sft "$BATS_TEST_TMPDIR/tree" "$top"/{common,course,testenv,Makefile}
	cd "$BATS_TEST_TMPDIR/tree" || return
	printf '%s = %s\n' id own title Own minutes 5 level core edit own.bpf.c needs "$1" |
		sed '1i[lesson]' >"$lesson/lesson.conf"
	sed 's/^bpf .*/bpf := own/; /^loader/d' "$top/lab01-basics/01-hello/Makefile" >"$lesson/Makefile"
	cat >"$lesson/own.bpf.c" <<-'END'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		char LICENSE[] SEC("license") = "GPL";
		int own_value;
		SEC("xdp") int own(struct xdp_md *ctx) { return own_value ? XDP_DROP : XDP_PASS; }
	END
	cp "$lesson/own.bpf.c" "$lesson/solution"
	cat >"$lesson/test.bats" <<-END
		load "\$LAB_TEST/lab.bash"
		setup() { lab_setup; }
		teardown() { lab_teardown; }
		${at}test "the command runs" {
			lab_run sh -c '$2'
			[ "\$LAB_STATUS" = 0 ]
		}
	END
	solve lab01-own/01-own
}

@test "a check makes the guest panic: exit code 4, no verdict; the next check has a new machine" {
	own_lesson btf 'echo c >/proc/sysrq-trigger'
	run -4 --separate-stderr course check --vm own
	[[ $output != *FAIL* ]]
	[ "${stderr?}" = "course: testenv: the guest panicked" ]
	own_lesson btf true
	run -0 course check --vm own
}

@test "verify: what a solution leaves in a machine is named" {
	! testenv doctor kprobe || skip "this machine has kprobes, and needs no virtual one for them"
	# shellcheck disable=SC2016 # for the machine's shell
	own_lesson kprobe 'nsenter -t 1 -m -n sh -c "ip link add left type veth peer name over
		bpftool prog loadall $LAB_BUILD/own.bpf.o /sys/fs/bpf/left"; true'
	run -1 course verify own --rule 2
	for what in program.*own map.*own.bss pin.*/sys/fs/bpf/left/own interface.*left interface.*over; do
		grep -q "rule 2 (solution): the solution leaves behind: $what" <<<"$output"
	done
}

@test "a machine that nothing uses ends by itself, and not before" {
	testenv vm start --idle 1 idler
	run -124 testenv vm exec --timeout 3 idler -- tail -f /dev/null
	testenv vm start --idle 1 idler
	testenv vm exec idler -- true
	idler_is_gone() { [ ! -e "$XDG_CACHE_HOME/bpf-labs/machines/idler" ]; }
	wait_for idler_is_gone
}
