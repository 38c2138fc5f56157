#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The way through the lessons: what is next, hints, solutions, tracks.
# shellcheck disable=SC2154 # run sets stderr

load common

setup() {
	make_tree
	cat >lab01-first/01-one/hints.md <<-'END'
		# Hints

		## 1

		A general hint.

		## check: alpha is there

		First think of `alpha`. This is a long line that has to be filled, since a page is only so wide.

		- an item

		---

		Write the word:

		```
		alpha
		```

		## check: beta is there

		Now beta.

		## refused

		It was refused.
	END
}

@test "course alone, nothing begun: the first lesson" {
	run -0 course
	has "0 of 2 lessons passed."
	has "Next: course start one    (lab01-first/01-one"
}

@test "course alone, begun: what to read and edit, then check" {
	course start
	run -0 course
	has "You are in lab01-first/01-one"
	has "read  lab01-first/01-one/README.md"
	has "edit  work/lab01-first/01-one/prog.c"
	has "Next: course check    (after"
}

@test "course alone, after a failed check: the first failing check; after an edit: check again" {
	course start
	work alpha
	run -1 course check
	run -0 course
	has "1 of 2 pass; the first that fails: beta is there"
	has "course hint"
	work alpha gamma
	run -0 course
	has "Next: course check    (your files have changed"
	has_not "beta"
	# Back to what was checked: that result holds again.
	work alpha
	run -0 course
	has "beta is there"
	# A check that is another now makes it stale.
	echo "# changed" >>lab01-first/01-one/test.bats
	run -0 course
	has "your files have changed"
}

@test "course alone, not compiling, refused, out of time" {
	course start
	work broken
	run -3 course check
	run -0 course
	has "it does not compile"
	work refused
	run -1 course check
	run -0 course
	has "the verifier refuses the program"
	sed -i 's/timeout = 20/timeout = 1/' lab01-first/01-one/lesson.conf
	sed -i 's/lab_has beta/while :; do :; done/' lab01-first/01-one/test.bats
	work alpha
	run -6 course check
	has "course hint"
	run -0 course
	has 'did not end in time, in check "beta is there"'
}

@test "course alone, passed, then all done, then files gone" {
	course start
	work alpha beta
	course check
	run -0 course
	has "1 of 2 lessons passed."
	has "Next: course start two    (lab01-first/02-two"
	course start
	rm -r work/lab01-first/02-two
	run -0 course
	has "Next: course start lab01-first/02-two    (your files for it are gone"
	course start
	printf 'alpha\nbeta\n' >work/lab01-first/02-two/prog.c
	course check
	run -0 course
	has "2 of 2 lessons passed."
	has "You have passed every lesson there is."
}

@test "the first sitting: its last lesson says that it is complete, course too" {
	sed -i '/^id/a tracks = first' lab01-first/*/lesson.conf
	make_lesson lab01-first/03-three three
	course start
	work alpha beta
	run -0 course check
	has_not "sitting"
	course start
	printf 'alpha\nbeta\n' >work/lab01-first/02-two/prog.c
	run -0 course check
	has "The first sitting is complete: all 2 lessons of it are passed."
	has "course start three"
	run -0 course
	has "The first sitting is complete"
	has "course start three"
	course start
	run -0 course
	has_not "sitting"
}

@test "a file of a started lesson that is gone: said by its name, and start brings it back" {
	sed -i 's/^edit = .*/edit = prog.c, more.c/' lab01-first/01-one/lesson.conf
	echo more >lab01-first/01-one/more.c
	course start
	rm work/lab01-first/01-one/more.c
	for command in check watch solution hint; do
		run -3 course "$command"
		has "course: work/lab01-first/01-one/more.c is missing; the starter's comes back with: course start lab01-first/01-one"
	done
	run -0 course
	has "Next: course start lab01-first/01-one    (work/lab01-first/01-one/more.c is missing"
	rm work/lab01-first/01-one/prog.c
	run -3 course check
	has "prog.c is missing"
	run -0 course reset
	has "the starter is back"
	has_not "cp "
	[ "$(cat work/lab01-first/01-one/prog.c work/lab01-first/01-one/more.c | xargs)" = "start more" ]
}

