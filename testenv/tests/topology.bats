#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What every topology promises: everybody is reached, XDP works at every end of
# every link, and nothing travels that nobody sent.

# Variables in single quotes are for the shell inside the environment.
# shellcheck disable=SC2016

load common

setup_file() {
	build_programs
	# Those that have links.
	export TOPOLOGIES="pair router lan lb chain"
}

# The functions below run inside an environment, in bash.
export_functions() {
	export -f all_reach each_link quiet sends_both_ways
}

# Nodes with addresses reach each other by the IP version $1, in both directions.
all_reach() {
	local from to address
	for from in $TESTENV_NODES; do
		for to in $TESTENV_NODES; do
			address=${to^^}_IP$1
			# The bridge of a lan has no addresses.
			[[ $from != bridge && $to != bridge && $from != "$to" ]] || continue
			testenv exec self "$from" -- ping "-$1" -qnc 1 -W 3 "${!address}" >/dev/null ||
				{ echo "$from does not reach $to by IPv$1"; return 1; }
		done
	done
}

@test "all nodes of every topology reach each other, IPv4 and IPv6" {
	export_functions
	for t in $TOPOLOGIES; do
		echo "$t"
		testenv run -t "$t" -- bash -c 'all_reach 4 && all_reach 6'
	done
}

@test "with the most hosts too, and with tags" {
	export_functions
	testenv run -t chain -n 15 -- bash -c 'testenv ping self h1 h15 -- -qnc 1 -W 3 && testenv ping self -6 h15 h1 -- -qnc 1 -W 3'
	testenv run -t lan -n 15 --vlan 9 -- testenv ping self h15 h2 -- -qnc 1 -W 3
	testenv run -t lb -n 15 -- testenv ping self client b15 -- -qnc 1 -W 3
	for t in $TOPOLOGIES; do
		testenv run -t "$t" --vlan 42 -- bash -c 'all_reach 4 && all_reach 6'
	done
}

# Calls $1 NODE INTERFACE IFINDEX PEER PEER-INTERFACE PEER-IFINDEX for both ends of all links.
each_link() {
	local line ends=0
	testenv status self --json >"$TMPDIR/status"
	while read -r line; do
		# shellcheck disable=SC2086
		"$1" $line </dev/null || { echo "$1 $line: failed"; return 1; }
		((++ends))
	done < <(jq -r '.[0] as $env
		| def number: . as $e | $env.nodes[] | select(.name == $e.node).interfaces[] | select(.name == $e.interface).ifindex;
		$env.links[] | ., reverse | [.[] | .node, .interface, number] | join(" ")' "$TMPDIR/status")
	[ "$ends" -eq $(($(wc -w <<<"$TESTENV_NODES") * 2 - 2)) ]
}

# A program at this end sends back what comes from the other one.
sends_both_ways() {
	local node=$1 interface=$2 there=$TESTENV_DIR/ns/$4 index=$6 program
	for program in send_back redirect_back; do
		testenv load self "$node" "$BOUNCE" "$program" -i "$interface" || return
		testenv status self --json | jq -e --arg node "$node" --arg interface "$interface" --arg program "$program" '.[0].nodes[]
			| select(.name == $node).interfaces[] | select(.name == $interface).xdp | .name == $program and .mode == "native"' >/dev/null || return
		"$WIRE" frame "$there" "$index" "$there" "$index" || return
		testenv unload self "$node" -i "$interface" || return
	done
}

@test "XDP_TX and XDP_REDIRECT work between any two neighbours, in native mode" {
	export_functions
	for t in $TOPOLOGIES; do
		echo "$t"
		testenv run -t "$t" -- bash -c 'testenv status self --json | jq "[.[0].nodes[].interfaces[].xdp.name]" >"$TMPDIR/before"
			each_link sends_both_ways || exit
			testenv status self --json | jq "[.[0].nodes[].interfaces[].xdp.name]" | diff "$TMPDIR/before" -'
	done
}

@test "XDP_REDIRECT from one interface of your node to the next" {
	for t in router lan lb chain; do
		case $t in
		router) from=left to=right ;;
		lan) from=h1 to=h2 ;;
		lb) from=client to=b1 ;;
		chain) from=h1 to=h3 ;;
		esac
		echo "$t"
		testenv run -t $t -- sh -c 'testenv load self $TESTENV_NODE "$BOUNCE" redirect_on || exit
			for n in $TESTENV_NODES; do eval "index_$n=\$$(echo "$n" | tr a-z A-Z)_IFINDEX"; done
			eval "from=\$index_$1 to=\$index_$2"
			exec "$WIRE" frame "$TESTENV_DIR/ns/$1" "$from" "$TESTENV_DIR/ns/$2" "$to"' - "$from" "$to"
	done
}

