#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Named environments: parallel, all or nothing, and gone after "down" whatever
# has happened to them.

# Variables in single quotes are for the shell inside the environment.
# shellcheck disable=SC2016

load common

setup() {
	n=$(name)
}

teardown() {
	for i in $(testenv list | grep -o "^$n-p[0-9]*"); do testenv down "$i"; done
	for i in "" -1 -2 -3 -4 -5 -6 -7 -8; do
		testenv down "$n$i"
		no_trace "$n$i"
	done
	rm -rf "/run/testenv/$n-theirs"
	[ ! -d "$(cgroups)/testenv-$n" ] || rmdir "$(cgroups)/testenv-$n"
}

@test "up, list, status, exec, down" {
	testenv up "$n"
	run -0 testenv list
	[[ $output == *"$n"*pair*up* ]]
	testenv list --json | jq -e ".[] | select(.name == \"$n\") | .topology == \"pair\" and .state == \"up\""
	testenv status "$n" --json | jq -e '[.[0].nodes[].name] == ["a", "b"] and
		all(.[0].nodes[].interfaces[]; .up)'
	testenv exec "$n" a -- sh -c 'ip addr show "$A_IF" | grep -q "$A_IP4"; [ "$TESTENV" = '"$n"' ]'
	run -9 testenv exec "$n" b -- sh -c 'exit 9'
	testenv down "$n"
	no_trace "$n"
	testenv down "$n"
}

@test "pins stay between commands and go with the environment" {
	testenv up --topology none "$n"
	testenv exec "$n" a -- mkdir /sys/fs/bpf/kept
	testenv exec "$n" a -- test -d /sys/fs/bpf/kept
	testenv exec "$n" a -- sh -c 'echo x >"$TMPDIR/file"; [ "$TMPDIR" = "$TESTENV_DIR/tmp" ]'
}

@test "a name is taken once, and nothing else is harmed by trying" {
	testenv up "$n"
	run -2 testenv up "$n"
	[[ $output == *"testenv down $n"* ]]
	testenv exec "$n" b -- ip addr show eth0
}

@test "8 ups at once, 20 rounds: 160 succeed, no address is shared" {
	local all=$BATS_TEST_TMPDIR/all
	for _ in $(seq 20); do
		pids=
		for i in 1 2 3 4 5 6 7 8; do
			testenv up "$n-$i" 3>&- &
			pids+=" $!"
		done
		for pid in $pids; do
			wait "$pid"
			echo up >>"$all"
		done
		testenv status --json | jq -r ".[] | select(.name | startswith(\"$n-\")) |
			.nodes[].interfaces[] | select(.name == \"eth0\") | .mac, .addresses[]" >"$BATS_TEST_TMPDIR/addresses"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/addresses")" -eq 48 ]
		[ "$(sort -u "$BATS_TEST_TMPDIR/addresses" | wc -l)" -eq 48 ]
		pids=
		for i in 1 2 3 4 5 6 7 8; do
			testenv down "$n-$i" 3>&- &
			pids+=" $!"
		done
		for pid in $pids; do wait "$pid"; done
	done
	[ "$(wc -l <"$all")" -eq 160 ]
}

@test "32 ups at once succeed" {
	local i pids='' names=''
	for i in $(seq -w 32); do
		testenv up "$n-p$i" -t router 3>&- 2>"$BATS_TEST_TMPDIR/err$i" &
		pids+=" $!"
		names+=" $n-p$i"
	done
	local failed=0
	for i in $pids; do wait "$i" || ((++failed)); done
	cat "$BATS_TEST_TMPDIR"/err*
	for i in $names; do
		testenv exec "$i" left -- true || ((++failed))
		testenv down "$i"
		no_trace "$i"
	done
	[ "$failed" -eq 0 ]
}

@test "the same name 8 times at once: one succeeds" {
	for i in 1 2 3 4 5 6 7 8; do
		(code=0; testenv up "$n" 2>/dev/null || code=$?; echo $code) 3>&- >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[1-8] | sort | uniq -c | xargs)" = "1 0 7 2" ]
	testenv exec "$n" b -- ip addr show eth0
}

# What testenv could have changed on the machine outside of namespaces of its own:
# interfaces, settings, the slots and cgroups of this name.
machine() {
	ip -br link
	cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv6/conf/all/{forwarding,disable_ipv6}
	readlink /proc/self/ns/net
	grep "/${n}[ /]" /proc/self/mountinfo
	# The folder of cgroups is there only while an environment is; find says so with its status.
	find /run/testenv "$(cgroups)/testenv" -name "*$n*" 2>/dev/null || :
}

