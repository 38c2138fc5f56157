#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of map-in-map. The learner's loader takes policies from files that are
# written here, and packets are handed to the program that it has attached: after a
# change, and while one change follows the other. All policies of the last checks agree
# about two ports, and reach the same verdicts in different ways: so a packet that is
# judged otherwise has met a mixture, or no policy at all. In slow motion a packet is
# nearly always being judged when the policy changes.
load "$LAB_TEST/lab.bash"

judge="TODO 1 to 3: judge() in policy.bpf.c"
install="TODO 4 and 5: install() in policy.c"

setup() {
	lab_setup
	lab_load policy
	one=$(lab_rand one 1024 30000)
	two=$(lab_rand two 30001 60000)
	low=$(lab_rand low 10 99)
	high=$(lab_rand high 100 999)
	lab_packet one eth ipv4 udp dport="$one"
	lab_packet two eth ipv6 udp dport="$two"
	a=$LAB_DIR/a.conf b=$LAB_DIR/b.conf
	policy "$a" "port $one class $low" "port $two class $high" "class $low drop" "class $high pass"
	policy "$b" "port $one class $high" "port $two class $low" "class $low pass" "class $high drop"
}

teardown() {
	lab_teardown
}

# policy FILE RULE...: writes a file
policy() {
	local file=$1
	shift
	printf '%s\n' "$@" >"$file"
	lab_step "policy ${file##*/}: $(printf '%s; ' "$@")"
}

# start N ARGUMENT...: the learner's loader runs, and has said that it is at generation N
start() {
	local n=$1
	shift
	lab_start policy "$@"
	lab_expect_line "^generation $n:" "so many policies were installed" "$install"
	lab_adopt
}

# dropped, passes "PACKET..." WHY LOOK
dropped() {
	lab_expect_tr policy XDP_DROP "$1" "$2" "$3"
}

passes() {
	lab_expect_tr policy XDP_PASS "$1" "$2" "$3"
}

# bats test_tags=points:2,visibility:visible
@test "the rules of a generation are followed" {
	start 1 "$a"
	dropped one "port $one has class $low, and class $low says drop" "$judge; $install"
	passes two "port $two has class $high, and class $high says pass" "$judge"
	lab_packet unknown eth ipv4 udp dport=$((one + 1))
	passes unknown "its port is in no rule" "$judge"
}

# bats test_tags=points:1,visibility:visible
@test "a class without an action lets its packets pass" {
	policy "$LAB_DIR/c.conf" "port $one class $low" "port $two class $high" "class $high drop"
	start 1 "$LAB_DIR/c.conf"
	passes one "there is no rule for class $low" "TODO 3: judge() in policy.bpf.c"
	dropped two "class $high says drop" "$judge; $install"
}

# bats test_tags=points:2,visibility:visible
@test "a new generation takes the place of the old one, as a whole" {
	policy "$LAB_DIR/c.conf" "port $two class $low" "class $low drop"
	start 2 -e 1 "$a" "$LAB_DIR/c.conf"
	dropped two "the second policy says so" "$judge; $install"
	passes one "in the second policy there is no rule for its port" \
		"$install: a new map, without the rules of the old one"
}

# bats test_tags=points:1,visibility:visible
@test "a bad file changes nothing" {
	policy "$LAB_DIR/bad.conf" "port $two class $low" "port $one klass $high"
	start 1 -e 1 "$a" "$LAB_DIR/bad.conf"
	LAB_LOOK=$install lab_wait "the loader reports the second line of bad.conf" 5 grep -q 'bad.conf:2: not a rule' "$LAB_STDERR"
	dropped one "the first policy still counts" "$install: fill the new map first"
	passes two "the first policy still counts" "$install: nothing is put in place if fill() fails"
}

# bats test_tags=points:3,visibility:visible
@test "while generations change, what each of them drops is always dropped" {
	start 1 -s 50 -e 1 -r 100000 "$a" "$b"
	dropped one "both policies drop port $one" "$judge; $install"
	lab_expect_always policy XDP_DROP one current 8 "both policies drop port $one" \
		"install() in policy.c: is there a moment without a whole policy? judge() in policy.bpf.c: do both steps ask the same generation?"
}

# bats test_tags=points:2,visibility:visible
@test "while generations change, what each of them lets pass always passes" {
	start 1 "$b"
	dropped one "port $one has class $high, and class $high says drop" "$judge; $install"
	lab_stop
	start 1 -s 50 -e 1 -r 100000 "$b" "$a"
	lab_expect_always policy XDP_PASS two current 8 "both policies let port $two pass" \
		"judge() in policy.bpf.c: do both steps ask the same generation? install() in policy.c: does it change a map that is in use?"
}

# bats test_tags=points:2,visibility:visible
@test "old generations are released" {
	start 2 -e 1 "$a" "$b"
	dropped one "both policies drop port $one" "$judge; $install"
	few=$(lab_number lab_held_maps)
	lab_stop
	start 12 -e 1 -r 6 "$a" "$b"
	many=$(lab_number lab_held_maps)
	lab_equal "0 more" "$((many - few)) more" \
		"policy with 12 policies one after the other instead of 2; descriptors of maps that it holds" \
		"TODO 6: install() in policy.c"
}
