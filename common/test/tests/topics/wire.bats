#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Frames between the nodes: attaching, sending, capturing, and what did not arrive.
load seam.bash

setup() {
	lab_setup
	lab_load probe port=53
	lab_packet hit eth ipv4 udp dport=53
	lab_packet miss eth ipv4 udp dport=54
	lab_packet last eth ipv4 udp dport=55
	lab_packet tagged eth vlan tpid=0x88a8 id=3 pcp=5 vlan id=7 ipv4 udp dport=53
}

teardown() {
	lab_teardown
}

# on_eth0 NODE: the kind and name of the program there, from the kernel
on_eth0() {
	local id
	id=$(nsenter --net="/run/testenv/self/ns/$1" ip -j -d link show eth0 | jq '.[0].xdp.prog.id // 0')
	"$LAB_CTL" census | sed -n "s/^program $id //p"
}

@test "without a program every frame arrives, tags included, in order" {
	lab_capture_start a
	lab_send b hit tagged miss hit
	lab_expect_captured a "hit tagged miss hit" "nothing is attached"
	lab_send b last
	lab_expect_captured a "last" "only what came since the last look"
}

@test "native and generic: what the program drops does not arrive" {
	for mode in native generic; do
		lab_attach_xdp drop_port a "$mode"
		lab_capture_start a
		lab_send b hit miss hit tagged last
		lab_expect_captured a "miss tagged last" "hit is dropped"
		lab_detach drop_port
	done
}

@test "a frame that arrives although it must not, and one that is missing, fail" {
	lab_capture_start a
	lab_send b hit miss
	run lab_expect_captured a "miss" "WHY"
	expect_message "sent:     hit miss from node b" "hit: eth ipv4 udp dport=53" \
		"expected: at node a arrive: miss" "WHY" "seen:     at node a arrived: hit miss"
	_LAB_SECONDS=0.2
	lab_attach_xdp drop_port a
	run lab_expect_captured a "hit miss hit" "WHY"
	expect_message "seen:     at node a arrived: hit miss"
	lab_send b hit
	run lab_expect_captured a "hit" "WHY"
	expect_message "expected: at node a arrive: hit"
	run lab_expect_captured a "" "WHY"
	expect_message "name at least one frame"
}

@test "XDP_TX comes back; the peer's pass program makes room and returns" {
	lab_packet back eth dst=02:00:00:00:00:0b src=02:00:00:00:00:0a ipv4 udp dport=54
	lab_attach_xdp send_back a
	lab_capture_start b
	lab_send b miss
	lab_expect_captured b "back" "the addresses change places"
	[ "$(on_eth0 b)" = testenv_pass ]
	lab_attach_xdp drop_port b
	[ "$(on_eth0 b)" = drop_port ]
	lab_detach drop_port
	[ "$(on_eth0 b)" = testenv_pass ]
	lab_attach_xdp drop_port b
	lab_teardown
	[ "$(on_eth0 b)" = testenv_pass ]
	[ "$(on_eth0 a)" = "" ]
}

@test "attaching twice, or to nothing, is one clear line" {
	lab_attach_xdp drop_port a
	run lab_attach_xdp send_back a
	expect_message "cannot attach send_back to eth0 of node a"
	run lab_attach_xdp drop_port c
	expect_message "no node is called c; there are: a b"
	run lab_attach_xdp drop_port a fast
	expect_message "no mode is called fast"
	run lab_send c hit
	expect_message "no node is called c"
	run lab_capture_start c
	expect_message "no node is called c"
}

@test "lab_expect_captured: a frame that was changed wrongly stands beside the expected one" {
	lab_load probe
	lab_packet there eth ipv4 udp
	lab_packet wanted eth dst=02:00:00:00:00:0b src=02:00:00:00:00:0a ipv4 ttl=63 udp
	lab_packet other eth arp
	lab_attach_xdp send_back a
	lab_capture_start b
	lab_send b there
	_LAB_SECONDS=0.5
	run lab_expect_captured b wanted "WHY"
	expect_message "seen:     at node b arrived: nothing that this test has built" \
		"and a frame that is like wanted, but not the same:" \
		"ttl       63                      64                       <--"
	run lab_expect_captured b other "WHY"
	expect_message "nothing that this test has built"
	[[ $output != *"is like"* ]]
}
