# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# For the tests of engines: a class graded without one, to compare with; processes that end
# with the test.

TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
COURSE=$(cd "${BUILD:-$TREE/build}" && pwd)/bin/course
export COURSE
# shellcheck source=course/tests/class.bash
. "$TREE/course/tests/class.bash"

failed=0 # read by the tests
export failed
started=()

result() {
	[[ $1 = ok ]] || failed=1
	echo "$1 - $2"
}

# check WHAT COMMAND...: it succeeds
check() {
	if "${@:2}" >/dev/null; then
		result ok "$1"
	else
		result "not ok" "$1"
	fi
}

# need PACKAGE PROGRAM...: without one of the programs the test is skipped, with the cure
need() {
	local program
	for program in "${@:2}"; do
		command -v "$program" >/dev/null || {
			echo "1..0 # SKIP $program is not installed; cure: apt-get install $1"
			exit 0
		}
	done
}

# start NAME COMMAND...: in the background until the test ends; output in NAME.out
start() {
	"${@:2}" >"$work/$1.out" 2>&1 3>&- &
	started+=($!)
}

# Last started, first ended. What does not end is killed.
finish() {
	local i pid deadline
	for ((i = ${#started[@]} - 1; i >= 0; i--)); do
		pid=${started[i]}
		kill "$pid" 2>/dev/null || continue
		deadline=$((SECONDS + 10))
		while kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); do
			read -rt 0.1 <> <(:) || :
		done
		kill -9 "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}

# until_true SECONDS WHAT COMMAND...
until_true() {
	local deadline=$((SECONDS + $1))
	until "${@:3}" >/dev/null 2>&1; do
		if ((SECONDS >= deadline)); then
			result "not ok" "$2 within $1 s"
			tail -n 5 "$work"/*.out | sed 's/^/# /'
			exit 1
		fi
		read -rt 0.2 <> <(:) || :
	done
}

# begin SIZE LESSON...: the folder, the class, and its records by one grader. $ISOLATION: other than
# none. $KEPT: the class and the records of class.sh -k DIR with the same arguments
begin() {
	work=$(mktemp -d)
	trap finish EXIT
	CLASS=${KEPT:-$work}/class KEY=${KEPT:-$work}/key.json isolation=${ISOLATION:-none}
	lessons=$(IFS=,; echo "${*:2}")
	arguments=("$CLASS" --isolation "$isolation" --seed 1 --lessons "$lessons")
	if [[ ${KEPT:-} ]]; then
		cp -r "$KEPT/one" "$work/whole"
	else
		make_class "$@"
		"$COURSE" grade "${arguments[@]}" -j 2 -o "$work/whole" >/dev/null
	fi
	"$COURSE" report "$work/whole" --format json >"$work/whole.json"
	[[ ! $(differences "$KEY" "$work/whole.json") ]] || result "not ok" "one grader: marks of the key"
}

# same NAME: the results in work/NAME are those of one grader
same() {
	if diff <(plain_records "$work/whole") <(plain_records "$work/$1") >"$work/diff" &&
		diff <("$COURSE" report "$work/whole") <("$COURSE" report "$work/$1") >>"$work/diff"; then
		result ok "$1: records and report of one grader"
	else
		result "not ok" "$1: records and report of one grader"
		head -n 20 "$work/diff" | sed 's/^/# /'
	fi
}