# fails_everywhere FEWEST-STEPS OPTIONS...: each step of building fails once
fails_everywhere() {
	local fewest=$1 before code step
	shift
	before=$(machine)
	for ((step = 1; step < 400; step++)); do
		code=0
		TESTENV_FAIL_AT=$step testenv up "$n" "$@" 2>"$BATS_TEST_TMPDIR/err" || code=$?
		[ $code -ne 0 ] || break
		echo "$*, step $step: $(cat "$BATS_TEST_TMPDIR/err")"
		[ $code -eq 5 ] || return 1
		[[ $(cat "$BATS_TEST_TMPDIR/err") == "testenv: up $n: cannot "* ]] || return 1
		no_trace "$n" || return 1
		[ "$(machine)" = "$before" ] || return 1
	done
	testenv down "$n"
	echo "$*: $step steps"
	[ $step -gt "$fewest" ] && [ $step -lt 400 ]
}

@test "up fails at every step of every topology, and undoes what it did" {
	fails_everywhere 28 --topology pair
	fails_everywhere 60 --topology router --vlan 9
	fails_everywhere 48 --topology lan -n 2 --mtu 2000
	fails_everywhere 48 --topology lb -n 1 --ipv4
	fails_everywhere 54 --topology chain -n 3
}

@test "run fails at every step, and undoes what it did" {
	for ((step = 1; step < 100; step++)); do
		code=0
		TESTENV_FAIL_AT=$step testenv run -- true 2>"$BATS_TEST_TMPDIR/err" 3>&- || code=$?
		[ $code -ne 0 ] || break
		echo "step $step: $(cat "$BATS_TEST_TMPDIR/err")"
		[ $code -eq 5 ]
		[[ $(cat "$BATS_TEST_TMPDIR/err") == "testenv: cannot "* ]]
	done
	[ $step -gt 20 ] && [ $step -lt 100 ]
}

@test "down when an interface has vanished" {
	testenv up "$n"
	testenv exec "$n" a -- ip link del eth0
	run -0 testenv status "$n"
	testenv down "$n"
}

@test "down when a namespace was deleted by hand" {
	testenv up "$n"
	umount "/run/testenv/$n/ns/a"
	rm "/run/testenv/$n/ns/a"
	run -0 testenv status "$n"
	[[ $output == *"a (yours)"*"broken: "* ]]
	testenv down "$n"
}

@test "down when all of its folder was unmounted and removed" {
	testenv up "$n"
	umount -R "/run/testenv/$n"
	rmdir "/run/testenv/$n"
	testenv list | grep "$n.*broken"
	testenv down "$n"
}

@test "down when its slot, its state or its cgroup was removed" {
	testenv up "$n"
	rm "/run/testenv/.slots/"*".$n"
	run -2 testenv up "$n"
	testenv down "$n"
	no_trace "$n"
	testenv up "$n"
	rm "/run/testenv/$n/state"
	run -2 testenv exec "$n" a -- true
	testenv down "$n"
	no_trace "$n"
	testenv up "$n"
	rmdir "$(cgroups)/testenv/$n"
	testenv exec "$n" a -- true || :
}

@test "down ends the processes inside" {
	testenv up "$n"
	testenv exec "$n" b -- sh -c 'sleep 1000 & echo $!; setsid sleep 1000 & echo $!; echo $$; wait' 3>&- >"$BATS_TEST_TMPDIR/pids" &
	nsenter --net="/run/testenv/$n/ns/a" sleep 1000 3>&- &
	echo $! >"$BATS_TEST_TMPDIR/pid"
	wait_for 20 sh -c "[ \$(wc -l <'$BATS_TEST_TMPDIR/pids') = 3 ]"
	wait_for 20 sh -c "[ \$(stat -Lc %i /proc/\$(cat '$BATS_TEST_TMPDIR/pid')/ns/net) = \$(stat -c %i '/run/testenv/$n/ns/a') ]"
	testenv down "$n"
	while read -r pid; do wait_for 20 gone "$pid"; done < <(cat "$BATS_TEST_TMPDIR"/pid*)
}

@test "down refuses from inside" {
	testenv up "$n"
	run -2 testenv exec "$n" a -- testenv down "$n"
	[[ $output == *"inside"* ]]
	testenv exec "$n" a -- true
}

@test "what is not marked as ours is left alone" {
	mkdir -p "/run/testenv/$n-theirs/ns" "$(cgroups)/testenv-$n"
	echo precious >"/run/testenv/$n-theirs/state"
	run -5 testenv down "$n-theirs"
	[[ $output == *"not testenv's"* ]]
	testenv gc
	[ "$(cat "/run/testenv/$n-theirs/state")" = precious ]
	run -2 testenv up "$n-theirs"
	[ "$(cat "/run/testenv/$n-theirs/state")" = precious ]
	[ -d "$(cgroups)/testenv-$n" ]
}

