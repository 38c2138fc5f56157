#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The handout of this very tree: what must not be in it is searched for, and a student's first
# hour works from it.

bats_require_minimum_version 1.5.0

: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	BUILD=$(cd "$BUILD" && pwd)
	unset COURSE_WORK
	cd "$BATS_TEST_TMPDIR" || return
	git -C "$top" ls-files --error-unmatch lab01-basics/01-hello/solution/hello.bpf.c >/dev/null 2>&1 ||
		skip "there is no git checkout with solutions"
	# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
	PATH=:$PATH:
	PATH=${PATH/:"$BATS_LIBEXEC":/:}
	PATH=${PATH#:}
	PATH=${PATH%:}
	(cd "$top" && "$BUILD/bin/course" handout -o "$BATS_TEST_TMPDIR/class.tar.gz") >/dev/null
	tar -C "$BATS_TEST_TMPDIR" -xf "$BATS_TEST_TMPDIR/class.tar.gz"
	class=$BATS_TEST_TMPDIR/class
}

# code FILE...: the lines that tell programs from each other, each once
code() {
	sed 's/^[ \t]*//' "$@" | grep -E '^.{16,}' | grep -vE '^(//|/\*|\*)' | sort -u
}

@test "in the handout is no solution, wrong case, hidden check or attack, nor a copy of one" {
	[ -f "$class/lab03-xdp/02-parsing/parsing.bpf.c" ]
	run -1 grep -E '/(solution|wrong|attacks)(/|$)' < <(find "$class")
	run -1 grep -rlE '^# bats test_tags=.*visibility:hidden' --include=test.bats "$class"
	[ -z "$(find "$class" -name '*.bats' -path '*/lab[0-9]*/*' ! -name test.bats)" ]
	# No file of theirs under another name. What a wrong case has in common with all is no secret.
	cd "$top" || return
	git ls-files 'lab*/*/solution/*' 'lab*/*/wrong/*' 'course/attacks/*' | xargs -d '\n' sha256sum | cut -c1-64 | sort -u >"$BATS_TEST_TMPDIR/kept"
	find "$class" -type f -print0 | xargs -0 sha256sum | cut -c1-64 | sort -u >"$BATS_TEST_TMPDIR/handed"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/kept")" -gt 100 ]
	[ -z "$(cd "$BATS_TEST_TMPDIR" && comm -12 kept handed)" ]
	# And no line of a solution in the files that students begin with, but what stood there.
	for lesson in lab*/*/solution; do
		lesson=${lesson%/solution}
		git ls-files "$lesson" | grep -E '\.[ch]$' | grep -vE '/(solution|wrong)/' | xargs -r cat >"$BATS_TEST_TMPDIR/given"
		code "$lesson"/solution/*.[ch] | comm -23 - <(code "$BATS_TEST_TMPDIR/given") >"$BATS_TEST_TMPDIR/secret"
		[ -s "$BATS_TEST_TMPDIR/secret" ]
		[ -z "$(code "$class/$lesson"/*.[ch] | comm -12 - "$BATS_TEST_TMPDIR/secret")" ]
	done
}

@test "make start and course check work from the handout" {
	[ "$(id -u)" = 0 ] || skip "the lesson's program needs root"
	cd "$class" || return
	# What is built of our own tools is the same there: not all of it once more.
	mkdir build
	for part in bin lib libexec obj fixtures vmlinux share; do
		[ ! -e "$BUILD/$part" ] || cp -r "$BUILD/$part" build
	done
	find build -exec touch -d '1 minute' {} +
	export BUILD=$class/build
	run -0 make start
	[[ $output == *"It works here."* ]]
	run -1 build/bin/course check hello
	[[ $output == *"every call of the process is counted"* ]] || { echo "$output"; false; }
	cp "$top/lab01-basics/01-hello/solution/hello.bpf.c" work/lab01-basics/01-hello/
	run -0 build/bin/course check hello
	[[ $output != *"course solution"* ]]
	run -1 build/bin/course solution hello
	[[ $output == *"this tree was handed out without"* ]]
	run -0 build/bin/course pack -o mine.tar.gz
	run -0 build/bin/course grade mine.tar.gz -o results --isolation none -l hello
	[[ $output == *"7 of 7 points"* ]]
}
