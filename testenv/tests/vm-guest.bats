#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# "testenv vm" with the kernels that are fetched: what a command in a machine sees, and
# that nothing is left of a machine however it ends. Skipped where there is no kernel.

# Variables in single quotes are for the shell in the guest; each test is a shell of its own.
# shellcheck disable=SC2016,SC2030,SC2031

load common

# Emulated machines on a busy host: nothing here waits that long when all is well.
LONG=180

setup_file() {
	bats_require_minimum_version 1.5.0
	"${CC:-cc}" -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -o "$BATS_FILE_TMPDIR/hooks" \
		"$BATS_TEST_DIRNAME/hooks.c" -lbpf
}

# kernel_folder [VERSION]: the folder of the newest kernel fetched, of that version
kernel_folder() {
	compgen -G "${XDG_CACHE_HOME:-$HOME/.cache}/bpf-labs/kernels/${1:+$1.}[0-9]*" | sort -V | tail -n 1
}

# need [VERSION]: skips the test when it cannot be run.
need() {
	command -v qemu-system-x86_64 >/dev/null || skip "no QEMU; cure: make deps"
	[ -n "$(kernel_folder "${1-}")" ] ||
		skip "no kernel ${1:-for virtual machines} is fetched; cure: testenv vm fetch ${1:-6.12}"
}

# A cache of the test's own, with the kernels of the user's and no saved states.
own_cache() {
	local from=${XDG_CACHE_HOME:-$HOME/.cache}/bpf-labs/kernels
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	mkdir -p "$XDG_CACHE_HOME/bpf-labs"
	ln -s "$from" "$XDG_CACHE_HOME/bpf-labs/kernels"
}

# keeper PID, qemu PID: the processes behind a "testenv vm run" or a keeper
child() {
	ps -o pid= --ppid "$1" | tr -d ' '
}
has_child() {
	[ -n "$(child "$1")" ]
}

# How many names there are in a folder.
names() {
	find "$1" -mindepth 1 -maxdepth 1 | wc -l
}

# Starts a machine in the background that says "up" and stays: $tool, $keeper, $qemu.
start_endless() {
	# What the one before said must not be taken for its word.
	rm -f "$BATS_TEST_TMPDIR/out"
	testenv vm run "$@" -- sh -c 'echo up; exec tail -f /dev/null' 3>&- >"$BATS_TEST_TMPDIR/out" &
	tool=$!
	wait_for $LONG grep -qs up "$BATS_TEST_TMPDIR/out"
	keeper=$(child "$tool")
	qemu=$(child "$keeper")
	gone "$qemu" && false
	[ -n "$qemu" ]
}

teardown() {
	[ -z "${machine:-}" ] || testenv vm stop "$machine"
	[ -z "${tool:-}" ] || kill -9 "$tool" 2>/dev/null || :
}

@test "the kernel, the status, the folder, the variables and all three streams are CMD's" {
	need 6.1
	cd "$BATS_TEST_TMPDIR"
	run -7 --separate-stderr env A='b c' testenv vm run --kernel 6.1 -- \
		sh -c 'uname -r; pwd; echo "$A"; cat; echo wrong >&2; exit 7' <<<"from stdin"
	[[ ${lines[0]} == 6.1.* ]]
	[ "${lines[1]}" = "$BATS_TEST_TMPDIR" ]
	[ "${lines[2]}" = "b c" ]
	[ "${lines[3]}" = "from stdin" ]
	[ "${stderr?}" = wrong ]
	tools=$BUILD/bin:/usr/bin:/bin
	run -0 env "PATH=$tools" testenv vm run --kernel 6.1 -- sh -c 'echo "$PATH"'
	[ "$output" = "$tools:/usr/sbin:/sbin" ]
	run -137 testenv vm run --kernel 6.1 -- sh -c 'kill -9 $$'
	run -2 testenv vm run --kernel 6.1 -- nosuch-command
	[ "$output" = "testenv: cannot run nosuch-command: No such file or directory" ]
}

