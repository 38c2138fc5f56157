#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# lab_load, lab_get, lab_map and their kin, on the fixture probe.bpf.c.
load seam.bash

setup() {
	lab_setup
}

teardown() {
	lab_teardown
}

@test "variables of every kind are set and read by name" {
	lab_load probe port=65535 tiny=-128 enabled=0 label=abc limits.burst=-30000 \
		limits.high=31 'table[2]=-9' mac=hex:0a0b0c0d0e0f wide=18446744073709551615
	[ "$(lab_get port)" = 65535 ]
	[ "$(lab_get tiny)" = -128 ]
	[ "$(lab_get enabled)" = 0 ]
	[ "$(lab_get label)" = abc ]
	[ "$(lab_get limits)" = "{packets=1 burst=-30000 low=3 high=31}" ]
	[ "$(lab_get limits.high)" = 31 ]
	[ "$(lab_get table)" = "[1 2 -9 4]" ]
	[ "$(lab_get 'mac[5]')" = 15 ]
	[ "$(lab_get wide)" = 18446744073709551615 ]
	[ "$(lab_get seen)" = 0 ]
}

@test "a variable that is not there, or a value that does not fit, is refused" {
	run lab_load probe nothing=1
	expect_message "no global variable nothing" "it has: port, tiny"
	run lab_load probe port=65536
	expect_message "port: 65536: does not fit unsigned 16 bits"
	run lab_load probe limits.nothing=1
	expect_message "there is no field nothing; there are: packets, burst, low, high"
	run lab_load probe port
	expect_message "must be VARIABLE=VALUE"
	lab_load probe
	run lab_get nothing
	expect_message "steps:" "expected: a value of nothing" "seen: " \
		"no global variable nothing" "it has: " "look:     probe.bpf.c"
}

@test "what only the machine or the test can be to blame for is marked so, and names no expectation" {
	run lab_packet udp eth nonsense
	[ "${lines[0]}" = "internal: no layer is called nonsense" ]
	lab_load probe
	printf '#!/bin/sh\necho no memory >&2\nexit 5\n' >"$LAB_DIR/broken"
	chmod +x "$LAB_DIR/broken"
	LAB_CTL=$LAB_DIR/broken run lab_get port
	[ "$status" = 1 ]
	[ "$output" = "internal: no memory" ]
}

@test "a program that the verifier refuses is explained" {
	run lab_load refused
	expect_message "refused: careless: " "refused.bpf.c:11: return data[12]" "  fix: " "  read: lab"
	[[ $output != *"R1"* ]] # no page of registers
}

@test "a refusal is asked for once: the next test with the same values is told the same" {
	run lab_load refused
	first=$output
	LAB_CTL=/bin/false run lab_load refused
	[ "$status" = 1 ]
	[ "$output" = "$first" ]
	# Other values, or another program, are another question.
	LAB_CTL=/bin/false run lab_load refused limit=1
	expect_message "expected: refused.bpf.o loaded with limit=1"
	[[ $output != *"refused: "* ]]
	LAB_CTL=/bin/false run lab_load probe
	expect_message "expected: probe.bpf.o loaded"
	[[ $output != *"refused: "* ]]
}

@test "an object that has not been built is clearly said" {
	run lab_load nowhere
	expect_message "steps:    none before this one" "expected: nowhere.bpf.o loaded" \
		"nowhere.bpf.o is not there: it has not been built" "look:     nowhere.bpf.c"
	[ "${#lines[@]}" = 4 ]
	[[ $output != *labctl* ]] # a learner does not know who that is
}

@test "programs and maps are pinned by their whole names, and gone after the test" {
	lab_load probe
	[ -e "$LAB_PINS/map/flows_with_a_name_that_is_long" ]
	[ -e "$LAB_PINS/map/_bss" ]
	[ -e "$LAB_PINS/prog/drop_port" ]
	lab_teardown
	[ ! -e "$LAB_PINS" ]
}

@test "a variable is set while the program runs, but no constant" {
	lab_load probe port=53
	[ "$(lab_set 'table[2]' 9)" = "done" ]
	[ "$(lab_get table)" = "[1 2 9 4]" ]
	[ "$(lab_set port 54)" = "Operation not permitted" ]
	[ "$(lab_get port)" = 53 ]
	run lab_set nothing 1
	expect_message "no global variable nothing" "it has: "
	run lab_set 'table[9]' 1
	expect_message "the array has 4 elements"
}

@test "how many instructions a program has in the kernel" {
	lab_load probe
	whole=$(lab_instructions drop_port)
	[ "$whole" -gt 10 ]
	[ "$(lab_instructions send_back)" != "$whole" ]
	run lab_instructions nothing
	expect_message "there is no program nothing; there are: " "drop_port"
}

@test "a second lab_load starts afresh" {
	lab_load probe port=53
	lab_packet any eth ipv4 udp
	lab_expect_tr drop_port XDP_PASS any "another port"
	[ "$(lab_get seen)" = 1 ]
	lab_load probe port=7
	[ "$(lab_get seen)" = 0 ]
	lab_expect_tr drop_port XDP_DROP any "its port"
}

