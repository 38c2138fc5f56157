#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What a learner sees of each command, and its exit code.
# shellcheck disable=SC2154 # run sets stderr

load common

setup() {
	make_tree
}

@test "start copies the starter, names files and text, and keeps what is there" {
	run -0 course start one
	has "Read:   lab01-first/01-one/README.md"
	has "Edit:   work/lab01-first/01-one/prog.c"
	has "Then:   course check"
	[ "$(cat work/lab01-first/01-one/prog.c)" = start ]
	[ "$(readlink build/run/current)" = lab01-first/01-one/work ]
	work mine
	run -0 course start one
	has "(yours, as you left it)"
	[ "$(cat work/lab01-first/01-one/prog.c)" = mine ]
}

@test "start without a name goes on to the next lesson after a pass" {
	course start
	run -0 course start
	has lab01-first/01-one
	work alpha beta
	course check
	run -0 course start
	has lab01-first/02-two
}

@test "start says which lesson comes before" {
	run -0 course start two
	has "Before: lab01-first/01-one"
}

@test "check shows the first failing check in full, the others as one line" {
	course start
	run -1 course check
	has "FAIL  alpha is there"
	has "expected: alpha"
	has "FAIL  beta is there"
	has_not "expected: beta"
	has "0 of 2 checks pass, 0 of 3 points"
	has "Next: edit work/lab01-first/01-one/prog.c, then: course check"
	has "course hint"
	has "course check one --seed "
	has_not "failed)"
	has_not "in test file"
	run -1 course check -a
	has "expected: beta"
}

@test "the next step is the file that the failing check names, or all of them" {
	sed -i 's/^edit = .*/edit = prog.c, more.c/' lab01-first/01-one/lesson.conf
	echo more >lab01-first/01-one/more.c
	course start
	run -1 course check
	has "Next: edit work/lab01-first/01-one/prog.c, then"
	sed -i 's/look:     prog.c/look:     TODO 2: f() in more.c./' common/test/lab.bash
	run -1 course check
	has "Next: edit work/lab01-first/01-one/more.c, then"
	sed -i 's/in more.c/in some_more.c/' common/test/lab.bash
	run -1 course check
	has "Next: edit work/lab01-first/01-one/prog.c or work/lab01-first/01-one/more.c, then"
	work refused
	run -1 course check
	has "Next: edit work/lab01-first/01-one/prog.c, then"
	work broken
	run -3 course check
	has "Next: edit work/lab01-first/01-one/prog.c, then"
}

@test "check passes, says what you have met and what is next" {
	course start
	work alpha beta
	run -0 course check
	has "passed: 2 of 2 checks, 3 of 3 points"
	has "You have met: word one."
	has "course solution --diff"
	has "Next: lab01-first/02-two"
	has "course start two"
}

@test "a refused program is one message, not one per check" {
	course start
	work refused
	run -1 course check
	[ "$(grep -c 'refused: prog' <<<"$output")" = 1 ]
	has "at prog.c:3: x = data[1];"
	has "so no check could begin"
	has "a hint"
	has_not "--seed"
	has_not "FAIL"
}

@test "two programs are refused: one at a time, all of it with -a" {
	# shellcheck disable=SC2016 # it is for that file's shell
	sed -i 's/"refused: prog: it/"refused: $1: it/' common/test/lab.bash
	course start
	work refused
	run -1 course check
	[ "$(grep -c 'refused:' <<<"$output")" = 1 ]
	has "refused: alpha: it reads"
	has "(so 1 of 2 checks could not begin, and 1 more because of other refusals; all of them: course check -a)"
	has "FAIL  beta is there"
	run -1 course check -a
	[ "$(grep -c 'refused:' <<<"$output")" = 2 ]
}

@test "a program that does not compile: the first error, exit code 3" {
	course start
	work broken
	run -3 course check
	has "does not compile"
	has "work/lab01-first/01-one/prog.c:1:1: error: unknown word 'broken'"
	has_not "make:"
	has_not "lesson.mk"
	has "Next: edit work/lab01-first/01-one/prog.c, then: course check"
	has_not "--seed"
}

@test "seeds: drawn anew, printed, repeatable" {
	course start
	run -1 course check
	seed=$(sed -n 's/.*--seed \([0-9]*\)$/\1/p' <<<"$output")
	has "expected: alpha $seed"
	run -1 course check
	has_not "expected: alpha $seed"
	run -1 course check --seed "$seed"
	has "expected: alpha $seed"
	run -1 course check --seed 18446744073709551615
	has "expected: alpha 18446744073709551615"
	run -2 course check --seed -1
	run -2 course check --seed 18446744073709551616
}