@test "stdout and stderr come at once, each line before the next is written" {
	local i line stream pid
	need
	# What is written in the same instant is not ordered: the guest sees two pipes. So
	# the command waits for an answer to each line.
	coproc vm { testenv vm run -- sh -c \
		'for i in 1 2 3; do echo out $i; read -r x; echo err $i >&2; read -r x; done' 2>&1; }
	pid=$!
	for i in 1 2 3; do
		for stream in out err; do
			read -rt $LONG -u "${vm[0]}" line
			[ "$line" = "$stream $i" ]
			echo >&"${vm[1]}"
		done
	done
	wait "$pid"
}

@test "what a lesson wants is there, and testenv itself works" {
	need
	run -0 testenv vm run -- sh -c 'for d in /sys/fs/bpf /sys/kernel/tracing /sys/kernel/debug /sys/fs/cgroup /proc /sys /run /dev/shm; do
		stat -f -c "$d %T" $d; done; id -u; cat /sys/class/net/lo/operstate; ls /sys/class/net; testenv run --topology pair -- sh -c "ping -qc 1 \$B_IP4"'
	[[ $output == *"/sys/fs/bpf bpf_fs"* ]]
	[[ $output == *"/sys/kernel/tracing tracefs"* ]]
	[[ $output == *"/sys/kernel/debug debugfs"* ]]
	[[ $output == *"/sys/fs/cgroup cgroup2fs"* ]]
	[[ $output == *"/run tmpfs"* ]]
	[[ $output == *$'\n0\nunknown\nlo\n'* ]]
	[[ $output == *"1 packets transmitted, 1 received"* ]]
	date=$(testenv vm run -- date +%s)
	[ $((date - $(date +%s))) -ge -60 ]
	[ $((date - $(date +%s))) -le 60 ]
}

@test "with --cpus 2 there are two processors; a command runs on the first one until it chooses" {
	need
	run -0 testenv vm run --cpus 2 -- sh -c 'nproc; for i in 1 2 3 4 5; do
		cut -d" " -f39 /proc/self/stat; done | sort -u; taskset -c 1 cut -d" " -f39 /proc/self/stat'
	[ "$output" = $'2\n0\n1' ]
	[ "$(testenv vm run -- nproc)" = 1 ]
}

@test "its clock runs as fast as the host's" {
	need
	# That the kernel need not find out the speed of its clock is what makes it right; it is
	# seen when the machine boots on a busy host.
	own_cache
	run -124 testenv vm run --timeout 5 -- sh -c 'while date +%s; do :; done'
	took=$((lines[-1] - lines[0]))
	echo "5 seconds here, $took there"
	((took >= 1 && took <= 6))
	run -0 testenv vm run --boot -- cat /proc/cmdline
	[[ $(uname -m) != x86_64 || $output == *" tsc_early_khz="[1-9]* ]]
}

@test "the host's files are seen, and cannot be changed" {
	need
	echo host >"$BATS_TEST_TMPDIR/file"
	# Root's machine sees of a folder that is root's alone what leads to the current one.
	cd "$BATS_TEST_TMPDIR"
	cp "$BATS_TEST_FILENAME" here
	run -0 testenv vm run -- sh -c "cat $BATS_TEST_TMPDIR/file; echo guest >$BATS_TEST_TMPDIR/file; rm here; cat $BATS_TEST_TMPDIR/file"
	[ "$output" = $'host\nguest' ]
	[ "$(cat "$BATS_TEST_TMPDIR/file")" = host ]
	[ -e here ]
}

