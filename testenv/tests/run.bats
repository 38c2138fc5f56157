#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# "testenv run": what CMD sees, how it ends, and that nothing is left.

# Variables in single quotes are for the shell inside the environment.
# shellcheck disable=SC2016

load common

@test "CMD runs in node a, with its variables" {
	run -0 testenv run -- sh -c 'echo "$TESTENV $TESTENV_DIR $TESTENV_NODES $TESTENV_BPF $A_IF $B_IF"
		ip -br addr show dev "$A_IF"; ip link show dev "$A_IF"
		[ "$(cat /sys/class/net/eth0/address)" = "$A_MAC" ]
		[ "$(cat /sys/class/net/eth0/ifindex)" = "$A_IFINDEX" ]
		ip -br addr show dev "$A_IF" | grep -q "UP.*$A_IP4/24.*$A_IP6/64"'
	[ "${lines[0]}" = "self /run/testenv/self a b /sys/fs/bpf eth0 eth0" ]
}

@test "CMD finds root's programs where the caller's PATH has no sbin" {
	testenv=$(command -v testenv)
	run -0 env PATH=/usr/local/bin:/usr/bin:/bin "$testenv" run --topology none -- sh -c 'echo "$PATH"'
	[ "$output" = /usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin ]
	run -0 env PATH=/sbin:/usr/bin:/bin "$testenv" run --topology none -- sh -c 'echo "$PATH"'
	[ "$output" = /sbin:/usr/bin:/bin ]
}

@test "exit status is CMD's, or 128 and the signal" {
	run -7 testenv run -- sh -c 'exit 7'
	run -143 testenv run -- sh -c 'kill -TERM $$'
	run -137 testenv run --topology none -- sh -c 'kill -KILL $$'
}

@test "wrong usage is 2 and one line" {
	for args in "run --bogus" "run --topology moebius" "run --timeout soon" "run -- /no/such/program" \
		"up" "up 1x" "up a/b" "up self" "down self" "up x y" "down" "down --all x" "exec x" "exec x a" \
		"run --hosts 3" "run -t lan -n 16" "run -t chain -n 2" "run --vlan 0" "run --vlan 4095" "run --mtu 60" \
		"run --mtu 1000" "up --new x" "reset" "reset nonesuch" "ping" "ping nonesuch" "capture x" "capture nonesuch a" \
		"load x a" "load nonesuch a x.o" "load x a x.o y z" "unload x" "unload nonesuch a" "stats" "stats nonesuch" \
		"exec nonesuch a -- true" "status nonesuch" "status x y" "bogus" "enter x a b"; do
		echo "testenv $args"
		# shellcheck disable=SC2086
		run -2 --separate-stderr testenv $args
		[ -z "$output" ]
		# shellcheck disable=SC2154
		[[ ${stderr_lines[0]} == "testenv: "* ]]
	done
	run -2 testenv
}

@test "every command explains itself" {
	testenv --help
	for command in run up reset down list status exec enter ping capture load unload stats gc doctor sandbox; do
		run -0 testenv $command --help
		for part in "testenv $command - " SYNOPSIS OPTIONS EXAMPLES "EXIT STATUS" "SEE ALSO"; do
			[[ $output == *"$part"* ]]
		done
		testenv --help | grep -q "^       $command "
	done
}

