#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The broker of "testenv sandbox --bpf": what a policy allows works with an unmodified
# libbpf and without any right; everything else is tried, and refused.

# Variables in single quotes are for the shell inside the environment.
# shellcheck disable=SC2016

load common

setup_file() {
	build_programs
	export ASK=$BATS_FILE_TMPDIR/ask
	"${CC:-cc}" -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -pthread -o "$ASK" "$BATS_TEST_DIRNAME/broker.c" -lbpf
	cat >"$BATS_FILE_TMPDIR/in_box" <<-'EOT'
		#!/bin/bash
		# in_box POLICY CMD...: CMD in a sandbox in this environment's node; @CG and @PINS in the policy are the environment's
		policy=${1//@CG/$TESTENV_CGROUP}
		printf '%s' "${policy//@PINS/$TESTENV_BPF}" >"policy.$$"
		shift
		exec testenv sandbox --network join --bpf "policy.$$" --status how.json --env "TESTENV_CGROUP=$TESTENV_CGROUP" \
			--env "TESTENV_BPF=$TESTENV_BPF" --bind "$ASK:/ask" --seconds 60 -- "$@"
	EOT
	chmod +x "$BATS_FILE_TMPDIR/in_box"
	export IN_BOX=$BATS_FILE_TMPDIR/in_box
	export POLICY='{"programs":["xdp","cgroup_skb"],"helpers":["bpf_map_lookup_elem","ktime_get_ns"],
		"kfuncs":[],"attach_cgroup":"@CG","pins":"@PINS","map_memory_mb":16}'
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# says NAME RESULT: the line is there
says() {
	grep -qxF "$1: $2" <<<"$output" || {
		echo "wanted \"$1: $2\", got: $(grep "^$1: " <<<"$output")"
		return 1
	}
}

@test "what the policy names works: programs, maps, links, cgroup, pins" {
	run -0 testenv run -- "$IN_BOX" "$POLICY" /ask
	for name in xdp "socket filter" "reading trial" "allowed helper" verbose map update "map info" "next map" "own map by id" "map of maps" \
		"inner map" freeze "xdp link" "link info" "link update" "link by id" "link detach" "link to stay" "cgroup link" "cgroup attach" \
		"cgroup detach" pin get unpin "long with zeros" "at the edge" "high bits"; do
		says "$name" ok
	done
	grep -qx "seen 7" <<<"$output"
	grep -qx "info own 8 4" <<<"$output"
	grep -qx "own map is first: 1" <<<"$output"
	grep -qx "link on 1" <<<"$output"
	grep -qx "log has exit: 1" <<<"$output"
}

@test "what it does not name is refused, and the log says what" {
	run -0 testenv run -- "$IN_BOX" "$POLICY" /ask
	for name in kprobe tracepoint "raw tracepoint" "perf event" lsm syscall "type 200" "denied helper" "hidden helper" kfunc \
		"kernel variable" "struct_ops map" "map by token" "link with flags" "trial attach" "no cgroup" lirc "pin elsewhere" \
		"test run" "live frames" "reading more" "loop without an end" "kernel's memory"; do
		says "$name" EACCES
	done
	says log "the sandbox: the helper bpf_send_signal (109) is not allowed in this lesson"
	says "huge map" ENOMEM
	says "xdp by netlink" EPERM
	says "perf_event_open" EPERM
	says "update frozen" EPERM
	says "packet socket" EAFNOSUPPORT
	for name in statistics task_fd_query token "command 99"; do
		says "$name" ENOSYS
	done
	[ "$(jq .denied how.json)" -ge 20 ]
	jq -e '.denials | index("the helper bpf_send_signal (109) is not allowed in this lesson")' how.json
}

@test "damaged requests get an error, and the broker lives on" {
	run -0 testenv run -- "$IN_BOX" "$POLICY" /ask
	says "call by register" EINVAL
	says "half a constant" EINVAL
	says "map that is none" EBADF
	says "raw tracepoint open" EINVAL
	says "link elsewhere" EINVAL
	for name in null "kernel's address" "over the edge"; do
		says "$name" EFAULT
	done
	says "too long" E2BIG
	says "long with more" E2BIG
	says "pin again" EEXIST
	says "get nothing" ENOENT
	says "pin up" EXDEV
	says "pin over link" ELOOP
	says "map after" ENOENT
}

@test "who has no room for a descriptor hears it" {
	printf '{}' >p
	run -0 testenv sandbox --bpf p --seconds 10 --bind "$ASK:/ask" -- /ask full
	says full EMFILE
}

@test "other's objects are not there: not by number, not in another network" {
	run -0 testenv run -- bash -c '
		bpftool map create "$TESTENV_BPF/m" type array key 4 value 4 entries 1 name judge
		bpftool prog load "$BOUNCE" "$TESTENV_BPF/p"
		map=$(bpftool -j map show pinned "$TESTENV_BPF/m" | jq .id)
		prog=$(bpftool -j prog show pinned "$TESTENV_BPF/p" | jq .id)
		bpftool map show id "$map" >/dev/null && bpftool prog show id "$prog" >/dev/null && echo "there: $map $prog"
		policy=${POLICY/@PINS/}
		exec "$IN_BOX" "$policy" /ask "$map" "$prog" 1'
	[[ $output == *"there: "[0-9]* ]]
	says "another's map" ENOENT
	says "another's program" ENOENT
	says "another's link" ENOENT
	says pin EACCES
	# Without a node to join, interfaces are the sandbox's own: there is no eth0.
	run -0 testenv run -- bash -c 'printf "{\"programs\":[\"xdp\"]}" >p; testenv sandbox --bpf p --bind "$ASK:/ask" -- /ask'
	says xdp ok
	says "xdp link" EINVAL
	says "allowed helper" EACCES
}

@test "a program changed while it is checked does not get through" {
	run -0 testenv run -- "$IN_BOX" "$POLICY" /ask race
	says race ok
}

@test "pins stay for the submission's next run, links and programs that are not pinned go" {
	run -0 testenv run -- bash -c '"$IN_BOX" "$POLICY" sh -c "mkdir \$TESTENV_BPF/keep"; ls "$TESTENV_BPF" | grep -c keep
		"$IN_BOX" "$POLICY" sh -c "rmdir \$TESTENV_BPF/keep"; ls "$TESTENV_BPF"; "$IN_BOX" "$POLICY" /ask >/dev/null
		for i in $(seq 200); do bpftool net show dev eth0 | grep -q " id " || break; read -rt 0.02 <> <(:); done
		bpftool net show dev eth0 | grep -c " id " ; bpftool cgroup show "$TESTENV_CGROUP" | wc -l'
	[ "${lines[0]}" = 1 ] && [[ $output != *keep* ]]
	[ "${lines[-2]}" = 0 ] && [ "${lines[-1]}" = 0 ]
}

@test "what is in a pinned map of maps is the next run's, too" {
	run -0 testenv run -- bash -c '"$IN_BOX" "$POLICY" /ask inner; "$IN_BOX" "$POLICY" /ask inner2'
	[ "${lines[*]}" = "put in: ok pin outer: ok look up: ok open inner: ok open another: ENOENT" ]
}

@test "a policy with a word that nobody knows is an error" {
	for policy in '' '[]' '{' '{"program":[]}' '{"programs":"xdp"}' '{"programs":["xpd"]}' '{"helpers":["bpf_fly"]}' \
		'{"map_memory_mb":-1}' '{"test_run":1}' '{"pins":"relative"}' '{"programs":[],"programs":[]}'; do
		echo "policy: $policy"
		printf '%s' "$policy" >p
		run -2 testenv sandbox --bpf p -- true
		[[ $output == "testenv: --bpf: p: "* ]]
	done
	run -2 testenv sandbox --bpf nonesuch -- true
	printf '{"pins":"/nonesuch"}' >p
	run -2 testenv sandbox --bpf p -- true
}

@test "the broker's memory is the sandbox's" {
	# 16 programs of 60,000 instructions with a log of 16 MB each would be much for a broker outside.
	printf '{"programs":["xdp"]}' >p
	run testenv sandbox --bpf p --memory 24 --status how.json --bind "$ASK:/ask" -- /ask big
	echo "$output"
	[[ $output == *"big: ENOMEM"* ]] || [ "$(jq -r .reason how.json)" = memory ]
	[ "$(jq .memory_peak how.json)" -le $((24 << 20)) ]
}

@test "maps are the sandbox's memory, too" {
	# Each map takes 4 MB.
	printf '{"map_memory_mb":1000}' >p
	run testenv sandbox --bpf p --memory 32 --status how.json --bind "$ASK:/ask" -- /ask hoard
	[ "$(jq -r .reason how.json)" = memory ] || ((${output#hoard: } <= 8))
	printf '{"map_memory_mb":10}' >p
	run -0 testenv sandbox --bpf p --memory 64 --status how.json --bind "$ASK:/ask" -- /ask hoard
	[ "$output" = "hoard: 2" ]
	jq -e '.denials | index("the maps are larger than 10 MB together")' how.json
}

@test "of what is in nobody's memory limit there is only so much" {
	printf '{"programs":["xdp"]}' >p
	run -0 testenv sandbox --bpf p --bind "$ASK:/ask" --status how.json -- sh -c '/ask types; /ask code'
	[ "$output" = $'types: 3\ncode: 4' ]
	jq -e '.denials == ["the types are larger than 16 MB together", "the programs have more than 4000000 instructions together"]' how.json
}

@test "tracepoints by the broker, without tracefs" {
	testenv doctor tracepoint || skip "no tracepoints here"
	run -0 testenv run -- "$IN_BOX" '{"programs":["tracepoint"]}' /ask trace
	for name in event "event link" enable; do says "$name" ok; done
	for name in "another process" clock; do says "$name" EACCES; done
	for name in trace_pipe "enable by file"; do says "$name" ENOENT; done
}

@test "in a machine with Linux 6.1 and cgroup2 alone it is the same" {
	command -v qemu-system-x86_64 >/dev/null || skip "no QEMU; cure: make deps"
	testenv vm list | grep -q '^6\.1\.' || skip "no kernel 6.1 is fetched; cure: testenv vm fetch 6.1"
	# Of folders that only root can enter, the machine sees the current one.
	cp "$ASK" "$IN_BOX" .
	run -0 env "ASK=$PWD/ask" "IN_BOX=$PWD/in_box" testenv vm run --kernel 6.1 -- testenv run -- sh -c '"$IN_BOX" "$POLICY" /ask; cat how.json
		"$IN_BOX" "{\"programs\":[\"tracepoint\"]}" /ask trace; testenv sandbox --memory 32 -- sh -c "x=aaaaaaaa; while :; do x=\$x\$x; done"; echo "status: $?"'
	echo "$output"
	for name in xdp map freeze "xdp link" "link update" "cgroup link" pin get "event link"; do says "$name" ok; done
	for name in kprobe "denied helper" "pin elsewhere" clock; do says "$name" EACCES; done
	says status 137
}

@test "packet sockets only where the policy has them; then in the joined network" {
	ask='import socket; s = socket.socket(17, 3, 0x0300); s.bind(("eth0", 0)); print(s.getsockname()[0], s.family)'
	run -1 testenv run -- "$IN_BOX" '{}' python3 -c "$ask"
	[[ $output == *"not supported"* ]]
	run -0 testenv run -- "$IN_BOX" '{"packet_sockets":true}' python3 -c "$ask"
	[[ $output == "eth0 "* ]]
	run -1 testenv run -- "$IN_BOX" '{"packet_sockets":true}' python3 -c 'import socket; socket.socket(40, 1, 0)'
	# Its ring would be as large as it likes, and in nobody's memory limit.
	ask='import socket; s = socket.socket(17, 3, 0x0300); s.setsockopt(263, 5, bytes.fromhex("0000100001000000000800000002"+"0000"))'
	run -1 testenv run -- "$IN_BOX" '{"packet_sockets":true}' python3 -c "$ask"
	[[ $output == *"not permitted"* ]]
}

@test "with inspect, other's programs on the cgroup and their maps can be seen and changed, not used; no others" {
	run -0 testenv run -- bash -c '
		above=$TESTENV_CGROUP
		export TESTENV_CGROUP=$above/below
		mkdir "$TESTENV_CGROUP"
		id=$("$ASK" plant "$above")
		for inspect in false true; do
			"$IN_BOX" "{\"programs\":[\"cgroup_skb\"],\"attach_cgroup\":\"@CG\",\"pins\":\"@PINS\",\"inspect\":$inspect}" /ask inspect "$id"
		done
		bpftool cgroup show "$TESTENV_CGROUP" | grep -c ingress || :
		rmdir "$TESTENV_CGROUP"'
	local own="own in its place: EPERM off by own: ENOENT effective: ok from above: ENOENT query: ok"
	[ "${lines[*]}" = "$own open: ENOENT $own planted spare open: ok info: ok \
map: ok write: ok delete: ok pin: EACCES attach: EPERM link: EPERM detach: ok 0" ]
}
