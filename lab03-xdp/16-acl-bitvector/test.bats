#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of acl-bitvector. Lists are written here and loaded with the learner's acl, and
# packets are handed to the learner's program. Addresses and ports come from the seed. In
# the last two, lists are replaced in slow motion while a packet is judged: both lists agree
# about it, each for another reason, so that a mixture of the two shows.
load "$LAB_TEST/lab.bash"

class="TODO 1: class_of_address() in acl.bpf.c"
walk="TODO 2: first_rule() in acl.bpf.c"
vector="TODO 3: vector_of_prefix() in acl.c"
replace="TODO 4: replace() in acl.c"

setup() {
	lab_setup
	lab_load acl
	a=$(lab_rand a 11 99) b=$(lab_rand b 1 120) c=$(lab_rand c 1 120) d=$(lab_rand d 101 199)
	sport=$(lab_rand sport 1024 30000) dport=$(lab_rand dport 30001 60000)
	src=$a.$b.$c.7 dst=$d.$c.$b.9
	printf -v head6 2001:db8:%x:%x "$(lab_rand head6 1 65000)" "$(lab_rand more6 1 65000)"
	src6=$head6::7 dst6=$head6:ffff::9
	lab_packet udp eth ipv4 src="$src" dst="$dst" udp sport="$sport" dport="$dport"
	lab_packet udp6 eth ipv6 src="$src6" dst="$dst6" udp sport="$sport" dport="$dport"
}

teardown() {
	lab_teardown
}

# put RULE...: writes a list, and loads it
# Each list is a file of its own: a virtual machine may remember what stood in one that it has read.
put() {
	local name=rules$((++lists)).acl
	printf '%s\n' "$@" >"$LAB_DIR/$name"
	lab_step "list $name: $(printf '%s; ' "$@" | cut -c 1-400)"
	put_file "$name"
}

put_file() {
	lab_run acl load --pins "$LAB_PINS" "$LAB_DIR/$1"
	((LAB_STATUS == 0)) || lab_fail "acl load $1" "exit status 0" \
		"exit status $LAB_STATUS, and: $(cat "$LAB_RUN_STDERR")" "acl.c"
}

# dropped, passes "PACKET..." WHY LOOK
dropped() {
	lab_expect_tr acl XDP_DROP "$1" "$2" "$3"
}

passes() {
	lab_expect_tr acl XDP_PASS "$1" "$2" "$3"
}

# filler N: N rules that fit no packet of these checks
filler() {
	for ((i = 1; i <= $1; i++)); do
		echo "permit udp from 7.$((i >> 8)).$((i & 255)).0/24 to any"
	done
}

# bats test_tags=points:2,visibility:visible
@test "a rule drops what meets all of its conditions, and nothing else" {
	put "deny udp from $a.$b.0.0/17 port $sport-$((sport + 5)) to $d.$c.0.0/16 port $dport"
	lab_packet other-end eth ipv4 src="$a.$b.127.250" dst="$d.$c.250.1" udp sport=$((sport + 5)) dport="$dport"
	dropped "udp other-end" "it meets every condition" "$class; $walk; $vector"
	lab_packet source eth ipv4 src="$a.$b.128.1" dst="$dst" udp sport="$sport" dport="$dport"
	lab_packet target eth ipv4 src="$src" dst="$d.$((c + 1)).1.1" udp sport="$sport" dport="$dport"
	lab_packet sport eth ipv4 src="$src" dst="$dst" udp sport=$((sport + 6)) dport="$dport"
	lab_packet dport eth ipv4 src="$src" dst="$dst" udp sport="$sport" dport=$((dport + 1))
	lab_packet tcp eth ipv4 src="$src" dst="$dst" tcp sport="$sport" dport="$dport"
	passes "source target sport dport tcp" "one condition is not met" "$walk: are all fields in the AND?"
}

