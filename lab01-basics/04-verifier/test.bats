#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lesson 01/04. Each of the four programs is an object of its own,
# so that one which is refused hides nothing of the others. To be loaded is not
# enough: each must do what its first comment says.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
}

teardown() {
	lab_teardown
}

# expect_counted VARIABLE NUMBER TODO: what the packets so far have added up to
expect_counted() {
	local seen
	seen=$(lab_get "$1") || return 1
	lab_equal "$2" "$seen" "the packets above; $1" "$3"
}

# frame NAME BYTES [MORE...]: a frame of EtherType 0x88b5 with these bytes, in hex
frame() {
	local name=$1 hex=$2
	shift 2
	lab_packet "$name" eth type=0x88b5 "hex=$hex" "$@"
}

# fill COUNT: so many records of 2 bytes and of a kind that is not wanted, in hex
fill() {
	local i
	for ((i = 0; i < $1; i++)); do
		printf '02%02x' $((wanted ^ 0x80))
	done
}

# bats test_tags=points:2,visibility:visible
@test "sizes: counts UDP datagrams, and adds up what they carry" {
	local look="TODO 1 in sizes.bpf.c: the counting itself was right"
	one=$(lab_rand one 100 900)
	two=$(lab_rand two 1 99)
	lab_packet one eth ipv4 udp "payload=$one"
	lab_packet two eth ipv4 udp "payload=$two"
	lab_packet nothing eth ipv4 udp
	lab_load sizes
	lab_expect_tr sizes XDP_PASS "one two nothing" "all frames pass" "$look"
	expect_counted bytes $((one + two)) "$look"
	expect_counted datagrams 3 "$look"
}

# bats test_tags=points:2,visibility:visible
@test "sizes: other frames count nothing, and pass" {
	local look="TODO 1 in sizes.bpf.c: what is to happen where payload_size() returns -1?"
	lab_packet tcp eth ipv4 tcp "payload=$(lab_rand tcp 1 99)"
	lab_packet ping eth ipv4 icmp payload=56
	lab_packet arp eth arp
	lab_packet six eth ipv6 udp payload=20
	lab_cuts cut 14 41 eth ipv4 udp payload=10
	lab_load sizes
	lab_expect_tr sizes XDP_PASS "tcp ping arp six $LAB_CUTS" "all frames pass" "$look"
	expect_counted bytes 0 "$look"
	expect_counted datagrams 0 "$look"
}

# bats test_tags=points:2,visibility:visible
@test "types: drops the frames of the type, and no others" {
	local type other
	type=$(lab_rand type 34000 34900)
	other=$((type ^ 1))
	lab_packet hit eth "type=$type" payload=46
	lab_packet other eth "type=$other" payload=46
	lab_packet swapped eth "type=$((type % 256 * 256 + type / 256))" payload=46
	lab_packet ip eth ipv4 udp payload=30
	lab_load types "type=$type"
	lab_expect_tr types XDP_DROP hit "its EtherType is $type" "TODO 2 in types.bpf.c"
	lab_expect_tr types XDP_PASS "other swapped ip" "it has another EtherType" "TODO 2 in types.bpf.c"
	expect_counted dropped 1 "TODO 2 in types.bpf.c: a frame that is dropped is counted"
}

# bats test_tags=points:1,visibility:visible
@test "types: an Ethernet header alone is enough" {
	local type
	type=$(lab_rand type 34000 34900)
	lab_cuts hit 14 40 eth "type=$type" payload=46
	lab_load types "type=$type"
	lab_expect_tr types XDP_DROP "$LAB_CUTS" \
		"its EtherType is $type; that is in the first 14 bytes, and no more is asked for" \
		"TODO 2 in types.bpf.c: for which bytes does the bounds check ask?"
}

