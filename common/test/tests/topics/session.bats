#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# labctl session and serve: what is between a test and another machine. Here both ends
# are on this machine; what they carry, the other topics try through a session, too.
# What stands in single quotes is for the machine's scripts, or must not be run by anybody.
# shellcheck disable=SC2016
load seam.bash
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# session [OPTION...] -- COMMAND...: status and output as after bats' run
session() {
	run timeout 60 "$LAB_CTL" session "$@"
}

# Stands in a command's script for: the serve of the session that has started the script.
# shellcheck disable=SC2016
serve='$(pgrep -P "$PPID" -f "labctl serve")'

# nothing_left: no process has this test's folder in its arguments, and no socket is there
nothing_left() {
	! pgrep -f "mark=$BATS_TEST_TMPDIR" && ! ls -d "$TMPDIR"/lab-* 2>/dev/null
}

# until_true COMMAND...: within 10 seconds
until_true() {
	local end=$((SECONDS + 10))
	until "$@"; do
		((SECONDS < end)) || return 1
	done
}

@test "the test's status and output come through" {
	session -- bash -c 'echo out; exit 7'
	[ "$status" = 7 ]
	[ "$output" = out ]
	session -- bash -c 'kill -TERM $$'
	[ "$status" = 143 ]
	run -127 "$LAB_CTL" session -- /nowhere/test
	expect_message "cannot run /nowhere/test"
}

@test "a command's status, output and input come through" {
	session -- "$LAB_CTL" spawn -- bash -c 'cat; echo err >&2; exit 3' <<<"in"
	[ "$status" = 3 ]
	[ "$output" = $'in\nerr' ]
	session -- "$LAB_CTL" spawn -- bash -c 'kill -KILL $$'
	[ "$status" = 137 ]
	session -- "$LAB_CTL" get --pin /nowhere x
	expect_message "$("$LAB_CTL" get --pin /nowhere x 2>&1)"
	session -- "$LAB_CTL" get
	[ "$status" = 2 ]
	expect_message "usage: labctl get"
}

@test "a large input and a large output come through whole" {
	seq 100000 >in # 588,895 bytes
	session -- "$LAB_CTL" spawn --stdin in --stdout out -- cat
	[ "$status" = 0 ]
	cmp in out
}

@test "output of exactly a megabyte is not too much, one byte more is" {
	session -- "$LAB_CTL" spawn --stdout out -- head -c 1048576 /dev/zero
	[ "$status" = 0 ]
	[ "$(stat -c %s out)" = 1048576 ]
	session -- "$LAB_CTL" spawn --stdout out -- head -c 1048577 /dev/zero
	[ "$(stat -c %s out)" = 1048576 ]
}

@test "what a command does not read, it leaves" {
	# shellcheck disable=SC2016
	session -- bash -c 'while read -r line; do "$LAB_CTL" get --pin /nowhere x 2>/dev/null; echo "$line"; done' <<<$'a\nb\nc'
	[ "$output" = $'a\nb\nc' ]
}

@test "many commands at once" {
	# shellcheck disable=SC2016
	session -- bash -c 'for i in {1..40}; do "$LAB_CTL" spawn -- echo $i & done; wait'
	[ "$(sort -n <<<"$output")" = "$(seq 40)" ]
}

@test "a program there has three files, and no way to the session" {
	# shellcheck disable=SC2016
	session -- "$LAB_CTL" spawn -- bash -c 'echo /proc/$$/fd/*; echo "${LAB_SERVER-none}"'
	[[ $output =~ ^/proc/([0-9]+)/fd/0\ /proc/[0-9]+/fd/1\ /proc/[0-9]+/fd/2($'\n'|' ') ]]
	[[ $output == *none ]]
}

@test "what has been written is here when an answer to a later question is" {
	# seen-N says behind the session's back that N has been written there.
	cat >writer <<-'EOF'
		while read -r n; do echo "$n"; : >"seen-$n"; done
	EOF
	cat >asker <<-'EOF'
		mkfifo in
		exec 5<>in
		"$LAB_CTL" spawn --stdin in --stdout out -- bash writer &
		for n in {1..50}; do
			echo "$n" >&5
			until [[ -e seen-$n ]]; do :; done
			"$LAB_CTL" pid $! >/dev/null
			grep -qx "$n" out || echo "$n is late"
		done
		{ "$LAB_CTL" stop $! --signal KILL; wait; } 2>/dev/null
	EOF
	session -- bash asker
	[ "$status" = 0 ]
	[ "$output" = "" ]
	[ "$(cat out)" = "$(seq 50)" ]
}

