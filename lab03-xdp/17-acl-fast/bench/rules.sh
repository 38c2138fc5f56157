#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# ns a packet against the number of rules: rules.sh ROUNDS PACKETS FAMILY "KIND..." "SIZE..." "NAME=ACL..."
# Inside an environment; bench.sh starts it. PACKETS: of a trace; NAME=ACL: engines of ours,
# a name without blanks and the tool "acl" of a lesson.
#
# Lines on stdout: "rules KIND SIZE NAME ROUND NS OWN", where OWN is the same without rules,
# measured just before: for ours, a program that does nothing in the place of the engine
# (BPF_PROG_TEST_RUN); for the others, the same hook with one rule that drops all (live frames).
# "layers KIND SIZE N": sets that nft needed; "missing KIND SIZE NAME REASON";
# "cache KIND FLOWS CACHE NAME ROUND NS WITHOUT OWN HITS": with a cache in front.
#
# A measurement counts only when all counters of all rules are as the reference says.
set -euo pipefail

export XTABLES_LOCKFILE="${TMPDIR:-/tmp}/xtables.lock"

# ---- the parts that run in a network of their own: rules.sh up|send|counters ... ----

# up FILTER FILE: fills it
part_up() {
	aclbench gro eth0
	case $1 in
	iptables) iptables-legacy-restore <"$2" ;;
	ip6tables) ip6tables-legacy-restore <"$2" ;;
	nft*) nft -f "$2" ;;
	esac
}

# counters FILTER: how many packets each rule has counted, in their order
part_counters() {
	case $1 in
	iptables) iptables-legacy -t raw -nvxL PREROUTING | awk 'NR > 2 { print $1 }' ;;
	ip6tables) ip6tables-legacy -t raw -nvxL PREROUTING | awk 'NR > 2 { print $1 }' ;;
	nft*) nft list chain "$2" bench rules | sed -n 's/.*counter packets \([0-9]*\).*/\1/p' ;;
	esac
}

# send PACKETS TRACE: prints ns a packet
part_send() {
	local frame
	# shellcheck disable=SC2153 # A_MAC and so on are testenv's
	frame=$(labctl packet build eth "src=$B_MAC" "dst=$A_MAC" ipv4 udp payload=22)
	aclbench send live eth0 "$1" "$frame" "$2"
}

case $1 in
up | counters | send)
	part=$1
	shift
	"part_$part" "$@"
	exit
	;;
esac

# ---- the part that goes through all of them -------------------------------------------

rounds=$1
packets=$2
family=$3
read -ra kinds <<<"$4"
read -ra sizes <<<"$5"
read -ra engines <<<"$6"
dir=$TMPDIR/rules
ip=ip
[ "$family" = 4 ] || ip=ip6
# One measurement takes about so many ns, or once over the trace.
enough=150000000

# in_node NETWORK NODE PART ARGUMENT...
in_node() {
	testenv exec "$1" "$2" -- bash "$0" "${@:3}"
}

# filter_text NAME: the file that holds its rules
filter_file() {
	case $1 in
	ip*tables) echo "$dir/iptables" ;;
	*) echo "$dir/$1" ;;
	esac
}

# times NS: how often over the trace
times() {
	awk -v ns="$1" -v n="$packets" -v enough="$enough" 'BEGIN { t = int(enough / ns / n); print t < 1 ? 1 : t }'
}

filters=()
command -v nft >/dev/null && filters+=(nft-linear nft-sets)
command -v "${ip}tables-legacy" >/dev/null && filters+=("${ip}tables")

# What the way of a packet costs without rules.
empty_of() {
	case $1 in
	nft*) echo empty-nft ;;
	*) echo empty-iptables ;;
	esac
}
make_empty() {
	local name
	echo "table $ip bench { chain rules { type filter hook prerouting priority raw; counter drop; }; }" >"$TMPDIR/empty-nft"
	printf '*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -j DROP\nCOMMIT\n' >"$TMPDIR/empty-iptables"
	for f in "${filters[@]}"; do
		name=$(empty_of "$f")
		[ -d "/run/testenv/$name" ] || testenv up "$name"
		in_node "$name" a up "$f" "$TMPDIR/$name"
	done
}

