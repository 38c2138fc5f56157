#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of bytecode. The classic filter is taken from the loader's socket, the
# eBPF program from the loader's descriptors; then packets are sent through them,
# which the loader knows nothing of. What a packet deserves is said by the rules()
# below. The port comes from the seed; its two bytes differ, so that byte order shows.
load "$LAB_TEST/lab.bash"

classic="TODO 1 in filter.c"
head="TODO 4 in filter.c"
tail="TODO 5 in filter.c"

setup() {
	lab_setup
	port=$(lab_rand port 1024 65000)
	((port >> 8 != (port & 0xff))) || ((++port))
	swapped=$((port >> 8 | (port & 0xff) << 8))
	lab_packet hit eth ipv4 udp "dport=$port"
}

teardown() {
	lab_teardown
}

# start classic|hand_made: the loader runs, with this form of the filter on its socket
start() {
	if [[ $1 == classic ]]; then
		LAB_LOOK="attach_classic() in filter.c" lab_start filter -c -p "$port"
	else
		LAB_LOOK="attach_ebpf() in filter.c; what the verifier says is above" \
			lab_start filter -p "$port"
		lab_adopt
	fi
}

# taken, dropped FORM "PACKET..." WHY LOOK
taken() {
	lab_expect_filtered "$1" taken "$2" "$3" "$4"
}

dropped() {
	lab_expect_filtered "$1" dropped "$2" "$3" "$4"
}

# strangers: packets that are not UDP over IPv4, listed in $strangers. A VLAN tag is not one of
# them on a wire: the kernel takes it out of the frame before packet sockets see it.
strangers() {
	lab_packet tcp eth ipv4 tcp "dport=$port"
	lab_packet icmp eth ipv4 icmp payload=32
	lab_packet arp eth arp
	lab_packet ipv6 eth ipv6 udp "dport=$port"
	strangers="tcp icmp arp ipv6"
}

# other_ports: UDP to ports that are nearly the right one, listed in $other_ports
other_ports() {
	local other
	other_ports=''
	for other in $((port + 1)) $((port - 1)) $((port ^ 0x0100)) "$swapped"; do
		lab_packet "to-$other" eth ipv4 udp "sport=$port" "dport=$other"
		other_ports+=" to-$other"
	done
}

# option_packets: hits with options, listed in $option_packets
option_packets() {
	local size
	option_packets=''
	for size in 4 $((4 * $(lab_rand words 2 9))) 40; do
		lab_packet "options-$size" eth ipv4 "options=$size" udp "dport=$port"
		option_packets+=" options-$size"
	done
}

# bats test_tags=points:2,visibility:visible
@test "classic: UDP to the port is taken, other packets are not" {
	start classic
	taken classic hit "it is UDP over IPv4 to port $port" "$classic: option -p sets the port"
	strangers
	lab_packet tagged eth vlan id=5 ipv4 udp "dport=$port"
	dropped classic "$strangers tagged" "it is not UDP over IPv4" "$classic: 'ip and udp dst port 53'"
	other_ports
	dropped classic "$other_ports" "it is to another port than $port" "$classic"
}

# bats test_tags=points:1,visibility:visible
@test "classic: options are stepped over, later fragments are dropped" {
	start classic
	option_packets
	taken classic "$option_packets" "it is UDP to port $port behind options" "$classic"
	lab_packet later eth ipv4 frag="$(lab_rand frag 1 8000)" udp "dport=$port"
	dropped classic later "a later fragment has no UDP header" "$classic"
}

# bats test_tags=points:2,visibility:visible
@test "eBPF: what is not UDP over IPv4 is dropped" {
	start hand_made
	strangers
	lab_packet tagged eth vlan id=5 ipv4 udp "dport=$port"
	dropped hand_made "$strangers tagged" "it is not UDP over IPv4" "$head: EtherType and protocol"
	taken hand_made hit "it is UDP over IPv4, to port $port" \
		"$head: byte order and jump distances; if the port is compared already, $tail"
}

# bats test_tags=points:2,visibility:visible
@test "eBPF: a later fragment is dropped, other flags do not count" {
	start hand_made
	lab_packet dont eth ipv4 df=1 udp "dport=$port"
	lab_packet first eth ipv4 mf=1 udp "dport=$port"
	lab_packet far eth ipv4 "frag=$(lab_rand far 256 8100)" udp "dport=$port"
	lab_packet far-more eth ipv4 mf=1 frag=256 udp "dport=$port"
	dropped hand_made "far far-more" "a later fragment has no UDP header" "$head: BPF_JSET"
	taken hand_made "dont first" "its fragment offset is 0" "$head: which bits are the offset?"
}

# bats test_tags=points:1,visibility:visible
@test "eBPF: a fragment close behind the first is dropped" {
	start hand_made
	lab_packet close eth ipv4 "frag=$(lab_rand close 1 255)" udp "dport=$port"
	lab_packet closest eth ipv4 frag=1 mf=1 udp "dport=$port"
	dropped hand_made "close closest" "a later fragment has no UDP header" \
		"$head: how many bytes has the field?"
}

# bats test_tags=points:2,visibility:visible
@test "eBPF: the port decides" {
	start hand_made
	other_ports
	dropped hand_made "$other_ports" "it is to another port than $port" \
		"$tail: the comparison of the port, and where it jumps to"
	taken hand_made hit "it is to port $port" "$tail: the comparison of the port, and its byte order"
}

