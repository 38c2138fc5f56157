#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of acl-exact-lpm. Lists are written here and loaded with the learner's acl, and
# packets are handed to the learner's program. Addresses and ports come from the seed. In
# the last two, lists are replaced in slow motion while a packet is judged: both lists agree
# about it, by another table each, so that a mixture of the two shows.
load "$LAB_TEST/lab.bash"

exact="TODO 1: find_exact() in acl.bpf.c"
prefix="TODO 2: find_prefix() in acl.bpf.c"
first="TODO 3: first_of() in acl.bpf.c"
second="TODO 3: first_of() in acl.bpf.c; if only a second list fails: TODO 5, next.place"
push="TODO 4: answer_prefixes() in acl.c"
replace="TODO 5: replace() in acl.c"

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

# list NAME RULE...: writes a file with a list of rules
list() {
	printf '%s\n' "${@:2}" >"$LAB_DIR/$1"
	lab_step "list $1: $(printf '%s; ' "${@:2}")"
}

# put RULE...: writes a list, and loads it
# Each list is a file of its own: a virtual machine may remember what stood in one that it has read.
put() {
	list rules$((++lists)).acl "$@"
	put_file rules$lists.acl
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

# bats test_tags=points:2,visibility:visible
@test "IPv4: an exact rule drops its connection, and no other" {
	put "deny udp from $src port $sport to $dst port $dport"
	dropped udp "the rule is for this very connection" "$exact"
	lab_packet sport eth ipv4 src="$src" dst="$dst" udp sport=$((sport + 1)) dport="$dport"
	lab_packet dport eth ipv4 src="$src" dst="$dst" udp sport="$sport" dport=$((dport + 1))
	lab_packet back eth ipv4 src="$dst" dst="$src" udp sport="$dport" dport="$sport"
	lab_packet host eth ipv4 src="$src" dst="$d.$c.$b.10" udp sport="$sport" dport="$dport"
	lab_packet tcp eth ipv4 src="$src" dst="$dst" tcp sport="$sport" dport="$dport"
	passes "sport dport back host tcp" "it is another connection" "$exact"
}

# bats test_tags=points:1,visibility:visible
@test "an exact rule for TCP fits whatever the flags are" {
	put "deny tcp from $src port $sport to $dst port $dport"
	lab_packet syn eth ipv4 src="$src" dst="$dst" tcp sport="$sport" dport="$dport" flags=S
	lab_packet ack eth ipv4 src="$src" dst="$dst" tcp sport="$sport" dport="$dport" flags=PA
	dropped "syn ack" "the rule does not ask for flags" "$exact: what is in the key of the look-up?"
}

# bats test_tags=points:2,visibility:visible
@test "IPv4: a source prefix, and a destination prefix" {
	put "deny any from $a.$b.0.0/17 to any" "deny any from any to $d.$c.$b.0/24"
	lab_packet from eth ipv4 src="$a.$b.127.250" dst="$a.1.2.3" udp
	lab_packet to eth ipv4 src="$d.4.5.6" dst="$d.$c.$b.250" udp
	dropped "from to" "its source or its destination is in one of the prefixes" "$prefix"
	lab_packet beside eth ipv4 src="$a.$b.128.1" dst="$a.$b.1.1" udp
	lab_packet other-way eth ipv4 src="$d.$c.$b.9" dst="$a.$b.1.1" udp
	lab_packet six eth ipv6 src=::"$a.$b.1.1" dst="$dst6" udp
	passes "beside other-way six" "neither is in a prefix of its side" "$prefix"
}

# bats test_tags=points:2,visibility:visible
@test "IPv6: an exact rule, a source prefix, and a destination prefix" {
	put "deny udp from $src6 port $sport to $dst6 port $dport" \
		"deny any from $head6:0:1::/96 to any" "deny any from any to $head6:2:3::/96"
	lab_packet from eth ipv6 src="$head6:0:1::5" dst="$dst6" udp
	lab_packet to eth ipv6 src="$src6" dst="$head6:2:3:10:0" tcp
	dropped udp6 "the first rule is for this very connection" "$exact"
	dropped "from to" "its source or its destination is in one of the prefixes" \
		"$prefix: how many bits of an IPv6 address count?"
	lab_packet beside eth ipv6 src="$head6:0:2::5" dst="$head6:2:4::1" udp
	passes beside "it differs in a bit of the prefix behind the first 32" "$prefix"
}

# bats test_tags=points:2,visibility:visible
@test "of a source rule and a destination rule, the one with the lower number decides" {
	put "deny any from $a.0.0.0/8 to any" "permit any from any to $d.$c.0.0/16"
	dropped udp "both rules fit, and the first says deny" "$prefix; $first"
	put "permit any from $a.$b.0.0/16 to any" "deny any from any to $d.0.0.0/8"
	passes udp "both rules fit, and the first says permit" "$second"
	put "deny any from any to $d.0.0.0/8" "permit any from $a.0.0.0/8 to any"
	dropped udp "both rules fit, and the first says deny" "$second"
}

# bats test_tags=points:2,visibility:visible
@test "an exact rule decides when it has the lowest number, and only then" {
	local one="udp from $src port $sport to $dst port $dport"
	put "deny $one" "permit any from $a.0.0.0/8 to any" "permit any from any to $d.0.0.0/8"
	dropped udp "all three rules fit, and the first says deny" "$exact; $first"
	put "deny any from $a.0.0.0/8 to any" "permit $one" "permit any from any to $d.0.0.0/8"
	dropped udp "all three rules fit, and the first says deny" "$second"
	put "permit any from any to $d.0.0.0/8" "deny $one" "deny any from $a.0.0.0/8 to any"
	passes udp "all three rules fit, and the first says permit" "$second"
}

# bats test_tags=points:2,visibility:visible
@test "a longer prefix does not hide an earlier rule" {
	put "deny any from $a.$b.0.0/16 to any" "permit any from $a.$b.$c.0/24 to any" \
		"permit any from $src to any" "deny any from any to $d.0.0.0/8" "permit any from any to $dst"
	lab_packet near eth ipv4 src="$a.$b.$c.200" dst=9.9.9.9 udp
	lab_packet host eth ipv4 src="$src" dst=9.9.9.9 udp
	lab_packet target eth ipv4 src=9.9.9.9 dst="$dst" udp
	dropped "near host target" "a rule with a shorter prefix stands before the one with the longer one" "$push"
}

# bats test_tags=points:1,visibility:visible
@test "an earlier rule with a longer prefix keeps its addresses" {
	put "permit any from $a.$b.$c.0/24 to any" "deny any from $a.$b.0.0/16 to any" \
		"deny any from $a.0.0.0/8 to any"
	lab_packet in-16 eth ipv4 src="$a.$b.$((c + 1)).1" dst=9.9.9.9 udp
	dropped in-16 "the second rule is the first that fits" "$prefix; $push"
	passes udp "the first rule fits, and says permit" "$push: which number is lower?"
}

# bats test_tags=points:1,visibility:visible
@test "a packet is counted in the rule that decides" {
	put "deny any from $a.$b.0.0/16 to any" "deny any from $a.$b.$c.0/24 to any" \
		"permit udp from $src port $sport to $dst port $dport" "permit any from any to 9.0.0.0/8"
	lab_packet other eth ipv4 src=8.8.8.8 dst=9.9.9.9 udp
	n=$(lab_rand n 2 7)
	for ((i = 0; i < n; i++)); do
		dropped udp "the first rule fits" "$prefix; $push"
	done
	passes other "the fourth rule fits" "$prefix"
	lab_equal "$n 0 0 1" "$(lab_map counters 1.packets) $(lab_map counters 2.packets) $(lab_map counters 3.packets) $(lab_map counters 4.packets)" \
		"$n packets that fit rules 1, 2 and 3, then one that fits rule 4; packets counted for each of the four rules" \
		"$push: is the whole answer taken?"
}

# bats test_tags=points:1,visibility:visible
@test "a new list takes the place of the old one, as a whole" {
	put "deny udp from $src port $sport to $dst port $dport" "deny any from $src6 to any"
	dropped "udp udp6" "both rules of the first list say deny" "$exact; $prefix"
	put "deny any from $a.$b.0.0/16 to any" "permit any from $head6::/64 to any"
	dropped udp "the first rule of the second list says deny" "$replace"
	passes udp6 "the second rule of the second list says permit" "$replace"
	put "default permit"
	passes "udp udp6" "the third list has no rules" "$replace"
	put "deny any from any to $d.0.0.0/8"
	dropped udp "the only rule of the fourth list fits" "$replace"
}

# two_lists RULE RULE ACTION OTHER: of two lists, each has the rules in another order, and
# the first one says ACTION
two_lists() {
	list a.acl "$3 $1" "$4 $2"
	list b.acl "$3 $2" "$4 $1"
}

# always VARIABLE VERDICT WHY LOOK: so it is of packet udp while the lists are replaced; in
# slow motion by VARIABLE
always() {
	lab_equal "done" "$(lab_set "$1" 80)" "slow motion; set" ""
	shift
	lab_repeat acl load --slow-ms 8 --pins "$LAB_PINS" "$LAB_DIR/a.acl" \
		+ load --slow-ms 8 --pins "$LAB_PINS" "$LAB_DIR/b.acl"
	lab_expect_always acl "$1" udp current 8 "$2" "$3"
	lab_stop
}

# bats test_tags=points:3,visibility:visible
@test "while lists are replaced, what each of them denies is always dropped" {
	two_lists "udp from $src port $sport to $dst port $dport" "any from any to $d.0.0.0/8" deny permit
	put_file a.acl
	dropped udp "both rules fit, and the first says deny" "$exact; $prefix; $first"
	always slow_us XDP_DROP "in each list both rules fit, and the first says deny" \
		"$replace: is a table filled that is in use? acl.bpf.c: do all look-ups ask the same place?"
}

# bats test_tags=points:2,visibility:visible
@test "while lists are replaced, what each of them permits always passes" {
	two_lists "any from $a.0.0.0/8 to any" "any from any to $d.0.0.0/8" permit deny
	put_file a.acl
	passes udp "both rules fit, and the first says permit" "$first"
	lab_packet denied eth ipv4 src=9.9.9.9 dst="$dst" udp
	dropped denied "the second rule says deny" "$prefix"
	always slow_more_us XDP_PASS "in each list both rules fit, and the first says permit" \
		"$replace: is a table filled that is in use?"
}