# bats test_tags=points:2,visibility:visible
@test "of several rules that fit, the first decides" {
	put "permit any from 7.0.0.0/8 to any" "deny udp from $src to any" "permit any from $a.0.0.0/8 to any" \
		"deny any from any to any"
	dropped udp "the second rule is the first that fits" "$walk; $vector"
	lab_packet tcp eth ipv4 src="$src" dst="$dst" tcp
	passes tcp "the third rule is the first that fits" "$walk: which bit is the first rule's?"
}

# bats test_tags=points:2,visibility:visible
@test "rules beyond the first word are found, and the first of them decides" {
	mapfile -t before < <(filler 100)
	mapfile -t between < <(filler 80)
	# Both are about the source, the earlier one with the longer prefix: so where a vector
	# has not the bits of its parent, the earlier rule decides all the same.
	put "${before[@]}" "deny any from $a.$b.0.0/16 to any" "${between[@]}" "permit any from $a.0.0.0/8 to any"
	dropped udp "rule 101 fits, and so does rule 182" "$walk: to which word does the bit belong?"
	put "${before[@]}" "permit any from $a.$b.0.0/16 to any" "${between[@]}" "deny any from $a.0.0.0/8 to any"
	passes udp "rule 101 fits, and so does rule 182" "$walk: does it end at the first word with a bit? If only this second list fails: TODO 4, next.place"
	lab_packet elsewhere eth ipv4 src="$a.$((b + 1)).1.1" dst="$dst" udp
	dropped elsewhere "only rule 182 fits" "$walk"
}

# bats test_tags=points:2,visibility:visible
@test "IPv6: prefixes longer than 32 bits" {
	put "deny udp from $head6:0:1::/96 to any port $dport" "deny any from any to $head6:2:3::/96" \
		"permit any from any to any"
	lab_packet from eth ipv6 src="$head6:0:1::5" dst="$dst6" udp dport="$dport"
	lab_packet to eth ipv6 src="$src6" dst="$head6:2:3:10:0" hopopts tcp
	dropped "from to" "its source or its destination is in one of the prefixes" \
		"$class: how many bits of an IPv6 address count?"
	lab_packet beside eth ipv6 src="$head6:0:2::5" dst="$head6:2:4::1" udp dport="$dport"
	passes beside "only the third rule fits" "$class"
}

# bats test_tags=points:2,visibility:visible
@test "the vector of a prefix has the rules of all that cover it" {
	put "permit any from $src to 9.0.0.0/8" "deny tcp from $a.0.0.0/8 to any" \
		"deny udp from $a.$b.0.0/16 to any" "deny icmp from any to any"
	lab_packet tcp eth ipv4 src="$src" dst="$dst" tcp
	lab_packet icmp eth ipv4 src="$src" dst="$dst" icmp
	dropped "tcp udp icmp" "a rule with a shorter prefix, or with none, fits" "$vector: is the parent in it?"
	lab_packet nine eth ipv4 src="$src" dst=9.9.9.9 udp
	passes nine "the first rule fits" "$vector"
}

# bats test_tags=points:1,visibility:visible
@test "all rules with the same prefix are in its vector" {
	put "deny tcp from $a.$b.0.0/16 to any" "deny udp from $a.$b.0.0/16 to any" "permit any from $a.$b.0.0/16 to any" \
		"deny any from any to any"
	lab_packet tcp eth ipv4 src="$src" dst="$dst" tcp
	lab_packet icmp eth ipv4 src="$src" dst="$dst" icmp
	dropped "tcp udp" "the first or the second rule fits" "$vector: node->count"
	passes icmp "the third rule fits" "$vector: node->count"
}

# bats test_tags=points:1,visibility:visible
@test "TCP flags, ICMP types and fragments" {
	put "deny tcp from any to any flags S/SA" "deny icmp from any to any type 8" \
		"deny udp from any to any port $dport" "permit any from any to any" \
		"deny any from any to any"
	for flags in S PA SA; do
		lab_packet "$flags" eth ipv4 src="$src" dst="$dst" tcp flags="$flags"
	done
	lab_packet request eth ipv4 icmp type=8
	lab_packet reply eth ipv4 icmp type=0
	lab_packet later eth ipv4 src="$src" dst="$dst" frag=100 proto=udp payload=64
	dropped "S request udp" "one of the first three rules fits" "$walk: are all fields in the AND?"
	passes "PA SA reply" "it has other flags, or another type" "$walk: are all fields in the AND?"
	passes later "a later fragment has no port: only the fourth rule fits" "$walk: are all fields in the AND?"
}

