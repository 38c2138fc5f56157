#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Packets: tcpdump reads them as we mean them, programs run on them, and a
# failure shows them.
load seam.bash

setup() {
	lab_setup
}

teardown() {
	lab_teardown
}

# reads SPEC... -- TEXT...: tcpdump finds nothing wrong, and each TEXT in the packet
reads() {
	local spec=() text
	while [[ $1 != -- ]]; do
		spec+=("$1")
		shift
	done
	shift
	lab_packet it "${spec[@]}"
	# shellcheck disable=SC2154 # of lab.bash
	text=$("$LAB_CTL" packet show "${_lab_hex[it]}")
	echo "$text"
	[[ $text != *incorrect* && $text != *'bad '* && $text != *wrong* && $text != *'[|'* ]]
	for it; do
		[[ $text == *"$it"* ]]
	done
}

@test "tcpdump finds every length, next protocol and checksum right" {
	reads eth ipv4 udp dport=4000 payload=1 -- "proto UDP (17), length 29" "[udp sum ok] UDP, length 1"
	reads eth ipv4 udp dport=4000 payload=1400 -- "[udp sum ok] UDP, length 1400"
	reads eth ipv4 options=8 tcp flags=SA options=4 payload=7 -- "options (NOP" "Flags [S.], cksum" "(correct)" "length 7"
	reads eth ipv4 icmp text=hello -- "ICMP echo request, id 1, seq 1, length 13"
	reads eth ipv6 udp dport=4000 payload=3 -- "[udp sum ok] UDP, length 3"
	reads eth ipv6 tcp -- "Flags [S], cksum" "(correct)"
	reads eth ipv6 icmpv6 payload=9 -- "[icmp6 sum ok] ICMP6, echo request"
	reads eth ipv6 hopopts dstopts options=8 routing fragment udp dport=4000 payload=5 -- \
		"HBH (padn)" "DSTOPT (padn)" "RT6" "frag (0x00000001:0|13)" "UDP, length 5"
	reads eth ipv6 ah icmpv6 -- "AH(length=4(24-bytes)" "[icmp6 sum ok]"
	reads eth vlan id=5 pcp=3 vlan id=7 ipv4 udp dport=4000 -- "vlan 5, p 3, ethertype 802.1Q" "vlan 7" "[udp sum ok]"
	reads eth vlan tpid=0x88a8 id=9 vlan id=1 ipv6 tcp -- "802.1Q-QinQ (0x88a8)" "vlan 9" "(correct)"
	reads eth arp op=2 -- "Reply 192.0.2.2 is-at 02:00:00:00:00:0b"
	reads eth ipv4 frag=10 mf=1 proto=udp payload=16 -- "offset 80, flags [+], proto UDP (17)"
	reads eth ipv4 ipv6 tcp -- "proto IPv6 (41)" "next-header TCP (6)" "(correct)"
}

@test "tcpdump finds what was made wrong on purpose" {
	lab_packet wrong eth ipv4 check=0xbeef udp dport=4000 check=1
	run "$LAB_CTL" packet show "${_lab_hex[wrong]}"
	[[ $output == *"bad cksum beef"* && $output == *"bad udp cksum 0x0001"* ]]
}

@test "a capture file of several packets is read whole" {
	lab_packet one eth arp
	lab_packet two eth ipv6 udp
	"$LAB_CTL" packet pcap "${_lab_hex[one]}" "${_lab_hex[two]}" >"$LAB_DIR/two.pcap"
	run tcpdump -nr "$LAB_DIR/two.pcap"
	[[ $output == *ARP*IP6* ]]
}

@test "a step counts what is repeated, and cuts a long list" {
	names() {
		_lab_names "$@"
		echo "$REPLY"
	}
	[ "$(names)" = "" ]
	[ "$(names a b b b c b)" = "a, b x3, c, b" ]
	[ "$(names 1 2 3 4 5 6 7 8)" = "1, 2, 3, 4, 5, 6, 7, 8" ]
	[ "$(names 1 1 2 3 4 5 6 7 8 9 9 9)" = "1 x2, 2, 3, 4, 5, 6, 7, 8 and 3 more" ]
}

@test "lab_expect_tr: the verdict, or a message with packet, expected, seen and look" {
	lab_load probe port=53
	lab_packet hit eth ipv4 udp dport=53
	lab_packet miss eth ipv4 udp dport=54
	lab_expect_tr drop_port XDP_DROP hit "to the port"
	lab_expect_tr drop_port XDP_PASS miss "to another port"
	run lab_expect_tr drop_port XDP_DROP miss "WHY"
	expect_message "1. loaded probe.bpf.o with port=53" "2. ran drop_port on packet hit: XDP_DROP" \
		"sent:     packet miss: eth ipv4 udp dport=54 (42 bytes)" "192.0.2.2.40000 > 192.0.2.1.54" \
		"expected: XDP_DROP: WHY" "seen:     XDP_PASS" "look:     drop_port() in probe.bpf.c"
	run lab_expect_tr drop_port XDP_DROP miss "WHY" "LOOK HERE"
	expect_message "look:     LOOK HERE"
	run lab_expect_tr nothing XDP_DROP miss "WHY"
	expect_message "there is no program nothing; there are: by_inner, drop_port, on_sys_enter, send_back"
	run lab_expect_tr drop_port XDP_DROP nobody "WHY"
	expect_message "there is no packet nobody"
	lab_packet short eth cut=13
	run lab_expect_tr drop_port XDP_PASS short "WHY"
	expect_message "less than an Ethernet header"
}

@test "lab_cuts: a packet cut at every length, run in one go" {
	lab_load probe port=53
	lab_cuts short 14 41 eth ipv4 udp dport=53
	[ "${LAB_CUTS%% *}" = short-14 ]
	[ "${LAB_CUTS##* }" = short-41 ]
	lab_expect_tr drop_port XDP_PASS "$LAB_CUTS" "the UDP header is not all there"
	[ "$(lab_get seen)" = 28 ]
	run lab_expect_tr drop_port XDP_PASS "short-41 short short-40" "WHY"
	expect_message "sent:     packet short: eth ipv4 udp dport=53 (42 bytes)" "seen:     XDP_DROP"
	run lab_cuts short 14 43 eth ipv4 udp
	expect_message "packet short has only 42 bytes"
}

@test "lab_expect_out: the bytes, or both side by side with the first difference" {
	lab_load probe
	lab_packet there eth ipv4 udp
	lab_packet back eth dst=02:00:00:00:00:0b src=02:00:00:00:00:0a ipv4 udp
	lab_expect_tr send_back XDP_TX there "every frame goes back"
	lab_expect_out back "the addresses change places"
	run lab_expect_out there "WHY"
	expect_message "packet there" "WHY" "the first byte that differs is byte 5" \
		"eth       dst       02:00:00:00:00:0a       02:00:00:00:00:0b        <--" \
		"sport     40000                   40000"$'\n' \
		"     0  02 00 00 00 00 0a 02 00    02 00 00 00 00 0b 02 00   <--" \
		$'\n'"                                 ^^                         ^^"$'\n'
	lab_packet longer eth dst=02:00:00:00:00:0b src=02:00:00:00:00:0a ipv4 udp pad=43
	run lab_expect_out longer "WHY"
	expect_message "expected 43 bytes, seen 42; the first 42 are the same"
}

@test "a word that means nothing is refused" {
	run lab_packet it eth ipv4 port=3
	expect_message "ipv4 has no field port"
	run lab_packet it eth udp
	expect_message "udp cannot follow eth"
}
