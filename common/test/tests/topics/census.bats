#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# labctl census: what is left over is named, with who holds it; what others hold is not ours.
load seam.bash

# In here the case is still running: its processes are those of its cgroup. Other
# environments may come and go meanwhile, so only things with our names are looked for.

setup() {
	lab_setup
	# shellcheck disable=SC2154 # from testenv
	[[ $TESTENV_CGROUP ]] || skip "no cgroup2 here that testenv may use"
	"$LAB_CTL" census >"$LAB_DIR/before"
}

teardown() {
	lab_teardown
}

# left [SECONDS]: what census says is left over when it has waited so long
left() {
	run "$LAB_CTL" census diff "$LAB_DIR/before" --cgroup "$TESTENV_CGROUP" --seconds "${1:-0.2}"
	# Not what others on this machine do.
	output=$(grep -E "drop_port|send_back|on_sys_enter|flows_with|attacher|raw_tracepoint|$LAB_PINS|$TESTENV_CGROUP" <<<"$output") || :
}

# nothing: what left found
nothing() {
	[ -z "$output" ] || {
		echo "left over: $output"
		return 1
	}
}

@test "nothing new: nothing is left" {
	left
	nothing
}

@test "what is loaded and pinned is left over, and no longer when it is unloaded" {
	lab_load probe
	lab_attach
	left
	grep -qE '^program [0-9]+ drop_port' <<<"$output"
	grep -qE '^map [0-9]+ flows_with_a_na' <<<"$output"
	grep -qE '^link [0-9]+ raw_tracepoint of program [0-9]+' <<<"$output"
	grep -qE "^pin [0-9]+ $LAB_PINS/link/on_sys_enter$" <<<"$output"
	lab_teardown
	left 1
	nothing
}

@test "what a process of the case holds is left over, with its name" {
	lab_start attacher
	left
	grep -qE "^program [0-9]+ attacher, held by process $LAB_PID \(attacher\)$" <<<"$output"
	grep -qE "^link [0-9]+ raw_tracepoint .*, held by process $LAB_PID \(attacher\)$" <<<"$output"
	grep -qE "^process $LAB_PID attacher$" <<<"$output"
}

@test "what a process outside the case holds is not left over" {
	echo "$BASHPID" >"${TESTENV_CGROUP%/testenv/*}/cgroup.procs"
	_lab_spawn --stdout "$LAB_STDOUT" -- "$LAB_FIXTURES/attacher"
	"$LAB_CTL" wait-attached "$!"
	left
	nothing
}

@test "a cgroup that a process outside the case is in is not left over" {
	local cgroup=${TESTENV_CGROUP%/*}/census-test
	mkdir "$cgroup"
	grep -qE "^cgroup [0-9]+ $cgroup$" <<<"$("$LAB_CTL" census diff "$LAB_DIR/before" --seconds 0.1)"
	_lab_spawn --stdin /dev/null --stdout "$LAB_STDOUT" -- "$LAB_FIXTURES/attacher"
	"$LAB_CTL" wait-attached "$!"
	echo "$!" >"$cgroup/cgroup.procs"
	run "$LAB_CTL" census diff "$LAB_DIR/before" --seconds 0.1 --cgroup "$TESTENV_CGROUP"
	_lab_reap "$!" --signal KILL || :
	lab_wait "the cgroup is empty" 5 rmdir "$cgroup"
	[[ $output != *"$cgroup"* ]]
}

@test "what comes while it looks is not left over: it was not there at the end" {
	lab_load probe
	"$LAB_CTL" census diff "$LAB_DIR/before" --cgroup "$TESTENV_CGROUP" --seconds 3 >"$LAB_DIR/left" &
	local pid=$!
	# It has looked once, found the programs of lab_load, and pauses.
	lab_wait "it pauses" 5 grep -q nanosleep "/proc/$pid/wchan"
	"$LAB_CTL" load "$LAB_BUILD/probe.bpf.o" --pin "$LAB_PINS-late"
	wait "$pid" || :
	"$LAB_CTL" unload --pin "$LAB_PINS-late"
	grep -q "^pin [0-9]* $LAB_PINS/prog/drop_port$" "$LAB_DIR/left"
	run grep -c "$LAB_PINS-late" "$LAB_DIR/left"
	[ "$output" = 0 ]
}

@test "what is pinned or attached in an environment that runs is not left over" {
	run "$LAB_CTL" census
	[[ $output == *"program "*" testenv_pass"* ]]
	# Seen from outside: no bpffs and no interface of this environment.
	lab_load probe
	lab_attach_xdp drop_port a
	nsenter --target 1 --net --mount "$LAB_CTL" census diff "$LAB_DIR/before" --seconds 0.2 \
		>"$LAB_DIR/outside" || :
	run grep -E "drop_port|flows_with|per_cpu|testenv_pass" "$LAB_DIR/outside"
	nothing
}

@test "what outlives its environment is left over" {
	"$LAB_CTL" load "$LAB_BUILD/probe.bpf.o" --pin "$LAB_PINS"
	run "$LAB_CTL" census diff "$LAB_DIR/before" --seconds 0.2
	grep -qE '^program [0-9]+ drop_port$' <<<"$output"
	grep -qE "^pin [0-9]+ $LAB_PINS/prog/drop_port$" <<<"$output"
}

@test "network namespaces, interfaces and cgroups are in it" {
	grep -qE '^netns [0-9]+ /run/testenv/self/ns/b$' "$LAB_DIR/before"
	grep -qE '^interface 1 lo$' "$LAB_DIR/before"
	mkdir "$TESTENV_CGROUP/new"
	left
	rmdir "$TESTENV_CGROUP/new"
	grep -qE "^cgroup [0-9]+ $TESTENV_CGROUP/new$" <<<"$output"
}
