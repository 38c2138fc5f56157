#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lpm. In the first ones routes are put into the tables from outside, and
# packets are handed to the program; in the last three the learner's loader fills the
# tables. Addresses come from the seed. The first and the last byte of an IPv4 address
# have no bit in common, so that byte order shows even in the shortest prefix.
load "$LAB_TEST/lab.bash"

# As in linux/bpf.h
drop=1 pass=2
find4="TODO 1: find4() in routes.bpf.c"
follow="TODO 2: follow() in routes.bpf.c"
find6="TODO 3: find6() in routes.bpf.c"

setup() {
	lab_setup
	lab_load routes
	net=$(lab_rand net 0x0b000000 0x5fffffff)
	((net = net & ~0xff | ~(net >> 24) & 0xff))
	# Two halves of an IPv6 address, in hex.
	head6=2001$(printf %04x "$(lab_rand head6 1 65535)")$(printf %08x "$(lab_rand net6 0 0xfffffffe)")
	tail6=$(printf %08x%08x "$(lab_rand host6 0 0xfffffffe)" "$(lab_rand rest6 0 0xfffffffe)")
}

teardown() {
	lab_teardown
}

# dotted NUMBER: an IPv4 address as text
dotted() {
	echo "$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

# colons HEX: an IPv6 address as text
colons() {
	local text=$1 i out=''
	for ((i = 0; i < 32; i += 4)); do
		out+=${out:+:}${text:i:4}
	done
	echo "$out"
}

# route4 NUMBER LENGTH ACTION, route6 HEX LENGTH ACTION: a route goes into the table, bits
# behind its length cleared
route4() {
	local bits=$(($1 & (0xffffffff << (32 - $2))))
	lab_map_set routes4 "prefixlen=$2,address=hex:$(printf %08x $((bits & 0xffffffff))).action" "$3"
}

route6() {
	local zeros=00000000000000000000000000000000
	lab_map_set routes6 "prefixlen=$2,address=hex:${1:0:$2 / 4}${zeros:$2 / 4}.action" "$3"
}

# to4 NAME NUMBER, to6 NAME HEX: a packet to this address
to4() {
	lab_packet "$1" eth ipv4 dst="$(dotted "$2")" udp
}

to6() {
	lab_packet "$1" eth ipv6 dst="$(colons "$2")" udp
}

# dropped, passes "PACKET..." WHY LOOK
dropped() {
	lab_expect_tr routes XDP_DROP "$1" "$2" "$3"
}

passes() {
	lab_expect_tr routes XDP_PASS "$1" "$2" "$3"
}

# bats test_tags=points:2,visibility:visible
@test "IPv4: a network is dropped, its neighbours are not" {
	length=$(lab_rand length 17 23)
	route4 "$net" "$length" $drop
	to4 itself "$net"
	to4 first-free-bit $((net ^ 1 << (31 - length)))
	to4 last-bit $((net ^ 1))
	dropped "itself first-free-bit last-bit" "its first $length bits are those of the route" \
		"TODO 1 and 2 in routes.bpf.c: find4() finds the route, follow() does what it says"
	to4 last-fixed-bit $((net ^ 1 << (32 - length)))
	to4 first-bit $((net ^ 1 << 31))
	passes "last-fixed-bit first-bit" "one of its first $length bits is another, so it has no route" "$find4"
}

# bats test_tags=points:2,visibility:visible
@test "IPv4: the longest prefix decides, whichever came first" {
	to4 in-24 "$net"
	to4 in-16 $((net ^ 0x0100))
	to4 in-8 $((net ^ 0x010000))
	route4 "$net" 24 $drop
	route4 "$net" 16 $pass
	route4 "$net" 8 $drop
	dropped "in-24 in-8" "the longest route that fits says drop" "$find4, then $follow"
	passes in-16 "the longest route that fits says pass" "$follow"
	lab_load routes
	route4 "$net" 8 $drop
	route4 "$net" 16 $pass
	route4 "$net" 24 $drop
	dropped "in-24 in-8" "the longest route that fits says drop" "$find4, then $follow"
	passes in-16 "the longest route that fits says pass" "$follow"
}

# bats test_tags=points:1,visibility:visible
@test "IPv4: short prefixes, down to the default route" {
	to4 near "$net"
	to4 far $((net ^ 1 << 31))
	route4 0 0 $drop
	dropped "near far" "a route of length 0 fits every address" "$find4, then $follow"
	route4 "$net" 3 $pass
	passes near "its first 3 bits are those of a route to pass" "$find4, then $follow"
	dropped far "only the route of length 0 fits" "$find4"
}

# bats test_tags=points:1,visibility:visible
@test "IPv4: a single address" {
	to4 itself "$net"
	to4 next $((net ^ 1))
	to4 far $((net ^ 1 << 31))
	route4 0 0 $pass
	route4 "$net" 32 $drop
	dropped itself "all 32 bits are those of the route" "$find4: how many bits of the packet's address count?"
	passes "next far" "it is another address, and the default route says pass" "$follow"
}

# bats test_tags=points:0,visibility:visible
@test "IPv4: what has no route passes, and is counted" {
	route4 0xc0000200 24 $drop
	to4 elsewhere "$net"
	passes "elsewhere elsewhere" "its source has a route, but its destination has none" "$find4, then the end of $follow"
	lab_equal 2 "$(lab_get unrouted)" "2 packets without a route; unrouted" "$follow"
}

# bats test_tags=points:2,visibility:visible
@test "each packet is counted in the route that decides" {
	n=$(lab_rand n 2 5)
	to4 in-24 "$net"
	to4 in-16 $((net ^ 0x0100))
	route4 "$net" 16 $drop
	route4 "$net" 24 $drop
	many=in-24
	for ((i = 1; i < n; i++)); do
		many+=" in-24"
	done
	dropped "$many in-16" "the longest route that fits says drop" "$find4, then $follow"
	key=address=hex:$(printf %08x "$net")
	lab_equal "$n" "$(lab_map routes4 "prefixlen=24,$key.packets")" \
		"$n packets to the network of length 24, 1 to that of length 16 around it; packets of the first" "$follow"
	lab_equal 1 "$(lab_map routes4 "prefixlen=16,$key.packets")" \
		"$n packets to the network of length 24, 1 to that of length 16 around it; packets of the second" "$follow"
}

# bats test_tags=points:1,visibility:visible
@test "IPv4: when a route is removed, the next shorter one decides" {
	to4 itself "$net"
	route4 "$net" 16 $drop
	route4 "$net" 24 $pass
	passes itself "the route of length 24 says pass" "$follow"
	lab_map_set routes4 "prefixlen=24,address=hex:$(printf %06x00 $((net >> 8)))" absent
	dropped itself "what is left is the route of length 16" "$find4, then $follow"
	lab_map_set routes4 "prefixlen=16,address=hex:$(printf %04x0000 $((net >> 16)))" absent
	passes itself "no route is left" "$follow"
}

# bats test_tags=points:1,visibility:visible
@test "IPv6: prefixes of up to 32 bits, in a table of their own" {
	route4 0 0 $pass
	route6 "$head6$tail6" 16 $pass
	route6 "$head6$tail6" 32 $drop
	to6 in-32 "$head6$tail6"
	to6 in-16 "20010000$tail6$tail6"
	to6 elsewhere "3fff${head6:4}$tail6"
	dropped in-32 "its first 32 bits are those of a route to drop" "$find6"
	passes in-16 "only the route of length 16 fits" "$follow"
	passes elsewhere "it has no route" "$follow"
}

# bats test_tags=points:2,visibility:visible
@test "IPv6: the longest prefix decides" {
	to6 in-128 "$head6$tail6"
	to6 in-64 "${head6}ffffffffffffffff"
	to6 in-48 "${head6:0:12}ffff$tail6"
	to6 in-32 "${head6:0:8}ffffffff$tail6"
	to6 elsewhere "3fff${head6:4}$tail6"
	route6 "$head6$tail6" 48 $pass
	route6 "$head6$tail6" 128 $pass
	route6 "$head6$tail6" 64 $drop
	route6 "$head6$tail6" 32 $drop
	dropped "in-64 in-32" "the longest route that fits says drop" "$find6: all 128 bits count"
	passes "in-128 in-48" "the longest route that fits says pass" "$find6: all 128 bits count"
	passes elsewhere "it has no route" "$follow"
}

# start OPTION...: the learner's loader runs with these routes
start() {
	lab_start routes "$@"
	lab_adopt
}

# bats test_tags=points:2,visibility:visible
@test "the loader fills the tables" {
	loader="TODO 5: make_key() in routes.c"
	start -d "$(dotted $((net & 0xffff0000)))/16" -p "$(dotted $((net & 0xffffff00)))/24" \
		-d "$(colons "${head6:0:12}00000000000000000000")/48"
	to4 in-16 $((net ^ 0x0100))
	to4 in-24 "$net"
	to4 elsewhere $((net ^ 1 << 31))
	to6 in-48 "$head6$tail6"
	to6 elsewhere6 "3fff${head6:4}$tail6"
	dropped "in-16 in-48" "option -d says so" "$loader"
	passes in-24 "option -p says so" "$loader"
	passes "elsewhere elsewhere6" "it has no route" "$loader: address and length, of IPv4 and IPv6"
}

# bats test_tags=points:2,visibility:visible
@test "the loader: without a length it is a single address" {
	start -d "$(dotted "$net")" -d "$(colons "$head6$tail6")"
	to4 itself "$net"
	to4 next $((net ^ 1))
	to6 itself6 "$head6$tail6"
	to6 next6 "$head6${tail6:0:15}$(printf %x $((0x${tail6:15} ^ 1)))"
	dropped "itself itself6" "option -d names this address" "TODO 4: read_prefix() in routes.c, and TODO 5"
	passes "next next6" "it is another address" "TODO 4: read_prefix() in routes.c: what is p->length?"
}

# bats test_tags=points:1,visibility:visible
@test "the loader: bits behind the prefix are cleared" {
	length=$(lab_rand length 9 15)
	given=$(dotted "$net")/$length
	wanted=$(dotted $((net & (0xffffffff << (32 - length)) & 0xffffffff)))/$length
	lab_run routes -d "$given" -p 2001:db8:ffff:ffff::1/35 true
	lab_equal "$wanted drop 0"$'\n'"2001:db8:e000::/35 pass 0"$'\n'"no route 0" "$(cat "$LAB_RUN_STDOUT")" \
		"routes -d $given -p 2001:db8:ffff:ffff::1/35 true; its output" \
		"TODO 4: read_prefix() in routes.c: /$length is $((length / 8)) whole bytes and $((length % 8)) bits"
}
