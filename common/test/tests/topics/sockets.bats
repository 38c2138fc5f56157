#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Programs on sockets, the fixture that holds both ends of connections, and packets counted.
load seam.bash

setup() {
	# shellcheck disable=SC2154 # from testenv
	[[ $TESTENV_CGROUP ]] || skip "no writable cgroup2 on this machine"
	lab_setup
	lab_fixture tcp 7
}

teardown() {
	lab_teardown
}

# attached WHAT: the program, told what to do: 0 as TCP, 1 to the peer, 2 to the sender, 3 drop
attached() {
	lab_load sockets what="$1"
	lab_attach_sockmap redirect sockets
	lab_attach_cgroup remember
}

# answers TEXT LINE: so does the fixture
answers() {
	lab_ask "$2"
	[[ $LAB_ANSWER == "$1" ]] || {
		echo "it answered: $LAB_ANSWER"
		return 1
	}
}

@test "fixture tcp: over lo and between nodes, IPv4 and IPv6; packets with data are counted" {
	lab_count_start a
	lab_count_start b eth0
	[ "$(lab_counted a)" = 0 ]
	lab_tell "connect four a 127.0.0.1 700 a 127.0.0.2 7000 127.0.0.1"
	lab_tell "connect six a ::1 700 a ::1 7000 ::1"
	lab_tell "connect both a :: 701 a 127.0.0.1 7000 127.0.0.1"
	# shellcheck disable=SC2154 # from testenv
	lab_tell "connect out b $B_IP4 700 a $A_IP4 7000 $B_IP4"
	[ "$(lab_counted a)" = 0 ]
	for name in four six both out; do
		lab_tell "send $name client 1"
		lab_tell "send $name server 3000"
	done
	lab_tell "send four client 3000000"
	[ "$(lab_counted a)" -ge 7 ]
	[ "$(lab_counted a)" = 0 ]
	[ "$(lab_counted b)" -ge 1 ]
	lab_tell "send six client 1"
	[ "$(lab_counted a)" -ge 1 ]
}

@test "fixture tcp says what it cannot do" {
	lab_tell "connect one a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	answers "there is no client of two" "send two client 1"
	answers "there is no guest of one" "send one guest 1"
	answers "no place is called a/inside" "connect two a/inside 127.0.0.1 701 a 127.0.0.1 7000 127.0.0.1"
	answers "no node is called c" "connect two c 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	answers "there is no client of two" "send two client 1"
	answers "cannot bind: Address already in use" \
		"connect three a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	answers "cannot connect: Connection refused" \
		"connect four a 127.0.0.1 702 a 127.0.0.1 7000 127.0.0.3"
	answers "commands: connect, send" "dance"
}

@test "programs on sockets: redirected data is not counted" {
	attached 1
	lab_count_start a
	lab_tell "connect one a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	lab_tell "send one client 3000000"
	lab_tell "send one server 1"
	[ "$(lab_counted a)" = 0 ]
}

@test "fixture tcp: bytes that come back to who sent them" {
	attached 2
	lab_tell "connect one a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	answers "the client of one got back what it had sent" "send one client 3000"
}

@test "fixture tcp: bytes that cannot be sent" {
	attached 3
	lab_tell "connect one a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	answers "the server of one cannot send: Permission denied" "send one server 3000"
}

@test "fixture tcp: bytes that come out at another connection" {
	attached 1
	lab_tell "connect one a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	# Its client takes the other's place in the map; its server does not come into it.
	lab_tell "connect two a/outside ::1 700 a ::1 7000 ::1"
	[ "$(lab_entries sockets)" = 2 ]
	answers "bytes from the server of one came out at the client of two" "send one server 3000"
	grep -qx "$LAB_FIXTURE_PID" "$TESTENV_CGROUP/cgroup.procs" # it has come back
}

@test "lab_entries: how many, and how many with this in their keys" {
	attached 0
	[ "$(lab_entries sockets)" = 0 ]
	lab_tell "connect one a 127.0.0.1 700 a 127.0.0.1 7000 127.0.0.1"
	lab_tell "connect two a 127.0.0.1 701 a 127.0.0.1 7000 127.0.0.1"
	[ "$(lab_entries sockets)" = 4 ]
	[ "$(lab_entries sockets local=7000)" = 2 ]
	[ "$(lab_entries sockets local=7000,remote=701)" = 1 ]
	[ "$(lab_entries sockets local=7000,remote=702)" = 0 ]
	run lab_entries sockets port=7
	expect_message "sockets: " "port" "local, remote"
	run lab_entries sockets local
	expect_message "local: must be FIELD=VALUE"
	run lab_entries nowhere
	expect_message "there is no map nowhere; there are:" "sockets"
}

@test "attaching what is not there, or to the wrong place, is one clear line" {
	lab_load sockets
	run lab_attach_cgroup nothing
	expect_message "there is no program nothing; there are: letters, redirect, remember"
	run lab_attach_cgroup redirect
	expect_message "cannot attach redirect to the environment's cgroup: Invalid argument"
	run lab_attach_sockmap redirect nowhere
	expect_message "there is no map nowhere; there are:" "sockets"
	run lab_attach_sockmap remember sockets
	expect_message "cannot attach remember to the map sockets: Invalid argument"
	run env TESTENV_CGROUP= "$LAB_CTL" attach-cgroup remember --pin "$LAB_PINS"
	expect_message "there is no cgroup to attach to"
	_LAB_SECONDS=0.5
	run lab_count_start a eth9
	expect_message "no interface 'eth9' here"
}