@test "help names every topology" {
	run -2 testenv run -t moebius
	[[ $output == *"there are: pair "* ]]
	names=${output##*there are: }
	run -0 testenv run --help
	for t in $names; do grep -qw "$t" <<<"$output"; done
}

@test "the time limit is 124, and SIGTERM comes first" {
	run -124 testenv run --timeout 0.2 -- bash -c 'trap "echo told; exit 0" TERM; while :; do read -rt 1 x <> <(:); done'
	[ "$output" = told ]
	run -124 testenv run --topology none --timeout 0.2 -- sh -c 'exec tail -f /dev/null'
	# With patience later where the machine is busy, and not for ever.
	run -124 testenv run --topology none --timeout 0.2 --patient -- sh -c 'exec tail -f /dev/null'
	run -0 testenv run --topology none --timeout 60 -- true
}

@test "node b is reached with exec, and answers" {
	testenv run -- sh -c 'testenv exec self b -- ip -br addr show dev eth0 | grep -q "$B_IP4"'
	run -0 testenv run -- testenv exec self b -- cat /sys/class/net/eth0/ifindex
	[ "$output" = 200 ]
}

@test "bpffs is the environment's own, tracefs and cgroup2 are there" {
	testenv run -- sh -c '
		[ "$(stat -fc %T /sys/fs/bpf)" = bpf_fs ] && mkdir /sys/fs/bpf/mine
		[ "$(stat -fc %T /sys/kernel/tracing)" = tracefs ]
		[ -d "$TESTENV_CGROUP" ] && grep -q $$ "$TESTENV_CGROUP/cgroup.procs"
		testenv exec self b -- test -d /sys/fs/bpf/mine'
	run testenv run -- test -e /sys/fs/bpf/mine
	[ "$status" -eq 1 ]
}

@test "the peer carries the pass program, yours none" {
	run -0 testenv run -- testenv status self --json
	jq -e '.[0].nodes[0].interfaces[] | select(.name == "eth0") | has("xdp") | not' <<<"$output"
	jq -e '.[0].nodes[1].interfaces[] | select(.name == "eth0") | .xdp.name == "testenv_pass" and
		.xdp.mode == "native"' <<<"$output"
}

@test "two runs at once share the pass program and no address" {
	inner='echo "$A_IP4 $A_IP6 $A_MAC $B_IP4 $B_IP6 $B_MAC"
		testenv status self --json | jq ".[0].nodes[1].interfaces[] | .xdp.id // empty"'
	run -0 testenv run -- sh -c "$inner; testenv run -- sh -c '$inner'"
	[ "$(tr ' ' '\n' <<<"${lines[0]} ${lines[2]}" | sort -u | wc -l)" -eq 12 ]
	[ "${lines[1]}" -gt 0 ]
	[ "${lines[1]}" -eq "${lines[3]}" ]
}

@test "nothing but what a test sends arrives" {
	testenv run -- sh -c 'cd /sys/class/net/eth0/statistics && [ "$(cat rx_packets tx_packets)" = "0
0" ]'
	# No group is joined for the address: so no MLD report will come later.
	run -0 testenv run -- sh -c 'cat /proc/net/igmp6'
	[[ $output == *eth0* ]]
	[[ $output != *"eth0            ff0200000000000000000001ff"* ]]
}

# Starts a run with processes of every kind; prints their numbers.
start_family() {
	testenv run -- bash -c '
		sleep 1000 & echo $!
		setsid sleep 1000 & echo $!
		(setsid sleep 1000 & echo $!) &
		[ ! -w "$(dirname "$(dirname "$TESTENV_CGROUP")")/cgroup.procs" ] || (
			echo $BASHPID >"$(dirname "$(dirname "$TESTENV_CGROUP")")/cgroup.procs"
			setsid sleep 1000 & echo $!
		)
		echo $$ $TESTENV_CGROUP
		wait' 3>&- >"$1" &
	front=$!
	wait_for 20 grep -q "/" "$1"
}

family_gone() {
	local pid
	while read -r pid _; do
		wait_for 20 gone "$pid"
	done <"$1"
	wait_for 20 test ! -e "$(sed -n 's/.* //p' "$1")"
	wait_for 20 sh -c "! grep -q '^$front$' /run/testenv/.slots/* 2>/dev/null"
}

@test "kill -9 of testenv run leaves nothing" {
	start_family "$BATS_TEST_TMPDIR/pids"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/pids")" -eq 5 ]
	kill -9 "$front"
	family_gone "$BATS_TEST_TMPDIR/pids"
}

@test "kill -9 of the supervisor leaves nothing" {
	start_family "$BATS_TEST_TMPDIR/pids"
	kill -9 "$(ps -o pid= --ppid "$front")"
	wait "$front" || [ $? -eq 5 ]
	family_gone "$BATS_TEST_TMPDIR/pids"
}

@test "when CMD ends, what it left behind ends too" {
	testenv run -- sh -c '(setsid sleep 1000 & echo $!) ; :' 3>&- >"$BATS_TEST_TMPDIR/pid"
	gone "$(cat "$BATS_TEST_TMPDIR/pid")"
}

@test "SIGTERM and SIGINT are passed on" {
	for sig in INT TERM; do
		# What a shell starts in the background ignores SIGINT: undo that.
		env --default-signal testenv run --timeout 20 -- \
			bash -c "exec 5<> <(:); trap 'echo $sig; exit 9' $sig; echo ready; while :; do read -rt 1 -u 5 x; done" \
			3>&- >"$BATS_TEST_TMPDIR/$sig" &
		pid=$!
		# Each has a file of its own: the signal before it left a "ready" behind.
		wait_for 20 grep -qs ready "$BATS_TEST_TMPDIR/$sig"
		kill -$sig $pid
		code=0
		wait $pid || code=$?
		echo "$sig: status $code, output $(cat "$BATS_TEST_TMPDIR/$sig")"
		[ $code -eq 9 ]
		grep -q $sig "$BATS_TEST_TMPDIR/$sig"
	done
}

# Also after a failure nothing may stay stopped half-way.
teardown() {
	[ -z "${front:-}" ] || kill -9 "$front" 2>/dev/null || :
	[ -z "${super:-}" ] || kill -CONT "$super" 2>/dev/null || :
}

supervisor_stopped() {
	super=$(ps -o pid= --ppid "$front" | tr -d ' ')
	grep -qs '^State:.*stopped' "/proc/$super/status"
}