@test "what is root's alone on the host is out of the guest's sight, also when root starts it" {
	need
	own_cache
	mkdir -m 700 "$BATS_TEST_TMPDIR/closed"
	mkdir "$BATS_TEST_TMPDIR/closed/"{mine,other}
	echo open | tee "$BATS_TEST_TMPDIR/closed/mine/file" >"$BATS_TEST_TMPDIR/closed/other/file"
	echo secret >"$BATS_TEST_TMPDIR/closed/mine/secret"
	chmod 600 "$BATS_TEST_TMPDIR/closed/mine/secret"
	cd "$BATS_TEST_TMPDIR/closed/mine"
	# Saved and restored: both machines.
	for _ in saved restored; do
		run -1 testenv vm run -- sh -c 'cat file; cat /etc/shadow'
		[ "${lines[0]}" = open ]
		[ "${lines[1]}" = "cat: /etc/shadow: Permission denied" ]
	done
	[ "$(id -u)" -eq 0 ] || return 0
	run testenv vm run -- cat secret
	[[ $output == *"Permission denied"* ]]
	# In a machine that stays, each command sees its own folder.
	machine=rights
	testenv vm start "$machine"
	run -0 testenv vm exec "$machine" -- cat file
	run -1 testenv vm exec "$machine" -- cat ../other/file
	cd ../other
	run -0 testenv vm exec "$machine" -- cat file
	# It may have become another one since.
	cd "$BATS_TEST_TMPDIR"
	rm -r closed/other
	mkdir closed/other
	echo new >closed/other/file
	cd closed/other
	run -0 testenv vm exec "$machine" -- cat file
	[ "$output" = new ]
}

@test "programs on hooks that need another kernel run, one binary on every kernel fetched" {
	need
	cd "$BATS_FILE_TMPDIR"
	for folder in "${XDG_CACHE_HOME:-$HOME/.cache}"/bpf-labs/kernels/[0-9]*; do
		release=${folder##*/}
		hooks="core kprobe fentry lsm replaced"
		case $release in 6.1.*) ;; *) hooks="$hooks kprobe_multi" ;; esac
		run -0 testenv vm run --kernel "$release" -- sh -c \
			"uname -r; for h in $hooks; do $BATS_FILE_TMPDIR/hooks $BUILD/fixtures \$h || exit 1; done"
		echo "$output"
		[ "${lines[0]}" = "$release" ]
		[[ $output == *"core: 5 of 5 opens"*"fentry: 5 of 5 opens"*"lsm: 5 of 5 opens"* ]]
		[[ $output == *"replaced: returned 2, then 1"* ]]
	done
}

@test "at the limit 124" {
	need
	run -124 testenv vm run --timeout 0.5 -- tail -f /dev/null
	[ -z "$output" ]
}

@test "a panic is 123, with the console's tail" {
	need
	run -123 testenv vm run -- sh -c 'echo before; echo c >/proc/sysrq-trigger'
	[ "${lines[0]}" = before ]
	[ "${lines[1]}" = "testenv: the guest panicked" ]
	[[ $output == *"Kernel panic - not syncing: sysrq triggered crash"* ]]
}

@test "a guest that hangs at the limit is 123" {
	need 6.1
	# The limit leaves it the time to get there.
	run -123 testenv vm run --kernel 6.1 --timeout 4 -- sh -c \
		'echo -1 >/proc/sys/kernel/sched_rt_runtime_us; exec chrt -f 99 sh -c "while :; do :; done"'
	[[ $output == "testenv: the guest hangs: it has not answered for "* ]]
}

@test "100 MB of output arrive, and a reader that goes away ends it" {
	need
	[ "$(testenv vm run -- head -c 100000000 /dev/zero | wc -c)" -eq 100000000 ]
	run -0 sh -c 'testenv vm run -- sh -c "yes | head -c 100000000" | head -n 1'
	[ "$output" = y ]
}