@test "map entries by number, by fields and by bytes; what is not there is absent" {
	lab_load probe
	flows=flows_with_a_name_that_is_long
	[ "$(lab_map $flows src=1,dst=2)" = absent ]
	lab_map_set $flows src=1,dst=2.packets 8
	lab_map_set $flows src=1,dst=2.burst -8
	[ "$(lab_map $flows src=1,dst=2)" = "{packets=8 burst=-8 low=0 high=0}" ]
	[ "$(lab_map $flows hex:01000200.burst)" = -8 ]
	[ "$(lab_map $flows src=2,dst=1)" = absent ]
	[ "$(lab_map per_cpu 9)" = absent ]
	run lab_map nowhere 1
	expect_message "there is no map nowhere" "per_cpu"
	run lab_map $flows 3
	expect_message "name a field"
	run lab_map $flows src=1,dst=2.nothing
	expect_message "there is no field nothing"
}

@test "entries of a trie of prefixes: bytes in the key, no neighbour's fields, removal" {
	lab_load probe
	wide=prefixlen=8,address=hex:0a000000 narrow=prefixlen=16,address=hex:0a010000
	lab_map_set routes $wide.packets 8
	lab_map_set routes $narrow.burst 5
	[ "$(lab_map routes $narrow)" = "{packets=0 burst=5 low=0 high=0}" ]
	lab_map_set routes $narrow.packets 6
	[ "$(lab_map routes prefixlen=32,address=hex:0a010203)" = "{packets=6 burst=5 low=0 high=0}" ]
	[ "$(lab_map routes prefixlen=32,address=hex:0a020203.packets)" = 8 ]
	lab_map_set routes $narrow absent
	[ "$(lab_map routes prefixlen=32,address=hex:0a010203.packets)" = 8 ]
	run lab_map_set routes $narrow absent
	expect_message "No such file or directory"
	lab_map_set routes $wide absent
	[ "$(lab_map routes $wide)" = absent ]
}

@test "all entries of a map added up" {
	lab_load probe
	flows=flows_with_a_name_that_is_long
	[ "$(lab_map $flows all)" = "{packets=0 burst=0 low=0 high=0}" ]
	lab_map_set $flows src=1,dst=2.packets 8
	lab_map_set $flows src=1,dst=3.packets 30
	lab_map_set $flows src=1,dst=3.burst -1
	[ "$(lab_map $flows all.packets)" = 38 ]
	[ "$(lab_map $flows all)" = "{packets=38 burst=-1 low=0 high=0}" ]
	[ "$(lab_map per_cpu all)" = 0 ]
	run lab_map_set $flows all.packets 1
	expect_message "all entries cannot be set at once"
}

@test "a step names the fixture where its process id was the key or the value" {
	lab_fixture calls
	lab_load probe
	lab_map_set flows_with_a_name_that_is_long "src=1,dst=2.packets" 5
	_lab_command "$LAB_FIXTURE_PID.calls" "$LAB_FIXTURE_PID"
	lab_step "$REPLY"
	run lab_fail sent expected seen look
	expect_message "[src=1,dst=2.packets] = 5" "(process id of calls).calls (process id of calls)"
	[[ $output != *"$LAB_FIXTURE_PID"* ]]
}

@test "per-CPU values are added up over all CPUs" {
	lab_load probe
	lab_packet any eth ipv4 udp
	for cpu in $(seq 0 $(($(nproc) - 1))); do
		# shellcheck disable=SC2154 # of lab.bash
		taskset -c "$cpu" "$LAB_CTL" tr drop_port --pin "$LAB_PINS" <<<"any ${_lab_hex[any]}"
	done
	[ "$(lab_map per_cpu 0)" = "$(nproc)" ]
}

@test "lab_attach attaches by SEC, keeps the variables, and lab_detach ends it" {
	lab_load probe port=99
	lab_attach
	before=$(lab_get seen)
	[ "$(lab_get seen)" -gt "$before" ]
	[ "$(lab_get port)" = 99 ]
	lab_detach on_sys_enter
	before=$(lab_get seen)
	[ "$(lab_get seen)" = "$before" ]
	run lab_detach on_sys_enter
	expect_message "on_sys_enter is not attached"
	run lab_attach nothing
	expect_message "no program nothing"
}

@test "lab_rand depends on seed, test and name, and on nothing else" {
	[ "$(lab_rand port 1024 65535)" = "$(lab_rand port 1024 65535)" ]
	[ "$(lab_rand port 0 4294967295)" != "$(lab_rand other 0 4294967295)" ]
	[ "$(lab_rand one 5 5)" = 5 ]
	first=$(lab_rand port 0 4294967295)
	LAB_SEED=2
	[ "$(lab_rand port 0 4294967295)" != "$first" ]
	export LAB_SEED=1 BATS_TEST_DESCRIPTION=another
	[ "$(lab_rand port 0 4294967295)" != "$first" ]
	run lab_rand port 9 3
	expect_message "not a range"
}