@test "a lesson that this machine cannot run: exit code 4 and one line with the cure" {
	make_lesson lab01-first/03-three three "needs = have lacking"
	course start three
	run -4 --separate-stderr course check
	[ "$stderr" = "course: lacking: not there; cure: buy one" ]
	run -0 --separate-stderr course start one
	work alpha beta
	run -0 course check --all
	has "1 passed, 0 failed, 1 skipped"
}

@test "a skipped check is printed with its reason, counted, and costs no points" {
	sed -i 's/lab_has beta/skip "no such thing here; see: testenv doctor"/' lab01-first/01-one/test.bats
	course start
	work alpha
	run -0 course check
	has "skip  beta is there"
	has "no such thing here; see: testenv doctor"
	has "1 of 1 checks, 2 of 2 points, 1 skipped"
}

@test "the time limit: exit code 6, and where it stopped" {
	sed -i 's/timeout = 20/timeout = 1/' lab01-first/01-one/lesson.conf
	sed -i 's/lab_has beta/while :; do :; done/' lab01-first/01-one/test.bats
	course start
	work alpha
	run -6 course check
	has "ok    alpha is there"
	has "not run  beta is there"
	has "1 of 2 checks pass"
	has_not "points"
	has "time limit of 1 s reached in check \"beta is there\""
}

@test "the time limit, reached behind the last check" {
	sed -i 's/timeout = 20/timeout = 4/' lab01-first/01-one/lesson.conf
	printf 'teardown_file() {\n\twhile :; do :; done\n}\n' >>lab01-first/01-one/test.bats
	course start
	work alpha beta
	run -6 course check
	has 'time limit of 4 s reached in check "beta is there"'
	run -0 course
	has 'it did not end in time, in check "beta is there"'
	# What a result lacks is not made up.
	sed -i '/"check": "beta is there"/d' work/.course/state.json
	run -0 course
	has_not "did not end in time"
	has "Next: course check"
}

@test "a lesson that is not started, or not known, or could be two" {
	run -2 course check
	has "course: no lesson is started; begin with: course start"
	run -3 --separate-stderr course check two
	[ "$stderr" = "course: lab01-first/02-two is not started; begin with: course start lab01-first/02-two" ]
	run -2 --separate-stderr course check tow
	[ "$stderr" = 'course: no lesson "tow"; nearest: lab01-first/02-two' ]
	run -2 course start lab01
	has '"lab01" could be: lab01-first/01-one, lab01-first/02-two'
	course start one
	cd work/lab01-first/01-one
	run -1 course check .
	has lab01-first/01-one
}

@test "an edited starter is told in one line" {
	git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -q -m tree
	course start
	run -1 course check
	has_not "Note:"
	echo alpha >lab01-first/01-one/prog.c
	run -1 course check
	has "Note: lab01-first/01-one/prog.c is edited, but your copy under work is what is checked"
}

@test "reset puts the starter back, and its command brings your files again" {
	course start
	work mine
	echo extra >work/lab01-first/01-one/notes
	run -0 course reset
	[ "$(cat work/lab01-first/01-one/prog.c)" = start ]
	[ "$(cat work/lab01-first/01-one/notes)" = extra ]
	back=$(sed -n 's/^  cp /cp /p' <<<"$output")
	course reset
	bash -c "$back"
	[ "$(cat work/lab01-first/01-one/prog.c)" = mine ]
	run -3 course reset two
	has "is not started"
}

@test "list shows state and points; --json is JSON" {
	course start
	work alpha
	run -1 course check
	run -0 course list
	has "* lab01-first/01-one  started   2/3"
	has "  lab01-first/02-two  open      0/3"
	run -0 course list --json
	[ "$(jq -r '.lessons[0] | .id, .state, .current, .points' <<<"$output" | xargs)" = "one started true 2" ]
	echo 'colour = red' >>lab01-first/02-two/lesson.conf
	run -0 course list
	has "  lab01-first/02-two  broken   lab01-first/02-two/lesson.conf:10: unknown key: colour"
}

