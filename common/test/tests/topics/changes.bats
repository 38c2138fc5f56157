#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# lab_expect_always: a program runs while another process exchanges inner maps; and what a
# loader holds.
load seam.bash

setup() {
	lab_setup
	lab_load probe
	lab_packet any eth ipv4 udp
	changer=
}

teardown() {
	[[ ! $changer ]] || kill "$changer"
	lab_teardown
}

# inner NAME VERDICT: makes an inner map with this verdict in it
inner() {
	bpftool map create "$LAB_PINS/map/$1" type array key 4 value 4 entries 1 name "$1"
	bpftool map update pinned "$LAB_PINS/map/$1" key 0 0 0 0 value "$2" 0 0 0
}

# put NAME: puts it into the outer map
put() {
	bpftool map update pinned "$LAB_PINS/map/outer" key 0 0 0 0 value pinned "$LAB_PINS/map/$1"
}

# change NAME...: puts one after the other into the outer map, without end
change() {
	while :; do
		for name; do
			put "$name"
		done
	done &
	changer=$!
} 3>&-

@test "inner maps that agree: the verdict is always the same" {
	inner one 2
	inner two 2
	put one
	change one two
	lab_expect_always by_inner XDP_PASS any outer 5 "both say so"
}

@test "an inner map that does not agree is noticed" {
	inner one 2
	inner two 1
	put one
	change one two
	run lab_expect_always by_inner XDP_PASS any outer 5 "both say so" "the second map"
	expect_message "sent:     again and again, packet any" "expected: always XDP_PASS: both say so" \
		"seen:     now and then XDP_DROP" "look:     the second map"
}

@test "an outer map in which nothing changes is noticed" {
	inner one 2
	put one
	_LAB_SECONDS=0
	run lab_expect_always by_inner XDP_PASS any outer 5 "it says so"
	expect_message "expected: 5 new inner maps in outer" "look:     by_inner() in probe.bpf.c"
	run lab_expect_always by_inner XDP_PASS any nowhere 5 "it says so"
	expect_message "there is no map nowhere"
}

@test "the descriptors of maps that a loader holds are counted" {
	LAB_BUILD=$LAB_DIR/build
	mkdir "$LAB_BUILD"
	ln -s "$LAB_FIXTURES/attacher" "$LAB_BUILD/attacher"
	lab_start attacher
	[ "$(lab_held_maps)" = 1 ]
	lab_stop
	run lab_held_maps
	expect_message "expected: attacher goes on running" "seen:     it has ended"
}

@test "a program is repeated with one list of arguments after the other, until it is stopped" {
	LAB_BUILD=$LAB_DIR/build
	mkdir "$LAB_BUILD"
	ln -s "$(type -P echo)" "$LAB_BUILD/say"
	lab_repeat say one two + three
	lab_expect_line '^three$' "it is the second list"
	lab_wait "the first list has come again" 5 has_lines 3
	lab_stop
	[ "$LAB_STATUS" = 0 ]
	[ "$(sed -n 3p "$LAB_STDOUT")" = "one two" ]
}

# has_lines N: so many lines have been printed
has_lines() {
	(($(wc -l <"$LAB_STDOUT") >= $1))
}

@test "a repeated program that fails is not started again" {
	LAB_BUILD=$LAB_DIR/build
	mkdir "$LAB_BUILD"
	ln -s "$(type -P test)" "$LAB_BUILD/same"
	lab_repeat same a = a + a = b
	lab_wait "it has ended" 5 ended
	lab_stop
	[ "$LAB_STATUS" = 1 ]
}

# ended: what lab_repeat has started runs no more
ended() {
	# shellcheck disable=SC2154 # lab_repeat sets it
	! kill -0 "$_lab_job" 2>/dev/null
}
