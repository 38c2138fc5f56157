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
	expect_message "there is no process"
}
