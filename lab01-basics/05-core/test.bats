#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lesson 01/05. The fixture "family" has one child, which calls
# write(2) while the fixture, its parent, is in the state that the check wants.
# Before it answers, /proc has said the same of both.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	name=dad-$(lab_rand name 1000 9999999)
	lab_fixture family
}

teardown() {
	lab_teardown
}

# begin [thread NAME|traced NAME]: makes the child, and has the program watch it
begin() {
	lab_tell "name $name"
	lab_ask "child${*:+ $*}"
	if [[ ! $LAB_ANSWER =~ ^[0-9]+$ ]]; then
		lab_fail "\"child\" to the test process" "the child's process id" "$LAB_ANSWER" \
			"this is a fault of the test, not of the lesson's program"
		return 1
	fi
	LAB_CHILD_PID=$LAB_ANSWER
	lab_step "family, now called $name, has a child${*:+ ($*)}"
	lab_load parent "target_pid=$LAB_CHILD_PID"
	lab_attach
}

# state: the letter that /proc has for parent_state. The bits above are each kernel's own.
state() {
	local letters=([0]=R [1]=S [2]=D [4]=T [8]=t) number
	number=$(lab_number lab_get parent_state) || return 1
	echo "${letters[number & 127]-none of R, S, D, T, t}"
}

# comm: parent_comm. It may be any bytes, when it was read from the wrong place.
comm() {
	local text
	text=$(lab_get parent_comm 2>&1) || return 1
	LC_ALL=C tr -c '[:print:]' '?' <<<"$text" | sed 's/?$//'
}

# expect_states LOOK: the program sees the parent in each state
expect_states() {
	local wanted words=([0]="runs" "waits to read" "is stopped" "waits for the end of a vfork") i=0
	for wanted in R S T D; do
		lab_tell "write $wanted"
		lab_equal "$wanted" "$(state)" \
			"the child called write while its parent ${words[i++]}; parent_state, as the letter of /proc" \
			"$1"
	done
}

# expect_reads FIELD TODO: the program asks for the field by its name. The tracer is for
# another check: "parent" is as good as "real_parent" here.
expect_reads() {
	local relocations
	lab_load parent
	relocations=$(lab_relocations parent) || return 1
	if ! grep -qE "^task_struct(___[^.]*)?\.${1/real_/(real_)?}(\[0\])? offset$" <<<"$relocations"; then
		lab_fail "the program, as clang has compiled it; nothing was run" \
			"it asks libbpf for the offset of task_struct.$1" \
			"it asks for the offsets of: $(grep ' offset$' <<<"$relocations" | sed 's/ offset$//' | sort -u |
				paste -sd ' ')" \
			"$2 in parent.bpf.c: an offset that is fixed in the program is right for one kernel only"
		return 1
	fi
	lab_step "the program asks for the offset of task_struct.$1"
}

# bats test_tags=points:1,visibility:visible
@test "the parent's process id is found" {
	begin
	lab_tell "write S"
	seen=$(lab_get parent_pid) || return 1
	case $seen in
	"$LAB_FIXTURE_PID") seen="the parent's" ;;
	"$LAB_CHILD_PID") seen="the child's own" ;;
	0) seen=0 ;;
	*) seen="another number" ;;
	esac
	lab_equal "the parent's" "$seen" "the child called write; parent_pid" \
		"TODO 1 and 2: the way to the parent, and its field tgid"
}

# bats test_tags=points:2,visibility:visible
@test "the parent's command is found" {
	begin
	lab_tell "write S"
	lab_equal "$name" "$(comm)" "the child called write; parent_comm" \
		"TODO 1 and 3: the way to the parent, and its field comm"
	lab_tell "name ${name:0:6}"
	lab_tell "write S"
	lab_equal "${name:0:6}" "$(comm)" \
		"the parent took another name, and the child called write again; parent_comm" \
		"TODO 3: parent_comm is set at each call"
}

# bats test_tags=points:2,visibility:visible
@test "the parent's state is found" {
	begin
	expect_states "TODO 4: state_of() is asked about the parent, and returns its field __state"
}

# bats test_tags=points:1,visibility:visible
@test "the parent is the one that made the process, not the one that traces it" {
	begin traced "spy-$(lab_rand spy 1000 9999999)"
	lab_tell "write S"
	lab_equal "$name" "$(comm)" \
		"the child called write while another process traces it, as strace does; parent_comm" \
		"TODO 1: task_struct has two fields, parent and real_parent"
}

# bats test_tags=points:1,visibility:visible
@test "a process that a thread has made belongs to the thread's process" {
	begin thread "thread-$(lab_rand thread 1000 9999999)"
	lab_tell "write R"
	lab_equal "$name" "$(comm)" \
		"the child, made by a thread with a name of its own, called write; parent_comm" \
		"TODO 1: group_leader, the first thread of its process, stands for the process"
}

# bats test_tags=points:2,visibility:visible
@test "the parent and its command are asked for by name" {
	expect_reads real_parent "TODO 1"
	expect_reads comm "TODO 3"
}

# bats test_tags=points:2,visibility:visible
@test "the state is asked for by name" {
	expect_reads __state "TODO 4"
}

# bats test_tags=points:2,visibility:visible
@test "the state is found on a kernel that calls the field state" {
	# shellcheck disable=SC2034 # for lab_load
	LAB_RENAMED=task_struct.__state=state
	begin
	expect_states "TODO 5: where there is no field __state, read the field state by a flavor of the struct"
}