# measure_filter KIND SIZE NAME: all rounds of one rule set in one filter
measure_filter() {
	local over own ns round all=1 empty
	empty=$(empty_of "$3")
	testenv up filter
	if ! in_node filter a up "$3" "$(filter_file "$3")" 2>"$TMPDIR/why"; then
		echo "missing $1 $2 $3 $(head -n 1 "$TMPDIR/why")"
		testenv down filter
		return
	fi
	over=$(times "$(in_node filter b send "$packets" "$dir/trace")")
	for round in $(seq "$rounds"); do
		own=$(in_node "$empty" b send $((packets * $(times 500))) "$dir/trace")
		ns=$(in_node filter b send $((packets * over)) "$dir/trace")
		all=$((all + over))
		echo "rules $1 $2 $3 $round $ns $own"
	done >"$TMPDIR/lines"
	if in_node filter a counters "$3" "$ip" | cmp -s - <(awk -v all=$((1 + rounds * over)) '{ print $1 * all }' "$(filter_file "$3").expect"); then
		cat "$TMPDIR/lines"
	else
		wrong=1
		echo "bench: $3 with $2 rules ($1): its counters are not what the reference says; no numbers" >&2
		echo "missing $1 $2 $3 wrong counters"
	fi
	testenv down filter
}

# measure_ours KIND SIZE: all engines, in turn. One that is wrong is left out, and this
# script fails in the end.
measure_ours() {
	local e name loaded=()
	for e in "${engines[@]}"; do
		name=${e%%=*}
		if ! "${e#*=}" load --pins "$TESTENV_BPF/$name" "$dir/rules.acl" >/dev/null 2>"$TMPDIR/why"; then
			echo "missing $1 $2 $name $(head -n 1 "$TMPDIR/why")"
		elif aclbench agree "$dir/trace" "$name=$TESTENV_BPF/$name" 2>"$TMPDIR/why"; then
			loaded+=("$name=$TESTENV_BPF/$name")
		else
			echo "missing $1 $2 $name $(head -n 1 "$TMPDIR/why")"
			echo "bench: $1, $2 rules: $(head -n 1 "$TMPDIR/why")" >&2
			wrong=1
		fi
	done
	[ ${#loaded[@]} = 0 ] || aclbench judge "$dir/trace" "$rounds" "${loaded[@]}" | sed "s/^/rules $1 $2 /"
	[ "$2" != "$cache_at" ] || measure_caches "$1"
	for e in "${engines[@]}"; do
		name=${e%%=*}
		[ ! -d "$TESTENV_BPF/$name" ] || "${e#*=}" unload --pins "$TESTENV_BPF/$name" >/dev/null
	done
}

# measure_caches KIND: the last engine that is right, with caches of several sizes in front
measure_caches() {
	local size last
	[ ${#loaded[@]} != 0 ] || return 0
	last=${loaded[${#loaded[@]} - 1]}
	for size in $((packets * 4)) "$packets" $((packets / 4)); do
		aclbench cached "$dir/trace" "$rounds" "$last" "$size" | sed "s/^/cache $1 $packets /"
	done
}

wrong=0
cache_at=10000
make_empty
for kind in "${kinds[@]}"; do
	for size in "${sizes[@]}"; do
		made=$(aclbench rules "$kind" "$family" "$size" "$packets" 1 "$dir")
		[ "$made" = "$size" ] || echo "bench: of $size rules there are $made ($kind)" >&2
		echo "layers $kind $size $(sed -n 's/^# \([0-9]*\) layers/\1/p' "$dir/nft-sets")"
		measure_ours "$kind" "$size"
		for f in "${filters[@]}"; do
			measure_filter "$kind" "$size" "$f"
		done
	done
done
[ "$wrong" = 0 ]
