#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A tested program that writes results itself, or ends the tests, gains nothing. What could not be
# checked is nobody's fault.
# shellcheck disable=SC2016 # what stands in quotes is for the tree's test.bats

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

# beta_fails_unless SHELL: "beta" could not be made, for a reason that is not the program's, but when SHELL is true
beta_fails_unless() {
	sed -i "s|lab_has beta|echo >>tries; $1 \|\| { echo internal: no memory >\&2; return 1; }; lab_has beta|" \
		lab01-first/01-one/test.bats
}

@test "a check that the machine could not make is made again; when it never can be, that is no verdict" {
	work alpha beta
	beta_fails_unless '[ $(wc -l <tries) = 3 ]'
	run -0 course check
	[ "$(wc -l <tries)" = 3 ]
	run -5 course check
	[ "$(wc -l <tries)" = 6 ]
	has 'check "beta is there" could not be made: internal: no memory'
	run -0 course list --json
	[ "$(jq -r '.lessons[0].state' <<<"$output")" = passed ]
}

@test "a program cannot make the machine look guilty" {
	sed -i 's|lab_has beta|echo internal: x >\&2; lab_has beta|' lab01-first/01-one/test.bats
	run -1 course check
	has "FAIL  beta is there"
}

@test "graded, such a check is an error, also in the second run; nothing is held against anybody" {
	mkdir -p class/ann
	printf 'alpha\nbeta\n' >work/lab01-first/01-one/prog.c
	cp -a work/lab01-first class/ann/
	beta_fails_unless 'false'
	run -4 course grade class -o results --isolation none --lessons one
	[ "$(jq -r '.lessons[0].status' results/ann.json)" = error ]
	[ "$(jq -r '.lessons[0].checks[].status' results/ann.json)" = $'passed\nerror' ]
	# Now the first run fails as it should, and the second one could not be made.
	printf 'beta\n' >class/ann/lab01-first/01-one/prog.c
	rm tries
	sed -i 's/false || {/[ $(wc -l <tries) = 1 ] || {/' lab01-first/01-one/test.bats
	run -4 course grade class -o results --isolation none --lessons one
	[ "$(jq -r '.lessons[0].status' results/ann.json)" = error ]
	[ "$(wc -l <tries)" = 4 ]
}

@test "verify says which runs were repeated, and why" {
	beta_fails_unless '[ $(wc -l <tries) -ge 2 ]'
	run course verify one --rule 2 -j 1
	has "lab01-first/01-one: solution: seed 1: run again: check \"beta is there\" could not be made: internal: no memory"
	has_not "fails"
}
