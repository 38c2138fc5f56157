#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A small dose of stress.sh; the full one takes minutes.

load common

@test "40 runs that are killed, interrupted, or fail at some step leave nothing" {
	run -0 bash "$BATS_TEST_DIRNAME/stress.sh" 40 "$RANDOM" 3>&-
	echo "$output"
	[[ $output == *"nothing is left"* ]]
}

@test "stress.sh sees what is left" {
	# A testenv that ends at once and leaves the command running.
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/testenv" <<-'END'
		#!/bin/sh
		[ "$1" = run ] || exit 0
		echo "/nowhere 1" >>"$TESTENV_STRESS/seen"
		setsid tail -f /dev/null &
		echo $! >>"$LEFT"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/testenv"
	LEFT=$BATS_TEST_TMPDIR/left PATH=$BATS_TEST_TMPDIR/bin:$PATH run -1 bash "$BATS_TEST_DIRNAME/stress.sh" 4 1 1 3>&-
	while read -r pid; do kill "$pid"; done <"$BATS_TEST_TMPDIR/left"
	[[ $output == *"left over:"*"marked: "*"tail -f /dev/null"* ]]
}
