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
	has "dan                         0 of 6 points  does not compile: lab01-first/01-one"
	has "eve                         0 of 6 points  nothing was handed in"
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
	course grade class/ann -o results --isolation none >/dev/null
	run -1 course report results
	has "course: 6 of 7 submissions were graded with other checks or another seed than the last ones: bob cat dan eve gus hal; the same course grade grades them again"
	run -0 grade
	has "6 graded, 1 graded before"
	run -0 course report results
}

@test "an archive that was cut off and is handed in whole is graded anew, though its files are the same" {
	tar cf class/ann.tar -C class/ann lab01-first
	rm -r class/ann
	cp class/ann.tar whole.tar
	# Two folders and the file are there, of 512 bytes each; what follows is no header.
	truncate -s 2048 class/ann.tar
	head -c 512 /dev/zero | tr '\0' x >>class/ann.tar
	grade >/dev/null
	[ "$(field ann '.status, .lessons[0].status')" = $'invalid\nmissing' ]
	cp whole.tar class/ann.tar
	run -0 grade
	has "6 submissions: 1 graded, 5 graded before"
	[ "$(field ann '.status, .lessons[0].status')" = $'graded\npassed' ]
}

@test "a second run that the machine fails is no verdict, and is made again" {
	cat >build/bin/second <<-'END'
		case $* in *run/lab01-first/01-one/sub-*) ;; *) exec "$0.real" "$@" ;; esac
		[ "$1" != run ] || [ -e "$SECOND" ] || { : >"$SECOND"; exec "$0.real" "$@"; }
		echo "testenv: no room" >&2
		exit 4
	END
	mv build/bin/testenv build/bin/testenv.real
	{ echo '#!/bin/sh'; cat build/bin/second; } >build/bin/testenv
	chmod +x build/bin/testenv
	SECOND=$BATS_TEST_TMPDIR/second run -4 course grade class/bob -o results --isolation none -l one
	[ "$(field bob '.lessons[0].status, .lessons[0].message')" = $'error\ntestenv: no room' ]
	mv build/bin/testenv.real build/bin/testenv
	run -0 course grade class/bob -o results --isolation none -l one
	has "1 graded, 0 graded before"
	[ "$(field bob '.lessons[0].status')" = failed ]
}

