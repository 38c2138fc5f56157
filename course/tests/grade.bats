#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course grade and report: a class of small submissions, graded as its key says.

load common

setup() {
	make_tree
	mkdir class
	hand_in ann alpha beta
	hand_in bob alpha
	hand_in cat start
	hand_in dan broken
	mkdir class/eve
	mkdir fay
	mv class/cat fay/wrapped && tar czf class/cat.tgz -C fay wrapped
	echo "no archive" >class/gus.zip
}

# hand_in ID WORD...: a submission of lesson one
hand_in() {
	mkdir -p "class/$1/lab01-first/01-one"
	printf '%s\n' "${@:2}" >"class/$1/lab01-first/01-one/prog.c"
}

grade() {
	course grade class -o results --isolation none "$@"
}

key='id,status,points,max_points,lab01-first/01-one,lab01-first/02-two
ann,graded,3,6,3,0
bob,graded,2,6,2,0
cat,graded,0,6,0,0
dan,graded,0,6,0,0
eve,graded,0,6,0,0
gus,invalid,0,6,0,0'

# The records without what depends on the clock.
records() {
	(cd "${1-results}" && for r in *.json; do jq -S 'del(.. | .seconds?, .milliseconds?)' "$r"; done)
}

field() {
	jq -r "$2" "results/$1.json"
}

@test "a class gets the marks of its key, and each submission says why" {
	run -0 grade --seed 7
	has "ann                         3 of 6 points"
	has "gus                         0 of 6 points  invalid: the archive cannot be read"
	has "6 submissions: 6 graded, 0 graded before, 0 without a verdict"
	run -0 course report results
	[ "$output" = "$key" ]
	[ "$(field ann '.lessons[0].status, .lessons[1].status')" = $'passed\nmissing' ]
	[ "$(field bob '.lessons[0].checks[1].status')" = failed ]
	[ "$(field dan '.lessons[0].status')" = invalid ]
	[[ $(field dan '.lessons[0].message') == "lab01-first/01-one/prog.c:1:1: error:"* ]]
	[ "$(field gus .status)" = invalid ]
	[ "$(field ann .isolation)" = none ]
}

@test "jobs, shards and the order change no record" {
	grade --seed 7 >/dev/null
	grade --seed 7 -j 4 -o two >/dev/null
	for i in 3 1 2; do grade --seed 7 -o three --shard "$i/3" >/dev/null; done
	diff <(records) <(records two)
	diff <(records) <(records three)
	run -0 course report three
	[ "$output" = "$key" ]
}

@test "a second start grades only what is new or has changed, with the first one's seed" {
	grade >/dev/null
	seed=$(field ann .seed)
	hand_in bob alpha beta
	hand_in hal alpha
	run -0 grade
	has "7 submissions: 2 graded, 5 graded before, 0 without a verdict"
	[ "$(field ann .seed)" = "$seed" ]
	[ "$(field bob .status)$(field bob '.lessons[0].points')" = graded3 ]
	run -0 grade --regrade cat
	has "7 submissions: 1 graded, 6 graded before"
	run -0 grade --regrade all
	has "7 submissions: 7 graded, 0 graded before"
	# A check changes, and so does what was proved by it.
	echo "# stricter" >>lab01-first/01-one/test.bats
	run -0 grade
	has "7 graded, 0 graded before"
}

@test "killed at any moment, the same command ends with the same records" {
	grade --seed 7 -o whole >/dev/null
	for ms in 020 080 150 300 500 800; do
		"$COURSE" grade class -o results --isolation none --seed 7 >/dev/null 2>&1 &
		pid=$!
		read -rt "0.$ms" <> <(:) || :
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" || :
	done
	run -0 grade --seed 7
	diff <(records) <(records whole)
	# What the killed ones had on the way is gone.
	[ -z "$(ls build/grade)" ]
	[ -z "$(find build/run -name 'sub-*')" ]
	[ -z "$(find results -name '*.json.*')" ]
}