@test "SIGTERM is CMD's; a second one ends the machine" {
	need
	testenv vm run -- sh -c 'trap "echo term; exit 9" TERM; echo up; while :; do read -rt 1 x <> /dev/ptmx; done' \
		3>&- >"$BATS_TEST_TMPDIR/out" 2>&1 &
	tool=$!
	wait_for $LONG grep -q up "$BATS_TEST_TMPDIR/out"
	kill "$tool"
	code=0
	wait "$tool" || code=$?
	[ $code -eq 9 ]
	grep -q term "$BATS_TEST_TMPDIR/out"
	testenv vm run -- sh -c 'trap "echo no" TERM; echo up; while :; do sleep 1; done' \
		3>&- >"$BATS_TEST_TMPDIR/again" 2>&1 &
	tool=$!
	wait_for $LONG grep -qs up "$BATS_TEST_TMPDIR/again"
	kill "$tool"
	wait_for $LONG grep -q no "$BATS_TEST_TMPDIR/again"
	kill "$tool"
	code=0
	wait "$tool" || code=$?
	[ $code -eq 143 ]
}

@test "kill -9 of the tool, of the keeper, of QEMU: nothing is left" {
	need
	own_cache
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	start_endless --boot
	kill -9 "$tool"
	wait_for 20 gone "$keeper"
	wait_for 20 gone "$qemu"
	start_endless --boot
	kill -9 "$keeper"
	wait_for 20 gone "$qemu"
	code=0
	wait "$tool" || code=$?
	[ $code -eq 5 ]
	start_endless --boot
	kill -9 "$qemu"
	code=0
	wait "$tool" || code=$?
	[ $code -eq 123 ]
	wait_for 20 gone "$keeper"
	[ "$(ls -A "$XDG_CACHE_HOME/bpf-labs")" = kernels ]
	[ "$(names "$TMPDIR")" -eq 0 ]
}

@test "two first runs make one state; later ones use it; a damaged one is made anew" {
	need
	own_cache
	states=$XDG_CACHE_HOME/bpf-labs/states
	testenv vm run -- echo one >"$BATS_TEST_TMPDIR/one" 3>&- &
	first=$!
	run -0 testenv vm run -- echo two
	[ "$output" = two ]
	wait $first
	[ "$(cat "$BATS_TEST_TMPDIR/one")" = one ]
	[ "$(names "$states")" -eq 1 ]
	made=$(stat -c %i "$states"/*/devices)
	for i in 1 2 3; do
		testenv vm run -- echo "$i" >"$BATS_TEST_TMPDIR/$i" 3>&- &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[123])" = $'1\n2\n3' ]
	[ "$(stat -c %i "$states"/*/devices)" = "$made" ]
	run -0 testenv vm list
	[[ $output == *"saved state, "* ]]
	truncate -s 1000 "$states"/*/devices
	run -0 testenv vm run -- echo booted
	[ "$output" = booted ]
	run -0 testenv vm run -- echo restored
	[ "$(stat -c %s "$states"/*/devices)" -gt 1000 ]
}

@test "a state that is half made when its maker is killed is no obstacle" {
	need
	own_cache
	testenv vm run -- true 3>&- &
	tool=$!
	wait_for 60 compgen -G "$XDG_CACHE_HOME/bpf-labs/states/tmp.*/memory"
	keeper=$(child "$tool")
	kill -9 "$keeper"
	code=0
	wait "$tool" || code=$?
	[ $code -eq 5 ]
	testenv vm run -- true
	[ "$(names "$XDG_CACHE_HOME/bpf-labs/states")" -eq 1 ]
}

