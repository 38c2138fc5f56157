#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What check says when a learner's failures are those of a known wrong solution.

load common

setup() {
	make_tree
	WRONG=lab01-first/01-one/wrong
	course start one
}

# case_of NAME LINE...: one more wrong solution; only its expect counts here
case_of() {
	mkdir "$WRONG/$1"
	printf '%s\n' "${@:2}" >"$WRONG/$1/expect"
}

@test "failing checks: the sentence of the case that fails the same ones" {
	work alpha
	run -1 course check
	has "A known mistake fails the same checks: It forgets beta."
	work nothing
	run -1 course check
	has_not "known mistake"
	run -1 course check --format json
	[ "$(jq '.lessons[0] | has("pattern")' <<<"$output")" = false ]
}

@test "failing checks: of two cases that fit, the one whose must is all of them" {
	case_of all "must alpha is there" "must beta is there" "says = It forgets all."
	case_of most "must beta is there" "may alpha is there" "says = It forgets beta and more."
	work nothing
	run -1 course check
	has "It forgets all."
	has_not "and more"
	case_of twin "must alpha is there" "must beta is there" "says = It forgets all, too."
	run -1 course check
	has_not "known mistake"
}

@test "a refused program: the sentence whose words the verifier says" {
	case_of behind "refused it reads behind" "refused data[1]" "says = It reads too far."
	case_of other "refused it never ends" "says = It never ends."
	case_of any "refused" "says = It is refused."
	work refused
	run -1 course check
	has "A known mistake is refused in the same way: It reads too far."
	[ "$(grep -c "known mistake" <<<"$output")" = 1 ]
	run -1 course check --format json
	[ "$(jq -r '.lessons[0].pattern.case' <<<"$output")" = behind ]
}

@test "a program that its own loader could not load: the refusal, not the loader, is what failed" {
	sed -i 's/^edit = .*/edit = prog.c, more.c/' lab01-first/01-one/lesson.conf
	echo more >lab01-first/01-one/more.c
	case_of ends-early "must alpha is there" "must beta is there" "says = Its loader ends too early."
	case_of behind "refused it reads behind" "refused data[1]" "says = It reads too far."
	course start one
	work loader-refused
	run -1 course check
	has "A known mistake is refused in the same way: It reads too far."
	has_not "ends too early"
	has "so no check could begin"
	has "Next: edit work/lab01-first/01-one/more.c, then"
	# What a program prints of its own is no refusal.
	sed -i 's/stderr:/stdout:/' common/test/lab.bash
	run -1 course check
	has "Its loader ends too early."
}

@test "a refused program: neither the file's name nor the advice are words to know it by" {
	case_of place "refused prog.c" "says = It is in prog.c."
	case_of advice "refused compare with data_end" "says = It does not compare."
	work refused
	run -1 course check
	has_not "known mistake"
}

@test "a program that does not compile: the sentence whose words the compiler says" {
	case_of unknown "build unknown word" "says = It has a word that nobody knows."
	case_of any "build" "says = It does not compile."
	work broken
	run -3 course check
	has "A known mistake gives the same compiler error: It has a word that nobody knows."
	run -3 course check --format json
	[ "$(jq -r '.lessons[0].pattern.case' <<<"$output")" = unknown ]
	sed -i 's/unknown word/other words/' "$WRONG/unknown/expect"
	run -3 course check
	has_not "known mistake"
}

@test "who has not begun has made no mistake: the starter has no pattern" {
	case_of nothing "must alpha is there" "must beta is there" "says = It forgets all."
	run -1 course check
	has_not "known mistake"
	work start ""
	run -1 course check
	has "A known mistake fails the same checks: It forgets all."
}
