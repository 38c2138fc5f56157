#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of counters. In all but the last three, frames are handed to the
# program and its map is read; in the last three the loader runs, frames come from
# one CPU or from two, and its table is read. Numbers come from the seed.
# Where the protocol does not matter, the frames are of one that nobody knows:
# so TODO 1, 2 and 4 can be checked before TODO 3 is done.
load "$LAB_TEST/lab.bash"

# The rows, as in counters.h.
kinds=(arp icmp tcp udp other)
icmp=1 other=4

setup() {
	lab_setup
	lab_load counters
	lab_packet unknown eth type=0x88b5 payload=50
	declare -gA expected=()
}

teardown() {
	lab_teardown
}

# times N NAME...: prints the names N times
times() {
	local n=$1 list=()
	shift
	while ((n--)); do
		list+=("$@")
	done
	echo "${list[*]}"
}

# run N PACKET...: hands the packets to the program, N times
run() {
	lab_expect_tr count_frame XDP_PASS "$(times "$@")" "nothing is to be dropped" \
		"the end of count_frame() in counters.bpf.c"
}

# kind_of_last: prints the row in which the last packet was counted
kind_of_last() {
	local row
	for row in "${!kinds[@]}"; do
		if [[ $(lab_map counters "$row.packets") != "${expected[$row]-0}" ]]; then
			echo "${kinds[row]}"
			return
		fi
	done
	echo none
}

# is KIND PACKET SPEC...: this packet is counted in the row of KIND
is() {
	local kind=$1 packet=$2 row seen
	shift 2
	lab_packet "$packet" "$@"
	run 1 "$packet"
	seen=$(kind_of_last)
	lab_equal "$kind" "$seen" "packet $packet: $*; the row it is counted in" \
		"TODO 3: kind_of() in counters.bpf.c"
	for row in "${!kinds[@]}"; do
		[[ ${kinds[row]} != "$kind" ]] || ((++expected[$row]))
	done
}

# bats test_tags=points:1,visibility:visible
@test "counts every packet" {
	n=$(lab_rand n 3 9)
	run "$n" unknown
	lab_equal "$n" "$(lab_map counters $other.packets)" "$n frames of no known kind; packets of 'other'" \
		"TODO 2: count_frame() in counters.bpf.c"
}

# bats test_tags=points:1,visibility:visible
@test "counts a longer frame as more bytes" {
	size=$(lab_rand size 60 700)
	more=$(lab_rand more 2 700)
	lab_packet short eth type=0x88b5 payload="$size"
	lab_packet long eth type=0x88b5 payload=$((size + more))
	run 1 short
	short=$(lab_number lab_map counters $other.bytes)
	run 1 long
	both=$(lab_number lab_map counters $other.bytes)
	lab_equal "$more" "$((both - 2 * short))" \
		"a frame, and then one that has $more bytes more; by how much the second adds more bytes to 'other'" \
		"TODO 2: count_frame() in counters.bpf.c: how many bytes has a frame?"
}

# bats test_tags=points:2,visibility:visible
@test "counts all bytes of a frame" {
	look="TODO 2: count_frame() in counters.bpf.c: from the frame's first byte to its last"
	size=$(lab_rand size 60 700)
	lab_packet plain eth type=0x88b5 payload="$size"
	lab_packet tagged eth vlan type=0x88b5 payload="$size"
	lab_packet padded eth ipv4 icmp payload=8 pad=60
	run 1 plain
	bytes=$((14 + size))
	lab_equal "$bytes" "$(lab_map counters $other.bytes)" \
		"a frame of $bytes bytes: Ethernet header, $size more; bytes of 'other'" "$look"
	run 1 tagged
	((bytes += 18 + size))
	lab_equal "$bytes" "$(lab_map counters $other.bytes)" \
		"one more with a VLAN tag, 4 bytes longer; bytes of 'other'" "$look"
	run 1 padded
	((bytes += 60))
	others=$(lab_number lab_map counters $other.bytes)
	pings=$(lab_number lab_map counters $icmp.bytes)
	seen=$((others + pings))
	lab_equal "$bytes" "$seen" \
		"one more with a ping of 36 bytes, filled up to 60 bytes as Ethernet does it; bytes of 'icmp' and 'other'" \
		"$look"
}