@test "the next lesson: the first sitting, then core in order, then the rest" {
	make_lesson lab01-first/00-extra extra
	sed -i 's/level = core/level = extra/' lab01-first/00-extra/lesson.conf
	make_lesson lab03-xdp/01-net net "tracks = first"
	for lesson in lab03-xdp/01-net lab01-first/01-one lab01-first/02-two lab01-first/00-extra; do
		run -0 course start
		has "$lesson"
		printf 'alpha\nbeta\n' >"work/$lesson/prog.c"
		course check
	done
	run -2 course start
}

@test "hint gives one level a call, counts, goes on to the general ones, and says when there are no more" {
	course start
	work nothing
	run -1 course check
	run -0 course hint
	has 'hint 1 of 3, for the check "alpha is there"'
	has "First think of"
	has_not "Write the word"
	[ "$(wc -L <<<"$output")" -lt 80 ]
	run -0 course hint
	has "hint 2 of 3"
	has "    alpha"
	has_not '```'
	has_not "general hint"
	run -0 course hint
	has "hint 3 of 3, general hint"
	has "A general hint."
	has_not "Another hint"
	has_not "had before"
	run -0 course hint
	has "no more: you have had all 3 hints"
	has "course solution"
	has "--force"
	run -0 course hint --again
	has "hint 1 of 3"
	has "hint 3 of 3"
}

@test "hint follows the first failing check; what was given stays given" {
	course start
	work nothing
	run -1 course check
	course hint
	work alpha
	run -1 course check
	run -0 course hint
	has 'hint 1 of 2, for the check "beta is there"'
	has "Now beta."
	work nothing
	run -1 course check
	run -0 course hint
	has "hint 2 of 3"
}

@test "hint promises another only where there is one: general ones given for another check are not" {
	course start
	work nothing
	run -1 course check
	for _ in 1 2 3; do
		course hint
	done
	work alpha
	run -1 course check
	run -0 course hint
	has "hint 1 of 2"
	has_not "Another hint"
	has "The others you have had before: course hint --again"
	run -0 course hint --again
	has "Now beta."
	has "A general hint."
}

@test "hint checks again when the files have changed, and says so" {
	course start
	work nothing
	run -0 course hint
	has_not "have changed"
	has "FAIL  alpha is there"
	has "hint 1 of 3"
	run -0 course hint
	has_not "FAIL"
	work alpha
	run -0 course hint
	has "Your files have changed since the last check"
	has "FAIL  beta is there"
	has 'for the check "beta is there"'
	work alpha beta
	run -0 course hint
	has "Every check passes; no hint is needed."
}

@test "hint for a refused program, for one that does not compile, and for a lesson not begun" {
	course start
	work refused
	run -0 course hint
	has "hint 1 of 2, for a program that the verifier refuses"
	has "It was refused."
	work broken
	run -0 course hint
	has "error: unknown word"
	has "Mend what the first line names."
	has "hint 1 of 1, general hint"
	has "have changed"
	run -0 course hint
	has "error: unknown word"
	has_not "have changed"
	echo "# none" >lab01-first/01-one/hints.md
	run -3 course hint
	has "Mend what the first line names"
	run -3 course hint two
	has "is not started"
}

@test "two hints at once: none is lost" {
	course start
	work nothing
	run -1 course check
	course hint >a &
	course check --seed 1 >b 3>&- &
	wait
	[ "$(jq '.lessons.one.hints["check: alpha is there"], .lessons.one.checks' work/.course/state.json | xargs)" = "1 2" ]
}

@test "solution: after a pass that is verified now" {
	course start
	run -1 course solution
	has "FAIL  alpha is there"
	has "The solution is shown when your files pass."
	has "course hint"
	has_not "beta
"
	work beta alpha
	run -0 course solution
	has "lab01-first/01-one/solution/prog.c"
	has "alpha
beta"
	run -0 course solution --diff
	has "--- work/lab01-first/01-one/prog.c"
	has "+++ lab01-first/01-one/solution/prog.c"
	has "-beta"
	# Passed once is not enough.
	work broken
	run -3 course solution
	has "does not compile"
	has_not "alpha"
}