@test "a client that is killed takes its program along" {
	# shellcheck disable=SC2016
	session -- bash -c '"$LAB_CTL" spawn --stdout out -- bash -c "trap : TERM INT HUP; echo \$\$; while :; do read -rt 1 <> <(:); done" &
		until [[ -s out ]]; do :; done
		kill -KILL $!
		while [[ -d /proc/$(<out) ]]; do :; done'
	[ "$status" = 0 ]
}

@test "signals reach the program" {
	# shellcheck disable=SC2016
	session -- bash -c '"$LAB_CTL" spawn --stdout out -- bash -c "trap \"exit 9\" INT; echo ready; while :; do read -rt 0.1 <> <(:); done" &
		until [[ -s out ]]; do :; done
		"$LAB_CTL" stop $!; wait $!'
	[ "$status" = 9 ]
}

@test "at the time limit everything ends, with status 124" {
	session --seconds 0.5 -- bash -c "mktemp -d >/dev/null; trap '' TERM INT; (setsid bash -c 'while :; do read -rt 1 <> <(:); done' mark=$BATS_TEST_TMPDIR &); while :; do read -rt 1 <> <(:); done"
	[ "$status" = 124 ]
	nothing_left
}

@test "serve dies: no result, a status of its own, and nothing is left" {
	session -- bash -c "kill -KILL $serve; trap '' TERM; while :; do read -rt 1 <> <(:); done; : mark=$BATS_TEST_TMPDIR"
	[ "$status" = 137 ]
	nothing_left
	# shellcheck disable=SC2016
	session -- bash -c '"$LAB_CTL" spawn -- bash -c "read -r <> <(:)" & kill -KILL '"$serve"'; wait $!; echo "status $?" >answer; read -r <> <(:)'
	[ "$status" = 137 ]
}

@test "a session that is interrupted or killed leaves nothing" {
	for signal in INT TERM; do
		"$LAB_CTL" session -- bash -c "trap '' INT TERM; : >begun; while :; do read -rt 1 <> <(:); done; : mark=$BATS_TEST_TMPDIR" 3>&- &
		until_true test -e begun
		rm begun
		kill -"$signal" $!
		run wait $!
		until_true nothing_left
	done
}

# shellcheck disable=SC2016
@test "--begin: the test waits for its byte, and its time begins with it" {
	mkfifo begin
	"$LAB_CTL" session --begin 9 --seconds 60 -- bash -c 'echo begun; cat' >out 9<>begin 3>&- &
	session=$!
	serve_is_there() { pgrep -P "$session" -f "serve$"; }
	until_true serve_is_there
	[ ! -s out ]
	printf x >begin
	wait "$session"
	[ "$(cat out)" = begun ]
	# What it has waited is not its time.
	run -0 bash -c '{ read -rt 1.2 <> <(:); printf x; } | "$LAB_CTL" session --begin 0 --seconds 1 -- echo begun'
	[ "$output" = begun ]
	run -124 bash -c 'printf x | "$LAB_CTL" session --begin 0 --seconds 0.3 -- bash -c "read -r <> <(:)"'
}

@test "--begin: at the end instead of a byte there is no test, and nothing stays" {
	run -125 "$LAB_CTL" session --begin 0 -- touch begun </dev/null
	nothing_left
	[ -z "$output" ]
	[ ! -e begun ]
}

@test "without a session, vm is no backend; and here it is not asked" {
	# shellcheck disable=SC2016
	run env -u LAB_SERVER LAB_BACKEND=vm bash -c 'source "$LAB_TEST/lab.bash"; lab_setup'
	expect_message "LAB_BACKEND=vm needs a session"
	LAB_SERVER=/nowhere run "$LAB_CTL" get --pin /nowhere x
	[ "$status" = 4 ]
	expect_message "is gone"
	LAB_SERVER=/nowhere run "$LAB_CTL" rand 1 a b 5 5
	[ "$output" = 5 ]
}