# Starts a run whose supervisor stops half-way through building.
start_stopped() {
	env --default-signal TESTENV_STOP_AT=12 testenv run -- touch "$BATS_TEST_TMPDIR/started" 3>&- &
	front=$!
	wait_for 20 supervisor_stopped
}

@test "SIGINT while it builds: CMD is not started" {
	start_stopped
	kill -INT "$front"
	wait_for 20 signals_taken "$front"
	kill -CONT "$super"
	code=0
	wait "$front" || code=$?
	[ $code -eq 130 ]
	[ ! -e "$BATS_TEST_TMPDIR/started" ]
}

@test "kill -9 while it builds leaves nothing" {
	start_stopped
	grep -lx "$super" /run/testenv/.slots/*.self
	kill -9 "$front"
	kill -CONT "$super"
	wait_for 20 gone "$super"
	[ ! -e "$BATS_TEST_TMPDIR/started" ]
	run grep -lsx "$super" /run/testenv/.slots/*.self
	[ -z "$output" ]
}

@test "a command that is not there is one line; another lesson's program is named as such" {
	# A tree of its own: testenv looks around its own file.
	mkdir -p "$BATS_TEST_TMPDIR"/{common,build/bin,lab07-more/01-first,lab07-more/02-twice,lab08-last/01-twice}
	touch "$BATS_TEST_TMPDIR"/{common/lesson.mk,lab07-more/{01-first/watcher,02-twice/twin}.c,lab08-last/01-twice/twin.c}
	cp "$BUILD/bin/testenv" "$BATS_TEST_TMPDIR/build/bin"
	testenv=$BATS_TEST_TMPDIR/build/bin/testenv
	run -2 "$testenv" run --topology none -- watcher
	[ "$output" = "testenv: cannot run watcher: it is a program of lab07-more/01-first; first: course start lab07-more/01-first" ]
	run -2 "$testenv" run -- "$testenv" exec self b -- watcher
	[[ $output == *"it is a program of lab07-more/01-first;"* ]]
	for command in twin nosuch 'watch*' ./watcher; do
		run -2 "$testenv" run --topology none -- "$command"
		[ "$output" = "testenv: cannot run $command: No such file or directory" ]
	done
}

@test "not root: through sudo, or one line and 4" {
	as_nobody=("$(command -v setpriv)" --reuid=65534 --regid=65534 --clear-groups --)
	"${as_nobody[@]}" test -x "$BUILD/bin/testenv" || skip "nobody cannot reach $BUILD"
	PATH=$BUILD/bin run -4 "${as_nobody[@]}" testenv run -- true
	[[ $output == "testenv: needs root, and cannot run sudo"* ]]
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho "$@"\n' >"$BATS_TEST_TMPDIR/bin/sudo"
	chmod 755 "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/bin/sudo" "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.."
	LAB_SEED=3 PATH=$BATS_TEST_TMPDIR/bin:$PATH run -0 "${as_nobody[@]}" testenv run --topology none -- echo hi
	[[ $output == *"env "*"LAB_SEED=3"*"/bin/testenv run --topology none -- echo hi" ]]
	[[ $output == *"PATH=$BATS_TEST_TMPDIR/bin:"* ]]
}

@test "stdin, stdout and stderr are CMD's" {
	run -0 sh -c 'echo hello | testenv run -- sh -c "cat; echo error >&2" 2>/dev/null'
	[ "$output" = hello ]
}

@test "an interactive shell has its terminal and job control" {
	run -0 script -qec "testenv run --topology none -- bash --norc -ic 'tty; set -o | grep monitor; ps -o stat= -p \$\$'" /dev/null </dev/null
	[[ $output == *"/dev/pts/"* ]]
	[[ $output == *"monitor"*"on"* ]]
	[[ $output == *"+"* ]]
	[[ $output != *"no job control"* ]]
}

@test "environments made inside a run end with it" {
	n=$(name)
	testenv run -- sh -c "testenv up $n && testenv list | grep -q $n && testenv exec $n b -- ip addr show eth0"
	no_trace "$n"
	run testenv status "$n"
	[ "$status" -eq 2 ]
}

@test "kill -9 of the sudo in front leaves nothing" {
	# The shell stands for sudo, which stays our parent.
	bash -c 'TESTENV_THROUGH_SUDO=1 testenv run -- bash -c "echo \$\$ >\"$1\"; exec tail -f /dev/null"; :' - \
		"$BATS_TEST_TMPDIR/pid" 3>&- &
	front=$!
	wait_for 20 test -s "$BATS_TEST_TMPDIR/pid"
	kill -9 "$front"
	wait_for 20 gone "$(cat "$BATS_TEST_TMPDIR/pid")"
}

@test "no path in an environment's bpffs leads over a symlink" {
	run ! testenv run -- sh -c 'ln -s / "$TESTENV_BPF/link" && ls "$TESTENV_BPF/link/"'
	[[ $output == *"Too many levels of symbolic links"* ]]
}
