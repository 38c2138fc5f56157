#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Bad days: two at once, killed, no room, no rights. One clear line, the right
# exit code, nothing left.
# shellcheck disable=SC2154,SC2016 # run sets stderr; another shell expands

load common

setup() {
	make_tree
}

# until_true COMMAND...: within 10 seconds
until_true() {
	local end=$((SECONDS + 10))
	until "$@"; do
		((SECONDS < end)) || return 1
	done
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# The real testenv, and a check that says its process id and then never ends.
endless_check() {
	ln -sf "$(dirname "$COURSE")/testenv" build/bin/testenv
	sed -i 's/edit = prog.c/&\ntopology = none/' lab01-first/01-one/lesson.conf
	sed -i "s|lab_has beta|echo \$\$ >$TREE/running.new; mv $TREE/running.new $TREE/running; while :; do :; done|" \
		lab01-first/01-one/test.bats
	course start
	work alpha
	"$COURSE" check >out 2>&1 3>&- &
	checker=$!
	until_true test -s running
	running=$(cat running)
}

@test "two checks at once: both come to their verdict, and none is forgotten" {
	course start
	work alpha beta
	pids=()
	for _ in 1 2 3 4; do
		course check >/dev/null 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ "$(jq .lessons.one.checks work/.course/state.json)" = 4 ]
	course start two
	[ "$(find work/.course -type f | wc -l)" = 2 ]
}

@test "Ctrl-C: exit code 130, and what was running is gone" {
	endless_check
	kill -INT "$checker"
	status=0
	wait "$checker" || status=$?
	[ "$status" = 130 ]
	until_true gone "$running"
}

@test "killed by SIGKILL: what was running is gone, the next check works" {
	endless_check
	kill -KILL "$checker"
	until_true gone "$running"
	sed -i 's/while :; do :; done/true/' lab01-first/01-one/test.bats
	run -0 course check
	jq -e .lessons.one.passed work/.course/state.json
}

@test "a check that prints 100 MB: one line, exit code 5, little memory, nothing left" {
	ln -sf "$(dirname "$COURSE")/testenv" build/bin/testenv
	sed -i 's/edit = prog.c/&\ntopology = none/' lab01-first/01-one/lesson.conf
	sed -i "s|lab_has beta|echo \$\$ >$TREE/running; yes \"# a line that nobody reads\" \| head -c 100000000; false|" \
		lab01-first/01-one/test.bats
	course start
	work alpha
	run -5 --separate-stderr bash -c 'ulimit -v 200000; exec "$0" check' "$COURSE"
	[[ $stderr == "course: more than 1 MiB of output in check "* ]]
	[ "${#output}" -lt 10000 ]
	until_true gone "$(cat running)"
}

@test "a damaged state file is put aside in one line" {
	course start
	echo '{ "version": 1, "les' >work/.course/state.json
	run --separate-stderr course start one
	[ "$status" = 0 ]
	[ "${#stderr_lines[@]}" = 1 ] || [ "${#stderr_lines[@]}" = 2 ]
	[[ $stderr == *"state.json is damaged"*"kept as"*"state.json.bad"* ]]
	grep -q les work/.course/state.json.bad
	[ "$(cat work/lab01-first/01-one/prog.c)" = start ]
}

# in_full_disk FOLDER COMMAND...: FOLDER is a file system of 16 KB that holds FOLDER.in, and full
in_full_disk() {
	unshare -m bash -c '
		mount -t tmpfs -o size=16k tmpfs "$1" || exit 99
		[ ! -d "$1.in" ] || cp -r "$1.in/." "$1"
		head -c 100000 /dev/zero >"$1/filler" 2>/dev/null
		shift
		"$@"' - "$@"
}

@test "a full disk under work/: start changes nothing" {
	mkdir work
	run -4 in_full_disk work "$COURSE" start
	has "course: cannot write work/lab01-first"
	has "No space left on device"
	[ "${#lines[@]}" = 1 ]
}

