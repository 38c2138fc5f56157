#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Measures what the course promises about its own speed: bench.sh BUILD
# Prints medians of several runs in milliseconds. Nothing is judged here.
set -u
# Of the make that has started this: its jobs are none of ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(cd "$1" && pwd) || exit 5
cd "$(dirname "$0")/../.." || exit 5
runs=${BENCH_RUNS:-15}

# median NAME COMMAND...: one run to warm up, then the median of $runs runs; and whether all succeeded
median() {
	name=$1
	shift
	"$@" >/dev/null 2>&1
	n=0
	while [ "$n" -lt "$runs" ]; do
		begin=$(date +%s%N)
		status=0
		"$@" >/dev/null 2>&1 || status=$?
		echo $((($(date +%s%N) - begin) / 1000)) "$status"
		n=$((n + 1))
	done | sort -n | awk -v name="$name" '
		{ us[NR] = $1; failed += $2 != 0 }
		END { printf "%-52s min %8.1f   median %8.1f   max %8.1f ms%s\n", name, us[1] / 1000, us[int((NR + 1) / 2)] / 1000, us[NR] / 1000, failed ? "   " failed " FAILED" : "" }'
}

COURSE_WORK=$(mktemp -d) || exit 5
export COURSE_WORK
# The machine in which lessons are checked would stay for a while: it ends with the bench,
# unless it was there before. An interrupt, too, must come by here.
started=course
! "$build/bin/testenv" vm list 2>/dev/null | grep -q "^machine $started is running" || started=''
clean_up() {
	[ -z "$started" ] || "$build/bin/testenv" vm stop "$started" >/dev/null 2>&1
	rm -rf "$COURSE_WORK"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A learner saves the file and asks for the verdict; the answer is "passed".
saved_edit() {
	file=$COURSE_WORK/$lesson/$(basename "$(ls "$lesson/solution")")
	touch "$file"
	"$build/bin/course" check ${machine:+--vm} "$lesson"
}

for lesson in lab01-basics/01-hello lab03-xdp/01-pass-drop lab03-xdp/02-parsing; do
	mkdir -p "$COURSE_WORK/$lesson"
	cp "$lesson"/solution/* "$COURSE_WORK/$lesson/"
	machine=''
	median "saved edit to verdict, $lesson" saved_edit
	# Where a kernel is fetched. The first check, which starts the machine, does not count.
	machine=yes
	! saved_edit >/dev/null 2>&1 || median "  in a virtual machine (goal: under 5000)" saved_edit
done
sh course/tests/large-log.sh >"$COURSE_WORK/large.log"
# 1: the log is of a program that was refused.
explain() {
	"$build/bin/course" explain --log "$COURSE_WORK/large.log"
	[ "$?" = 1 ]
}
median "course explain, a log of 1 MB" explain
median "make all, nothing to do" make -s BUILD="$build" all
bash testenv/bench.sh "$build"
bash course/bench.sh "$build"

# What a lesson's text says about speed.
for script in lab[0-9]*/[0-9]*/bench.sh lab[0-9]*/[0-9]*/bench/bench.sh; do
	[ ! -f "$script" ] || sh "$script" "$build"
done
