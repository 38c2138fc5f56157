#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Objects that a test compiles itself, and what the kernel says of programs and maps.
load seam.bash

setup() {
	lab_setup
	lab_compile made <<-'EOF'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		struct {
			__uint(type, BPF_MAP_TYPE_HASH);
			__uint(max_entries, 7);
			__type(key, __u32);
			__type(value, __u64);
		} seen SEC(".maps");
		const volatile __u32 limit = 3;
		SEC("tc") int verdict(struct __sk_buff *skb)
		{
			__u32 length = skb->len;

			return bpf_map_lookup_elem(&seen, &length) ? 1 : limit;
		}
		char LICENSE[] SEC("license") = "GPL";
	EOF
}

teardown() {
	lab_teardown
}

@test "an object that a test has compiled goes before the lesson's, in this test" {
	[ "$(lab_object made)" = "$LAB_DIR/made.bpf.o" ]
	[ "$(lab_object probe)" = "$LAB_BUILD/probe.bpf.o" ]
	lab_load made
	lab_packet any eth
	lab_expect_tr verdict TC_ACT_PIPE any "limit is 3"
	lab_unload
	run lab_program_info verdict tag
	expect_message "verdict"
}

@test "what does not compile fails, with the compiler's words" {
	run lab_compile broken <<<'int x = nothing;'
	expect_message "lab_compile broken" "nothing"
}

@test "the kernel tells a program's and a map's properties" {
	lab_load made
	[ "$(lab_program_info verdict type name gpl maps)" = $'sched_cls\nverdict\nyes\n2' ]
	[[ $(lab_program_info verdict tag) =~ ^[0-9a-f]{16}$ ]]
	[ "$(lab_map_info seen type name key_size value_size max_entries flags read_only frozen)" = \
		$'hash\nseen\n4\n8\n7\n0x0\nno\nno' ]
	[ "$(lab_map_info .rodata read_only frozen)" = $'yes\nyes' ]
	run lab_map_info seen colour
	expect_message "a map has no field colour"
	run lab_program_info verdict colour
	expect_message "a program has no field colour"
	run lab_program_info nobody tag
	expect_message "nobody" "verdict"
}

@test "in a message, files of the test and the folder for pins have names that do not change" {
	lab_run false "$(lab_object made)" "$LAB_PINS"
	run lab_fail a b c d
	expect_message "ran false made.bpf.o (folder for pins): exit status 1"
}
