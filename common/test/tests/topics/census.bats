#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# labctl census: what is left over is named, with who holds it; what others hold is not ours.
load seam.bash

setup() {
	lab_setup
	"$LAB_CTL" census >"$LAB_DIR/before"
}

teardown() {
	lab_teardown
}

# left [SECONDS]: what census says is left over when it has waited so long
left() {
	run "$LAB_CTL" census diff "$LAB_DIR/before" --seconds "${1:-0.2}"
}

@test "nothing new: nothing is left" {
	left
	[ "$status" = 0 ]
	[ "$output" = "" ]
}

@test "what is loaded and pinned is left over, and no longer when it is unloaded" {
	lab_load probe
	lab_attach
	left
	[ "$status" = 1 ]
	grep -qE '^program [0-9]+ drop_port$' <<<"$output"
	grep -qE '^map [0-9]+ flows_with_a_na$' <<<"$output"
	grep -qE '^link [0-9]+ raw_tracepoint of program [0-9]+$' <<<"$output"
	grep -qE "^pin [0-9]+ $LAB_PINS/link/on_sys_enter$" <<<"$output"
	lab_teardown
	left 5
	[ "$status" = 0 ]
}

@test "what a process of the environment holds is left over, with its name" {
	lab_start attacher
	left
	[ "$status" = 1 ]
	grep -qE "^program [0-9]+ attacher, held by process $LAB_PID \(attacher\)$" <<<"$output"
	grep -qE "^link [0-9]+ raw_tracepoint .*, held by process $LAB_PID \(attacher\)$" <<<"$output"
	grep -qE "^process $LAB_PID attacher$" <<<"$output"
}

@test "what a process outside holds is not left over" {
	# shellcheck disable=SC2154 # from testenv
	if [[ $TESTENV_CGROUP ]]; then
		echo "$BASHPID" >"${TESTENV_CGROUP%/testenv/*}/cgroup.procs"
	fi
	_lab_spawn --stdout "$LAB_STDOUT" -- env -u TESTENV "$LAB_FIXTURES/attacher"
	"$LAB_CTL" wait-attached "$!"
	left
	echo "$output"
	[[ $output != *attacher* ]]
}

@test "network namespaces, interfaces and cgroups are in it" {
	grep -qE '^netns [0-9]+ /run/testenv/self/ns/b$' "$LAB_DIR/before"
	grep -qE '^interface 1 lo$' "$LAB_DIR/before"
	if [[ $TESTENV_CGROUP ]]; then
		mkdir "$TESTENV_CGROUP/new"
		left
		rmdir "$TESTENV_CGROUP/new"
		grep -qE "^cgroup [0-9]+ $TESTENV_CGROUP/new$" <<<"$output"
	fi
}
