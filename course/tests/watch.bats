#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course watch: what starts a check, what ends one, keys and lines, and that it
# survives what learners do to it.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031 # run sets stderr; another shell expands; a test is a subshell

load common

setup() {
	make_tree
	course start
}

teardown() {
	[ -z "${watcher-}" ] || kill -KILL "$watcher" 2>/dev/null || :
	wait "${watcher-}" 2>/dev/null || :
}

# until_true COMMAND...: within 20 seconds
until_true() {
	local end=$((SECONDS + 20))
	until "$@"; do
		if ((SECONDS >= end)); then
			printf 'not within 20 s: %s\n' "$*"
			cat out
			return 1
		fi
	done
}

gone() {
	! grep -qs '^State:.[^Z]' "/proc/$1/status"
}

# shows N TEXT: TEXT stands in N lines of the output or more
shows() {
	(($(grep -c -- "$2" out) >= $1))
}

# watch [ARGUMENT...]: in the background, its input a pipe
watch() {
	mkfifo in
	"$COURSE" watch "$@" <in >out 2>&1 3>&- &
	watcher=$!
	exec 4>in
}

# watch_on_terminal: the same, on a terminal; afterwards there is what the terminal was before and after
watch_on_terminal() {
	mkfifo in
	cat >session <<-END
		#!/bin/bash
		stty -g >before
		"$COURSE" watch
		echo \$? >status
		stty -g >after
	END
	chmod +x session
	TERM=xterm socat -t5 - "EXEC:./session,pty,setsid,ctty,stderr" <in >out 2>&1 3>&- &
	watcher=$!
	exec 4>in
}

# finished N: N checks have been finished
finished() {
	until_true shows "$1" '^Waiting until you save'
}

# ends STATUS
ends() {
	local status=0
	exec 4>&-
	wait "$watcher" || status=$?
	watcher=
	[ "$status" = "$1" ] || {
		printf 'status %s\n' "$status"
		cat out
		return 1
	}
}

@test "it checks at once and on every save; in a pipe it speaks plain lines" {
	watch
	finished 1
	work alpha
	finished 2
	grep -q "FAIL  beta is there" out
	work alpha beta
	finished 3
	grep -q "passed: 2 of 2 checks" out
	[ "$(grep -c '^\[..:..:..\] checking lab01-first/01-one$' out)" = 3 ]
	run -1 grep -q $'\033' out
	echo q >&4
	ends 0
}

@test "it takes lines: r, h, l, n, q" {
	printf '## 1\n\nThink.\n' >lab01-first/01-one/hints.md
	watch
	finished 1
	echo r >&4
	finished 2
	echo hint >&4
	finished 3
	grep -q "hint 1 of 1" out
	echo l >&4
	finished 4
	grep -q "0 of 2 lessons passed:" out
	echo n >&4
	until_true shows 1 "has not passed yet"
	work alpha beta
	finished 5
	echo n >&4
	until_true shows 1 "save work/lab01-first/02-two/prog.c"
	printf 'alpha\nbeta\n' >work/lab01-first/02-two/prog.c
	until_true shows 2 "passed: 2 of 2 checks"
	[ "$(grep -c 'checking lab01-first/02-two' out)" = 1 ]
	until_true shows 7 "^Waiting"
	echo n >&4
	until_true shows 1 "You have passed every lesson"
	echo foo >&4
	until_true shows 1 "No such key: f. Lines: n next lesson, h hint"
	echo q >&4
	ends 0
}

@test "the end of input ends it, after what was asked for; signals end it at once" {
	run -0 "$COURSE" watch </dev/null
	has "FAIL  alpha is there"
	run -0 "$COURSE" watch <<<r
	has "FAIL  alpha is there"
	# Two at once: in their order, and none is lost.
	printf '## 1\n\nThink.\n' >lab01-first/01-one/hints.md
	run -0 "$COURSE" watch <<<$'l\nh'
	has "hint 1 of 1"
	has "0 of 2 lessons passed:"
	[[ ${output%%hint 1 of 1*} == *"0 of 2 lessons passed:"* ]]
	for signal in INT TERM; do
		rm -f in
		watch
		finished 1
		kill -s "$signal" "$watcher"
		ends 130
	done
	run -3 "$COURSE" watch two
	has "is not started"
	run -2 "$COURSE" watch --deadline 0
}

@test "a save is noticed within 300 ms" {
	watch
	finished 1
	best=999999
	for n in 2 3 4 5 6; do
		echo "word $n" >new
		begin=${EPOCHREALTIME/./}
		mv new work/lab01-first/01-one/prog.c
		until_true shows "$n" "checking"
		took=$((${EPOCHREALTIME/./} - begin))
		((took >= best)) || best=$took
		finished "$n"
	done
	echo "$best microseconds"
	((best < 300000))
}