# bats test_tags=points:1,visibility:visible
@test "the last of 10,000 rules is found, and counts" {
	{
		filler 9998
		echo "deny udp from $a.0.0.0/8 to any port $dport"
		echo "permit any from $a.0.0.0/8 to any"
	} >"$LAB_DIR/rules.acl"
	lab_step "list rules.acl: 9,998 rules that fit no packet of this check; deny udp from $a.0.0.0/8 to any port $dport; permit any from $a.0.0.0/8 to any"
	put_file rules.acl
	dropped "udp udp" "rule 9,999 fits" "$walk"
	lab_packet tcp eth ipv4 src="$src" dst="$dst" tcp
	passes tcp "rule 10,000 fits" "$walk"
	lab_equal "2 1" "$(lab_map counters 9999.packets) $(lab_map counters 10000.packets)" \
		"two packets that rule 9,999 decides, then one for rule 10,000; what the rules have counted" \
		"$walk: which number does it return?"
}

# bats test_tags=points:1,visibility:visible
@test "a new list takes the place of the old one, as a whole" {
	put "deny udp from $src port $sport to $dst port $dport" "deny any from $src6 to any"
	dropped "udp udp6" "both rules of the first list say deny" "$class; $walk"
	put "deny any from $a.$b.0.0/16 to any" "permit any from $head6::/64 to any"
	dropped udp "the first rule of the second list says deny" "$replace"
	passes udp6 "the second rule of the second list says permit" "$replace"
	put "default permit"
	passes "udp udp6" "the third list has no rules" "$replace"
	put "deny any from any to $d.0.0.0/8"
	dropped udp "the only rule of the fourth list fits" "$replace"
}

# list NAME RULE...: writes a list
list() {
	printf '%s\n' "${@:2}" >"$LAB_DIR/$1"
	lab_step "list $1: $(printf '%s; ' "${@:2}")"
}

# always VERDICT WHY LOOK: so it is of packet udp while the lists are replaced
always() {
	lab_equal "done" "$(lab_set slow_us 80)" "slow motion; set" ""
	lab_repeat acl load --slow-ms 8 --pins "$LAB_PINS" "$LAB_DIR/a.acl" \
		+ load --slow-ms 8 --pins "$LAB_PINS" "$LAB_DIR/b.acl"
	lab_expect_always acl "$1" udp current 8 "$2" "$3"
	lab_stop
}

# bats test_tags=points:3,visibility:visible
@test "while lists are replaced, what each of them denies is always dropped" {
	list a.acl "deny any from $a.0.0.0/8 to any" "permit any from any to any"
	list b.acl "permit any from 7.0.0.0/8 to any" "permit tcp from any to any" "deny any from any to $d.0.0.0/8" \
		"permit udp from any port 7 to any" "permit any from any to any"
	put_file a.acl
	dropped udp "the first rule that fits says deny" "$class; $walk"
	always XDP_DROP "in each list, the first rule that fits says deny" \
		"$replace: is a table filled that is in use? acl.bpf.c: do all look-ups ask the same place?"
}

# bats test_tags=points:2,visibility:visible
@test "while lists are replaced, what each of them permits always passes" {
	list a.acl "permit any from $a.0.0.0/8 to any" "deny any from any to any"
	list b.acl "deny any from 7.0.0.0/8 to any" "deny tcp from any to any" "permit udp from $a.$b.0.0/16 to any" \
		"deny any from any to any"
	put_file a.acl
	passes udp "the first rule that fits says permit" "$class; $walk"
	lab_packet denied eth ipv4 src=9.9.9.9 dst="$dst" udp
	dropped denied "the last rule says deny" "$walk"
	always XDP_PASS "in each list, the first rule that fits says permit" \
		"$replace: is a table filled that is in use?"
}
