#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What travels between the nodes of a pair.

# Variables in single quotes are for the shell inside the environment.
# shellcheck disable=SC2016

load common

setup_file() {
	build_programs
}

@test "XDP_TX is delivered to the peer in native mode" {
	testenv run -- "$WIRE" bounce
}

@test "a wrong UDP checksum is dropped before the socket" {
	testenv run -- "$WIRE" checksum
}

@test "the sender's stack fills in the checksum" {
	testenv run -- "$WIRE" filled
}

# $1: 4 or 6, $2: address of a. Runs in node a.
receive() {
	socat -u "UDP$1-RECVFROM:4000" STDOUT 3>&- &
	until ss -Huln | grep -q :4000; do :; done
	echo "hello $1" | testenv exec self b -- socat -u STDIN "UDP$1-SENDTO:$2:4000"
	wait
}

@test "IPv4 and IPv6 pass at once" {
	export -f receive
	run -0 testenv run --timeout 10 -- bash -c 'receive 4 "$A_IP4"; receive 6 "[$A_IP6]"'
	[ "$output" = "hello 4
hello 6" ]
}
