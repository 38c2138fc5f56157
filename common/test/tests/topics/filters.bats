#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Filters on sockets: those of a running loader, those that are loaded, and what they do
# with packets.
load seam.bash

setup() {
	lab_setup
	lab_packet seven hex=0701020304
	lab_packet long hex=07010203040506
	lab_packet eight hex=08010203
	lab_packet abc text=abcd
	lab_packet bcd text=bcde
	lab_packet bc text=bc
	lab_packet cde text=c
}

teardown() {
	lab_teardown
}

@test "lab_start returns when a filter is on a socket; a socket alone is not enough" {
	lab_start attacher filter
	[ "$(cat "$LAB_STDOUT")" = attached ]
	lab_stop
	_LAB_SECONDS=0.3
	run lab_start attacher socket
	expect_message "it runs, but had attached nothing"
}

@test "the classic filter of a running loader is taken from its socket" {
	lab_start attacher filter
	lab_expect_filtered classic taken "seven" "it begins with 7"
	lab_expect_filtered classic dropped "eight abc" "it does not"
	lab_expect_filtered classic "cut to 6 bytes" "long" "the filter says so"
	run lab_expect_filtered classic taken "seven eight" "it begins with 7" "the first instruction"
	expect_message "sent:     packet eight: hex=08010203 (4 bytes)" \
		"expected: taken by the classic filter: it begins with 7" "seen:     dropped" \
		"look:     the first instruction"
	run lab_expect_filtered classic taken "nowhere" "it begins with 7"
	expect_message "there is no packet nowhere"
}

@test "a loader without a classic filter: the check fails and says so" {
	lab_start attacher
	run lab_expect_filtered classic taken "seven" "it begins with 7" "SO_ATTACH_FILTER"
	expect_message "expected: attacher has put a classic filter on a socket" \
		"seen:     there is none" "look:     SO_ATTACH_FILTER"
}

@test "a program of type socket_filter is tried; another one cannot be" {
	lab_load sockets
	lab_expect_filtered letters taken "abc bc" "they are short enough"
	lab_expect_filtered letters "cut to 3 bytes" "bcd" "it returns 3"
	lab_expect_filtered letters dropped "cde seven" "they begin with another byte"
	run lab_expect_filtered letters dropped "cde bcd" "of these none is wanted"
	expect_message "packet bcd" "expected: dropped" "seen:     cut to 3 bytes"
	run lab_expect_filtered redirect taken "abc" ""
	expect_message "the kernel does not put redirect on a socket: Invalid argument"
	run lab_expect_filtered nothing taken "abc" ""
	expect_message "there is no program nothing"
}