@test "a report names what has no result yet" {
	grade --shard 1/2 >/dev/null
	run -1 course report results
	has "course: 3 of 6 submissions have no result yet: bob dan gus; the same course grade goes on with them"
	run -1 --separate-stderr course report results --format json
	[ "$(jq -c '[.missing, (.submissions | length)]' <<<"$output")" = '[["bob","dan","gus"],3]' ]
	run -2 course report class
	has "class holds no results of course grade"
}

@test "a check that fails once and then passes is unstable, and gives no points" {
	cat >>common/test/lab.bash <<-'END'
		lab_has() {
			local file=$COUNTER.$LAB_SEED.$1
			[ ! -e "$file" ] || return 0
			touch "$file"
			printf '%s\n' "sent:     x" "expected: x" "seen:     y" "look:     prog.c" >&2
			return 1
		}
	END
	export COUNTER=$BATS_TEST_TMPDIR/seen
	run -0 course grade class/ann -o results --isolation none -l one
	[ "$(field ann '.lessons[0].status, .lessons[0].points, .lessons[0].checks[0].status')" = $'unstable\n0\nunstable' ]
}

@test "what the machine fails is no verdict, is not remembered as one, and is told" {
	sed -i 's/^needs.*//; /^timeout/a needs = lacking' lab01-first/01-one/lesson.conf
	run -4 grade
	has "ann                         0 of 6 points  ERROR: no verdict, grade it again"
	has "without a verdict"
	[ "$(field ann '.lessons[0].status')" = error ]
	[ "$(field eve '.lessons[0].status')" = missing ]
	sed -i '/^needs/d' lab01-first/01-one/lesson.conf
	run -0 grade
	run -0 course report results
	[ "$output" = "$key" ]
}

@test "the student's page: what failed in full, strange bytes harmless, ignored files named" {
	printf 'x' >'class/bob/<script>.c'
	printf 'alpha\n\033[31mred\n' >class/bob/lab01-first/01-one/prog.c
	grade --seed 7 >/dev/null
	run -0 cat results/bob.md
	has "# bob: 2 of 6 points"
	has "    <script>.c: no lesson's file to edit"
	has "## lab01-first/01-one: 2 of 3 points"
	has "- alpha is there: passed (2 of 2)"
	has "- beta is there: failed (0 of 1)"
	has "    expected: beta "
	has "Nothing was handed in."
	run -0 cat results/dan.md
	has "It does not compile:"
	run -0 cat results/gus.md
	has "Your submission cannot be read:"
	run -1 grep -l $'\033' results/*
}

@test "hidden checks are counted on the page, but not named" {
	sed -i '0,/points:1$/s//points:1,visibility:after_due_date/' lab01-first/01-one/test.bats
	grade >/dev/null
	run -0 cat results/bob.md
	has_not "beta"
	has "- 0 of 1 checks that are not shown passed"
}

@test "wrong command lines, and a results folder that cannot be" {
	run -2 course grade class -o results
	has "nothing keeps submissions from this machine yet; for those that you trust: --isolation none"
	run -2 course grade class -o results --isolation sandbox
	has "there is no other yet"
	run -2 course grade -o results --isolation none
	has "which submissions?"
	run -2 course grade class --isolation none
	has "where do the results go?"
	run -2 grade --shard 3/2
	has "--shard takes I/N"
	run -2 grade --regrade nobody
	has "no submission is called nobody"
	run -2 course grade nowhere -o results --isolation none
	has "nowhere: no such file or folder"
	cp -r class/ann class/gus
	run -2 grade
	has "class/gus and class/gus.zip are both called gus: rename one"
	touch file
	run -4 course grade class/ann -o file/x --isolation none
	has "cannot write to file/x: Not a directory"
	[ ! -e results ]
}

@test "Ctrl-C ends it with what is done, and nothing half-done" {
	echo 'lab_has() { exec tail -f /dev/null; }' >>common/test/lab.bash
	"$COURSE" grade class/ann -o results --isolation none -l one 3>&- >out 2>&1 &
	pid=$!
	until [ -n "$(find build/run -name 'sub-*' 2>/dev/null)" ]; do read -rt 0.05 <> <(:) || :; done
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 130 ]
	[ ! -e results/ann.json ]
	[ -z "$(ls build/grade)" ]
	[ -z "$(find build/run -name 'sub-*')" ]
}
