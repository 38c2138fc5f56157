#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Measures what the course promises about its own speed: bench.sh BUILD
# Prints medians of several runs in milliseconds. Nothing is judged here.
set -u

build=$(cd "$1" && pwd) || exit 5
cd "$(dirname "$0")/../.." || exit 5
runs=${BENCH_RUNS:-15}

# median NAME COMMAND...: one run to warm up, then the median of $runs runs
median() {
	name=$1
	shift
	"$@" >/dev/null 2>&1
	n=0
	while [ "$n" -lt "$runs" ]; do
		begin=$(date +%s%N)
		"$@" >/dev/null 2>&1
		echo $((($(date +%s%N) - begin) / 1000))
		n=$((n + 1))
	done | sort -n | awk -v name="$name" '
		{ us[NR] = $1 }
		END { printf "%-52s min %8.1f   median %8.1f   max %8.1f ms\n", name, us[1] / 1000, us[int((NR + 1) / 2)] / 1000, us[NR] / 1000 }'
}

COURSE_WORK=$(mktemp -d) || exit 5
export COURSE_WORK
trap 'rm -rf "$COURSE_WORK"' EXIT

# A learner saves the file and asks for the verdict; the answer is "passed".
saved_edit() {
	file=$COURSE_WORK/$lesson/$(basename "$(ls "$lesson/solution")")
	touch "$file"
	"$build/bin/course" check "$lesson"
}

for lesson in lab01-basics/01-hello lab03-xdp/01-pass-drop lab03-xdp/02-parsing; do
	mkdir -p "$COURSE_WORK/$lesson"
	cp "$lesson"/solution/* "$COURSE_WORK/$lesson/"
	median "saved edit to verdict, $lesson" saved_edit
done
sh course/tests/large-log.sh >"$COURSE_WORK/large.log"
median "course explain, a log of 1 MB" "$build/bin/course" explain --log "$COURSE_WORK/large.log"
median "make all, nothing to do" make -s BUILD="$build" all
bash testenv/bench.sh "$build"

# What a lesson's text says about speed.
for script in lab[0-9]*/[0-9]*/bench.sh; do
	[ ! -f "$script" ] || sh "$script" "$build"
done
