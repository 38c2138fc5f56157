#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of acl-linear. Lists of rules are written here and loaded by the lesson's tool,
# which is given; the packets are handed to the program that it has loaded, and the counters
# are read from its map. Addresses, ports and lengths come from the seed.
load "$LAB_TEST/lab.bash"

matches="matches() in acl.bpf.c"
search="TODO 5: try_rule() in acl.bpf.c"

setup() {
	lab_setup
	# Where the tool pins, in the layout of the functions used here.
	# shellcheck disable=SC2034 # it is theirs
	LAB_PINS=$TESTENV_BPF/acl
	port=$(lab_rand port 1024 65000)
	low=$(lab_rand low 2 200)
	lab_packet tcp eth ipv4 tcp "dport=$port"
	lab_packet udp eth ipv4 udp "dport=$port"
	lab_packet icmp eth ipv4 icmp
	lab_packet tcp6 eth ipv6 tcp "dport=$port"
	lab_packet udp6 eth ipv6 udp "dport=$port"
	lab_packet icmp6 eth ipv6 icmpv6
}

teardown() {
	lab_teardown
}

# loads RULE...: this list takes the place of the one before
# Each list is a file of its own: a virtual machine may remember what stood in one that it has read.
loads() {
	local file=$LAB_DIR/rules$((++lists)).acl
	printf '%s\n' "$@" >"$file"
	lab_step "acl load: $(printf '%s; ' "$@")"
	acl load "$file"
}

# acl ARGUMENT...: the lesson's tool does it, without an error
acl() {
	lab_run acl "$@"
	if grep -q '^refused: ' "$LAB_RUN_STDERR"; then
		cat "$LAB_RUN_STDERR" >&2
		return 1
	fi
	((LAB_STATUS == 0)) || lab_fail "acl $1" "it is done" "$(cat "$LAB_RUN_STDERR")" "acl.bpf.c"
}

# dropped, passes "PACKET..." WHY LOOK
dropped() {
	lab_expect_tr acl XDP_DROP "$1" "$2" "$3"
}

passes() {
	lab_expect_tr acl XDP_PASS "$1" "$2" "$3"
}