# bats test_tags=points:1,visibility:visible
@test "counts a frame that it drops" {
	n=$(lab_rand n 3 9)
	lab_load counters drop_kind=$other
	lab_expect_tr count_frame XDP_DROP "$(times "$n" unknown)" "drop_kind is KIND_OTHER" \
		"the end of count_frame() in counters.bpf.c"
	lab_equal "$n" "$(lab_map counters $other.packets)" \
		"$n frames of no known kind, dropped; packets of 'other'" \
		"TODO 2: count_frame() in counters.bpf.c: what comes first, the counting or the return?"
}

# bats test_tags=points:2,visibility:visible
@test "keeps the counts of each CPU apart" {
	n=$(lab_rand n 3 9)
	LAB_CPU=last run "$n" unknown
	lab_equal "$n" "$(LAB_CPU=last lab_map counters $other.packets)" \
		"$n frames on the last CPU; packets of 'other' that this CPU has" \
		"TODO 1: the type of the map in counters.bpf.c"
}

# bats test_tags=points:2,visibility:visible
@test "tells ARP, ICMP, TCP and UDP apart" {
	size=$(lab_rand size 1 500)
	is udp udp eth ipv4 udp payload="$size"
	is tcp tcp eth ipv4 tcp payload="$size"
	is icmp icmp eth ipv4 icmp payload="$size"
	is arp arp eth arp
	is udp udp-options eth ipv4 options=8 udp
	is tcp tcp-again eth ipv4 tcp dport=53
}

# bats test_tags=points:2,visibility:visible
@test "tells them apart in IPv6, too" {
	size=$(lab_rand size 1 500)
	is udp udp eth ipv6 udp payload="$size"
	is tcp tcp eth ipv6 tcp payload="$size"
	is icmp icmpv6 eth ipv6 icmpv6 payload="$size"
	is udp udp-extension eth ipv6 hopopts dstopts udp
}

# bats test_tags=points:1,visibility:visible
@test "tells them apart behind VLAN tags" {
	id=$(lab_rand id 1 4094)
	is udp udp eth vlan id="$id" ipv4 udp
	is tcp tcp eth vlan tpid=0x88a8 id="$id" vlan ipv4 tcp
	is arp arp eth vlan id="$id" arp
}

# bats test_tags=points:1,visibility:visible
@test "counts what has no row of its own as other" {
	is other gre eth ipv4 proto=47 payload=8
	is other fragment eth ipv4 frag=9 proto=udp payload=64
	is other short eth ipv4 udp cut=30
	is other esp eth ipv6 next=50 payload=8
	is other unknown eth type=0x88b5 payload=50
}

# shown COLUMN: the number in this column of the last row 'other' that the loader has printed
shown() {
	awk -v column="$1" '$1 == "other" { seen = $column } END { print seen }' "$LAB_STDOUT"
}

# arrive N [CPU]: N frames go from b to a, on that CPU, and have been counted there
arrive() {
	local list
	list=$(times "$1" unknown)
	# shellcheck disable=SC2086 # one word a frame
	LAB_CPU=${2-} lab_send b $list
	lab_expect_captured a "$list" "nothing is to be dropped"
}

# on_both: frames of 64 bytes arrive on the first CPU and on the last, while the loader runs
on_both() {
	first=$(lab_rand first 3 9)
	last=$(lab_rand last 3 9)
	sent="$first frames on the first CPU, $last on the last"
	lab_start counters
	lab_capture_start a
	arrive "$first" first
	arrive "$last" last
	lab_stop
}

# bats test_tags=points:1,visibility:visible
@test "the table shows what came on one CPU" {
	n=$(lab_rand n 3 9)
	lab_start counters
	lab_capture_start a
	arrive "$n" first
	lab_stop
	lab_equal "$n" "$(shown 2)" "$n frames on the first CPU; packets in the last row 'other' of the table" \
		"TODO 4: add_up() in counters.c"
}

# bats test_tags=points:2,visibility:visible
@test "the table adds up what came on all CPUs" {
	on_both
	lab_equal "$((first + last))" "$(shown 2)" "$sent; packets in the last row 'other' of the table" \
		"TODO 4: add_up() in counters.c"
}

# bats test_tags=points:1,visibility:visible
@test "the table adds up the bytes, too" {
	on_both
	lab_equal "$((64 * (first + last)))" "$(shown 4)" \
		"$sent, of 64 bytes; bytes in the last row 'other' of the table" "TODO 4: add_up() in counters.c"
}
