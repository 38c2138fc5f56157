#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The build as a learner meets it: edit, build, run the lesson's own loader.
# It has a build folder of its own inside the tree's, and a work folder.

setup() {
	: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	lesson=lab01-basics/01-hello
	inner=$(realpath --relative-base=. "$BUILD")/test/inner
	export COURSE_WORK=$BATS_TEST_TMPDIR
	mkdir -p "$COURSE_WORK/$lesson"
	cp "$lesson/hello.bpf.c" "$COURSE_WORK/$lesson"
}

teardown() {
	rm -rf "$inner"
}

writes() {
	"$BUILD/bin/testenv" run --topology none -- "$inner/run/$lesson/work/hello" \
		sh -c 'echo one; echo two' | sed -n 's/.* called write //p'
}

@test "the loader has the program of the last edit, however BUILD is written" {
	make -s BUILD="$PWD/$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "0 times" ]
	cp "$lesson/solution/hello.bpf.c" "$COURSE_WORK/$lesson"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "2 times" ]
}

@test "an older file put back is built again" {
	cp "$lesson/solution/hello.bpf.c" "$COURSE_WORK/$lesson"
	cp -p "$COURSE_WORK/$lesson/hello.bpf.c" "$COURSE_WORK/kept"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	cp "$lesson/hello.bpf.c" "$COURSE_WORK/$lesson"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "0 times" ]
	mv "$COURSE_WORK/kept" "$COURSE_WORK/$lesson/hello.bpf.c"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "2 times" ]
}

@test "a file that leaves work/ is taken from the starter again" {
	cp "$lesson/solution/hello.bpf.c" "$COURSE_WORK/$lesson"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "2 times" ]
	rm "$COURSE_WORK/$lesson/hello.bpf.c"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "0 times" ]
}

@test "nothing to do is silent, and make -s is too" {
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	run make BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$status" -eq 0 ] && [ -z "$output" ]
	touch "$COURSE_WORK/$lesson/hello.bpf.c"
	run make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "in the lesson's folder make builds the learner's files" {
	run make -C "$lesson" BUILD="$inner"
	[ "$status" -eq 0 ]
	[ -x "$inner/run/$lesson/work/hello" ]
}

@test "a file that is not to be edited does not count, though it lies in work/" {
	cp "$lesson/solution/hello.bpf.c" "$COURSE_WORK/$lesson"
	echo "#error not mine to edit" >"$COURSE_WORK/$lesson/hello.c"
	make -s BUILD="$inner" LESSON="$lesson" OVERLAY=work lesson
	[ "$(writes)" = "2 times" ]
}
