#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Grades the solutions and the wrong solutions of lessons with and without isolation, under
# the same seed: every check must come out the same, and solutions must get all points. A check that a
# wrong solution may fail, says its expect, is left out: it does not come out the same twice anywhere.
#
#	course/tests/isolation.sh [-i KIND] [-c CASES] [-k FOLDER] LESSON...
#
# -i: auto (the default), sandbox or vm. -c: only so many wrong solutions a lesson. -k: results
# stay in FOLDER. Without lessons: all. Prints what differs; status 1 if anything does.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
: "${BUILD:=$top/build}"
export BUILD
kind=auto cases=1000 keep=''
while getopts i:c:k: option; do
	case $option in
	i) kind=$OPTARG ;;
	c) cases=$OPTARG ;;
	k) keep=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))

work=${keep:-$(mktemp -d)}
[[ $keep ]] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
cd "$top" || exit 5

# lessons NAME...: folders LAB/LESSON
lessons() {
	(($#)) || set -- ''
	for name; do
		for folder in lab[0-9]*/[0-9]*/lesson.conf; do
			[[ ${folder%/lesson.conf} != *"$name"* ]] || echo "${folder%/lesson.conf}"
		done
	done
}

# hand_in CLASS ID LESSON FOLDER...: the files of the last folder that has them
hand_in() {
	local to=$1/$2/$3 folder
	mkdir -p "$to"
	for folder in "${@:4}"; do
		cp "$folder"/* "$to/"
	done
	rm -f "$to/expect"
}

# checks RESULTS ID LESSON
checks() {
	local expect=$3/wrong/${2#wrong-}/expect may='[]'
	[[ ! -f $expect ]] || may=$(sed -n 's/^may //p' "$expect" | jq -R . | jq -s .)
	jq -r --argjson may "$may" '.lessons[0] | [.checks[] | select(.name | IN($may[]) | not)] as $checks |
		"lesson \(if .status == "unstable" and all($checks[]; .status != "unstable") then "failed" else .status end)",
		($checks[] | "\(.status): \(.name)")' "$1/$2.json"
}

# one LESSON
one() {
	local name=${1//\//.} class n=0 folder id bad=0
	class=$work/$name/class
	hand_in "$class" solution "$1" "$1/solution"
	for folder in "$1"/wrong/*/; do
		((n++ < cases)) || break
		id=$(basename "$folder")
		hand_in "$class" "wrong-$id" "$1" "$1/solution" "$folder"
	done
	for isolation in none "$kind"; do
		"$BUILD/bin/course" grade "$class" -o "$work/$name/$isolation" --lessons "$1" --seed 1 \
			-j 2 --isolation "$isolation" >"$work/$name/$isolation.out" 2>&1 || {
			echo "$1: --isolation $isolation ends with status $?:"
			tail -n 3 "$work/$name/$isolation.out"
			bad=1
		}
	done
	for folder in "$class"/*/; do
		id=$(basename "$folder")
		diff <(checks "$work/$name/none" "$id" "$1") <(checks "$work/$name/$kind" "$id" "$1") \
			>"$work/$name/diff" || {
			echo "$1: $id comes out differently with --isolation $kind:"
			sed 's/^/    /' "$work/$name/diff"
			bad=1
		}
	done
	jq -e '.lessons[0] | .points == .max_points and .points > 0' "$work/$name/$kind/solution.json" \
		>/dev/null || {
		echo "$1: the solution does not get all points with --isolation $kind"
		bad=1
	}
	((bad)) || echo "$1: ok, $n submissions, $(jq -r '.lessons[0].isolation' "$work/$name/$kind/solution.json")"
	return "$bad"
}

failed=0
while read -r lesson; do
	one "$lesson" || failed=1
done < <(lessons "$@")
exit "$failed"