# bats test_tags=points:2,visibility:visible
@test "records: finds the record, wherever it stands" {
	local look="TODO 3 in records.bpf.c: the search itself was right"
	wanted=$(lab_rand wanted 2 120)
	kind=$(printf %02x "$wanted")
	frame first "02$kind" payload=40
	frame second "05800000$kind" "hex=04${kind}0000" payload=40
	frame fifth "$(fill 4)03${kind}00" payload=40
	lab_load records "wanted=$wanted"
	lab_expect_tr records XDP_DROP "first second fifth" "it holds a record of kind $wanted" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "records: finds the sixteenth record" {
	wanted=$(lab_rand wanted 2 120)
	kind=$(printf %02x "$wanted")
	frame last "$(fill 15)02$kind" payload=40
	frame long "$(fill 14)$(printf 'ff80%0506d' 0)02$kind" payload=40
	lab_load records "wanted=$wanted"
	lab_expect_tr records XDP_DROP "last long" "its sixteenth record is of kind $wanted; there may be so many" \
		"TODO 3 in records.bpf.c: how many rounds does the loop allow?"
}

# bats test_tags=points:1,visibility:visible
@test "records: finds the record in a short frame" {
	wanted=$(lab_rand wanted 2 120)
	kind=$(printf %02x "$wanted")
	frame one "02$kind"
	frame two "$(fill 1)02$kind"
	frame cut "ff$kind"
	lab_load records "wanted=$wanted"
	lab_expect_tr records XDP_DROP "one two cut" "it holds the size and the kind of a record of kind $wanted, and ends there" \
		"TODO 3 in records.bpf.c: a frame need not have room for 16 records"
}

# bats test_tags=points:1,visibility:visible
@test "records: lets all other frames pass" {
	local look="TODO 3 in records.bpf.c: what is no record, or lies behind the frame, must not count"
	wanted=$(lab_rand wanted 2 120)
	kind=$(printf %02x "$wanted")
	frame other "$(fill 16)"
	frame inside "0480${kind}${kind}$(fill 3)"
	frame zero "0080$(fill 2)02$kind"
	frame beyond "c88002$kind" payload=40
	frame half "028002"
	lab_packet nothing eth type=0x88b5
	lab_packet type eth type=0x88b6 "hex=02$kind" payload=40
	lab_packet cut eth "type=0x88b5" "hex=02$kind" cut=15
	lab_load records "wanted=$wanted"
	lab_expect_tr records XDP_PASS "other inside zero beyond half nothing type cut" \
		"it holds no record of kind $wanted" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "records: a size below 2 ends the list" {
	wanted=$(lab_rand wanted 2 120)
	kind=$(printf %02x "$wanted")
	frame zero "$(fill 1)00$kind" payload=40
	frame one "$(fill 1)01$kind" payload=40
	frame kind "0180${kind}" payload=40
	frame behind "$(fill 2)018002$kind" payload=40
	lab_load records "wanted=$wanted"
	lab_expect_tr records XDP_PASS "zero one kind behind" \
		"it has no record of kind $wanted before one whose size is 0 or 1" \
		"TODO 3 in records.bpf.c: is the size looked at before anything else of the record?"
}

# bats test_tags=points:2,visibility:visible
@test "marks: drops datagrams that begin with the mark" {
	local look="TODO 4 in marks.bpf.c: the comparison itself was right" mark
	mark=$(printf %08x "$(lab_rand mark 16777216 2147483647)")
	lab_packet hit eth ipv4 udp "hex=$mark" payload=60
	lab_packet hit2 eth ipv4 udp "hex=${mark}ffff" payload=60
	lab_load marks "mark=hex:$mark"
	lab_expect_tr marks XDP_DROP "hit hit2" "its payload begins with the bytes $mark" "$look"
	expect_counted dropped 2 "$look"
}

# bats test_tags=points:1,visibility:visible
@test "marks: lets all other frames pass" {
	local look="TODO 4 in marks.bpf.c: all four bytes must be there, and equal" mark i
	mark=$(printf %08x "$(lab_rand mark 16777216 2147483647)")
	lab_packet later eth ipv4 udp "hex=00$mark" payload=60
	lab_packet tcp eth ipv4 tcp "hex=$mark" payload=60
	lab_packet arp eth arp
	for i in 0 1 2 3; do
		lab_packet "other-$i" eth ipv4 udp "hex=${mark:0:2*i}$(printf %02x $((0x${mark:2*i:2} ^ 1)))${mark:2*i+2}" payload=60
	done
	lab_cuts cut 14 45 eth ipv4 udp "hex=$mark"
	lab_load marks "mark=hex:$mark"
	lab_expect_tr marks XDP_PASS "later tcp arp other-0 other-1 other-2 other-3 $LAB_CUTS" \
		"its payload does not begin with the bytes $mark" "$look"
	expect_counted dropped 0 "$look"
}

# bats test_tags=points:1,visibility:visible
@test "marks: four bytes of payload are enough" {
	local mark
	mark=$(printf %08x "$(lab_rand mark 16777216 2147483647)")
	lab_packet hit eth ipv4 udp "hex=$mark"
	lab_load marks "mark=hex:$mark"
	lab_expect_tr marks XDP_DROP hit "its payload is the four bytes $mark" \
		"TODO 4 in marks.bpf.c: for how many bytes does it ask?"
}
