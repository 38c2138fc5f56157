#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# TCP over lo against redirected, in pairs: bench.sh [BUILD]. Prints the medians
# of several pairs, and of their ratios (redirected to TCP) the median, the
# smallest and the largest. Nothing is judged here.
set -eu

case ${1-} in
-*)
	echo "usage: sh lab04-sockmap/03-redirect/bench.sh [BUILD]; BENCH_RUNS=N pairs of each (default 7)" >&2
	exit 2
	;;
esac

cd "$(dirname "$0")/../.."
build=$(cd "${1:-build}" && pwd)
make -s BUILD="$build" LESSON=lab04-sockmap/03-redirect OVERLAY=solution lesson
export PATH="$build/run/lab04-sockmap/03-redirect/solution:$build/bin:$PATH"
[ -n "${TESTENV-}" ] || exec testenv run -- sh lab04-sockmap/03-redirect/bench.sh "$build"

# number COMMAND...: the number that talk prints with a unit of time
number() {
	"$@" | sed -n 's/.* \([0-9.]*\) u\?s$/\1/p'
}

# pairs UNIT NAME ARGUMENT...: talk with these arguments, both ways, several times
pairs() {
	unit=$1
	name=$2
	shift 2
	for _ in $(seq "${BENCH_RUNS:-7}"); do
		echo "$(number talk "$@") $(number redirect talk "$@")"
	done | awk -v name="$name" -v unit="$unit" '
		function median(list, n, i, j, x) {
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
					x = list[j]; list[j] = list[j - 1]; list[j - 1] = x
				}
			return list[int((n + 1) / 2)]
		}
		{ tcp[NR] = $1; redirected[NR] = $2; ratio[NR] = $2 / $1 }
		END {
			middle = median(ratio, NR)
			printf "%-32s TCP %7.2f %-2s   redirected %7.2f %-2s   ratio %.2f (%.2f to %.2f)\n",
				name, median(tcp, NR), unit, median(redirected, NR), unit, middle, ratio[1], ratio[NR]
		}'
}

echo "${BENCH_RUNS:-7} pairs of each: this takes about a minute" >&2
pairs us "question and answer, 64 bytes" -n 20000
pairs us "question and answer, 8192 bytes" -n 20000 -s 8192
pairs us "question and answer, 64 B, IPv6" -6 -n 20000
pairs s "1024 MB one way" -m 1024
