#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of inspect. plant puts programs onto the environment's own cgroup, one of
# which refuses connections to a port; culprit is the learner's. Whether a connection is
# refused is seen by trying: nobody listens on these ports, so one that gets through ends
# with another error.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	port=$(lab_rand port 2000 60000)
	note=$(lab_rand note 1000000 9999999)
}

teardown() {
	lab_teardown
}

# planted ORDER: see enum order in plant.c
planted() {
	order=$1
	lab_run plant --port "$port" --note "note-$note" --order "$1"
}

# culprit [PORT]: the learner's tool, run to its end
culprit() {
	lab_run culprit "${1:-$port}"
}

in_one_line() {
	paste -sd ' ' | sed 's/^$/none/'
}

# refused PORT...: which of them are refused to processes of the cgroup
refused() {
	# shellcheck disable=SC2016 # for the inner shell
	lab_run env LC_ALL=C bash -c 'for port; do
		{ : 3<>"/dev/tcp/127.0.0.1/$port"; } 2>&1 | grep -q "not permitted" && echo "$port"
	done' bash "$@"
	in_one_line <"$LAB_RUN_STDOUT"
}

# hook NAME: the programs there, in one line
hook() {
	lab_cgroup_programs "$1" | in_one_line
}

# found: what culprit has printed about programs that refuse, without their ids, which no seed
# determines
found() {
	sed -nE 's/^program [0-9]+ refuses/program ID refuses/p' "$LAB_RUN_STDOUT" | in_one_line
}

# bats test_tags=points:2,visibility:visible
@test "the culprit is found and its note printed" {
	planted 0
	culprit
	lab_equal "program ID refuses port $port: note-$note" "$(found)" \
		"a program refuses port $port; lines of culprit $port about it" \
		"TODO 1 to 3 in culprit.c: the maps of the program, and what is in them"
}

# bats test_tags=points:1,visibility:visible
@test "also when others come first, and whatever its name" {
	for order in 6 7 11 14 18 23; do
		planted "$order"
		culprit
		lab_equal "program ID refuses port $port: note-$note" "$(found)" \
			"a program refuses port $port, others look like it; lines of culprit $port about it" \
			"TODO 1 to 3 in culprit.c: all maps of a program, and of these only hash maps with a note about $port"
	done
}

# bats test_tags=points:2,visibility:visible
@test "connections to the port are let through again" {
	planted 2
	lab_equal "$port" "$(refused "$port")" "planted; ports that are refused" \
		"this is a fault of the test, not of the lesson's program"
	culprit
	lab_equal none "$(refused $((port + 2)) "$port" $((port + 3)))" \
		"then culprit $port; ports refused, of those that the culprit has refused" \
		"TODO 4 in culprit.c: is the program off the cgroup?"
}

# bats test_tags=points:1,visibility:visible
@test "the program is off the cgroup, and no other is" {
	planted 10
	culprit
	lab_equal "guard ledger" "$(hook cgroup_inet4_connect)" \
		"at connect were guard, guard (the culprit) and ledger; after culprit $port there are" \
		"TODO 4 in culprit.c: take off exactly the program that has the note"
	lab_equal "guard" "$(hook cgroup_inet_egress)" "at egress was guard; after culprit $port there is" \
		"TODO 4 in culprit.c: only the hook where connections are refused"
}

# bats test_tags=points:1,visibility:visible
@test "a program of the same name that refuses other ports goes on" {
	for order in 0 2; do
		planted "$order"
		culprit
		lab_equal "$((port + 1)) $((port + 4))" "$(refused "$port" $((port + 1)) $((port + 4)))" \
			"culprit $port; of ports $port, $((port + 1)), $((port + 4)), refused are" \
			"TODO 1 to 4 in culprit.c: who has a note about $port itself?"
	done
}

# bats test_tags=points:0,visibility:visible
@test "a port that nobody refuses has no culprit" {
	planted 4
	free=$((port + 9))
	culprit "$free"
	lab_equal none "$(found)" "nobody refuses port $free; lines of culprit $free about programs that do" \
		"TODO 2 in culprit.c: an array has an entry for every number"
	lab_equal "ledger gate gate" "$(hook cgroup_inet4_connect)" \
		"at connect were ledger, gate and gate; after culprit $free there are" \
		"TODO 4 in culprit.c: take off only what has a note about the port"
}