@test "start, exec, stop: several commands in one machine, also at once" {
	need
	cd "$BATS_TEST_TMPDIR"
	own_cache
	machine=$(name)
	testenv vm start --boot "$machine"
	run -2 testenv vm start "$machine"
	[[ $output == "testenv: there is a machine '$machine' already"* ]]
	run -0 testenv vm list
	[[ $output == *"machine $machine is running"* ]]
	run -3 testenv vm exec "$machine" -- sh -c 'echo kept >/tmp/kept; exit 3'
	testenv vm exec "$machine" -- cat /tmp/kept
	[ ! -e /tmp/kept ]
	echo one >"$BATS_TEST_TMPDIR/changing"
	[ "$(testenv vm exec "$machine" -- cat "$BATS_TEST_TMPDIR/changing")" = one ]
	echo another >"$BATS_TEST_TMPDIR/changing"
	[ "$(testenv vm exec "$machine" -- cat "$BATS_TEST_TMPDIR/changing")" = another ]
	for i in 1 2 3 4 5 6 7 8; do
		testenv vm exec "$machine" -- sh -c "cat >/tmp/$i; cat /tmp/$i" <<<"$i" >"$BATS_TEST_TMPDIR/$i" 3>&- &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[1-8])" = "$(seq 8)" ]
	run -124 testenv vm exec --timeout 0.3 "$machine" -- tail -f /dev/null
	testenv vm exec "$machine" -- sh -c 'echo up; exec tail -f /etc/hostname' 3>&- >"$BATS_TEST_TMPDIR/out" &
	tool=$!
	wait_for $LONG grep -q up "$BATS_TEST_TMPDIR/out"
	kill -9 "$tool"
	no_tail() { ! testenv vm exec "$machine" -- pgrep -x tail; }
	wait_for 60 no_tail
	run -123 testenv vm exec "$machine" -- sh -c 'echo c >/proc/sysrq-trigger'
	run -2 testenv vm exec "$machine" -- true
	[[ $output == "testenv: there is no machine '$machine'"* ]]
	[ -z "$(ls -A "$XDG_CACHE_HOME/bpf-labs/machines")" ]
}

@test "a machine with an owner ends when that is killed, and does not begin without it" {
	need
	machine=$(name)
	tail -f /dev/null 3>&- &
	owner=$!
	testenv vm start --owner "$owner" "$machine"
	testenv vm exec "$machine" -- true
	testenv vm usage "$machine" | jq -e '.cpu_ms > 0 and .waited_ms >= 0'
	kill -9 "$owner"
	wait "$owner" || :
	is_gone() { ! testenv vm list | grep -q "machine $machine "; }
	wait_for 10 is_gone
	run -2 testenv vm start --owner "$owner" "$machine"
	[[ $output == "testenv: there is no process $owner"* ]]
	run -2 testenv vm usage "$machine"
}

@test "a user without root, with a cache of their own" {
	need
	[ "$(id -u)" -eq 0 ] || skip "only root can become somebody else; you are an ordinary user already"
	folder=$(kernel_folder)
	home=$(mktemp -d)
	as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups -- env "HOME=$home" "PATH=$PATH")
	mkdir -p "$home/.cache/bpf-labs/kernels"
	cp -r "$folder" "$home/.cache/bpf-labs/kernels"
	chown -R 65534:65534 "$home"
	cd "$home"
	if "${as_nobody[@]}" test -x "$BUILD/libexec/vm-init"; then
		run "${as_nobody[@]}" testenv vm run --boot -- sh -c 'id -u; touch x; cat /etc/shadow'
	else
		status=skip
	fi
	left=$(find "$home" -name x)
	rm -rf "$home"
	[ "$status" != skip ] || skip "nobody cannot reach $BUILD"
	echo "$output"
	[ "$status" -ne 0 ]
	[ "${lines[0]}" = 0 ]
	[[ $output == *"/etc/shadow: Permission denied"* ]]
	[ -z "$left" ]
}

@test "where KVM does not do, machines are emulated, and that is remembered" {
	need
	own_cache
	! grep -qw 'vmx\|svm' /proc/cpuinfo || skip "KVM does here"
	[ -w /dev/kvm ] || skip "/dev/kvm is not to be had"
	# Where root's machines have a way to.
	printf 'flags\t\t: fpu vmx\n' >"$XDG_CACHE_HOME/bpf-labs/cpuinfo"
	TESTENV_CPUINFO=$XDG_CACHE_HOME/bpf-labs/cpuinfo run -0 testenv vm run --boot -- echo emulated
	[ "$output" = emulated ]
	grep -q ' no$' "$XDG_CACHE_HOME/bpf-labs/kvm"
}
