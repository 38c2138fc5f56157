#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# parity.sh LABCTL OBJLOAD OBJECT...: loads every program of every object with libbpf (labctl)
# and with a loader of one's own, and compares what the kernel has: type, tag, and what the
# program does with packets. Run it in "testenv run". One line for each object:
#
#	same OBJECT: N programs, N of them run on packets
#	skipped OBJECT: why
#	differs OBJECT: what
set -u

labctl=$1
objload=$2
shift 2
pins=/sys/fs/bpf/parity
loader_said=${TMPDIR:-/tmp}/objload.err
packets=$(
	n=0
	while read -r spec; do
		# shellcheck disable=SC2086 # words
		echo "packet$((n++)) $("$labctl" packet build $spec)"
	done <<-EOF
		eth
		eth arp
		eth ipv4 udp dport=53
		eth ipv4 tcp dport=80 payload=100
		eth ipv4 options=8 icmp payload=20
		eth ipv4 udp cut=30
		eth ipv6 udp dport=53
		eth ipv6 hopopts icmpv6
		eth vlan id=5 ipv4 udp dport=7
		eth vlan id=5 vlan id=7 ipv6 tcp payload=1000
	EOF
)

# observe PROGRAM: what the kernel has under the pins
observe() {
	local type
	type=$("$labctl" info prog "$1" --pin "$pins" type) || return 1
	echo "$type $("$labctl" info prog "$1" --pin "$pins" tag)"
	case $type in
	# Twice: the second time what the first has left in the maps is there.
	xdp | sched_cls | sched_act | socket_filter | cgroup_skb)
		"$labctl" tr "$1" --pin "$pins" <<<"$packets"$'\n'"$packets" 2>&1
		;;
	esac
}

# with_libbpf OBJECT PROGRAM
with_libbpf() {
	"$labctl" load "$1" --pin "$pins" >/dev/null 2>&1 && observe "$2"
	"$labctl" unload --pin "$pins"
}

# with_objload OBJECT PROGRAM
with_objload() {
	"$objload" "$1" "$2" "$pins" >/dev/null 2>"$loader_said" && observe "$2"
	[ ! -d "$pins" ] || "$labctl" unload --pin "$pins"
}

# compare OBJECT
compare() {
	local object=$1 name=${1##*/} said programs program wanted seen all=0 run=0
	if ! said=$("$labctl" load "$object" --pin "$pins" 2>&1); then
		echo "skipped $name: libbpf does not load it here: $(head -n 1 <<<"$said")"
		"$labctl" unload --pin "$pins" 2>/dev/null
		return
	fi
	programs=$(cd "$pins/prog" && ls)
	"$labctl" unload --pin "$pins"
	for program in $programs; do
		wanted=$(with_libbpf "$object" "$program")
		seen=$(with_objload "$object" "$program")
		if [ -s "$loader_said" ]; then
			said=$(head -n 1 "$loader_said")
			case $said in
			*' CO-RE '* | *'not done here'* | *'known here'*)
				echo "skipped $name: $program: $said"
				;;
			*) echo "differs $name: $program: $said" ;;
			esac
			return
		fi
		if [ "$wanted" != "$seen" ]; then
			echo "differs $name: $program: $(diff <(echo "$wanted") <(echo "$seen") |
				head -n 4 | cut -c 1-150)"
			return
		fi
		all=$((all + 1))
		[[ $wanted != *$'\n'* ]] || run=$((run + 1))
	done
	echo "same $name: $all programs, $run of them run on packets"
}

for object; do
	compare "$object"
done
