#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# lab_ring, on the fixture records.bpf.c.
load seam.bash

setup() {
	lab_setup
}

teardown() {
	lab_teardown
}

@test "lab_ring takes the records out of a ring buffer, and each only once" {
	lab_load records
	[ -z "$(lab_ring records n:s32)" ]
	lab_packet any eth ipv4 udp
	lab_tr record any
	lab_tr record any
	[ "$(lab_ring records n:s32 len:u16 text:str4 rest:str)" = \
		$'size=16 n=-1 len=42 text=abc rest= \\x0a\\x5c\\xff..\nsize=16 n=-2 len=42 text=abc rest= \\x0a\\x5c\\xff..' ]
	[ -z "$(lab_ring records n:s32)" ]
	lab_tr record any # discarded
	lab_tr record any
	[ "$(lab_ring records n:s32 rest:hex)" = "size=16 n=-4 rest=2a0061626300200a5cff2e2e" ]
}

@test "lab_ring makes room in a full ring buffer" {
	lab_load records
	lab_packet any eth ipv4 udp
	room=$((($(getconf PAGESIZE) - 1) / 24)) # a record's header has 8 bytes
	lab_equal 0 "$(lab_get dropped)" "nothing; dropped" ""
	for ((i = 0; i < room + 2; i++)); do
		# shellcheck disable=SC2154 # of lab.bash
		echo "any ${_lab_hex[any]}"
	done >"$LAB_DIR/frames"
	"$LAB_CTL" tr record --pin "$LAB_PINS" <"$LAB_DIR/frames" >/dev/null
	[ "$(lab_get dropped)" = 2 ]
	[ "$(lab_ring records n:s32 | wc -l)" = $((room - room / 3)) ]
	lab_tr record any
	[ "$(lab_get dropped)" = 2 ]
}

@test "lab_ring on what is no ring buffer, or with what is no field" {
	lab_load records
	run lab_ring no_ring n:s32
	expect_message "no_ring is not a ring buffer"
	run lab_ring nowhere n:s32
	expect_message "there is no map nowhere" "records"
	run lab_ring records n:s33
	expect_message "n:s33: must be NAME:TYPE"
	run lab_ring records
	expect_message "usage: labctl ring"
}
