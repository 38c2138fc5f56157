#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of parsing: frames of every kind are handed to the program, and
# its action and its counters compared; at the end some go over the wire. The
# port and all sizes come from the seed. The port's two bytes differ, so that
# byte order shows. Beside what is dropped, bad or a later fragment comes a frame
# that is like it, and is not: to know lengths and kinds of frames is not enough.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	port=$(lab_rand port 1024 65000)
	((port >> 8 != (port & 0xff))) || ((++port))
	swapped=$((port >> 8 | (port & 0xff) << 8))
	# One bit is not what it is in the port; in $swapped it is more.
	other=$((port ^ 1 << $(lab_rand bit 0 15)))
	lab_load parsing "port=$port"
	declare -gA expected=()
}

teardown() {
	lab_teardown
}

# is KIND PACKET WHY LOOK: the packet is of this kind, and treated so
is() {
	local kind=$1 packet=$2 why=$3 look=$4 action=XDP_PASS
	[[ $kind != dropped ]] || action=XDP_DROP
	lab_tr parsing "$packet"
	if [[ $LAB_VERDICT != "$action" ]]; then
		look=$(look_for "$(last_kind)" "$look")
		lab_expect_tr parsing "$action" "$packet" "$why" "$look"
	fi
	counted "$kind" 1 "packet $packet ($why)" "$look"
}

# drops NAME WHERE LOOK SPEC...: a packet is dropped when PORT in it is the port, and passes as UDP
# when it is another
drops() {
	local name=$1 where=$2 look=$3
	shift 3
	lab_packet "$name" "${@/PORT/"$port"}"
	is dropped "$name" "it is UDP to port $port$where" "$look"
	passes "$name-other" "$where" "$look" "$@"
}

# passes NAME WHERE LOOK SPEC...: with the other port
passes() {
	local name=$1 where=$2 look=$3
	shift 3
	lab_packet "$name" "${@/PORT/"$other"}"
	is udp "$name" "it is UDP to port $other$where, and not to $port" "$look"
}

# counted KIND N SENT LOOK: since the last time, N more of this kind
counted() {
	((expected[$1] += $2)) || :
	lab_equal "${expected[$1]}" "$(lab_get "$1")" "$3; the counter '$1'" "$4"
}

# last_kind: prints the counter that is not what it was
last_kind() {
	local kinds=(dropped udp icmp fragments other bad) counts i
	mapfile -t counts < <(lab_number lab_get "${kinds[@]}" 2>/dev/null)
	for i in "${!kinds[@]}"; do
		((counts[i] == ${expected[${kinds[i]}]-0})) || echo "${kinds[i]}"
	done
}

# look_for KIND LOOK: where to look when the program took a frame for this kind. A plain frame
# that is lost before parse_udp() has been misread by another parser.
look_for() {
	local look=$2
	case $look,$1 in
	"TODO 1:"*,bad) look="what moves the cursor in parsing.bpf.c: a parser returned BAD" ;;
	"TODO 1:"*,fragments) look="TODO 3: the parser that returned FRAGMENT in parsing.bpf.c" ;;
	esac
	echo "$look; the program took this packet for '$1'"
}

# are_bad WHY LOOK: so is each of the packets that lab_cuts has made
are_bad() {
	local cuts
	read -ra cuts <<<"$LAB_CUTS"
	lab_expect_tr parsing XDP_PASS "$LAB_CUTS" "$1" "$2"
	counted bad "${#cuts[@]}" "packets ${cuts[0]} ... ${cuts[-1]} ($1)" "$2"
}

# bats test_tags=points:2,visibility:visible
@test "drops UDP to the port over IPv4 and IPv6" {
	look="TODO 1: parse_udp() in parsing.bpf.c"
	drops ipv4 "" "$look" eth ipv4 df=1 udp dport=PORT "payload=$(lab_rand ipv4 0 1000)"
	drops ipv6 "" "$look" eth ipv6 udp dport=PORT "payload=$(lab_rand ipv6 0 1000)"
}

# bats test_tags=points:2,visibility:visible
@test "counts a frame cut short as bad" {
	look="TODO 1: the bounds check of parse_udp() in parsing.bpf.c"
	why="a header is not all there, so it is 'bad', and passes"
	drops whole "" "$look" eth ipv4 udp dport=PORT
	lab_cuts ipv4 14 41 eth ipv4 udp "dport=$port"
	are_bad "$why" "$look"
	lab_cuts ipv6 14 61 eth ipv6 udp "dport=$port"
	are_bad "$why" "$look"
}