# ---- a machine that lies ----

# frame TYPE CHANNEL DATA: as it is on the wire; DATA with the escapes of printf
frame() {
	local size
	size=$(printf %b "$3" | wc -c)
	# shellcheck disable=SC2059 # the format is the point
	printf "$(printf '\\x%02x\\x%02x\\x%02x\\x00\\x%02x\\x00\\x%02x\\x00' \
		$((size & 255)) $((size >> 8 & 255)) $((size >> 16)) "$1" "$2")"
	printf %b "$3"
}
ready=8 stdout=11 exit_=14

# lying_session SCRIPT -- COMMAND...: instead of testenv and serve, the machine is this script, whose
# first frames are in the file "frames"
lying_session() {
	printf '#!/bin/bash\n# mark=%s\n%s\n' "$BATS_TEST_TMPDIR" "$1" >machine
	chmod +x machine
	shift
	session --testenv "$PWD/machine" --machine m --seconds 50 "$@"
}

@test "a machine's word on the environment cannot name other variables" {
	{
		printf '%s\0' 'TESTENV_NODES=a BASH LD LAB PATH' 'A_IF=eth0' 'A_IP4_B=10.0.0.1' 'TESTENV_BPF=/sys/fs/bpf' \
			'LD_PRELOAD=/nowhere.so' "BASH_ENV=$BATS_TEST_TMPDIR/machine" 'BASH_FUNC_true%%=() { touch ran; }' \
			'LAB_SEED=7' 'PATH_IF=x' 'PATH=/nowhere' 'TESTENV_STOP_AT=x' 'C_MAC=x[$(touch ran)]' 'C_IP6=`x`'
	} >data
	frame $ready 0 "$(sed 's/\\/\\\\/g; s/\x0/\\0/g' data)" >frames
	lying_session 'cat frames; cat >/dev/null; true' -- env
	[ "$status" = 0 ]
	[[ $output == *A_IF=eth0* && $output == *A_IP4_B=10.0.0.1* && $output == *TESTENV_BPF=/sys/fs/bpf* ]]
	for name in LD_PRELOAD BASH_ENV BASH_FUNC_true LAB_SEED=7 TESTENV_STOP_AT C_MAC C_IP6 PATH=/nowhere; do
		[[ $output != *"$name"* ]] || {
			echo "there is $name"
			false
		}
	done
	[ ! -e ran ]
	nothing_left
}

@test "what a machine prints holds nothing that bash's arithmetic would run" {
	frame $ready 0 '\0' >frames
	{
		frame $stdout 0 'x[$(touch ran)] and `touch ran`'
		frame $exit_ 0 '\0\0\0\0'
	} >answer
	lying_session 'cat frames; head -c 1 >/dev/null; cat answer; cat >/dev/null; true' -- \
		"$LAB_CTL" get --pin /nowhere x
	[ "$status" = 0 ]
	[ "$output" = 'x[?(touch ran)] and ?touch ran?' ]
}

@test "a machine that prints without end does not fill the disk" {
	frame $ready 0 '\0' >frames
	head -c 65536 /dev/zero >block
	frame $stdout 0 "$(tr '\0' x <block)" >flood
	lying_session 'cat frames; head -c 1 >/dev/null; while :; do cat flood flood flood flood; done' -- \
		"$LAB_CTL" spawn --stdout out -- true
	[ "$status" != 0 ]
	expect_message "sends what no labctl would"
	[ "$(stat -c %s out)" -le 8388608 ]
	until_true nothing_left
}

@test "a machine that sends garbage and stays is ended, and nothing is left" {
	frame $ready 0 '\0' >frames
	printf '\377\377\377\377\377\377\377\377' >garbage
	for first in : 'head -c 1 >/dev/null'; do
		lying_session "trap '' TERM PIPE; cat frames; $first; cat garbage; exec tail -f /dev/null" -- \
			"$LAB_CTL" spawn -- true
		expect_message "sends what no labctl would"
		[ "$status" != 124 ]
		until_true nothing_left
	done
}