@test "down --all removes all, with or without slots" {
	# Inside a run: there, all are those that the run made.
	testenv run -- sh -c '
		testenv up x && testenv up y -t none && testenv up z || exit
		rm /run/testenv/.slots/*.x
		umount -R /run/testenv/y
		mkdir -p /run/testenv/theirs/deep
		testenv down --all && testenv list && ls /run/testenv && ls "$TESTENV_CGROUP"/testenv
		grep -c /run/testenv/[xyz] /proc/self/mountinfo' >"$BATS_TEST_TMPDIR/out" 2>&1 || :
	cat "$BATS_TEST_TMPDIR/out"
	[ "$(sed -n "2,3p;\$p" "$BATS_TEST_TMPDIR/out" | xargs)" = "self theirs 0" ]
}

# Starts a container: a machine with a /run of its own that shares our cgroup2.
# It reads commands from file descriptor 7.
start_container() {
	mkfifo "$BATS_TEST_TMPDIR/commands"
	unshare --mount sh -c 'mount -t tmpfs none /run && exec sh -ex' <"$BATS_TEST_TMPDIR/commands" \
		>"$BATS_TEST_TMPDIR/container" 2>&1 3>&- &
	container=$!
	exec 7>"$BATS_TEST_TMPDIR/commands"
}

# in_container COMMAND: runs it there, and waits for its end
in_container() {
	echo "$1; touch $BATS_TEST_TMPDIR/done" >&7
	wait_for 20 test -e "$BATS_TEST_TMPDIR/done" || { cat "$BATS_TEST_TMPDIR/container"; return 1; }
	rm "$BATS_TEST_TMPDIR/done"
}

@test "containers that share a cgroup2 leave each other's environments alone" {
	start_container
	testenv up "$n"
	in_container "testenv up $n; testenv up $n-1"
	testenv exec "$n" b -- sh -c 'echo $$; exec tail -f /dev/null' 3>&- 7>&- >"$BATS_TEST_TMPDIR/mine" &
	in_container "testenv exec $n b -- sh -c 'echo \$\$ >$BATS_TEST_TMPDIR/theirs; exec tail -f /dev/null' & until test -s $BATS_TEST_TMPDIR/theirs; do :; done"
	wait_for 20 test -s "$BATS_TEST_TMPDIR/mine"
	in_container 'testenv gc; testenv down --all; echo "left: $(testenv list)"'
	# Theirs are gone, and ours is there with all that is in it.
	wait_for 20 gone "$(cat "$BATS_TEST_TMPDIR/theirs")"
	[ -d "$(cgroups)/testenv/$n" ]
	[ ! -d "$(cgroups)/testenv/$n~1" ]
	[ ! -d "$(cgroups)/testenv/$n-1" ]
	kill -0 "$(cat "$BATS_TEST_TMPDIR/mine")"
	testenv exec "$n" a -- ping -qc 1 "$(testenv exec "$n" a -- sh -c 'echo $B_IP4')"
	# The other way round.
	in_container "testenv up $n-2; testenv exec $n-2 b -- sh -c 'echo \$\$ >$BATS_TEST_TMPDIR/theirs; exec tail -f /dev/null' & until test -s $BATS_TEST_TMPDIR/theirs; do :; done"
	testenv gc
	testenv down "$n-2"
	testenv down "$n"
	kill -0 "$(cat "$BATS_TEST_TMPDIR/theirs")"
	[ -d "$(cgroups)/testenv/$n-2" ]
	in_container "testenv down --all"
	exec 7>&-
	wait "$container"
	cat "$BATS_TEST_TMPDIR/container"
	[ ! -d "$(cgroups)/testenv/$n-2" ]
}

@test "gc and down --all inside a run leave what is outside" {
	testenv up "$n"
	testenv run -- sh -c 'testenv gc; testenv down --all; ls /run/testenv/.slots' | grep "\.0\.$n$"
	testenv list | grep "$n.*up"
	testenv exec "$n" b -- ip addr show eth0
}

@test "an up that was killed is in nobody's way" {
	# Stopped at its first step after the mounts, then killed.
	for step in 2 4 8 16; do
		TESTENV_STOP_AT=$step testenv up "$n" 3>&- &
		pid=$!
		wait_for 20 grep -q '^State:.*stopped' "/proc/$pid/status"
		kill -9 $pid
		wait $pid || :
		testenv gc
		no_trace "$n"
	done
}

@test "SIGINT while it builds undoes all" {
	env --default-signal TESTENV_STOP_AT=8 testenv up "$n" 3>&- &
	pid=$!
	wait_for 20 grep -q '^State:.*stopped' "/proc/$pid/status"
	kill -INT $pid
	kill -CONT $pid
	code=0
	wait $pid || code=$?
	[ $code -eq 130 ]
	no_trace "$n"
}