@test "a broken lesson.conf harms only its own lesson" {
	echo 'colour = red' >>lab01-first/02-two/lesson.conf
	course start one
	work alpha beta
	run -0 course check
	run -5 course start 02-two
	has "lab01-first/02-two/lesson.conf:10: unknown key: colour"
}

@test "--format tap is TAP 13 that prove reads" {
	course start one
	course start two
	work alpha
	run -1 course check --all --format tap --seed 7
	[ "${lines[0]}" = "TAP version 13" ]
	[ "${lines[1]}" = "1..4" ]
	has "ok 1 - lab01-first/01-one: alpha is there"
	has "not ok 2 - lab01-first/01-one: beta is there"
	has "    expected: beta 7"
	printf '%s\n' "$output" >results
	run prove --exec cat results
	has "Failed tests:  2-4"
}

@test "--format junit is valid; TAP and JUnit hold no control characters" {
	course start one >/dev/null
	# shellcheck disable=SC2016
	sed -i 's/"seen:     none"/"seen:     $(printf "\\033[31m]]>\\a")"/' common/test/lab.bash
	run -1 --separate-stderr course check --format junit --seed 7
	echo "$output" >out.xml
	xmllint --noout --relaxng "$BATS_TEST_DIRNAME/junit.rng" out.xml
	[ "$(xmllint --xpath 'string(//testcase[@name="alpha is there"]/@classname)' out.xml)" = "check.lab01-first/01-one" ]
	[[ "$(xmllint --xpath 'string(//testcase[1]/failure)' out.xml)" == *"seen:     ?[31m]]>?"* ]]
	run -1 course check --format tap --seed 7
	has "    seen:     ?[31m]]>?"
	[[ "$output" != *$'\033'* ]]
}

@test "--format json holds every check" {
	course start one
	work alpha
	run -1 --separate-stderr course check --format json --seed 7
	[ "$(jq -r '.seed, (.lessons[0] | .status, .points, .max_points, .pattern.case)' <<<"$output" | xargs)" = "7 failed 2 3 no-beta" ]
	[ "$(jq -r '.lessons[0].checks[] | .name + ":" + .status' <<<"$output" | xargs)" = "alpha is there:passed beta is there:failed" ]
	jq -e '.lessons[0].checks[1].message | contains("expected: beta 7")' <<<"$output"
	work broken
	run -3 --separate-stderr course check --format json
	[ "$(jq -r '.lessons[0] | .status, (.checks[] | .status)' <<<"$output" | xargs)" = "invalid error error" ]
	work "$(printf 'refused\n\377')"
	run -1 --separate-stderr course check --format json
	jq -e '.lessons[0].refused | contains("behind the end")' <<<"$output"
}

@test "several lessons: the gravest outcome is the exit code" {
	course start one
	course start two
	work alpha beta
	run -1 course check one two
	has "1 passed, 1 failed, 0 skipped"
	rm -r work/lab01-first/02-two work/.course
	run -3 course check one two
	has "1 passed, 0 failed, 0 skipped, 1 not started"
	work broken
	run -3 course check --all
	run -2 course check --all one
}

@test "every command has a manual page, and knows its options" {
	commands=$(course --complete "" | cut -f1)
	for command in $commands; do
		run -0 course "$command" --help
		for part in NAME SYNOPSIS DESCRIPTION OPTIONS EXAMPLES "EXIT STATUS" "SEE ALSO"; do
			has "$part"
		done
		page=$output
		run -0 course "$command" --usage # argp's messages offer it
		[ "$output" = "$page" ]
		run -2 course "$command" --no-such-option
		has "course $command: unrecognized option"
	done
	run -0 course --help
	has "COMMANDS"
	run -2 course chekc
	has 'no command "chekc"'
}

@test "outside a tree" {
	cd /
	cp "$COURSE" "$BATS_TEST_TMPDIR/elsewhere"
	run -2 "$BATS_TEST_TMPDIR/elsewhere" list
	[ "$output" = "course: no course here: run it inside the course's folder" ]
}

@test "COURSE_WORK moves the learner's files and state" {
	export COURSE_WORK=$BATS_TEST_TMPDIR/mine
	course start
	[ -f "$COURSE_WORK/lab01-first/01-one/prog.c" ]
	[ -f "$COURSE_WORK/.course/state.json" ]
	[ ! -e work ]
	printf 'alpha\nbeta\n' >"$COURSE_WORK/lab01-first/01-one/prog.c"
	run -0 course check
}
