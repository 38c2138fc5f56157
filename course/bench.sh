#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What isolation costs: the same submissions graded without and with it, in turns.
#
#	course/bench.sh BUILD [PAIRS [SUBMISSIONS]]
#
# Each pair is one batch each way. Printed are the medians of the pairs' ratios, and how many
# lessons are graded in a minute with -j 2. On a machine that does other things, too, compare
# processor time: time on the clock is theirs as well. Nothing is judged here.
set -u

build=$(cd "$1" && pwd) || exit 5
pairs=${2:-5} copies=${3:-2}
cd "$(dirname "$0")/.." || exit 5
work=$(mktemp -d) || exit 5
trap 'rm -rf "$work"' EXIT
export BUILD=$build

# Programs for the kernel alone: what a submission costs there is the most usual case.
lessons=(lab03-xdp/01-pass-drop lab03-xdp/02-parsing lab01-basics/04-verifier)
for lesson in "${lessons[@]}"; do
	for ((i = 0; i < copies; i++)); do
		mkdir -p "$work/class/s$i/$lesson"
		cp "$lesson"/solution/* "$work/class/s$i/$lesson/"
	done
done
list=$(IFS=,; echo "${lessons[*]}")

# batch KIND: seconds on the clock, and of processor time (what the kernel does later not counted)
batch() {
	local TIMEFORMAT='%R %U %S' spent
	spent=$({
		time "$build/bin/course" grade "$work/class" -o "$work/$1" --isolation "$1" \
			--lessons "$list" --seed 1 --regrade all -j 2 >"$work/out" 2>&1 || cat "$work/out" >&3
	} 3>&2 2>&1)
	awk '{ print $1, $2 + $3 }' <<<"$spent"
}

batch none >/dev/null
batch auto >/dev/null
for ((i = 0; i < pairs; i++)); do
	if ((i % 2)); then
		none=$(batch none) auto=$(batch auto)
	else
		auto=$(batch auto) none=$(batch none)
	fi
	echo "$none $auto"
done | awk -v n="$((copies * ${#lessons[@]}))" '
	function median(v, k,    i, j, t) {
		for (i = 1; i <= k; i++)
			for (j = i + 1; j <= k; j++)
				if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
		return v[int((k + 1) / 2)]
	}
	{
		none[NR] = $1; none_cpu[NR] = $2 / n; auto[NR] = $3; auto_cpu[NR] = $4 / n
		ratio[NR] = $3 / $1; ratio_cpu[NR] = $4 / $2
	}
	END {
		printf "%-52s %8.2f times\n", "grading in sandboxes against --isolation none", median(ratio, NR)
		printf "%-52s %8.2f times\n", "  in processor time (goal: under 1.15)", median(ratio_cpu, NR)
		printf "%-52s %8.2f and %.2f s of it\n", "  a lesson of a submission, without and with", \
			median(none_cpu, NR), median(auto_cpu, NR)
		printf "%-52s %8.0f and %.0f a minute, -j 2\n", "  lessons graded, without and with (goal: over 60)", \
			60 * n / median(none, NR), 60 * n / median(auto, NR)
	}'
