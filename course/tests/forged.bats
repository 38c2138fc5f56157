#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A tested program that writes results itself, or ends the tests, gains nothing.

load common

setup() {
	make_tree
	course start
	work nothing
}

# check_saying SHELL CODE: "beta" runs the code before it looks
check_saying() {
	sed -i "s|lab_has beta|$1; lab_has beta|" lab01-first/01-one/test.bats
	run course check
}

@test "results written to fd 3 by a test's child" {
	check_saying 'bash -c "echo ok 2 beta is there >\&3"'
	[ "$status" = 5 ]
	has "the results cannot be trusted"
	has_not "passed:"
}

@test "results for checks that are still to come" {
	sed -i 's|lab_has alpha|echo ok 2 beta is there >\&3; true|' lab01-first/01-one/test.bats
	run -5 course check
	has "the results cannot be trusted"
}

@test "ok on standard output" {
	check_saying 'echo ok 2 beta is there; echo 1..0'
	[ "$status" = 1 ]
	has "FAIL  beta is there"
}

@test "an early end with status 0" {
	check_saying "kill -9 \$\$"
	[ "$status" = 5 ]
	has "the results cannot be trusted: the results end before check 2"
	check_saying 'exit 0'
	[ "$status" != 0 ]
}

@test "too much output" {
	check_saying 'yes >\&3'
	[ "$status" = 5 ]
	has "more than 1 MiB of output in check"
}

@test "a result that cannot be trusted is not remembered" {
	check_saying 'bash -c "echo ok 2 beta is there >\&3"'
	run -0 course list --json
	[ "$(jq -r '.lessons[0].state' <<<"$output")" = started ]
}