@test "a full disk under the state: the verdict stands, and is said not to be remembered" {
	course start
	work alpha beta
	run -0 --separate-stderr in_full_disk work/.course "$COURSE" check one
	has "passed: 2 of 2 checks"
	[ "$stderr" = "course: this result is not remembered: cannot write work/.course: No space left on device" ]
}

@test "a full disk under build/: exit code 4 and one line" {
	course start
	mkdir "$BATS_TEST_TMPDIR/small"
	cp -r build "$BATS_TEST_TMPDIR/small.in"
	BUILD=$BATS_TEST_TMPDIR/small run -4 --separate-stderr in_full_disk "$BATS_TEST_TMPDIR/small" "$COURSE" check
	[ "$stderr" = "course: cannot build in $BATS_TEST_TMPDIR/small: No space left on device; make room" ]
}

in_read_only_tree() {
	unshare -m bash -c '
		mount --bind . . && mount -o remount,bind,ro . || exit 99
		cd "$PWD" && "$@"' - "$@"
}

@test "a read-only tree: one line; with BUILD and COURSE_WORK elsewhere it works" {
	run -4 --separate-stderr in_read_only_tree "$COURSE" start
	[ "$stderr" = "course: cannot write work/lab01-first/01-one: Read-only file system" ]
	course start
	run -4 --separate-stderr in_read_only_tree "$COURSE" check
	[ "$stderr" = "course: cannot build in build: Read-only file system; set BUILD and COURSE_WORK to folders you can write to" ]
	cp -r build "$BATS_TEST_TMPDIR/build"
	export BUILD=$BATS_TEST_TMPDIR/build COURSE_WORK=$BATS_TEST_TMPDIR/work
	run -0 in_read_only_tree "$COURSE" start
	printf 'alpha\nbeta\n' >"$COURSE_WORK/lab01-first/01-one/prog.c"
	run -0 in_read_only_tree "$COURSE" check
}

# as_nobody COMMAND...: in a tree of theirs, without sudo
as_nobody() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	find /bin/ /usr/bin/ -maxdepth 1 ! -name sudo -exec ln -sft "$BATS_TEST_TMPDIR/bin" {} +
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.."
	chown -R 65534:65534 "$TREE"
	setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/env PATH="$BATS_TEST_TMPDIR/bin" "$@"
}

@test "no root and no sudo: exit code 4 and one line" {
	cp "$COURSE" build/bin/course
	chmod a+rx build build/bin "$TREE"
	run -0 as_nobody build/bin/course start
	run -4 --separate-stderr as_nobody build/bin/course check
	[ "$stderr" = "course: checks need root for their network and BPF, and sudo is not installed; install sudo, or become root" ]
}

@test "as root in another user's tree: what it writes is theirs" {
	chown -R 65534:65534 "$TREE"
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.."
	# The owner needs sudo then; the testenv of these tests does not use it.
	mkdir "$BATS_TEST_TMPDIR/sudo"
	ln -s /bin/false "$BATS_TEST_TMPDIR/sudo/sudo"
	PATH=$PATH:$BATS_TEST_TMPDIR/sudo
	run -0 course start
	printf 'alpha\nbeta\n' >work/lab01-first/01-one/prog.c
	run -0 course check
	[ -z "$(find . ! -uid 65534)" ]
}

@test "testenv not built, make not installed: one line" {
	course start
	mv build/bin/testenv .
	run -5 --separate-stderr course check
	[ "$stderr" = "course: build/bin/testenv is not built; build it with: make tools" ]
	mv testenv build/bin
	mkdir empty
	run -4 --separate-stderr /usr/bin/env PATH="$TREE/empty" "$COURSE" check
	[[ $stderr == "course: cannot start make"* ]]
}

@test "no BTF: exit code 4 and one line" {
	course start
	printf '%s\n' 'echo "work/prog.c:1:10: fatal error: '\''vmlinux.h'\'' file not found" >&2; exit 1' >common/build
	run -4 --separate-stderr course check
	[ "$stderr" = "course: this kernel offers no BTF (/sys/kernel/btf/vmlinux), which the program is built with; see: testenv doctor btf" ]
}