# address NUMBER: prints an IPv4 address
address() {
	echo "$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

# counted SLOT PACKETS BYTES SENT LOOK: what has been counted so far
counted() {
	lab_equal "$2 packets, $3 bytes" \
		"$(lab_map counters "$1.packets") packets, $(lab_map counters "$1.bytes") bytes" "$4" "$5"
}

# bats test_tags=points:1,visibility:visible
@test "a rule without conditions decides about every packet" {
	loads "deny any from any to any"
	dropped "tcp udp icmp tcp6 udp6 icmp6" "the only rule has no conditions, and says deny" \
		"TODO 1 to 4: $matches (a condition that the rule has not must let every packet through); $search"
}

# bats test_tags=points:2,visibility:visible
@test "a rule for one protocol decides about that one" {
	look="TODO 1: the protocol in $matches"
	loads "deny udp from any to any"
	dropped "udp udp6" "the rule is about UDP" "$look"
	passes "tcp icmp tcp6 icmp6" "the rule is about UDP, and the default is permit" "$look"
	loads "deny 58 from any to any"
	dropped icmp6 "the rule is about protocol 58, ICMPv6" "$look"
	passes "icmp tcp6" "the rule is about protocol 58, ICMPv6" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "a rule for one IP version decides about that one" {
	look="TODO 1: the family in $matches"
	loads "deny ip6 any from any to any"
	dropped "tcp6 icmp6" "the rule is about IPv6" "$look"
	passes "tcp icmp" "the rule is about IPv6" "$look"
	loads "deny ip4 tcp from any to any"
	dropped tcp "the rule is about TCP over IPv4" "$look"
	passes "tcp6 udp" "the rule is about TCP over IPv4" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "IPv4 prefixes hold their network, and nothing beside it" {
	look="TODO 2: the addresses in $matches"
	length=$(lab_rand length 9 30)
	first=$(((10 << 24 | $(lab_rand network 0 16777215)) >> (32 - length) << (32 - length)))
	last=$((first | (1 << (32 - length)) - 1))
	for n in $first $last $((first - 1)) $((last + 1)); do
		lab_packet "from-$(address "$n")" eth ipv4 "src=$(address "$n")" udp
		lab_packet "to-$(address "$n")" eth ipv4 "dst=$(address "$n")" udp
	done
	network=$(address "$first")/$length
	loads "deny any from $network to any"
	dropped "from-$(address "$first") from-$(address "$last")" "its source is in $network" "$look"
	passes "from-$(address $((first - 1))) from-$(address $((last + 1)))" "its source is beside $network" "$look"
	passes "to-$(address "$first")" "its source is 192.0.2.2, not in $network" "$look"
	loads "deny any from any to $network"
	dropped "to-$(address "$first") to-$(address "$last")" "its destination is in $network" "$look"
	passes "to-$(address $((first - 1))) to-$(address $((last + 1)))" "its destination is beside $network" "$look"
	passes "from-$(address "$first")" "its destination is 192.0.2.1, not in $network" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "both addresses must fit, and an address stands for itself alone" {
	look="TODO 2: the addresses in $matches"
	lab_packet both eth ipv4 "src=10.1.$low.1" "dst=10.2.$low.2" udp
	lab_packet swapped eth ipv4 "src=10.2.$low.2" "dst=10.1.$low.1" udp
	lab_packet other eth ipv4 "src=10.1.$low.1" "dst=10.2.$low.3" udp
	loads "deny any from 10.1.0.0/16 to 10.2.$low.2"
	dropped both "source and destination fit" "$look"
	passes "swapped other" "only one of the two addresses fits, or none" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "IPv6 prefixes are compared in all their words" {
	look="TODO 2: the addresses in $matches: all four words"
	base=(2001 db8 1 2 3 4 5 6)
	rules=() from=() to=()
	for n in 1 2 3 4 5 6 7; do
		words=("${base[@]}")
		words[n]=$(printf %x $((0x1000 + low)))
		text=$(IFS=: && echo "${words[*]}")
		lab_packet "from-$text" eth ipv6 "src=$text" udp
		lab_packet "to-$text" eth ipv6 "dst=$text" udp
		rules+=("deny any from $text/$((16 * n + 16)) to any")
		from+=("from-$text") to+=("to-$text")
	done
	loads "${rules[@]}"
	dropped "${from[*]}" "each has a rule for the first words of its source" "$look"
	loads "deny any from any to 2001:db8:1:2:3:4:5:6"
	lab_packet base eth ipv6 dst=2001:db8:1:2:3:4:5:6 udp
	dropped base "this is the rule's destination" "$look"
	passes "${to[*]}" "one word of its destination is not the rule's" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "port ranges hold both of their ends, and nothing beside them" {
	look="TODO 3: the ports in $matches"
	end=$((port + low))
	for n in $((port - 1)) $port $((port + 1)) $end $((end + 1)); do
		lab_packet "to-$n" eth ipv4 tcp sport=7 "dport=$n"
		lab_packet "from-$n" eth ipv6 udp "sport=$n" dport=7
	done
	loads "deny any from any to any port $port-$end"
	dropped "to-$port to-$((port + 1)) to-$end" "its destination port is from $port to $end" "$look"
	passes "to-$((port - 1)) to-$((end + 1))" "its destination port is beside $port to $end" "$look"
	passes "from-$port" "its destination port is 7" "$look"
	loads "deny any from any port $port to any"
	dropped "from-$port" "its source port is $port" "$look"
	passes "from-$((port - 1)) from-$((port + 1)) to-$port" "its source port is not $port" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "ICMP types are told apart" {
	look="TODO 4: the ICMP type in $matches"
	lab_packet reply eth ipv4 icmp type=0
	lab_packet odd eth ipv4 icmp "type=$low"
	loads "deny icmp from any to any type 8"
	dropped icmp "it is an echo request, type 8" "$look"
	passes "reply odd udp icmp6" "it has not type 8 of ICMP" "$look"
	loads "deny icmp from any to any type $low" "deny icmp6 from any to any type 128"
	dropped "odd icmp6" "its type is $low, and 128 of ICMPv6" "$look"
	passes "icmp reply" "its type is not $low" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "TCP flags are looked at as a mask says" {
	look="TODO 4: the TCP flags in $matches"
	for flags in S SA A F SP R; do
		lab_packet "flags-$flags" eth ipv4 tcp "flags=$flags"
	done
	loads "deny tcp from any to any flags S/SA"
	dropped "flags-S flags-SP" "of SYN and ACK, only SYN is set" "$look"
	passes "flags-SA flags-A flags-F" "of SYN and ACK, not only SYN is set" "$look"
	passes "udp" "UDP has no flags" "$look"
	loads "deny tcp from any to any flags 0/SAR"
	dropped flags-F "none of SYN, ACK and RST is set" "$look"
	passes "flags-S flags-R flags-A" "SYN, ACK or RST is set" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "the first rule that matches decides" {
	look="$search: which rule decides?"
	loads "permit tcp from any to any port $port" "deny tcp from any to any" "permit any from any to any"
	lab_packet other eth ipv4 tcp "dport=$((port + 1))"
	passes "tcp tcp6" "rule 1 permits port $port" "$look"
	dropped other "rule 1 is about another port, and rule 2 denies TCP" "$look"
	passes udp "neither rule 1 nor rule 2 is about UDP" "$look"
	loads "deny any from any to any" "permit any from any to any"
	dropped "tcp udp6" "rule 1 denies everything" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "what no rule matches is up to the default" {
	look="$search: the last entry is the default, a rule like any other"
	loads "permit udp from any to any port $port" "default deny"
	dropped "tcp icmp6" "no rule matches, and the default is deny" "$look"
	passes "udp udp6" "rule 1 permits UDP to port $port" "$look"
	loads "deny udp from any to any port $port"
	passes "tcp icmp6" "no rule matches, and without a word about it the default is permit" "$look"
	dropped udp "rule 1 denies UDP to port $port" "$search"
}

# bats test_tags=points:2,visibility:visible
@test "later fragments meet no condition on ports, type or flags" {
	look="TODO 3 and 4: $matches; what is not there is a number beyond all that a rule can ask for"
	lab_packet part eth ipv4 "frag=$low" proto=udp payload=64
	lab_packet part6 eth ipv6 fragment "frag=$low" next=udp payload=64
	lab_packet tcp-part eth ipv4 "frag=$low" proto=tcp payload=64
	lab_packet icmp-part eth ipv4 "frag=$low" proto=icmp payload=64
	loads "deny udp from any to any port 0-65534" "deny tcp from any to any flags 0/S" \
		"deny icmp from any to any type 0"
	dropped "udp udp6" "its port is below 65535" "TODO 3: the ports in $matches"
	passes "part part6 tcp-part icmp-part" "it is a later fragment: its ports, flags and type are not there" "$look"
	loads "deny udp from 192.0.2.0/24 to any" "deny udp from 2001:db8::/32 to any"
	dropped "part part6" "addresses and protocol of a later fragment are there" "$look"
	passes "tcp-part" "it is part of a TCP packet" "$look"
}

# bats test_tags=points:2,visibility:visible
@test "each packet is counted once, by the rule that has decided" {
	look="TODO 6: count() in acl.bpf.c"
	loads "permit udp from any to any" "deny tcp from any to any" "default deny"
	lab_packet short eth ipv4 udp cut=30
	passes "udp udp6 udp" "rule 1 permits UDP" "$search"
	dropped "tcp icmp icmp6 short" "rule 2, or the default" "$search"
	sent="udp, udp6, udp, tcp, icmp, icmp6, and one cut short"
	counted 1 3 146 "$sent; what is counted for rule 1" "$look"
	counted 2 1 54 "$sent; what is counted for rule 2" "$look"
	counted 0 2 104 "$sent; what is counted for the default" "$look"
	counted 20001 1 30 "$sent; what is counted as bad" "$look: it is called for every packet"
}

# bats test_tags=points:1,visibility:visible
@test "a rule keeps its counter when others come in front of it" {
	look="TODO 5: the slot of the rule, and not its number, in try_rule() in acl.bpf.c"
	loads "deny udp from any to any" "deny tcp from any to any"
	dropped "udp tcp tcp" "they are denied" "$search"
	acl add --at 1 deny icmp from any to any
	acl del 2
	dropped "tcp icmp" "they are denied" "$search"
	acl stats
	lab_equal "1 deny icmp, 3 deny tcp" \
		"$(awk '/deny icmp|deny tcp/ { printf "%s%s %s %s", n++ ? ", " : "", $2, $4, $5 }' "$LAB_RUN_STDOUT")" \
		"udp, tcp, tcp; then acl add --at 1 deny icmp ..., acl del 2; then tcp, icmp; packets in acl stats" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "a list of 10,000 rules is searched to its end" {
	awk -v port="$port" 'BEGIN {
		for (i = 0; i < 9999; i++)
			printf "permit tcp from any to 10.%d.%d.1 port %d\n", i / 250, i % 250, port
		print "deny udp from any to any port " port
	}' >"$LAB_DIR/long.acl"
	lab_step "acl load: 9,999 rules that match no packet here, then: deny udp from any to any port $port"
	acl load "$LAB_DIR/long.acl"
	dropped udp "rule 10,000 denies UDP to port $port" "$search"
	passes tcp "no rule matches" "$search"
	lab_packet early eth ipv4 dst=10.0.7.1 tcp "dport=$port"
	passes early "rule 8 permits it" "$search"
	counted 8 1 54 "one packet that rule 8 permits; what is counted for it" "TODO 6: count() in acl.bpf.c"
}

# bats test_tags=points:2,visibility:visible
@test "on the wire, a new list decides from one packet to the next" {
	lab_packet tagged eth vlan tpid=0x88a8 vlan ipv4 options=12 udp "dport=$port"
	lab_packet extended eth ipv6 hopopts dstopts options=8 udp "dport=$port"
	loads "deny udp from any to any port $port"
	acl attach eth0
	lab_capture_start a
	lab_send b udp tagged extended udp6 tcp
	lab_expect_captured a "tcp" "the others are UDP to port $port" "$search"
	loads "deny tcp from any to any"
	lab_send b udp tcp tcp6 udp6
	lab_expect_captured a "udp udp6" "tcp and tcp6 are denied now" "$search"
	acl detach eth0
	lab_send b tcp
	lab_expect_captured a "tcp" "nothing is attached any more" "acl.c, which is given"
}
