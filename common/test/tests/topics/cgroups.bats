#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What stands on the environment's own cgroup, and packets of known number.
load seam.bash

setup() {
	# shellcheck disable=SC2154 # from testenv
	[[ $TESTENV_CGROUP ]] || skip "no writable cgroup2 on this machine"
	lab_setup
}

teardown() {
	lab_teardown
}

# datagrams: how many UDP packets this network has sent so far
datagrams() {
	# shellcheck disable=SC2016 # awk's
	lab_run awk '/^Udp:/ && $5 ~ /[0-9]/ { print $5 }' /proc/net/snmp
	cat "$LAB_RUN_STDOUT"
}

@test "lab_cgroup_programs: the names at a hook, in the order of attaching" {
	[ -z "$(lab_cgroup_programs cgroup_sock_ops)" ]
	lab_load sockets
	lab_attach_cgroup remember
	[ "$(lab_cgroup_programs cgroup_sock_ops)" = remember ]
	[ -z "$(lab_cgroup_programs cgroup_inet_egress)" ]
	lab_detach remember
	[ -z "$(lab_cgroup_programs cgroup_sock_ops)" ]
	run lab_cgroup_programs nowhere
	expect_message "there is no hook nowhere; bpftool cgroup show prints their names"
	TESTENV_CGROUP='' run lab_cgroup_programs cgroup_sock_ops
	expect_message "there is no cgroup to attach to"
}

@test "fixture packets: as many as it is told, nobody answers" {
	lab_fixture packets
	before=$(datagrams)
	lab_tell "send 20 100"
	lab_tell "send 3 0"
	[ $(($(datagrams) - before)) = 23 ]
	lab_ask "send 1 100000"
	[ "$LAB_ANSWER" = "commands: send COUNT BYTES" ]
}

@test "lab_run_between: a packet after each system call, and the command's own output and status" {
	before=$(datagrams)
	lab_run_between 100 bash -c 'echo one; echo two >&2; exit 7'
	[ "$LAB_STATUS" = 7 ]
	[ "$(cat "$LAB_RUN_STDOUT")" = one ]
	[ "$(cat "$LAB_RUN_STDERR")" = two ]
	sent=$LAB_PACKETS
	[ "$sent" -ge 10 ]
	[ $(($(datagrams) - before)) = "$sent" ]
	more=$(for i in {1..100}; do echo "echo $i;"; done)
	lab_run_between 100 bash -c "$more"
	[ "$LAB_PACKETS" -ge $((sent + 50)) ]
	lab_run_between 100 bash -c 'kill -SEGV $$'
	[ "$LAB_STATUS" = 139 ]
	run lab_run_between 100 nowhere
	expect_message "internal: nowhere: " "cannot run nowhere"
}
