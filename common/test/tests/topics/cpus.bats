#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# LAB_CPU: where a program runs, and which CPU's value is read.
load seam.bash

setup() {
	lab_setup
	lab_load probe port=53
	lab_packet miss eth ipv4 udp dport=54
}

teardown() {
	lab_teardown
}

# counted FIRST LAST: so often on the first CPU, so often on the last, which may be the same one
counted() {
	local first=$1 last=$2
	if (($(nproc) == 1)); then
		first=$((first + last)) last=$first
	fi
	[ "$(LAB_CPU=first lab_map per_cpu 0)" = "$first" ]
	[ "$(LAB_CPU=last lab_map per_cpu 0)" = "$last" ]
	[ "$(lab_map per_cpu 0)" = "$(($1 + $2))" ]
}

@test "a program runs on the CPU that is named" {
	LAB_CPU=last lab_expect_tr drop_port XDP_PASS "miss miss miss" "another port"
	counted 0 3
	LAB_CPU=first lab_tr drop_port miss
	counted 1 3
	run lab_fail sent expected seen look
	expect_message "ran drop_port on packet miss x3 on the last CPU: XDP_PASS"
}

@test "frames arrive on the CPU that sends them" {
	lab_attach_xdp drop_port a
	lab_capture_start a
	LAB_CPU=last lab_send b miss miss
	lab_expect_captured a "miss miss" "another port"
	counted 0 2
	LAB_CPU=first lab_send b miss
	lab_expect_captured a "miss" "another port"
	lab_send b miss
	lab_expect_captured a "miss" "another port"
	counted 2 2
	run lab_fail sent expected seen look
	expect_message "sent miss x2 from node b on the last CPU" "sent miss from node b"$'\n'
}

@test "a map that is not per CPU is said to be none" {
	flows=flows_with_a_name_that_is_long
	lab_map_set $flows src=1,dst=2.packets 8
	[ "$(LAB_CPU=first lab_map $flows src=1,dst=2.packets)" = "no per-CPU map" ]
	[ "$(LAB_CPU=first lab_map per_cpu 9)" = absent ]
}

@test "another CPU than first or last is no CPU" {
	for command in "lab_map per_cpu 0" "lab_tr drop_port miss" "lab_send b miss"; do
		LAB_CPU=1 run $command
		expect_message "CPU 1: it must be first or last"
	done
}
