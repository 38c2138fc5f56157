#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Treats "testenv run" badly: stress.sh [RUNS [SEED [SECONDS]]], with testenv on the PATH.
# SECONDS is how long the last processes and the kernel may take to clear up.
# Each run has a topology of its own, and is killed, interrupted, or has a step
# of its building fail, at a random moment. At the end nothing may be left:
# namespaces, interfaces, pins, mounts, cgroups, processes. Exit status 1 if
# there is. What others do on the machine meanwhile does not matter: what is
# looked for carries the mark of this very script, or has its processes' numbers.
set -u

runs=${1:-500}
RANDOM=${2:-1}
patience=${3:-10}
jobs=8
topologies=("pair" "router" "lan" "lb" "chain -n 3" "none" "pair --vlan 7" "lan --ipv6")
work=$(mktemp -d)
# What comes from a run has this in its environment, wherever it moves to.
export TESTENV_STRESS=$work
trap 'rm -rf "$work"' EXIT

cgroups=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)

# Processes with our variable: not this shell, which set it after its start.
marked() {
	local file
	grep -lsz "^TESTENV_STRESS=$work$" /proc/[0-9]*/environ >"$work/environ"
	while read -r file; do
		grep -qs '^State:.[^Z]' "${file%environ}status" && echo "$file $(tr '\0' ' ' <"${file%environ}cmdline")"
	done <"$work/environ"
}

# Slots of runs whose processes were ours.
slots() {
	local file pid
	for file in /run/testenv/.slots/*.self; do
		pid=$(cat "$file" 2>/dev/null) || continue
		grep -qx "$pid" "$work/supervisors" && echo "$file"
	done
}

interfaces() {
	ls /sys/class/net
}

mounts() {
	grep -c "$work\|/run/testenv/self" /proc/self/mountinfo
}

# One run: what is in it tells where it was, so that it can be looked for afterwards.
one() {
	local options=${topologies[RANDOM % ${#topologies[@]}]} pid ms=$((RANDOM % 200)) fate=$((RANDOM % 4)) child
	# shellcheck disable=SC2016 # for the shell inside
	local inside='ip link set lo alias "$TESTENV_STRESS"; echo "$TESTENV_CGROUP $(stat -Lc %i /proc/self/ns/net)" >>"$TESTENV_STRESS/seen"
		mkdir /sys/fs/bpf/stress 2>/dev/null; setsid tail -f /dev/null & exec tail -f /dev/null'
	if ((fate == 0)); then
		# Steps beyond the last one do no harm: then the time limit ends it.
		# shellcheck disable=SC2086
		TESTENV_FAIL_AT=$((RANDOM % 120)) testenv run -t $options --timeout "0.$(printf %03d $((ms + 1)))" -- sh -c "$inside" >/dev/null 2>&1 || :
		return
	fi
	# shellcheck disable=SC2086
	env --default-signal testenv run -t $options -- sh -c "$inside" >/dev/null 2>&1 &
	pid=$!
	read -rt "0.$(printf %03d "$ms")" _ <> <(:)
	child=$(ps -o pid= --ppid "$pid" | tr -d ' ')
	echo "$child" >>"$work/supervisors"
	case $fate in
	1) kill -9 "$pid" ;;
	2) kill -INT "$pid" ;;
	3) [ -z "$child" ] || kill -9 "$child" ;;
	esac 2>/dev/null
	# An interrupted run that had not begun to listen ends by the next signal.
	((fate != 2)) || read -rt 0.3 _ <> <(:)
	kill -TERM "$pid" 2>/dev/null
	# sh does not die of it: tail does.
	wait "$pid" 2>/dev/null || return 0
}

# left COMMAND: prints what the command finds, if it goes on finding something
left() {
	local found end=$((SECONDS + patience))
	while found=$("$@") && [ -n "$found" ] && ((SECONDS < end)); do
		read -rt 0.1 _ <> <(:)
	done
	[ -z "$found" ] || echo "$1: $found"
}

# Cgroups that runs had, and network namespaces that they were in.
had_cgroups() {
	cut -d' ' -f1 "$work/seen" | sort -u | while read -r path; do
		# Another run may have the slot, and so the name, by now.
		[ -d "$path" ] && marked_in "$path" && echo "$path"
	done
}

marked_in() {
	local pid
	while read -r pid; do
		tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "TESTENV_STRESS=$work" && return
	done <"$1/cgroup.procs"
	return 1
}

# Numbers of namespaces are used again: ours have a mark on their loopback interface.
namespaces() {
	local ns
	cut -d' ' -f2 "$work/seen" | sort -u >"$work/inodes"
	{
		printf '%s\n' /proc/[0-9]*/ns/net
		awk '$0 ~ / - nsfs / { print $5 }' /proc/self/mountinfo
	} | while read -r ns; do
		grep -qx "$(stat -Lc %i "$ns" 2>/dev/null)" "$work/inodes" &&
			nsenter --net="$ns" ip link show lo 2>/dev/null | grep -q "alias $work$" && echo "$ns"
	done
}

touch "$work/seen" "$work/supervisors"
before="$(interfaces) $(mounts)"
for ((i = 0; i < runs; i++)); do
	one &
	(((i + 1) % jobs)) || wait
	# Each subshell draws from where we are: move on.
	: $((RANDOM + RANDOM + RANDOM))
done
wait
echo "$runs runs, $(wc -l <"$work/seen") of which got as far as their command"
# Both processes of a run may have been killed: that is what gc is for.
testenv gc >/dev/null
{
	left marked
	left slots
	left had_cgroups
	left namespaces
	[ "$before" = "$(interfaces) $(mounts)" ] || echo "interfaces and mounts: $(interfaces) $(mounts), before: $before"
} >"$work/left"
if [ -s "$work/left" ]; then
	echo "left over:"
	cat "$work/left"
	exit 1
fi
echo "nothing is left${cgroups:+ (cgroups in $cgroups)}"
