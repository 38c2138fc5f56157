#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Medians of testenv's commands, in milliseconds: bench.sh [BUILD [ROUNDS]]
# Other environments on the machine make "first" look better than it is.
set -eu

build=$(cd "${1:-$(dirname "$0")/../build}" && pwd)
rounds=${2:-31}
many=100
PATH=$build/bin:$PATH
name=bench-$$
times=$(mktemp)
trap 'testenv down "$name"; testenv down "$name-2"; down_many; rm -f "$times"' EXIT

now() {
	date +%s%N
}

# The kernel takes a dead environment apart in the background.
settle() {
	for _ in $(seq 100); do
		[ "$(bpftool prog list 2>/dev/null | grep -c testenv_pass)" -gt "$others" ] || return 0
	done
}

# timed COMMAND...
timed() {
	start=$(now)
	"$@"
	end=$(now)
	echo "$((end - start))" >>"$times"
}

# result LABEL GOAL: prints the median, also into $median, and forgets the times
result() {
	median=$(sort -n "$times" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] / 1e6 }')
	printf '%-28s %6.1f ms%s\n' "$1" "$median" "${2:+   (goal: under $2)}"
	: >"$times"
}

repeat() {
	for _ in $(seq "$rounds"); do "$@"; done
}

run_first() {
	settle
	timed testenv run --topology pair -- true
}
up_first() {
	settle
	timed testenv up "$name"
	testenv down "$name"
}
down() {
	testenv up "$name"
	timed testenv down "$name"
}

# The name is usable at once, so that all rounds can have the same one.
up_second() {
	timed testenv up "$name-2"
	testenv down "$name-2"
}
# Times environments FROM to TO, which stay.
up_many() {
	for i in $(seq "$1" "$2"); do timed testenv up "$name-m$i"; done
}
down_many() {
	for i in $(seq "$many"); do testenv down "$name-m$i"; done
}

others=$(bpftool prog list 2>/dev/null | grep -c testenv_pass || :)
repeat run_first
result "run, first" 40
repeat up_first
result "up, first" 30
repeat down
result "down" 10
testenv up "$name"
repeat timed testenv run --topology pair -- true
result "run, another is up" 20
repeat up_second
result "up, another is up" 10
for topology in router lan lb chain; do
	repeat timed testenv run --topology "$topology" -- true
	result "run --topology $topology" ""
done
repeat timed testenv run --topology none -- true
result "run --topology none" ""
repeat timed testenv exec "$name" b -- true
result "exec" ""
repeat timed testenv sandbox -- true
result "sandbox" ""
# A loader with the broker, against the same without both, in a node.
loader=$build/run/lab03-xdp/01-pass-drop/solution/pass_drop
if [ -x "$loader" ]; then
	policy=$(mktemp)
	echo '{"programs":["xdp"],"helpers":["xdp_load_bytes"]}' >"$policy"
	repeat timed testenv exec "$name" a -- "$loader" -i eth0 true
	result "exec, a loader" ""
	repeat timed testenv exec "$name" a -- testenv sandbox --network join --bpf "$policy" -- true
	result "exec, sandbox --bpf" ""
	repeat timed testenv exec "$name" a -- testenv sandbox --network join --bpf "$policy" --bind "$loader:/loader" -- /loader -i eth0 true
	result "  with the loader in it" ""
	rm -f "$policy"
fi
up_many 1 10
result "up, the 1st to 10th of $many" ""
first=$median
up_many 11 $((many - 10)) && : >"$times"
up_many $((many - 9)) "$many"
result "up, the last 10 of $many" ""
printf '%-28s %6.1f      (goal: under 2)\n' "  against the first 10" "$(awk "BEGIN { print $median / $first }")"
down_many
repeat timed true
result "(measuring itself)" ""

# Machines: the kernels fetched, each restored and booted.
for kernel in "${XDG_CACHE_HOME:-$HOME/.cache}"/bpf-labs/kernels/[0-9]*; do
	[ -d "$kernel" ] || continue
	kernel=$(basename "$kernel")
	testenv vm run --kernel "$kernel" -- true || break
	rounds=7
	repeat timed testenv vm run --kernel "$kernel" -- true
	result "vm run, $kernel" 2500
	rounds=3
	repeat timed testenv vm run --boot --kernel "$kernel" -- true
	result "  booted" 10000
done
