#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of pass-drop: first by handing frames to the program, then with
# true frames from node b to node a. The limit comes from the seed, and stays
# clear of the numbers in the lesson's text.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	limit=$(lab_rand limit 200 1200)
	lab_load pass_drop "max_len=$limit"
}

teardown() {
	lab_teardown
}

# frame NAME LENGTH: a UDP frame of so many bytes; 42 of them are headers
frame() {
	lab_packet "$1" eth ipv4 udp payload=$(($2 - 42))
}

# run N LENGTH NAME: hands N frames of this length to the program
run() {
	local i
	frame "$3" "$2"
	for ((i = 0; i < $1; i++)); do
		lab_tr pass_drop "$3"
	done
	lab_step "ran pass_drop on $1 frames of $2 bytes"
}

# wire: with the program on node a, only what is within the limit arrives
wire() {
	local short long
	short=$(lab_rand short 110 190)
	long=$(lab_rand long 1300 1500)
	frame short "$short"
	frame long "$long"
	lab_step "built the frames short ($short bytes), long ($long bytes) and last (42 bytes)"
	lab_packet last eth ipv4 udp dport=9
	# It is what ends the wait below: no need to wait for it in vain.
	lab_expect_tr pass_drop XDP_PASS last "the frame is within the limit of $limit bytes"
	lab_capture_start a
	lab_send b short long short long last
	lab_expect_captured a "short short last" "only what is longer than $limit bytes is dropped"
}

# bats test_tags=points:1,visibility:visible
@test "counts a frame that passes" {
	n=$(lab_rand n 2 6)
	run "$n" 150 short
	lab_equal "$n" "$(lab_get frames)" "$n frames of 150 bytes, limit $limit; frames" \
		"TODO 1 in pass_drop.bpf.c: does every way through the program pass the counting?"
}

# bats test_tags=points:1,visibility:visible
@test "counts a frame that is dropped, too" {
	n=$(lab_rand n 2 6)
	run "$n" 1400 long
	lab_equal "$n" "$(lab_get frames)" "$n frames of 1400 bytes, limit $limit; frames" \
		"TODO 1 in pass_drop.bpf.c: does every way through the program pass the counting?"
}

# bats test_tags=points:2,visibility:visible
@test "drops a frame far longer than the limit" {
	frame long 1500
	lab_expect_tr pass_drop XDP_DROP long "the frame is longer than the limit of $limit bytes" \
		"TODO 2 in pass_drop.bpf.c: the comparison, and the action that is returned"
}

# bats test_tags=points:0,visibility:visible
@test "lets short frames pass" {
	frame short "$(lab_rand length 110 190)"
	lab_expect_tr pass_drop XDP_PASS short "the frame is within the limit of $limit bytes" \
		"the last line of pass_drop(), and what leads to it"
}

# bats test_tags=points:2,visibility:visible
@test "lets exactly the limit pass, and not one byte more" {
	frame exact "$limit"
	frame more "$((limit + 1))"
	lab_expect_tr pass_drop XDP_PASS exact "the frame has exactly $limit bytes, the limit" \
		"TODO 2 in pass_drop.bpf.c: longer than, or as long as?"
	lab_expect_tr pass_drop XDP_DROP more "the frame has one byte more than the limit, $limit" \
		"TODO 2 in pass_drop.bpf.c: what is compared, and with what?"
}

# A small limit, too: no number of the learner's own is right for both.
# bats test_tags=points:0,visibility:visible
@test "drops a frame of one byte more, whatever the limit is" {
	local each
	for each in "$limit" "$(lab_rand small 200 300)"; do
		lab_load pass_drop "max_len=$each"
		frame more "$((each + 1))"
		lab_expect_tr pass_drop XDP_DROP more "the frame has one byte more than the limit, $each" \
			"TODO 2 in pass_drop.bpf.c: what is compared, and with what?"
	done
}

# bats test_tags=points:2,visibility:visible
@test "counts what it drops" {
	short=$(lab_rand short 7 9)
	long=$(lab_rand long 2 6)
	run "$short" 150 short
	run "$long" 1400 long
	lab_equal "$long" "$(lab_get dropped)" \
		"$short frames of 150 bytes, $long of 1400 bytes, limit $limit; dropped" \
		"TODO 3 in pass_drop.bpf.c: where in the program is it counted, and how much is added?"
}

# bats test_tags=points:2,visibility:visible
@test "drops on the wire in native mode" {
	lab_attach_xdp pass_drop a native
	wire
}

# bats test_tags=points:1,visibility:visible
@test "drops on the wire in generic mode" {
	lab_attach_xdp pass_drop a generic
	wire
}
