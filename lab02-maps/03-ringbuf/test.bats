#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lesson 02/03. The fixture "writer" makes exactly the write and
# close calls that it is told to make. Nobody reads the ring buffer but the
# check itself, so it is known when it is full.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	lab_fixture writer
	lab_tell ready
	fd=$(lab_rand fd 10 90)
	lab_tell "to $fd"
	lab_load tap "target_pid=$LAB_FIXTURE_PID"
	lab_attach
}

teardown() {
	lab_teardown
}

# room SIZE: how many records of SIZE bytes the empty ring holds. Each takes 8 bytes more, and
# is rounded up to a multiple of 8; one byte of the page always stays free.
room() {
	local pages
	pages=$(getconf PAGESIZE)
	echo $(((pages - 1) / (($1 + 8 + 7) / 8 * 8)))
}

# records WHAT: takes the records out of the ring, one a line: KIND fd=FD length=LENGTH data=DATA,
# or with "size": SIZE bytes: KIND.
# Equal lines that follow one another become one, with their number.
records() {
	local taken size kind pid rest last='' count=0
	taken=$(lab_ring events kind:u32 pid:u32 fd:u32 length:u32 data:str) || return 1
	while read -r size kind pid rest; do
		[[ $size ]] || continue # no record at all
		case $kind in
		kind=1) kind="write" ;;
		kind=2) kind="close" ;;
		esac
		[[ ${pid#*=} == "$LAB_FIXTURE_PID" ]] || kind="(of another process, or with a wrong pid) $kind"
		rest="$kind ${rest%%data=*}data=$(_shorten "${rest#*data=}")"
		[[ $kind != *close* ]] || rest=${rest% data=}
		[[ $1 != size ]] || rest="${size#*=} bytes: ${rest%% *}"
		if [[ $rest == "$last" ]]; then
			((++count))
			continue
		fi
		_times "$last" "$count"
		last=$rest count=1
	done <<<"$taken"
	_times "$last" "$count"
}

_times() {
	(($2 < 2)) || set -- "$1, $2 times"
	[[ ! $1 ]] || echo "$1"
}

# expect WHAT SENT LOOK LINE...: exactly these records are there. WHAT: content or size
expect() {
	local what=$1 sent=$2 look=$3 seen expected
	shift 3
	expected=$(printf '%s\n' "$@")
	seen=$(records "$what") || return 1
	if [[ $seen != "$expected" ]]; then
		lab_fail "$sent" "records:"$'\n'"${expected:-none}" "records:"$'\n'"${seen:-none}" "$look"
		return 1
	fi
	seen=${expected:-none}
	lab_step "records as expected: ${seen//$'\n'/; }"
}

# text LENGTH: that many bytes as the fixture writes them, a long text in short
text() {
	_shorten "${letters:0:$1}"
}

# The letters that "bytes N" writes are known: the first few and their number will do.
_shorten() {
	if ((${#1} > 40)) && [[ $1 == "${letters:0:${#1}}" ]]; then
		echo "${1:0:26}... (${#1} letters)"
	else
		echo "$1"
	fi
}
letters=abcdefghijklmnopqrstuvwxyz
letters+=$letters$letters$letters$letters$letters$letters$letters$letters$letters

# bats test_tags=points:0,visibility:visible
@test "calls of another process take up no room" {
	n=$(lab_rand n 200 300)
	lab_run writer <<<"close 99 $n"$'\n'"bytes 100 $n"
	lab_equal 0 "$(lab_get dropped)" "$n close and $n write calls by another process; dropped" \
		"TODO 1: return before you reserve when the caller is not target_pid"
	expect content "$n close and $n write calls by another process" \
		"TODO 1: return when the caller is not target_pid"
}

# bats test_tags=points:2,visibility:visible
@test "a close is sent as a record" {
	a=$(lab_rand a 100 499)
	b=$(lab_rand b 500 999)
	lab_tell "close $a 1"
	lab_tell "close $b 2"
	expect content "close($a), close($b), close($b) by the process target_pid" \
		"TODO 1 and 3 in tap.bpf.c: reserve, fill in, submit" \
		"close fd=$a length=0" "close fd=$b length=0, 2 times"
}

# bats test_tags=points:1,visibility:visible
@test "no byte of a close's record is left to chance" {
	a=$(lab_rand a 100 999)
	n=$(($(room 16) * 3 / 5)) # so that the third time goes over what the first one left
	for lap in 1 2 3; do
		lab_tell "close $a $n"
		expect content "$n times close($a), round $lap" \
			"TODO 3: reserved room is not empty: it holds what was there before" \
			"close fd=$a length=0, $n times"
	done
}

# bats test_tags=points:2,visibility:visible
@test "a write is sent with its data" {
	n=$(lab_rand n 17 200)
	lab_tell "text hello"
	lab_tell "bytes $n 1"
	lab_tell "bytes 256 1"
	expect content "write of \"hello\", of $n bytes, of 256 bytes" \
		"TODO 4 and 5: the data is read from ctx->args[1], and sent behind the head" \
		"write fd=$fd length=5 data=hello" "write fd=$fd length=$n data=$(text "$n")" \
		"write fd=$fd length=256 data=$(text 256)"
}

# bats test_tags=points:2,visibility:visible
@test "a record is as long as its data" {
	n=$(lab_rand n 17 200)
	lab_tell "text hello"
	lab_tell "bytes $n 2"
	lab_tell "bytes 0 1"
	expect size "write of 5 bytes, 2 of $n bytes, one of 0 bytes" \
		"TODO 5: the third argument of bpf_ringbuf_output() is the length of this record" \
		"21 bytes: write" "$((16 + n)) bytes: write, 2 times" "16 bytes: write"
}

# bats test_tags=points:1,visibility:visible
@test "a long write is cut, but says how long it was" {
	n=$(lab_rand n 257 20000)
	lab_tell "bytes $n 1"
	expect content "write of $n bytes" \
		"TODO 4: limit a variable of your own, not event.head.length" \
		"write fd=$fd length=$n data=$(text 256)"
}

# bats test_tags=points:2,visibility:visible
@test "closes that find no room are counted" {
	fit=$(room 16)
	n=$((fit + $(lab_rand more 1 300)))
	lab_tell "close 99 $n"
	lab_equal $((n - fit)) "$(lab_get dropped)" \
		"$n times close(99), and nobody reads; $fit records fit into the ring; dropped" \
		"TODO 2: bpf_ringbuf_reserve() returns NULL when there is no room"
	expect content "$n times close(99), and nobody reads" \
		"TODO 3: what was reserved must be submitted" "close fd=99 length=0, $fit times"
}

# bats test_tags=points:2,visibility:visible
@test "writes that find no room are counted" {
	size=$(lab_rand size 40 200)
	fit=$(room $((16 + size)))
	n=$((fit + $(lab_rand more 1 300)))
	lab_tell "bytes $size $n"
	lab_equal $((n - fit)) "$(lab_get dropped)" \
		"$n writes of $size bytes, and nobody reads; $fit records fit into the ring; dropped" \
		"TODO 5 and 6: bpf_ringbuf_output() returns a negative number when there is no room"
	expect size "$n writes of $size bytes, and nobody reads" \
		"TODO 5: each record must take up only the room that it needs" \
		"$((16 + size)) bytes: write, $fit times"
}
