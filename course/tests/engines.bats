#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The engines, with the real ones where they are installed. Short; with more and by hand:
# course/engines/test-slurm.sh, test-parallel.sh.

bats_require_minimum_version 1.5.0

setup() {
	TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	[ -d "$TREE/lab03-xdp/01-pass-drop/solution" ] || skip "this tree was handed out without solutions"
	# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
	PATH=:$PATH:
	PATH=${PATH/:"$BATS_LIBEXEC":/:}
	PATH=${PATH#:}
	PATH=${PATH%:}
}

# engine NAME: its test on six submissions
engine() {
	run "$TREE/course/engines/test-$1.sh" 6
	case $output in
	"1..0 # SKIP "*) skip "${output#1..0 # SKIP }" ;;
	esac
	echo "$output"
	[ "$status" = 0 ]
	[[ $output != *"not ok"* ]]
	[[ $output == *"ok - $1: records and report of one grader"* ]]
}

@test "GNU parallel: the report of one grader" {
	engine parallel
}

@test "Slurm, two nodes: the report of one grader, also after a task was queued again" {
	engine slurm
}

@test "slurm.sh says what it is when it is not started by sbatch" {
	run -2 "$TREE/course/engines/slurm.sh" hand-ins -o results
	[ "$output" = "slurm.sh: this is a script for sbatch --array=1-N" ]
}
