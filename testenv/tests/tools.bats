#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# ping, capture, load, unload, stats, reset, up --new, and the shell's prompt.

# Variables in single quotes are for the shell inside the environment.
# shellcheck disable=SC2016

load common

setup_file() {
	build_programs
}

setup() {
	n=$(name)
}

teardown() {
	testenv down "$n"
	no_trace "$n"
}

@test "ping: your node to a neighbour, or what is named" {
	run -0 testenv run -t router -- sh -c 'echo "$LEFT_IP4 $RIGHT_IP4 $LEFT_IP6"
		testenv ping self -- -c 1; testenv ping self left right -- -c 1; testenv ping self -6 right left -- -c 1'
	read -r left4 right4 left6 <<<"${lines[0]}"
	[[ $output == *"PING $left4 "*"1 received"*"PING $right4 "*"1 received"*"PING $left6"*"1 received"* ]]
	# In a lan the bridge has no address: then it is two hosts.
	testenv run -t lan -- testenv ping self -- -qc 1
	run -2 testenv run -t lan -- testenv ping self bridge
	run -2 testenv run --ipv4 -- testenv ping self -6
	run -2 testenv run -t none -- testenv ping self
	run -2 testenv run -- testenv ping self a c
	run -1 testenv run -- sh -c 'testenv exec self b -- ip link set eth0 down; testenv ping self a b -- -qc 1 -W 0.1'
}

@test "a tool that is not there is one line and 4" {
	PATH=$BUILD/bin run -4 testenv run -- "$BUILD/bin/testenv" ping self
	[[ $output == "testenv: cannot run ping ("*"make deps"* ]]
}

@test "capture shows what arrives" {
	run -0 testenv run -- bash -c 'testenv capture self b -- -c 1 icmp >"$TMPDIR/out" 2>"$TMPDIR/err" &
		until grep -qs "listening on" "$TMPDIR/err"; do :; done
		ping -qc 1 "$B_IP4" >/dev/null && wait && cat "$TMPDIR/out"'
	[[ $output == *"ICMP echo request"* ]]
}

programs() {
	jq -r '[.[0].nodes[].interfaces[] | select(.name != "lo") | .xdp.name // "-"] | join(" ")'
}

@test "load and unload: the program, its pins, and the pass program around it" {
	testenv up "$n" -t router
	[ "$(testenv status "$n" --json | programs)" = "testenv_pass - - testenv_pass" ]
	testenv load "$n" router "$BOUNCE" send_back -i eth1
	[ "$(testenv status "$n" --json | programs)" = "testenv_pass - send_back testenv_pass" ]
	# On a peer's side it takes the pass program's place, and your side gets one.
	testenv load "$n" left "$BOUNCE" redirect_back
	[ "$(testenv status "$n" --json | programs)" = "redirect_back testenv_pass send_back testenv_pass" ]
	testenv exec "$n" router -- test -e /sys/fs/bpf/left-eth0/maps/frames
	# Another one in its place: no remains of the first.
	testenv load "$n" left "$BOUNCE" spoil
	[ "$(testenv status "$n" --json | programs)" = "spoil testenv_pass send_back testenv_pass" ]
	testenv unload "$n" left
	testenv unload "$n" router -i eth1
	[ "$(testenv status "$n" --json | programs)" = "testenv_pass - - testenv_pass" ]
	testenv exec "$n" left -- sh -c '! ls /sys/fs/bpf | grep eth'
	testenv unload "$n" left
}

@test "load says what is wrong, and leaves all as it was" {
	testenv up "$n"
	run -2 testenv load "$n" a "$BATS_TEST_TMPDIR/nonesuch.o"
	[[ $output == "testenv: load: cannot read "* ]]
	run -2 testenv load "$n" a "$BATS_TEST_DIRNAME/common.bash"
	[[ $output == *"no object file of BPF programs"* ]]
	run -2 testenv load "$n" a "$BOUNCE"
	[[ $output == *"has 4 XDP programs"* ]]
	run -2 testenv load "$n" a "$BOUNCE" nonesuch
	[[ $output == *"no XDP program called nonesuch"* ]]
	run -2 testenv load "$n" a "$BOUNCE" spoil -i eth7
	[[ $output == *"node a has no interface eth7"* ]]
	run -2 testenv load "$n" c "$BOUNCE" spoil
	run -1 testenv load "$n" b "$BUILD/fixtures/refused.bpf.o"
	[[ $output == "refused: "* ]]
	[ "$(testenv status "$n" --json | programs)" = "- testenv_pass" ]
	# Someone else's program is not taken away: what load does not find where it pins its own.
	testenv load "$n" a "$BOUNCE" spoil
	testenv exec "$n" a -- mv /sys/fs/bpf/a-eth0 /sys/fs/bpf/elsewhere
	run -1 testenv load "$n" a "$BOUNCE" send_back
	[ "$(testenv status "$n" --json | programs)" = "spoil testenv_pass" ]
}