@test "a packet that a program changed, without its checksum, is dropped by the receiver" {
	testenv run -- sh -c 'testenv load self a "$BOUNCE" spoil && exec "$WIRE" spoiled'
	# Without it, both datagrams arrive.
	run -1 testenv run -- "$WIRE" spoiled
	[ "$output" = "received: wrong" ]
	testenv run -t lan -- sh -c 'testenv load self h2 "$BOUNCE" spoil
		A_NS=$H2_NS A_IP4=$H2_IP4 B_NS=$H1_NS B_IP4=$H1_IP4 exec "$WIRE" spoiled'
	testenv run -t router -- sh -c 'testenv load self router "$BOUNCE" spoil -i eth0
		A_NS=$RIGHT_NS A_IP4=$RIGHT_IP4 B_NS=$LEFT_NS B_IP4=$LEFT_IP4 exec "$WIRE" spoiled'
}

# No groups that would be reported, no packets that nobody sent.
quiet() {
	local node
	for node in $TESTENV_NODES; do
		testenv exec self "$node" -- awk -v node="$node" '
			$2 ~ /^eth/ && $3 !~ /^ff0[12]0*1$/ { print node " has joined " $3 " on " $2; bad = 1 }
			END { exit bad }' /proc/net/igmp6 || return
	done
	testenv stats self --json | jq -e 'all(.[]; .received == 0 and .sent == 0)' >/dev/null || {
		testenv stats self
		return 1
	}
}

@test "nothing travels that nobody sent" {
	export_functions
	for t in $TOPOLOGIES; do
		for options in "" "--vlan 7" "--ipv6"; do
			echo "$t $options"
			# shellcheck disable=SC2086
			testenv run -t "$t" $options -- bash -c quiet
		done
	done
}

@test "--ipv4 and --ipv6: only the one, and the other's variables are empty" {
	run -0 testenv run -t router --ipv4 -- sh -c 'echo "$LEFT_IP4/$LEFT_IP6"; cat /proc/sys/net/ipv6/conf/all/disable_ipv6; ip -6 -o addr show scope global; ip -4 -o addr show scope global | wc -l'
	[[ ${lines[0]} == 10.*/ ]]
	[ "${lines[1]} ${lines[2]} ${#lines[@]}" = "1 2 3" ]
	run -0 testenv run -t router --ipv6 -- sh -c 'echo "$LEFT_IP4/$LEFT_IP6"; ip -4 -o addr show scope global; ip -6 -o addr show scope global | wc -l'
	[[ ${lines[0]} == /fdbf:* ]]
	[ "${lines[1]} ${#lines[@]}" = "2 2" ]
	run -2 testenv run --mtu 1000 -- true
	run -0 testenv run --mtu 1000 --ipv4 -- cat /sys/class/net/eth0/mtu
	[ "$output" = 1000 ]
}

@test "--mtu holds on every link, and large packets pass" {
	for t in $TOPOLOGIES; do
		testenv run -t "$t" --mtu 9000 -- sh -c 'testenv status self --json |
			jq -e "all(.[0].nodes[].interfaces[] | select(.name != \"lo\"); .mtu == 9000)" >/dev/null &&
			testenv ping self -- -qnc 1 -W 3 -s 8900 -M do'
	done
}

@test "--vlan: the tag is in the packet, and other tags are not taken" {
	for t in pair router; do
		to=A_IP4 from=b
		[ $t = pair ] || { to=LEFT_IP4 from=router; }
		echo $t
		run -0 testenv run -t $t --vlan 42 -- bash -c 'exec 2>&1
			testenv capture self "$TESTENV_NODE" -- -i eth0 -c 2 -w "$TMPDIR/pcap" >/dev/null 2>"$TMPDIR/err" &
			until grep -qs "listening on" "$TMPDIR/err"; do :; done
			testenv exec self '$from' -- ping -qnc 1 -W 3 "$'$to'" >/dev/null || exit
			wait
			tcpdump -nr "$TMPDIR/pcap" -e'
		[[ $output == *"vlan 42"*"echo request"*"vlan 42"*"echo reply"* ]]
	done
	# VLAN 42 does not hear VLAN 43; with 43 on both sides it would.
	testenv run --vlan 42 -- "$WIRE" tags
	run -1 testenv run --vlan 43 -- "$WIRE" tags
	[ "$output" = "received: wrong" ]
	run -0 testenv run --vlan 42 -- testenv status self
	[[ $output == *"there is no VLAN device"* && $output == *"tc egress: testenv_push"* && $output == *"tc ingress: testenv_pop"* ]]
}
