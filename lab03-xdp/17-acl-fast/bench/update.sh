#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What changing the rules costs, and how much memory they take:
# update.sh RUNS FAMILY RULES "KIND..." "NAME=ACL..."
# Inside an environment; bench.sh starts it. Lines on stdout:
#	update KIND NAME WHAT RUN MS CPU	WHAT: load (into an empty kernel), replace, add, del (one rule)
#	memory KIND NAME kernel BYTES	what the kernel charged for the rules
#	memory KIND NAME maps BYTES	ours: what it says of the maps alone
# Times are those of the commands that one types, from their start to their end; CPU: of
# these, the command's own work, in the kernel too, for a busy machine makes all wait.
set -euo pipefail

export XTABLES_LOCKFILE="${TMPDIR:-/tmp}/xtables.lock"
# in_ip FAMILY RULES
in_ip() {
	family=$1
	rules=$2
	middle=$((rules / 2))
	ip=ip
	[ "$family" = 4 ] || ip=ip6
}

# timed KIND NAME WHAT RUN COMMAND...
timed() {
	local TIMEFORMAT='%R %U %S' failed=0
	{ time "${@:5}" >/dev/null 2>"$TMPDIR/why"; } 2>"$TMPDIR/time" || failed=1
	if [ "$failed" = 1 ]; then
		echo "missing $1 $2 $3 $(head -n 1 "$TMPDIR/why")"
		return 1
	fi
	awk -v line="update $1 $2 $3 $4" '{ printf "%s %.0f %.0f\n", line, $1 * 1000, ($2 + $3) * 1000 }' "$TMPDIR/time"
}

# ---- ours ------------------------------------------------------------------------------

# A rule that no packet of the trace meets; one that is in no set twice.
rule_ours() {
	if [ "$family" = 4 ]; then
		echo "deny ip4 udp from 203.0.113.7 port 7 to 203.0.113.8 port 8"
	else
		echo "deny ip6 udp from 2001:db8::7 port 7 to 2001:db8::8 port 8"
	fi
}

ours() {
	local kind=$1 name=${2%%=*} acl=${2#*=} run
	local pins=$TESTENV_BPF/$name
	for run in $(seq "$runs"); do
		timed "$kind" "$name" load "$run" "$acl" load --pins "$pins" "$dir/rules.acl" || return 0
		timed "$kind" "$name" replace "$run" "$acl" load --pins "$pins" "$dir/rules.acl" || true
		# The list is full: first one goes.
		timed "$kind" "$name" del "$run" "$acl" del --pins "$pins" "$middle" || true
		timed "$kind" "$name" add "$run" "$acl" add --pins "$pins" --at "$middle" "$(rule_ours)" || true
		"$acl" unload --pins "$pins" >/dev/null
	done
	echo "memory $kind $name kernel $(aclbench memory "$acl" load --pins "$pins" "$dir/rules.acl" | tail -n 1)"
	echo "memory $kind $name maps $(aclbench maps "$pins/map")"
	"$acl" unload --pins "$pins" >/dev/null
}

# ---- the others ------------------------------------------------------------------------

# Each in a network of its own, which goes with its rules.
load_iptables() { "${ip}tables-legacy-restore" "$dir/iptables"; }
add_iptables() { "${ip}tables-legacy" -t raw -I PREROUTING "$middle" -p udp --sport 7 --dport 8 -j DROP; }
del_iptables() { "${ip}tables-legacy" -t raw -D PREROUTING "$middle"; }
load_nft_linear() { nft -f "$dir/nft-linear"; }
load_nft_sets() { nft -f "$dir/nft-sets"; }
# A rule in front: for the middle of a chain nft reads all of it first.
add_nft() { nft insert rule "$ip" bench rules udp sport 7 udp dport 8 drop; }
del_nft() { nft delete rule "$ip" bench rules handle "$1"; }

others_run() {
	local kind=$1 name=$2 run=$3 handle
	timed "$kind" "$name" load "$run" "load_${name//-/_}" || return 0
	case $name in
	iptables)
		timed "$kind" "$name" replace "$run" load_iptables || true
		timed "$kind" "$name" add "$run" add_iptables || true
		timed "$kind" "$name" del "$run" del_iptables || true
		;;
	nft*)
		timed "$kind" "$name" add "$run" add_nft || true
		handle=$(nft -a list chain "$ip" bench rules | sed -n 's/.*udp sport 7 udp dport 8.*# handle //p')
		timed "$kind" "$name" del "$run" del_nft "$handle" || true
		;;
	esac
}

others_memory() {
	local file=$dir/$2
	case $2 in
	iptables) echo "memory $1 $2 kernel $(aclbench memory "${ip}tables-legacy-restore" "$file")" ;;
	*) echo "memory $1 $2 kernel $(aclbench memory nft -f "$file")" ;;
	esac
}

# The part of this script that runs in the networks: run|memory KIND NAME FAMILY RULES DIR [RUN]
case $1 in
run | memory)
	in_ip "$4" "$5"
	dir=$6
	if [ "$1" = run ]; then
		others_run "$2" "$3" "$7"
	else
		others_memory "$2" "$3"
	fi
	exit
	;;
esac

runs=$1
in_ip "$2" "$3"
read -ra kinds <<<"$4"
read -ra engines <<<"$5"
dir=$TMPDIR/rules

# in_network PART KIND NAME [RUN]: in a fresh one
in_network() {
	testenv up --topology none fresh
	testenv exec fresh a -- bash "$0" "$1" "$2" "$3" "$family" "$rules" "$dir" "${4-}"
	testenv down fresh
}

# others KIND NAME
others() {
	local run
	for run in $(seq "$runs"); do
		in_network run "$1" "$2" "$run"
	done
	in_network memory "$1" "$2"
}

for kind in "${kinds[@]}"; do
	rules=$(aclbench rules "$kind" "$family" "$rules" 1000 1 "$dir")
	for engine in "${engines[@]}"; do
		ours "$kind" "$engine"
	done
	! command -v "${ip}tables-legacy" >/dev/null || others "$kind" iptables
	if command -v nft >/dev/null; then
		others "$kind" nft-linear
		others "$kind" nft-sets
	fi
done
