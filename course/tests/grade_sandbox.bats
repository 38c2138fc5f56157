#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course grade with isolation: that it changes no verdict, and what a submission then cannot
# see. Attacks have tests of their own (course/attacks). All lessons and all wrong solutions,
# by hand: course/tests/isolation.sh.

load common

TOP=$BATS_TEST_DIRNAME/../..
PASS_DROP=lab03-xdp/01-pass-drop

setup() {
	export NO_COLOR=1
	unset COURSE_WORK
	cd "$TOP" || return
	CLASS=$BATS_TEST_TMPDIR/class RESULTS=$BATS_TEST_TMPDIR/results
}

# hand_in ID LESSON FILE: the file on stdin
hand_in() {
	mkdir -p "$CLASS/$1/$2"
	cat >"$CLASS/$1/$2/$3"
}

grade() {
	course grade "$CLASS" -o "$RESULTS" --seed 1 "$@"
}

lesson() {
	jq -r ".lessons[0] | $2" "$RESULTS/$1.json"
}

@test "verdicts are those without isolation: kernel programs, and loaders" {
	run -0 course/tests/isolation.sh -c 1 "$PASS_DROP"
	has "$PASS_DROP: ok, 2 submissions, sandbox"
	run -0 course/tests/isolation.sh -c 1 lab01-basics/08-elf-loader
	has "ok, 2 submissions, sandbox"
}

@test "a compiler sees no checks, no solutions and nothing of the machine" {
	local n=0
	for file in /etc/shadow "$TOP/$PASS_DROP/solution/pass_drop.bpf.c" solution/pass_drop.bpf.c \
		test.bats /box/../etc/shadow ../../../../work/.course/state.json; do
		echo "#include \"$file\"" | hand_in "id$n" "$PASS_DROP" pass_drop.bpf.c
		n=$((n + 1))
	done
	printf '__asm__(".incbin \\"/etc/shadow\\"");\n' | hand_in incbin "$PASS_DROP" pass_drop.bpf.c
	run -0 grade --lessons "$PASS_DROP" -j 2
	has "7 submissions: 7 graded"
	for id in "$CLASS"/*; do
		id=${id##*/}
		[ "$(lesson "$id" '.status, .isolation')" = $'invalid\nsandbox' ]
		lesson "$id" .message | grep -q ":1:.*\(not found\|Could not find\)"
	done
}

@test "a helper and a type that the lesson does not allow are refused, and cost points, not the batch" {
	sed 's/return XDP_/bpf_probe_read_kernel(\&(char){ 0 }, 1, (void *)ctx); &/' \
		"$PASS_DROP/solution/pass_drop.bpf.c" | hand_in helper "$PASS_DROP" pass_drop.bpf.c
	(
		cat "$PASS_DROP/solution/pass_drop.bpf.c"
		echo 'SEC("raw_tp/sys_enter") int spy(void *ctx) { return 0; }'
	) | hand_in type "$PASS_DROP" pass_drop.bpf.c
	run -0 grade --lessons "$PASS_DROP"
	for id in helper type; do
		[ "$(lesson "$id" '.status, .points')" = $'failed\n0' ]
		lesson "$id" '.checks[0].message' | grep -q "not allowed"
	done
	# What happened stands in the grader's log.
	[ "$(jq -r .log "$RESULTS/type.json")" = type.log ]
	grep -q "==== $PASS_DROP: second run" "$RESULTS/type.log"
}

@test "a lesson that a sandbox cannot hold is not graded with --isolation sandbox" {
	hand_in ann lab01-basics/01-hello hello.bpf.c <lab01-basics/01-hello/solution/hello.bpf.c
	run -4 grade --lessons lab01-basics/01-hello --isolation sandbox
	[ "$(lesson ann .status)" = error ]
	lesson ann .message | grep -q "can see the whole machine"
}