# bats test_tags=points:0,visibility:visible
@test "lets UDP to other ports pass" {
	look="TODO 1: the port that parse_udp() returns in parsing.bpf.c"
	for other in $((port + 1)) $((port - 1)) "$swapped" $((port ^ 0x8000)); do
		passes "to-$other" "" "$look" eth ipv4 udp "sport=$port" dport=PORT
	done
}

# bats test_tags=points:0,visibility:visible
@test "lets ICMP, TCP and ARP pass" {
	look="parsing() in parsing.bpf.c, which is given"
	lab_packet icmp eth ipv4 icmp payload=32
	is icmp icmp "it is ICMP" "$look"
	lab_packet icmpv6 eth ipv6 icmpv6 payload=32
	is icmp icmpv6 "it is ICMPv6" "$look"
	lab_packet tcp eth ipv4 tcp "dport=$port"
	is other tcp "it is TCP, though to port $port" "$look"
	lab_packet arp eth arp
	is other arp "it is ARP" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "finds UDP behind IPv4 options" {
	look="TODO 2: parse_ipv4() in parsing.bpf.c"
	for size in 4 $((4 * $(lab_rand words 2 9))) 40; do
		drops "options-$size" " behind $size bytes of options" "$look" \
			eth ipv4 "options=$size" udp dport=PORT
	done
}

# bats test_tags=points:1,visibility:visible
@test "counts an IPv4 header of less than 20 bytes as bad" {
	look="TODO 2: parse_ipv4() in parsing.bpf.c"
	passes ihl-5 "" "$look" eth ipv4 ihl=5 udp dport=PORT
	for ihl in 0 1 2 3 4; do
		lab_packet "ihl-$ihl" eth ipv4 "ihl=$ihl" udp "dport=$port"
		is bad "ihl-$ihl" "no IPv4 header has $((4 * ihl)) bytes" "$look"
	done
}

# bats test_tags=points:2,visibility:visible
@test "counts IPv4 options cut short as bad" {
	look="TODO 2: parse_ipv4() in parsing.bpf.c, the second bounds check"
	size=$((4 * $(lab_rand words 4 10)))
	for whole in 4 "$size"; do
		passes "options-$whole" " behind $whole bytes of options" "$look" \
			eth ipv4 "options=$whole" udp dport=PORT
	done
	why="its IPv4 header has $((20 + size)) bytes, and they are not all there"
	lab_cuts options 34 $((33 + size)) eth ipv4 "options=$size" icmp
	are_bad "$why" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "drops a first IPv4 fragment" {
	look="TODO 3: parse_ipv4() in parsing.bpf.c; the flags in frag_off do not count"
	drops first " in a first fragment" "$look" eth ipv4 mf=1 udp dport=PORT payload=64
}

# bats test_tags=points:2,visibility:visible
@test "lets later IPv4 fragments pass" {
	look="TODO 3: parse_ipv4() in parsing.bpf.c"
	passes offset-0 "" "$look" eth ipv4 frag=0 udp dport=PORT
	for offset in 1 "$(lab_rand offset 2 8190)" 8191; do
		lab_packet "offset-$offset" eth ipv4 "frag=$offset" udp "dport=$port"
		is fragments "offset-$offset" "it is a later fragment; what looks like UDP is data" "$look"
	done
}

# bats test_tags=points:1,visibility:visible
@test "finds UDP behind a tag of 802.1Q" {
	look="TODO 4: parse_eth() in parsing.bpf.c"
	drops tagged " behind a VLAN tag" "$look" \
		eth vlan "id=$(lab_rand id 1 4094)" ipv4 udp dport=PORT
}

# bats test_tags=points:1,visibility:visible
@test "finds UDP behind two tags of 802.1Q" {
	look="TODO 4: the loop in parse_eth() in parsing.bpf.c"
	drops tagged-twice " behind two VLAN tags" "$look" \
		eth vlan "id=$(lab_rand id 1 4094)" pcp=7 vlan ipv6 udp dport=PORT
}

# bats test_tags=points:1,visibility:visible
@test "finds UDP behind tags of 802.1ad" {
	look="TODO 4: the types that parse_eth() in parsing.bpf.c takes for tags"
	drops outer " behind a tag of 802.1ad" "$look" eth vlan tpid=0x88a8 ipv4 udp dport=PORT
	drops both " behind a tag of 802.1ad and one of 802.1Q" "$look" \
		eth vlan tpid=0x88a8 vlan ipv6 udp dport=PORT
}

# bats test_tags=points:1,visibility:visible
@test "counts a VLAN tag cut short as bad" {
	look="TODO 4: the bounds check in the loop of parse_eth() in parsing.bpf.c"
	lab_cuts tags 14 21 eth vlan tpid=0x88a8 vlan arp
	is other tags "it is ARP behind two tags" "$look"
	lab_packet untagged eth type=0x88b5 payload=4
	is other untagged "no tag is announced" "$look"
	are_bad "a tag is announced, and not all of it is there" "$look"
}

# bats test_tags=points:3,visibility:visible
@test "finds UDP behind IPv6 extension headers" {
	look="TODO 5: parse_ipv6() in parsing.bpf.c"
	size=$((8 * $(lab_rand size 2 31)))
	for ext in hopopts dstopts routing; do
		lab_packet "$ext" eth ipv6 "$ext" udp "dport=$port"
		is dropped "$ext" "it is UDP to port $port behind an extension header of 8 bytes" "$look"
		drops "$ext-long" " behind an extension header of $((8 + size)) bytes" "$look" \
			eth ipv6 "$ext" "options=$size" udp dport=PORT
	done
	drops chain " behind four extension headers" "$look" \
		eth ipv6 hopopts dstopts options=16 routing options=8 dstopts udp dport=PORT
}

# bats test_tags=points:2,visibility:visible
@test "counts an extension header cut short as bad" {
	look="TODO 5: parse_ipv6() in parsing.bpf.c: an extension header must be there, and then all of its length"
	size=$((8 * $(lab_rand size 2 31)))
	for whole in 0 "$size"; do
		passes "extension-$whole" " behind an extension header of $((8 + whole)) bytes" "$look" \
			eth ipv6 dstopts "options=$whole" udp dport=PORT
	done
	why="its extension header has $((8 + size)) bytes, and they are not all there"
	lab_cuts extension 54 $((61 + size)) eth ipv6 dstopts "options=$size" icmpv6
	are_bad "$why" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "drops a first IPv6 fragment" {
	look="TODO 6: parse_ipv6() in parsing.bpf.c"
	drops first " in a first fragment" "$look" \
		eth ipv6 fragment mf=1 reserved=255 udp dport=PORT payload=64
}

# bats test_tags=points:2,visibility:visible
@test "lets later IPv6 fragments pass" {
	look="TODO 6: parse_ipv6() in parsing.bpf.c"
	passes offset-0 " in the only fragment" "$look" eth ipv6 fragment frag=0 udp dport=PORT
	for offset in 1 "$(lab_rand offset 2 8190)" 8191; do
		lab_packet "offset-$offset" eth ipv6 fragment "frag=$offset" udp "dport=$port"
		is fragments "offset-$offset" "it is a later fragment; what looks like UDP is data" "$look"
	done
}

# bats test_tags=points:2,visibility:visible
@test "counts a deep frame cut anywhere as bad" {
	look="the header that would end there: its bounds check in parsing.bpf.c"
	set -- eth vlan tpid=0x88a8 vlan ipv6 hopopts routing options=8 fragment mf=1 udp
	drops whole " behind all that there may be" "$look" "$@" dport=PORT
	lab_cuts deep 14 101 "$@" "dport=$port"
	are_bad "a header is not all there, so it is 'bad', and passes" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "drops on the wire and lets the rest reach the stack" {
	lab_packet plain eth ipv4 udp "dport=$port"
	lab_packet tagged eth vlan ipv4 udp "dport=$port"
	lab_packet options eth ipv4 options=8 udp "dport=$port"
	lab_packet extension eth ipv6 hopopts udp "dport=$port"
	lab_packet first eth ipv4 mf=1 udp "dport=$port" payload=64
	lab_packet later eth ipv4 frag=9 udp "dport=$port"
	lab_packet short eth ipv4 udp "dport=$port" cut=38
	lab_packet other eth ipv6 udp "dport=$swapped"
	lab_packet last eth ipv4 icmp
	# It is what ends the wait below: no need to wait for it in vain.
	lab_expect_tr parsing XDP_PASS last "it is ICMP"
	lab_attach_xdp parsing a
	lab_capture_start a
	lab_send b plain later tagged short options first extension other last
	lab_expect_captured a "later short other last" \
		"plain, tagged, options, first and extension are UDP to port $port, and dropped" \
		"parsing.bpf.c; the checks before this one try the same kinds of frames one by one"
}
