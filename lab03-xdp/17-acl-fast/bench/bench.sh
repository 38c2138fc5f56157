#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Measures the access control lists against iptables and nftables: bench.sh [BUILD [long]]
# Results are in BUILD/bench: raw.txt has every measurement, and for each part there are
# a table (.tsv, .md) and a plot (.svg). Nothing is judged here by its speed; but a
# mechanism that does not do what it should ends the bench.
#
# All of it happens in networks made for it, and leaves nothing. What is missing is
# said, and left out: the programs of nftables, iptables and gnuplot.
set -eu

usage="usage: sh lab03-xdp/17-acl-fast/bench/bench.sh [BUILD [long]]"
here=lab03-xdp/17-acl-fast/bench
cd "$(dirname "$0")/../../.."
case ${1-} in
-*)
	echo "$usage" >&2
	exit 2
	;;
esac
build=$(cd "${1:-build}" && pwd)
# What a measurement is made of. The long version takes a quarter of an hour and more.
kinds='acl fw ipc'
sizes='10 100 1000 10000'
case ${2:-short} in
short) rounds=5 live=1000000 skb=200000 rule_rounds=3 packets=16384 runs=3 ;;
long) rounds=15 live=2000000 skb=1000000 rule_rounds=9 packets=32768 runs=9 ;;
*)
	echo "$usage" >&2
	exit 2
	;;
esac

# Our engines: a name for the tables, and the lesson. One line more is one more.
engines=''
ready() {
	[ -f "lab03-xdp/$2/Makefile" ] && [ -d "lab03-xdp/$2/solution" ] || return 0
	make -s BUILD="$build" LESSON="lab03-xdp/$2" OVERLAY=solution lesson
	engines="$engines $1=$build/run/lab03-xdp/$2/solution/acl"
}

make -s BUILD="$build" tools acl-bench
ready linear 14-acl-linear
ready exact-lpm 15-acl-exact-lpm
ready bitvector 16-acl-bitvector
ready fast 17-acl-fast
# For experiments: BENCH_ENGINES="NAME=ACL ...", further tools like these.
engines="$engines ${BENCH_ENGINES-}"
export PATH="$build/bench/acl:$build/libexec:$build/bin:$PATH:/usr/sbin:/sbin"
out=$build/bench

# wanted PROGRAM PACKAGE WHAT
wanted() {
	command -v "$1" >/dev/null || echo "bench: $1 is not installed (Debian: $2), so there is no $3; 'sh common/make/deps.sh bench' installs all" >&2
}
wanted nft nftables "row of nftables"
wanted iptables-legacy iptables "row of iptables"
wanted iptables-nft iptables "row of iptables-nft"
wanted gnuplot gnuplot-nox "plot"

# table NAME FORMAT: from the measurements
table() {
	awk -v as="$2" -f "$here/summary.awk" -f "$here/$1.awk" "$out/raw.txt"
}

# column NAME N: the different values, in the order of their first
column() {
	awk -F '\t' -v n="$2" 'NR > 1 && !seen[$n]++ { printf "%s ", $n }' "$out/$1.tsv"
}

# results NAME: its table for people, for programs, for texts, and its plot
results() {
	table "$1" text
	table "$1" tsv >"$out/$1.tsv"
	table "$1" markdown >"$out/$1.md"
	[ -f "$here/$1.gp" ] && command -v gnuplot >/dev/null || return 0
	settings="data='$out/$1.tsv'; set output '$out/$1.svg'"
	[ "$1" != rules ] || settings="$settings; kinds='$(column rules 1)'; names='$(column rules 3)'"
	gnuplot -e "$settings" "$here/$1.gp"
}

# inside SCRIPT ARGUMENT...: in an environment; its lines are kept. An interrupt ends all.
inside() {
	script=$1
	shift
	testenv run --topology none -- bash "$here/$script.sh" "$@" >>"$out/raw.txt"
}

: >"$out/raw.txt"
echo "what dropping costs: $rounds rounds" >&2
inside drop "$rounds" "$live" "$skb"
results drop
echo "ns a packet against the number of rules: $kinds" >&2
wrong=0
inside rules "$rule_rounds" "$packets" 4 "$kinds" "$sizes" "$engines" || wrong=1
# The second step takes rules of some kinds only: these.
inside rules "$rule_rounds" "$packets" 4 exact "$sizes" "$engines" || wrong=1
results rules
results cache
echo "changing 10000 rules" >&2
inside update "$runs" 4 10000 "$kinds" "$engines"
results update
echo "all results are in $out" >&2
[ "$wrong" = 0 ]