@test "who is graded alone, late or again, joins the class" {
	grade --seed 7 >/dev/null
	mv class/ann late-ann
	mkdir late
	mv late-ann late/ann
	mkdir -p late/zoe/lab01-first/01-one
	echo alpha >late/zoe/lab01-first/01-one/prog.c
	run -0 course grade late -o results --isolation none
	has "2 submissions: 1 graded, 1 graded before"
	run -0 course report results
	[ "$output" = "$key
zoe,graded,2,6,2,0" ]
	[ "$(field zoe .seed)" != "$(field ann .seed)" ]
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
	# Moments that are seldom hit.
	touch results/.batch.json.aB3dEf results/ann.json.aB3dEf
	run -0 grade --seed 7
	diff <(records) <(records whole)
	# What the killed ones had on the way is gone.
	[ -z "$(ls build/grade)" ]
	[ -z "$(find build/run -name 'sub-*')" ]
	[ -z "$(find results -name '*.json.*')" ]
}

@test "what dead graders of this machine have left goes, other machines' stays" {
	host=$(uname -n | tr -c 'A-Za-z0-9.\n-' _)
	gone=4194305 # above any process's number
	mkdir -p build/grade/{"$host-$gone","$host-$gone-7",other-"$gone"} \
		build/run/lab01-first/01-one/{"sub-$host-$gone-0","sub-$host-$gone-7-0",sub-"$host-x"}
	grade >/dev/null
	[ "$(ls build/grade)" = "$(printf '%s\n' "$host-$gone-7" "other-$gone" | sort)" ]
	[ "$(cd build/run/lab01-first/01-one && ls -d sub-*)" = "$(printf '%s\n' "sub-$host-$gone-7-0" "sub-$host-x" | sort)" ]
}

# Graders stop in the first check until the file "go" is there.
hold() {
	# shellcheck disable=SC2016
	sed -i '1a until [ -e "$HOLD/go" ]; do read -rt 0.05 <> <(:) || :; done' common/test/lab.bash
	export HOLD=$BATS_TEST_TMPDIR
}

# waits until N submissions are being graded
held() {
	until [ "$(find build/run -maxdepth 4 -name 'sub-*' 2>/dev/null | sed 's/.*-//' | sort -u | wc -l)" = "$1" ]; do
		read -rt 0.05 <> <(:) || :
	done
}

@test "two graders at one folder share the work, and both end with all of it" {
	hold
	"$COURSE" grade class -o results --isolation none --seed 7 3>&- >first 2>&1 &
	one=$!
	held 1
	"$COURSE" grade class -o results --isolation none --seed 7 3>&- >second 2>&1 &
	two=$!
	held 2
	touch "$HOLD/go"
	wait "$one"
	wait "$two"
	grep -q "6 submissions: " first
	grep -q "6 submissions: " second
	[ "$(cat first second | grep -c "points.*(graded before)")" = 6 ]
	[ "$(cat first second | grep -c " points")" = 12 ]
	run -0 course report results
	[ "$output" = "$key" ]
	# The same where both were told to grade again.
	rm "$HOLD/go"
	"$COURSE" grade class -o results --isolation none --regrade all 3>&- >first 2>&1 &
	one=$!
	held 1
	"$COURSE" grade class -o results --isolation none --regrade all 3>&- >second 2>&1 &
	two=$!
	held 2
	touch "$HOLD/go"
	wait "$one"
	wait "$two"
	[ "$(cat first second | grep -c "(graded before)")" = 6 ]
}

@test "what a killed grader had claimed, another one grades" {
	hold
	"$COURSE" grade class -o results --isolation none --seed 7 3>&- >/dev/null 2>&1 &
	one=$!
	held 1
	"$COURSE" grade class -o results --isolation none --seed 7 3>&- >second 2>&1 &
	two=$!
	held 2
	kill -9 "$one"
	wait "$one" || :
	touch "$HOLD/go"
	wait "$two"
	grep -q "6 submissions: 6 graded, 0 graded before" second
	run -0 course report results
	[ "$output" = "$key" ]
}

@test "on a terminal the progress says how many, how fast and how long; elsewhere there are plain lines" {
	run -0 script -qec "$COURSE grade class -o results --isolation none" /dev/null
	[[ "$output" =~ "of 6, "[0-9.]+" a minute, about "[0-9]+" s left" ]]
	run -0 grade --regrade all
	has_not "a minute"
	has_not $'\r'
}

@test "names from inside an archive reach no terminal as they are" {
	mkdir evil
	printf 'x' >evil/$'\033[31mred\033]0;title\a'
	printf '\0' | cat - >class/hal.zip
	(cd evil && tar cf ../class/ivy.tar ./*)
	grade --seed 7 >out 2>&1
	run -1 grep -c $'\033\|\a' out results/*.md
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
	has "ann                         0 of 6 points  ERROR: no verdict, grade it again; lab01-first/01-one: "
	# Why stands at the top, once.
	[ "$(grep -c "^course: no verdicts here for " <<<"$output")" = 1 ]
	has "course: no verdicts here for lab01-first/01-one: "
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

@test "packed in another way: nothing counts, and the line and the page say what is wrong" {
	mkdir -p odd/moodle odd/flat
	cp class/cat.tgz odd/moodle/hand-in.tgz
	cp class/ann/lab01-first/01-one/prog.c odd/flat
	run -0 course grade odd -o results --isolation none -l one
	has "flat                        0 of 3 points  none of its files counts (1): prog.c: its place is LAB/LESSON/FILE"
	has "moodle                      0 of 3 points  none of its files counts (1): hand-in.tgz: an archive inside is not looked into"
	run -0 cat results/flat.md
	has "- None of your files counts: they are named below, and why."
}

@test "hidden checks are counted on the page, but not named" {
	sed -i '0,/points:1$/s//points:1,visibility:after_due_date/' lab01-first/01-one/test.bats
	grade >/dev/null
	run -0 cat results/bob.md
	has_not "beta"
	has "- 0 of 1 checks that are not shown passed"
}

# hidden_check LESSON NAME WORD: a check outside of the tree, 4 points
hidden_check() {
	local at=@ # else bats would take the line below for a test of this file
	mkdir -p "../exam/$1"
	cat >>"../exam/$1/more.bats" <<-END
		load "\$LAB_TEST/lab.bash"
		# bats test_tags=points:4
		${at}test "$2" {
			lab_has $3
		}
	END
}

@test "hidden checks run besides the others, count, and are named to the teacher only" {
	hidden_check lab01-first/01-one "it is careful" beta
	hidden_check lab01-first/02-two "it is quick" beta
	run -0 grade --seed 7 --hidden ../exam
	has "ann                         7 of 14 points"
	has "bob                         2 of 14 points"
	[ "$(field bob '.lessons[0].checks[2] | .name, .visibility, .status, .points')" = $'it is careful\nhidden\nfailed\n4' ]
	[ "$(field ann '.lessons[0].checks[2] | .status, .score')" = $'passed\n4' ]
	[ "$(field eve '.lessons[1].checks | length')" = 3 ]
	has_not "careful"
	run -1 grep -l "careful\|quick\|exam" results/*.md
	run -0 cat results/bob.md
	has "- 0 of 1 checks that are not shown passed"
	# They belong to the suite: with other ones, or none, a record does not hold.
	run -0 grade --hidden ../exam
	has "0 graded, 6 graded before"
	sed -i 's/lab_has beta/lab_has alpha/' ../exam/lab01-first/01-one/more.bats
	run -0 grade --hidden ../exam -l one
	has "6 graded, 0 graded before"
	has "bob                         6 of 7 points"
	run -0 grade -l one
	has "6 graded, 0 graded before"
	has "bob                         2 of 3 points"
}

@test "a hidden check in which time runs out is not named to the student" {
	hidden_check lab01-first/01-one "it comes to an end" alpha
	sed -i 's/timeout = 20/timeout = 1/' lab01-first/01-one/lesson.conf
	sed -i 's/lab_has alpha/tail -f \/dev\/null/' ../exam/lab01-first/01-one/more.bats
	run -0 grade --hidden ../exam -l one
	[ "$(field ann '.lessons[0].status')" = timeout ]
	run -1 grep -l "comes to an end" results/ann.md
	run -0 grep "time limit of 1 s reached in a check that is not shown" results/ann.md
}

@test "hidden checks that would never run are an error" {
	run -2 grade --hidden ../nowhere
	has "--hidden: ../nowhere: No such file or directory"
	mkdir exam
	run -2 grade --hidden exam
	has "--hidden: exam is in the tree, where students may come by it"
	mkdir -p ../exam/notes
	run -2 grade --hidden ../exam
	has "exam/notes is no lab's folder"
	rmdir ../exam/notes
	mkdir -p ../exam/lab01-first/01-won
	run -2 grade --hidden ../exam
	has "no lesson is called lab01-first/01-won"
	mv ../exam/lab01-first/01-won ../exam/lab01-first/01-one
	run -2 grade --hidden ../exam
	has "exam/lab01-first/01-one holds no file NAME.bats"
	rmdir ../exam/lab01-first/01-one
	touch ../exam/lab01-first/01-one
	run -2 grade --hidden ../exam
	has "exam/lab01-first/01-one: Not a directory"
	rm ../exam/lab01-first/01-one
	hidden_check lab01-first/01-one "it is careful" beta
	run -2 grade --hidden ../exam -l two
	has "--hidden: ../exam holds no checks for the lessons that are graded"
	rm ../exam/lab01-first/01-one/more.bats
	hidden_check lab01-first/01-one "beta is there" beta
	run -2 grade --hidden ../exam
	has "lab01-first/01-one/more.bats:3: two tests have this name: beta is there"
	[ ! -e results ]
}

@test "wrong command lines, and a results folder that cannot be" {
	run -2 course grade class -o results --isolation trust
	has "--isolation is auto, sandbox, vm or none, not \"trust\""
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
	run -2 course grade class -o class/results/ --isolation none
	has "-o class/results/ lies among the submissions"
	run -2 course grade . -o results --isolation none
	has "-o results lies among the submissions"
	run -2 course grade class -o class --isolation none
	has "-o class lies among the submissions"
	[ ! -e class/results ]
	cp -r class/ann class/gus
	run -2 grade
	has "class/gus and class/gus.zip are both called gus: rename one"
	rm -r class/gus
	grade -l one --shard 1/6 >/dev/null
	truncate -s 20 results/.batch.json
	run -4 grade -l one
	has "results/.batch.json is damaged ("
	rm -r results
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
	grep -qx "course: interrupted: 0 of 1 are done; the same command goes on" out
	[ ! -e results/ann.json ]
	[ -z "$(ls build/grade)" ]
	[ -z "$(find build/run -name 'sub-*')" ]
}