@test "stats: what came, and what XDP did" {
	run -0 testenv run -- sh -c 'testenv load self a "$BOUNCE" send_back &&
		for i in 1 2 3; do "$WIRE" frame "$B_NS" "$B_IFINDEX" "$B_NS" "$B_IFINDEX" || exit; done
		testenv stats self --json'
	jq -e '.[0] | .node == "a" and .xdp_seen == 3 and .xdp_tx == 3 and .received == 3 and .xdp_dropped == 0' <<<"$output"
	jq -e '.[1] | .node == "b" and .received == 3 and .xdp_seen == 3 and .xdp_tx == 0' <<<"$output"
	run -0 testenv run -t lan -- testenv stats self h2
	[ "${#lines[@]}" -eq 2 ]
}

@test "reset: as it was first, with its options, and without its processes" {
	testenv up "$n" -t lan -n 4 --vlan 12 --mtu 3000 --ipv4
	testenv status "$n" --json | jq '.[0] | .topology, .options, (.nodes | length)' >"$BATS_TEST_TMPDIR/before"
	testenv exec "$n" h1 -- sh -c 'ip link del eth0; mkdir /sys/fs/bpf/mine'
	testenv exec "$n" h2 -- sh -c 'echo $$; exec tail -f /dev/null' 3>&- >"$BATS_TEST_TMPDIR/pid" &
	wait_for 20 test -s "$BATS_TEST_TMPDIR/pid"
	testenv reset "$n"
	wait_for 20 gone "$(cat "$BATS_TEST_TMPDIR/pid")"
	testenv status "$n" --json | jq '.[0] | .topology, .options, (.nodes | length)' | diff "$BATS_TEST_TMPDIR/before" -
	testenv exec "$n" h1 -- sh -c 'ip link show eth0 && ! test -e /sys/fs/bpf/mine'
	run -2 testenv reset "$n-nonesuch"
}

@test "up --new finds a free name and prints it" {
	one=$(testenv up --new -t none)
	two=$(testenv up --new -t none)
	testenv list | grep -q "^$one "
	testenv list | grep -q "^$two "
	[ "$one" != "$two" ]
	testenv down "$one"
	testenv down "$two"
	run -2 testenv up --new name
}

@test "the prompt names the environment and the node" {
	testenv up "$n" -t router
	HOME=$BATS_TEST_TMPDIR
	export HOME
	echo 'PS1="mine> "; alias hello="echo from my bashrc"' >"$HOME/.bashrc"
	run -0 env SHELL="$(command -v bash)" script -qec "testenv enter $n left" /dev/null <<<$'hello\nexit\n'
	[[ $output == *"($n:left) mine> "*"from my bashrc"* ]]
	run -0 env SHELL=/bin/sh script -qec "testenv enter $n right" /dev/null <<<$'exit\n'
	[[ $output == *"($n:right) # "* ]]
	run -0 env SHELL="$(command -v bash)" script -qec "testenv run -t lb" /dev/null <<<$'exit\n'
	[[ $output == *"(self:lb) mine> "* ]]
}

@test "status draws every node, interface, address and program" {
	run -0 testenv run -t chain --vlan 3 -- sh -c 'testenv status self; testenv status self --json >"$TMPDIR/json"
		jq -r ".[0].nodes[] | .name, (.interfaces[] | select(.name != \"lo\") | .addresses[], .mac)" "$TMPDIR/json"'
	drawing=${output%$'\n'h1$'\n'*}
	while read -r word; do
		grep -qwF -- "$word" <<<"$drawing" || { echo "$word is not drawn"; return 1; }
	done < <(sed -n '/^h1$/,$p' <<<"$output")
	[ "$(grep -c "testenv_pass" <<<"$drawing")" -eq 4 ]
	[[ $drawing == *"h2 (yours)"*'+-- eth0 ---- eth0 -- h1'*'`-- eth1 ---- eth0 -- h3'*'`-- eth1 ---- eth0 -- h4'* ]]
}