@test "solution --force says what it costs, once; list shows it" {
	run -0 --separate-stderr course solution one --force
	[[ $stderr == *'marked "solution seen"'* ]]
	has "alpha"
	run -0 --separate-stderr course solution one --force
	[ -z "$stderr" ]
	run -0 course list
	has "What is one?  (solution seen)"
	run -0 course list --json
	[ "$(jq -r '.lessons[].solution_seen' <<<"$output" | xargs)" = "true false" ]
	# Who has passed pays nothing.
	course start two
	printf 'alpha\nbeta\n' >work/lab01-first/02-two/prog.c
	course check two
	run -0 --separate-stderr course solution two --force
	[ -z "$stderr" ]
	rm -r lab01-first/02-two/solution
	run -1 course solution two
	has "handed out without"
}

@test "list: tracks, what they require, and the sums of minutes" {
	make_lesson lab03-xdp/01-net net "requires = lab01-first/02-two"
	run -0 course list
	has "basics"
	has "0 of 3 lessons passed: 0 min done, 15 min to do"
	run -0 course list --track network
	has " +lab01-first/01-one"
	has " +lab01-first/02-two"
	has "  lab03-xdp/01-net"
	run -0 course list --track basics
	has_not "lab03-xdp"
	has_not "+lab"
	run -0 course list --track network --json
	[ "$(jq -r '.lessons[] | .required_only' <<<"$output" | xargs)" = "true true false" ]
	[ "$(jq -c '.minutes_to_do, .lessons[2].tracks' <<<"$output" | xargs)" = "15 [network]" ]
	run -2 --separate-stderr course list --track nowhere
	[ "$stderr" = 'course: no track "nowhere"; there are: basics, network' ]
}

@test "links only where the terminal knows them, colours only without NO_COLOR, neither in a pipe" {
	# on_tty COMMAND...: with a terminal as output
	on_tty() {
		socat -t5 - "EXEC:$*,pty,setsid,ctty,stderr" </dev/null
	}
	unset NO_COLOR FORCE_HYPERLINK TMUX STY
	export TERM=xterm VTE_VERSION=6800
	run -0 on_tty "$COURSE start"
	has $'\033]8;;file://'
	has "01-one/README.md"$'\033]8;;\033\\'
	has $'\033[1m'
	NO_COLOR=1 run -0 on_tty "$COURSE"
	has_not $'\033['
	FORCE_HYPERLINK=0 run -0 on_tty "$COURSE"
	has_not $'\033]8'
	TERM=dumb run -0 on_tty "$COURSE"
	has_not $'\033]8'
	run -0 course
	has_not $'\033'
}

@test "a lesson that is planned is said to be, and one that is there is meant first" {
	printf '%s\n' '| lesson | level | minutes | question |' '|---|---|---|---|' \
		'| [01-one](01-one/README.md) | core | 5 | What is one? |' \
		'| 03-twofold | core | planned | When? |' '| 04-later (planned) | core | 5 | Now? |' >lab01-first/README.md
	for name in twofold lab01/03 lab01-first/03-twofold twof; do
		run -2 --separate-stderr course start "$name"
		[ "${stderr?}" = "course: lab01-first/03-twofold is planned, not here yet; those that are: course list" ]
	done
	run -2 --separate-stderr course start later
	[[ $stderr == 'course: no lesson "later"'* ]]
	run -0 course start two
	has lab01-first/02-two
}

@test "start says whether what comes before is passed" {
	run -0 course start two
	has "Before: lab01-first/01-one  What is one? (not passed yet)"
	course start one
	work alpha beta
	course check one
	run -0 course start two
	has "Before: lab01-first/01-one  What is one? (passed)"
}

@test "files beside those to edit are named in one line, and an editor's are not" {
	course start one
	work alpha beta
	touch work/lab01-first/01-one/{prog.c~,.prog.c.swp,prog.c.swp}
	run -0 course check
	has_not "Note:"
	touch work/lab01-first/01-one/{more.c,notes.txt}
	run -0 course check
	has "Note: not a file to edit in this lesson, and not used, in work/lab01-first/01-one: more.c, notes.txt"
	has_not header
	touch work/lab01-first/01-one/prog.h
	run -0 course check
	has "take the header away"
}