# bats test_tags=points:1,visibility:visible
@test "eBPF: the port is found behind IPv4 options" {
	start hand_made
	option_packets
	lab_packet options-other eth ipv4 options=8 udp "sport=$port" "dport=$((port ^ 1))"
	dropped hand_made options-other "it is to another port than $port" "$tail"
	taken hand_made "$option_packets" "it is UDP to port $port behind options" \
		"$tail: the low half of byte 14 is the length of the header, in units of 4 bytes"
}

# bats test_tags=points:1,visibility:visible
@test "eBPF: frames cut short are dropped" {
	start hand_made
	lab_cuts short 1 37 eth ipv4 udp "dport=$port"
	dropped hand_made "$LAB_CUTS" "the port is not all there" \
		"$tail: r0 is not 0 when the helper could not copy the bytes"
	lab_packet enough eth ipv4 udp "dport=$port" cut=38
	taken hand_made enough "its last byte is the port's" "$tail: how many bytes are copied?"
}

# rules TYPE PROTOCOL FRAGMENT PORT: whether a packet is taken
rules() {
	[[ $1 == ipv4 && $2 == 17 && $3 == 0 && $4 == "$port" ]]
}

# row TYPE PROTOCOL FRAGMENT PORT: builds such a packet, and adds it to takes or drops. Of the
# first three one at least has options, one has none, and so it is with the flag.
row() {
	local name="$1-$2-$3-$4-$((++rows))" more=$((rows & 1))
	local options=$((rows % 3 * 4 * (1 + (RANDOMS >> 14 & 3))))
	if [[ $1 == ipv4 ]]; then
		lab_packet "$name" eth ipv4 proto="$2" frag="$3" mf="$more" options="$options" udp dport="$4"
	else
		lab_packet "$name" eth ipv6 next="$2" udp dport="$4"
	fi
	if rules "$@"; then takes+=" $name"; else drops+=" $name"; fi
}

# bats test_tags=points:3,visibility:visible
@test "both forms agree with the rules on packets drawn at random" {
	rows=0 takes='' drops='' close=0
	# Each rule broken alone, then some at a time. Every other fragment is close to the first.
	for breaks in 0 0 0 1 2 4 4 8 8 8 3 5 6 9 12 15; do
		RANDOMS=$(lab_rand "row $((rows))" 0 4294967295)
		type=ipv4 protocol=17 fragment=0 to=$port
		((!(breaks & 1))) || type=ipv6
		((!(breaks & 2))) || protocol=$((RANDOMS & 1 ? 6 : 132))
		((!(breaks & 4))) || fragment=$(((close = !close) ? 1 + RANDOMS % 255 : 256 + RANDOMS % 7900))
		((!(breaks & 8))) || to=$((port ^ 1 << RANDOMS % 16))
		row "$type" "$protocol" "$fragment" "$to"
	done
	start classic
	taken classic "$takes" "the rules say so" "$classic"
	dropped classic "$drops" "the rules say so" "$classic"
	lab_stop
	start hand_made
	taken hand_made "$takes" "the rules say so" "$head and $tail"
	dropped hand_made "$drops" "the rules say so" "$head and $tail"
}

# bats test_tags=points:1,visibility:visible
@test "on the wire, only UDP to the port is counted" {
	n=$(lab_rand n 2 9)
	lab_packet last eth type=0x88b5 payload=50
	other_ports
	strangers
	start hand_made
	lab_expect_line '^listening' "the socket is bound" "main() in filter.c, which is given"
	lab_capture_start a
	hits=()
	for ((i = 0; i < n; i++)); do
		hits+=(hit)
	done
	# shellcheck disable=SC2086 # names
	lab_send b $other_ports $strangers "${hits[@]}" last
	lab_expect_captured a "${other_ports# } $strangers ${hits[*]} last" "a filter of a socket takes nothing from others"
	lab_stop
	lab_equal "$n packets taken" "$(tail -n 1 "$LAB_STDOUT")" \
		"$n packets to port $port among others; the last line of filter -p $port" "$head and $tail"
}

# bats test_tags=points:2,visibility:visible
@test "a refused program ends the loader with the reason" {
	lab_run filter -f 3
	lab_equal 1 "$LAB_STATUS" "filter -f 3, so that the program has no end; exit status" \
		"TODO 2 in filter.c: what load() returns"
	lab_equal "filter: cannot run: Invalid argument" "$(tail -n 1 "$LAB_RUN_STDERR")" \
		"filter -f 3; the last line on stderr" "TODO 2 in filter.c: the reason is in errno"
}

# bats test_tags=points:2,visibility:visible
@test "the verifier's log is shown" {
	lab_run filter -f 3
	lab_equal 1 "$(grep -c 'last insn is not an exit or jmp' "$LAB_RUN_STDERR")" \
		"filter -f 3; lines on stderr with 'last insn is not an exit or jmp'" \
		"TODO 3 in filter.c: log_buf, log_size, log_level"
	lab_run filter -v true
	lab_equal 1 "$(grep -c '^processed .* insns' "$LAB_RUN_STDERR")" \
		"filter -v true; lines on stderr that begin 'processed ... insns'" \
		"TODO 3 in filter.c: with -v the log is printed in any case"
}
