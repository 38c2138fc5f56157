#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Fields of the kernel that a program asks for by name, and the fixture whose
# parent is known.
load seam.bash

setup() {
	lab_setup
}

teardown() {
	lab_teardown
}

# watch [MAKER]: a child of "family", watched by fields.bpf.c
watch() {
	lab_fixture family
	lab_tell "name family-name"
	lab_ask "child${*:+ $*}"
	LAB_CHILD_PID=$LAB_ANSWER
	[[ $LAB_CHILD_PID =~ ^[0-9]+$ ]]
	lab_load fields "target_pid=$LAB_CHILD_PID"
	lab_attach
}

# expect_states: the program sees what the parent does
expect_states() {
	local pair
	for pair in R:0 S:1 T:4 D:2; do
		lab_tell "write ${pair%:*}"
		[ $(($(lab_get state) & 127)) = "${pair#*:}" ]
	done
}

@test "lab_relocations: the fields that an object asks for, and how" {
	lab_relocations fields >"$LAB_DIR/seen"
	for line in "task_struct.real_parent offset" "task_struct.group_leader offset" \
		"task_struct.tgid offset" "task_struct.comm[0] offset" "task_struct.__state exists" \
		"task_struct.__state offset" "task_struct___old.state offset"; do
		grep -qxF "$line" "$LAB_DIR/seen"
	done
	[ "$(wc -l <"$LAB_DIR/seen")" = 7 ]
	[ "$(lab_relocations refused)" = "" ]
}

@test "lab_relocations: what is no object says so" {
	run "$LAB_CTL" relocations "$LAB_DIR/nowhere"
	expect_message "cannot read" "nowhere"
	echo text >"$LAB_DIR/text"
	run "$LAB_CTL" relocations "$LAB_DIR/text"
	expect_message "damaged"
	# The size of a record, the first number of that part, is made larger than all of them.
	cp "$LAB_BUILD/fields.bpf.o" "$LAB_DIR/damaged.bpf.o"
	local header part
	header=$((16#$(readelf -SW "$LAB_DIR/damaged.bpf.o" | sed -n 's/.* \.BTF\.ext *PROGBITS *[0-9a-f]* \([0-9a-f]*\) .*/\1/p')))
	number() { od -An -tu4 -j $((header + $1)) -N 4 "$LAB_DIR/damaged.bpf.o"; }
	part=$((header + $(number 4) + $(number 24)))
	printf '\377\377\377\177' | dd of="$LAB_DIR/damaged.bpf.o" bs=1 conv=notrunc status=none seek="$part"
	run "$LAB_CTL" relocations "$LAB_DIR/damaged.bpf.o"
	expect_message "damaged"
}

@test "family: the parent is in each state while the child writes" {
	watch
	expect_states
	[ "$(lab_get parent)" = "$LAB_FIXTURE_PID" ]
	[ "$(lab_get way)" = 1 ]
	[ "$(cat "/proc/$LAB_FIXTURE_PID/comm")" = family-name ] || [ "$LAB_BACKEND" = vm ]
}

@test "family: a child of a thread, and one that is traced, have the same parent" {
	for maker in "thread other" "traced other"; do
		watch "$maker"
		lab_tell "write R"
		[ "$(lab_get parent)" = "$LAB_FIXTURE_PID" ]
		lab_tell quit
		lab_teardown
		lab_setup
		rm "$LAB_DIR"/fixture.*
	done
}

@test "family: what it cannot do, it says" {
	lab_fixture family
	lab_ask "write S"
	[ "$LAB_ANSWER" = "there is no child" ]
	lab_ask child
	lab_ask child
	[ "$LAB_ANSWER" = "there is a child already" ]
	lab_ask "write X"
	[[ $LAB_ANSWER == commands:* ]]
}

@test "LAB_RENAMED: a kernel that calls a field otherwise" {
	LAB_RENAMED=task_struct.__state=state
	watch
	expect_states
	[ "$(lab_get way)" = 2 ]
	run lab_equal 1 2 "x; y" z
	expect_message "with target_pid=(process id of its child) on a kernel in which task_struct.__state is called state"
}

@test "LAB_RENAMED: a field that is not there, or no field" {
	LAB_RENAMED=task_struct.nobody=state
	run lab_load fields
	expect_message "this kernel has no task_struct.nobody"
	# shellcheck disable=SC2034 # lab_load reads it
	LAB_RENAMED=nonsense
	run lab_load fields
	expect_message "nonsense: must be STRUCT.FIELD=NAME"
}
