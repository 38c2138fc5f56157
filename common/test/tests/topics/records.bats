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

@test "lab_ring takes no more out than anybody compares" {
	lab_compile flood <<-'END'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>

		struct {
			__uint(type, BPF_MAP_TYPE_RINGBUF);
			__uint(max_entries, 2 << 20);
		} records SEC(".maps");

		SEC("xdp")
		int flood(struct xdp_md *ctx)
		{
			void *r = bpf_ringbuf_reserve(&records, 1 << 18, 0);

			if (r)
				bpf_ringbuf_submit(r, 0);
			return XDP_PASS;
		}

		char LICENSE[] SEC("license") = "GPL";
	END
	lab_load flood
	lab_packet any eth ipv4 udp
	for _ in 1 2 3 4 5; do
		lab_tr flood any
	done
	run lab_ring records rest:hex
	expect_message "records holds more than 1048576 bytes of records"
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
