#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What dropping a packet costs at nine hooks: drop.sh ROUNDS LIVE SKB
# Inside an environment; bench.sh starts it. LIVE and SKB: packets a measurement.
# One line a measurement: drop MECHANISM SENDER ROUND NS NOWHERE, in ns a packet; the
# last number is the sender's own cost, measured just before.
#
# Each mechanism has a network of its own: a table of iptables stays in the packet's
# way once it was used, with and without rules.
set -eu

rounds=$1
live=$2
skb=$3
# Else iptables leaves a file in /run.
export XTABLES_LOCKFILE="${TMPDIR:-/tmp}/xtables.lock"

# The way is the same for all: UDP to port 9 is counted and dropped.
up_native() { aclbench attach native eth0; }
up_generic() { aclbench attach generic eth0; }
up_tcx() { aclbench attach tcx eth0; }
up_clsact() { aclbench attach clsact eth0; }
up_nft_netdev() {
	nft 'table netdev bench { chain discard { type filter hook ingress device eth0 priority 0; udp dport 9 counter drop; }; }'
}
up_nft_raw() {
	nft 'table ip bench { chain discard { type filter hook prerouting priority raw; udp dport 9 counter drop; }; }'
}
up_nft_input() {
	nft 'table ip bench { chain discard { type filter hook input priority filter; udp dport 9 counter drop; }; }'
}
up_iptables_raw() { iptables-legacy -t raw -A PREROUTING -p udp --dport 9 -j DROP; }
up_iptables_input() { iptables-legacy -A INPUT -p udp --dport 9 -j DROP; }
up_iptables_nft_input() { iptables-nft -A INPUT -p udp --dport 9 -j DROP; }

# counted MECHANISM: how many packets it says it has dropped
counted() {
	case $1 in
	nft_*) nft list ruleset | sed -n 's/.*counter packets \([0-9]*\).*/\1/p' ;;
	iptables_raw) iptables-legacy -t raw -nvxL PREROUTING | awk '$3 == "DROP" { print $1 }' ;;
	iptables_input) iptables-legacy -nvxL INPUT | awk '$3 == "DROP" { print $1 }' ;;
	iptables_nft_input) iptables-nft -nvxL INPUT | awk '$3 == "DROP" { print $1 }' ;;
	*) aclbench dropped ;;
	esac
}

# The parts of this script that run in the networks made below.
case ${4-} in
up)
	aclbench gro eth0
	"up_$5"
	exit
	;;
counted)
	counted "$5"
	exit
	;;
send)
	# shellcheck disable=SC2153 # A_MAC and so on are testenv's
	frame=$(labctl packet build eth "src=$B_MAC" "dst=$A_MAC" ipv4 "src=$B_IP4" "dst=$A_IP4" udp sport=4000 dport=9 payload=22)
	own=$(aclbench nowhere "$5" eth0 "$6" "$frame")
	echo "$(aclbench send "$5" eth0 "$6" "$frame") $own"
	exit
	;;
esac

# in_node NETWORK NODE PART ARGUMENT...
in_node() {
	network=$1
	node=$2
	shift 2
	testenv exec "$network" "$node" -- bash "$0" "$rounds" "$live" "$skb" "$@"
}

mechanisms='native generic tcx clsact'
! command -v nft >/dev/null || mechanisms="$mechanisms nft_netdev nft_raw nft_input"
! command -v iptables-legacy >/dev/null || mechanisms="$mechanisms iptables_raw iptables_input"
! command -v iptables-nft >/dev/null || mechanisms="$mechanisms iptables_nft_input"

ready=''
for m in $mechanisms; do
	name=$(echo "$m" | tr _ -)
	testenv up "$name"
	if in_node "$name" a up "$m"; then
		ready="$ready $m"
	else
		echo "bench: $m: this machine cannot; it is left out" >&2
		testenv down "$name"
	fi
done

# order N: the mechanisms, each round another first
order() {
	for m in $ready; do echo "$m"; done | awk -v by="$1" '{ line[NR] = $0 } END { for (i = 0; i < NR; i++) print line[(i + by) % NR + 1] }'
}

# measure MECHANISM SENDER PACKETS: prints the two times. All must have been dropped, or it
# was something else that dropped; what was lost on the way is measured again.
measure() {
	name=$(echo "$1" | tr _ -)
	for _ in 1 2 3 4 5; do
		before=$(in_node "$name" a counted "$1")
		times=$(in_node "$name" b send "$2" "$3")
		after=$(in_node "$name" a counted "$1")
		if [ $((after - before)) = "$3" ]; then
			echo "$times"
			return
		fi
		echo "bench: $1 has dropped $((after - before)) of $3 packets: once more" >&2
	done
	echo "bench: $1: packets are lost every time: no numbers" >&2
	return 1
}

for round in $(seq "$rounds"); do
	for m in $(order "$round"); do
		for sender in live skb; do
			packets=$live
			[ "$sender" = live ] || packets=$skb
			times=$(measure "$m" "$sender" "$packets")
			echo "drop $m $sender $round $times"
		done
	done
done
