#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A class of submissions over a true lesson gets exactly the marks of its key. Short; all of
# it, with jobs and shards and 40 submissions, is class.sh.

bats_require_minimum_version 1.5.0

: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
# shellcheck source=course/tests/class.bash
. "$BATS_TEST_DIRNAME/class.bash"

setup() {
	TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	COURSE=$(cd "$BUILD" && pwd)/bin/course
	CLASS=$BATS_TEST_TMPDIR/class KEY=$BATS_TEST_TMPDIR/key.json
	lesson=lab03-xdp/01-pass-drop
	[ -d "$TREE/$lesson/solution" ] || skip "this tree was handed out without solutions"
	# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
	PATH=:$PATH:
	PATH=${PATH/:"$BATS_LIBEXEC":/:}
	PATH=${PATH#:}
	PATH=${PATH%:}
	cd "$BATS_TEST_TMPDIR" || return
}

@test "eleven submissions of pass-drop, an attack among them, get the marks of their key; a wrong mark would be found" {
	make_class 11 "$lesson"
	# Two jobs at a time, and two shards.
	"$COURSE" grade "$CLASS" -o results --isolation none --lessons "$lesson" -j 2 --shard 1/2
	run -1 --separate-stderr "$COURSE" report results --format json
	jq . <<<"$output" >half.json
	"$COURSE" grade "$CLASS" -o results --isolation none --lessons "$lesson" -j 2 --shard 2/2
	"$COURSE" report results --format json >report.json
	run differences "$KEY" report.json
	[ "$output" = "" ]

	[ "$(differences "$KEY" half.json | grep -c ': no result$')" = 5 ]
	falsified() {
		jq "$1" report.json >other.json
		differences "$KEY" other.json
	}
	run falsified '(.submissions[] | select(.id == "empty") | .lessons[0].checks[0]) |= (.status = "passed" | .score = .points)'
	[[ $output == *'empty lab03-xdp/01-pass-drop "counts a frame that passes": passed, not failed'* ]]
	run falsified '(.submissions[] | select(.id == "right") | .lessons[0].points) -= 1'
	[[ $output == "right lab03-xdp/01-pass-drop: "*" is not the sum of the scores" ]]
	run falsified '(.submissions[] | select(.id == "right") | .lessons[0].checks[0].score) = 0'
	[[ $output == *'"counts a frame that passes": 0 of 1 for passed'* ]]
	run falsified '(.submissions[] | select(.id == "same-name") | .lessons[0]) |= (.points = 1 | .checks[0].status = "passed" | .checks[0].score = 1)'
	[[ $output == "same-name lab03-xdp/01-pass-drop: 1 points, not 0"* ]]
	run falsified 'del(.submissions[0])'
	[[ $output == *": not in the report" ]]
}