@test "where inotify is not to be had, it looks by itself, within 300 ms too" {
	make_lesson lab01-first/03-three three
	mkfifo in
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$1" watch' - "$COURSE" <in >out 2>&1 3>&- &
	watcher=$!
	exec 4>in
	finished 1
	best=999999
	for n in 2 3 4; do
		begin=${EPOCHREALTIME/./}
		work "word $n"
		until_true shows "$n" "checking"
		took=$((${EPOCHREALTIME/./} - begin))
		((took >= best)) || best=$took
		finished "$n"
	done
	((best < 300000))
	echo q >&4
	ends 0
}

@test "an editor's several writes are one check" {
	watch
	finished 1
	file=work/lab01-first/01-one/prog.c
	# as vim does it: probe, backup, new file, backup away
	: >work/lab01-first/01-one/4913
	rm work/lab01-first/01-one/4913
	mv $file $file~
	printf 'alpha\n' >$file
	printf 'beta\n' >>$file
	rm $file~
	finished 2
	grep -q "passed: 2 of 2" out
	echo r >&4
	finished 3
	[ "$(grep -c checking out)" = 3 ]
}

@test "it survives: deleted files, a folder that goes and comes, a compile error" {
	watch
	finished 1
	rm work/lab01-first/01-one/prog.c
	until_true shows 1 "work/lab01-first/01-one/prog.c is missing"
	work alpha
	finished 2
	grep -q "FAIL  beta" out
	mv work/lab01-first work/aside
	until_true shows 2 "is missing"
	mv work/aside work/lab01-first
	finished 3
	work broken
	finished 4
	grep -q "does not compile" out
	work alpha beta
	until_true shows 1 "passed: 2 of 2"
	echo q >&4
	ends 0
}

@test "it survives 100 MB of output, from a compiler and from a check" {
	cat >common/big <<-'END'
		yes "prog.c:1:1: warning: what a long line this is, and there are so many of them" | head -c 100000000
	END
	sed -i 's|^if grep -qn broken|grep -q noisy "$from/prog.c" \&\& sh common/big >\&2\n&|' common/build
	watch
	finished 1
	work noisy
	finished 2
	grep -q "the build printed more than 1 MiB, and was ended" out
	[ "$(grep -c "what a long line" out)" -lt 20 ]
	work alpha
	finished 3
	sed -i "s|lab_has beta|sh $TREE/common/big; false|" lab01-first/01-one/test.bats
	echo r >&4
	finished 4
	grep -q "more than 1 MiB of output in check" out
	[ "$(stat -c %s out)" -lt 2000000 ]
	echo q >&4
	ends 0
}

# The real testenv, and a check that says its process id and never ends, as a loader with an endless loop.
endless() {
	ln -sf "$(dirname "$COURSE")/testenv" build/bin/testenv
	sed -i 's/edit = prog.c/&\ntopology = none/' lab01-first/01-one/lesson.conf
	sed -i "s|lab_has beta|echo \$\$ >$TREE/running.new; mv $TREE/running.new $TREE/running; while :; do :; done|" \
		lab01-first/01-one/test.bats
	work alpha
	watch "$@"
	until_true test -s running
	running=$(cat running)
}

@test "a save during a check ends that check, with all that it started, and begins anew" {
	endless
	rm running
	work alpha
	until_true test -s running
	until_true gone "$running"
	second=$(cat running)
	[ "$second" != "$running" ]
	[ "$(grep -c checking out)" = 2 ]
	echo q >&4
	ends 0
	until_true gone "$second"
}

@test "an endless loop ends at the deadline; after SIGKILL nothing is left" {
	endless --deadline 2
	until_true shows 1 "took longer than 2 s and was ended"
	until_true gone "$running"
	# A hint needs a result, so it checks, too.
	echo h >&4
	until_true shows 1 "course hint took longer than 2 s and was ended"
	rm running
	echo r >&4
	until_true test -s running
	running=$(cat running)
	kill -KILL "$watcher"
	until_true gone "$running"
}

@test "on a terminal: single keys, no Enter; the terminal is as before" {
	watch_on_terminal
	finished 1
	printf r >&4
	finished 2
	printf h >&4
	finished 3
	printf q >&4
	wait "$watcher"
	watcher=
	[ "$(cat status)" = 0 ]
	cmp before after
	has_n=$(grep -c $'\033\\[H\033\\[2J' out)
	[ "$has_n" = 2 ]
}

@test "Ctrl-C on a terminal: 130, and the terminal is as before, also during a check" {
	watch_on_terminal
	finished 1
	printf '\003' >&4
	wait "$watcher"
	[ "$(cat status)" = 130 ]
	cmp before after
	rm in
	sed -i "s|lab_has beta|: >$TREE/running; while :; do :; done|" lab01-first/01-one/test.bats
	work alpha
	watch_on_terminal
	until_true test -e running
	printf '\003' >&4
	wait "$watcher"
	watcher=
	[ "$(cat status)" = 130 ]
	cmp before after
}
