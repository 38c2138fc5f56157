#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of acl-fast. Lists are written here and loaded with acl, which builds the tree,
# and packets are handed to the learner's program. The lists are made for one thing each:
# up to eight rules are one leaf; thousands of addresses need two cuts, one behind the other; a rule for all addresses
# among them is set aside. Addresses and ports come from the seed. In the last two, trees are
# replaced without a pause while packets are judged, in slow motion: both lists agree about
# these packets, and find the rule in another leaf each, so that a mixture shows.
load "$LAB_TEST/lab.bash"

match="TODO 1: matches() in acl.bpf.c"
entries="TODO 2: try_entries() in acl.bpf.c"
later="$match; a rule that is not the leaf's first: $entries"
cuts="TODO 3: descend() in acl.bpf.c"
next="TODO 4: visit() in acl.bpf.c"

setup() {
	lab_setup
	lab_load acl
	a=$(lab_rand a 11 99) b=$(lab_rand b 1 120) c=$(lab_rand c 1 250) d=$(lab_rand d 101 199)
	port=$(lab_rand port 2000 60000)
	printf -v head6 2001:db8:%x:%x "$(lab_rand head6 1 65000)" "$(lab_rand more6 1 65000)"
}

teardown() {
	lab_teardown
}

# list NAME RULE...: writes a file with a list of rules
list() {
	printf '%s\n' "${@:2}" >"$LAB_DIR/$1"
	if (($# < 8)); then
		lab_step "list $1: $(printf '%s; ' "${@:2}")"
	else
		lab_step "list $1: $2; ... ${*: -1}; $(($# - 1)) lines"
	fi
}

# put RULE...: writes a list, and loads it
# Each list is a file of its own: a virtual machine may remember what stood in one that it has read.
put() {
	list rules$((++lists)).acl "$@"
	run_acl load "$LAB_DIR/rules$lists.acl"
}

# run_acl COMMAND ARGUMENT...: the tool, on this test's pins
run_acl() {
	lab_run acl "$1" --pins "$LAB_PINS" "${@:2}"
	((LAB_STATUS == 0)) || lab_fail "acl $1" "exit status 0" \
		"exit status $LAB_STATUS, and: $(cat "$LAB_RUN_STDERR")" "acl.bpf.c: does it load?"
}

# hosts ACTION NETWORK FROM TO: rules for the hosts of NETWORK (192.0.2), UDP, in the array "rules"
hosts() {
	local i
	for ((i = $3; i <= $4; i++)); do
		rules+=("$1 udp from any to $2.$i")
	done
}

# dropped, passes "PACKET..." WHY LOOK
dropped() {
	lab_expect_tr acl XDP_DROP "$1" "$2" "$3"
}

passes() {
	lab_expect_tr acl XDP_PASS "$1" "$2" "$3"
}

# bats test_tags=points:2,visibility:visible
@test "IPv4: one rule drops what it fits, and nothing else" {
	put "deny udp from $a.$b.0.0/17 to $d.$c.$b.9"
	lab_packet one eth ipv4 src="$a.$b.0.1" dst="$d.$c.$b.9" udp
	lab_packet two eth ipv4 src="$a.$b.127.254" dst="$d.$c.$b.9" udp
	dropped "one two" "its source is in the prefix, and its destination is the rule's" "$match; $entries"
	lab_packet src eth ipv4 src="$a.$b.128.1" dst="$d.$c.$b.9" udp
	lab_packet dst eth ipv4 src="$a.$b.0.1" dst="$d.$c.$b.10" udp
	lab_packet tcp eth ipv4 src="$a.$b.0.1" dst="$d.$c.$b.9" tcp
	passes "src dst tcp" "the rule does not fit it" "$match"
}

# bats test_tags=points:2,visibility:visible
@test "IPv6: all bits of both prefixes count" {
	put "deny udp from $head6::/64 to $head6:1:2:3:4"
	lab_packet one eth ipv6 src="$head6:8::1" dst="$head6:1:2:3:4" udp
	dropped one "its source is in the prefix, and its destination is the rule's" "$match; $entries"
	lab_packet dst eth ipv6 src="$head6:8::1" dst="$head6:1:2:3:5" udp
	lab_packet dst-3 eth ipv6 src="$head6:8::1" dst="$head6:1:3:3:4" udp
	lab_packet src eth ipv6 src="2001:db8:${head6##*:}::1" dst="$head6:1:2:3:4" udp
	passes "dst dst-3 src" "it differs in a bit that the rule asks for" \
		"$match: how many pairs of words does a key have?"
}

# bats test_tags=points:2,visibility:visible
@test "both ends of a range of ports belong to it" {
	low=$((port - $(lab_rand below 3 900))) high=$((port + $(lab_rand above 3 900)))
	put "deny udp from any port $low-$high to any port 53" "deny tcp from any to any port $low-$high"
	lab_packet in-low eth ipv4 udp sport="$low" dport=53
	lab_packet in-high eth ipv6 udp sport="$high" dport=53
	lab_packet tcp-low eth ipv6 tcp sport=7 dport="$low"
	lab_packet tcp-high eth ipv4 tcp sport=7 dport="$high"
	dropped "in-low in-high tcp-low tcp-high" "its port is an end of the range $low-$high" "$later"
	lab_packet below eth ipv4 udp sport=$((low - 1)) dport=53
	lab_packet above eth ipv6 udp sport=$((high + 1)) dport=53
	lab_packet tcp-below eth ipv4 tcp sport=7 dport=$((low - 1))
	lab_packet tcp-above eth ipv4 tcp sport=7 dport=$((high + 1))
	passes "below above tcp-below tcp-above" "its port is one beside the range $low-$high" \
		"$match: the words hold only bits that all ports of the range share"
}

# bats test_tags=points:1,visibility:visible
@test "ICMP types, TCP flags and later fragments" {
	put "deny icmp from any to any type 8" "deny tcp from any to any flags S/SA" \
		"deny udp from any to $d.0.0.0/8 port $port" "deny udp from any to $a.0.0.0/8"
	lab_packet ping eth ipv4 icmp type=8
	lab_packet syn eth ipv4 tcp flags=S
	lab_packet fragment eth ipv4 frag=9 proto=udp dst="$a.1.1.1" payload=64
	dropped "ping syn fragment" "a rule fits it" "$later"
	lab_packet answer eth ipv4 icmp type=0
	lab_packet syn-ack eth ipv4 tcp flags=SA
	lab_packet later eth ipv4 frag=9 proto=udp dst="$d.1.1.1" payload=64
	passes "answer syn-ack later" "no rule fits it (a later fragment has no ports)" "$match"
}

# bats test_tags=points:2,visibility:visible
@test "of the rules in a leaf, the first that matches decides" {
	put "permit udp from $a.$b.$c.0/24 to any" "deny udp from $a.$b.0.0/16 to any" \
		"permit any from $a.0.0.0/8 to any" "deny tcp from $a.$b.0.0/16 to any"
	lab_packet udp-8 eth ipv4 src="$a.$((b + 1)).1.1" udp
	lab_packet udp-24 eth ipv4 src="$a.$b.$c.1" udp
	lab_packet tcp-24 eth ipv4 src="$a.$b.$c.1" tcp
	lab_packet udp-16 eth ipv4 src="$a.$b.$((c + 1)).1" udp
	dropped udp-16 "the second rule is the first that fits" "$entries"
	passes "udp-8 udp-24 tcp-24" "the first rule that fits says permit" \
		"$entries: what happens after the first entry that matches?"
}

# bats test_tags=points:3,visibility:visible
@test "among thousands of rules, the one that matches is found" {
	rules=()
	for ((i = 0; i < 3000; i++)); do
		rules+=("deny udp from any to $a.$((b + i / 200)).$((i % 200 + 1)).0/24")
	done
	put "${rules[@]}"
	x=$(lab_rand x 2 199)
	y=$(lab_rand y 2 199)
	lab_packet first eth ipv4 dst="$a.$b.$x.$c" udp
	lab_packet second eth ipv4 dst="$a.$((b + 7)).$y.$d" udp
	lab_packet third eth ipv4 dst="$a.$((b + 14)).200.$x" udp
	dropped "first second third" "one of the 3000 rules is for its destination" "$cuts"
	lab_packet beside eth ipv4 dst="$a.$b.201.$c" udp
	lab_packet behind eth ipv4 dst="$a.$((b + 15)).$y.$c" udp
	lab_packet tcp eth ipv4 dst="$a.$b.$x.$c" tcp
	lab_packet other eth ipv4 dst="$d.$b.$x.$c" udp
	passes "beside behind tcp other" "no rule is for it" "$match; $cuts"
}

# bats test_tags=points:2,visibility:visible
@test "a rule that was set aside is found" {
	rules=()
	hosts permit "$a.$b.$c" 1 60
	put "${rules[@]}" "deny udp from any to any port $port" "deny tcp from $d.0.0.0/8 to any"
	x=$(lab_rand x 1 60)
	lab_packet elsewhere eth ipv4 dst="$d.$c.$b.$x" udp dport="$port"
	lab_packet tcp eth ipv4 src="$d.1.1.1" dst="$a.$b.$c.$x" tcp
	dropped "elsewhere tcp" "a rule for all destinations fits it, and none before that" "$next; $cuts"
	lab_packet host eth ipv4 dst="$a.$b.$c.$x" udp dport="$port"
	passes host "a rule for its destination stands before the one for its port" "$cuts; $next"
}

# bats test_tags=points:2,visibility:visible
@test "an earlier rule that was set aside decides" {
	rules=("deny udp from any to any port $port")
	hosts permit "$a.$b.$c" 1 60
	put "${rules[@]}"
	lab_packet host eth ipv4 dst="$a.$b.$c.$(lab_rand x 1 60)" udp dport="$port"
	dropped host "the first rule of the list fits it; one for its destination, too" \
		"$next: may the search end when a rule was found?"
}

# bats test_tags=points:2,visibility:visible
@test "a later rule that was set aside does not decide" {
	rules=("deny udp from any to any port 9")
	hosts deny "$a.$b.$c" 1 60
	put "${rules[@]}" "permit udp from any to any port $port"
	lab_packet host eth ipv4 dst="$a.$b.$c.$(lab_rand x 1 60)" udp dport="$port"
	lab_packet elsewhere eth ipv4 dst="$d.$b.$c.1" udp dport="$port"
	lab_packet nine eth ipv4 dst="$d.$b.$c.1" udp dport=9
	dropped "host nine" "the first rule that fits it says deny" "$entries: is it better than the best so far?"
	passes elsewhere "only the last rule fits it" "$cuts"
}

# bats test_tags=points:2,visibility:visible
@test "rules that nothing tells apart are all tried" {
	rules=()
	for ((i = 0; i < 60; i++)); do
		rules+=("deny udp from any to any port $((1000 + i))-$((40000 + i))")
	done
	put "${rules[@]}"
	lab_packet first eth ipv4 udp dport=1000
	lab_packet last eth ipv4 udp dport=40059
	lab_packet middle eth ipv6 udp dport=$((40000 + $(lab_rand middle 20 58)))
	dropped "first last middle" "one of 60 rules fits it, whose ranges overlap" "$next; $entries"
	lab_packet below eth ipv4 udp dport=999
	lab_packet above eth ipv4 udp dport=40060
	passes "below above" "no rule fits it" "$match"
}

# bats test_tags=points:2,visibility:visible
@test "a packet is counted in the rule that decides" {
	put "deny udp from $a.$b.0.0/16 to any" "deny udp from $a.0.0.0/8 to any" "permit any from $d.0.0.0/8 to any"
	run_acl add --at 1 deny tcp from any to any port "$port"
	lab_step "acl add --at 1: one more rule stands in front of them"
	lab_packet one eth ipv4 src="$a.$b.1.1" udp
	lab_packet two eth ipv4 src="$a.$((b + 1)).1.1" udp
	lab_packet three eth ipv4 src="$d.1.1.1" udp
	n=$(lab_rand n 2 7)
	for ((i = 0; i < n; i++)); do
		dropped one "the rule for $a.$b.0.0/16 fits it" "$match; $entries"
	done
	dropped two "the rule for $a.0.0.0/8 fits it" "$match; $entries"
	passes three "the rule for $d.0.0.0/8 fits it" "$match; $entries"
	lab_equal "$n 1 1" "$(lab_map counters 1.packets) $(lab_map counters 2.packets) $(lab_map counters 3.packets)" \
		"$n packets that fit the first of the three rules that were loaded, one for the second, one for the third; counted for each of them" \
		"$entries: an entry says in which slot its rule is counted"
}

# bats test_tags=points:1,visibility:visible
@test "on the wire, only what the list permits arrives" {
	rules=("permit udp from any to any port $port")
	hosts deny "$a.$b.$c" 1 40
	put "${rules[@]}" "deny udp from any to any port 9"
	lab_attach_xdp acl a
	lab_packet permitted eth ipv4 dst="$a.$b.$c.7" udp dport="$port"
	lab_packet host eth ipv4 dst="$a.$b.$c.7" udp dport=7
	lab_packet nine eth ipv4 udp dport=9
	lab_packet last eth ipv6 udp dport=10
	lab_capture_start a
	lab_send b host permitted nine last
	lab_expect_captured a "permitted last" "rules say deny for the packets host and nine" "$match; $cuts; $next"
}

# two_lists ACTION OTHER: writes two lists; both say ACTION for the packet, one by a rule among
# those for a destination, the other one by a rule that was set aside
two_lists() {
	rules=()
	hosts "$2" "$d.$c.$b" 1 40
	list a.acl "default $2" "${rules[@]}" "$1 udp from any to any port $port"
	rules=()
	hosts "$1" "$a.$b.$c" 1 40
	list b.acl "default $2" "${rules[@]}"
	lab_packet host eth ipv4 dst="$a.$b.$c.$(lab_rand x 1 40)" udp dport="$port"
}

# always VERDICT WHY: so it is of the packet while the lists are replaced
always() {
	run_acl load "$LAB_DIR/b.acl"
	lab_expect_tr acl "$1" host "$2" "$match; $cuts"
	run_acl load "$LAB_DIR/a.acl"
	lab_expect_tr acl "$1" host "$2" "$next"
	lab_equal "done" "$(lab_set slow_us 80)" "slow motion; set" ""
	lab_repeat acl load --pins "$LAB_PINS" "$LAB_DIR/b.acl" + load --pins "$LAB_PINS" "$LAB_DIR/a.acl"
	lab_expect_always acl "$1" host current 8 "$2" \
		"descend() in acl.bpf.c: do all nodes that a packet sees belong to one tree?"
	lab_stop
}

# bats test_tags=points:2,visibility:visible
@test "while lists are replaced, what each of them denies is always dropped" {
	two_lists deny permit
	always XDP_DROP "in each list, the first rule that fits says deny"
}

# bats test_tags=points:2,visibility:visible
@test "while lists are replaced, what each of them permits always passes" {
	two_lists permit deny
	always XDP_PASS "in each list, the first rule that fits says permit"
}
