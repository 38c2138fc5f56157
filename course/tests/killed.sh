#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# kill -9 at random moments of a batch, each followed by the same command, gives the report
# of an undisturbed batch, and no record that was there is made again:
# killed.sh [-k KILLS] [-i ISOLATION] [-n SIZE] [-s SEED] [-j JOBS] [LESSON...]. Takes minutes.
set -euo pipefail

here=$(dirname "$0")
TREE=$(cd "$here/../.." && pwd)
BUILD=$(cd "${BUILD:-$TREE/build}" && pwd)
COURSE=$BUILD/bin/course
# shellcheck source=course/tests/class.bash
. "$here/class.bash"

kills=20 isolation=auto size=20 seed=1 jobs=2
while getopts k:i:n:s:j: option; do
	case $option in
	k) kills=$OPTARG ;;
	i) isolation=$OPTARG ;;
	n) size=$OPTARG ;;
	s) seed=$OPTARG ;;
	j) jobs=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
(($#)) || set -- lab03-xdp/01-pass-drop

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CLASS=$work/class KEY=$work/key.json
make_class "$size" "$@"
lessons=$(IFS=,; echo "$*")
RANDOM=$seed
failed=0

result() {
	local ok=$1
	shift
	[[ $ok = ok ]] || failed=1
	echo "$ok - $*"
}

command=("$COURSE" grade "$CLASS" --isolation "$isolation" --seed "$seed" --lessons "$lessons" -j "$jobs")
begin=$(date +%s%3N)
"${command[@]}" -o "$work/whole" >/dev/null
took=$(($(date +%s%3N) - begin))
echo "# $size submissions of $*, isolation $isolation, seed $seed: undisturbed $took ms"

# ID INODE MODIFIED of all records
records_now() {
	find "$work/results" -maxdepth 1 -name '[!.]*.json' -printf '%f %i %T@\n' 2>/dev/null | sort
}

# What carries a killed grader's number has $1 in its name: programs that still run.
left() {
	pgrep -fa -- "sub-[^ ]*-$1-" || :
}

# compare WHEN: the report with the undisturbed one's
compare() {
	if diff <(plain_records "$work/whole") <(plain_records "$work/results") >"$work/diff" &&
		diff <("$COURSE" report "$work/whole") <("$COURSE" report "$work/results") >>"$work/diff"; then
		result ok "$1: the report of an undisturbed batch"
	else
		result "not ok" "$1: another report than an undisturbed batch's"
		head -n 20 "$work/diff" | sed 's/^/# /'
	fi
}

: >"$work/before"
for ((i = 1; i <= kills; i++)); do
	"${command[@]}" -o "$work/results" >"$work/out" 2>&1 &
	pid=$!
	ms=$((RANDOM * took / 32768 / 3 + RANDOM % 20))
	read -rt "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))" <> <(:) || :
	kill -9 "$pid" 2>/dev/null || :
	status=0
	wait "$pid" 2>/dev/null || status=$?
	deadline=$((SECONDS + 20))
	while [[ $(left "$pid") ]] && ((SECONDS < deadline)); do
		read -rt 0.1 <> <(:) || :
	done
	[[ ! $(left "$pid") ]] || result "not ok" "kill $i: it left processes: $(left "$pid" | head -n 3)"
	records_now >"$work/after"
	again=$(comm -23 "$work/before" "$work/after" | wc -l)
	((again == 0)) || result "not ok" "kill $i: $again records were made again"
	for record in "$work"/results/[!.]*.json; do
		[[ ! -e $record ]] || jq -e .schema "$record" >/dev/null || result "not ok" "kill $i: $record is damaged"
	done
	echo "# kill $i after $ms ms$( ((status == 137)) || echo " (it had ended)"): $(wc -l <"$work/after") of $size records"
	mv "$work/after" "$work/before"
	# All is graded: the next ones get something to do.
	if ((i < kills && $(wc -l <"$work/before") == size)); then
		compare "complete after kill $i"
		rm -r "$work/results"
		: >"$work/before"
	fi
done
"${command[@]}" -o "$work/results" >"$work/out" 2>&1 || result "not ok" "the last run: exit code $?"
records_now >"$work/after"
again=$(comm -23 "$work/before" "$work/after" | wc -l)
((again == 0)) || result "not ok" "the last run made $again records again"
compare "after $kills kills"
host=$(uname -n)
rest=$(find "$BUILD/grade" "$BUILD/run" -maxdepth 3 \( -name "$host-*" -o -name "sub-$host-*" \) 2>/dev/null | while IFS= read -r f; do
	n=${f##*/}
	n=${n#sub-}
	n=${n#"$host-"}
	[[ -e /proc/${n%%-*} ]] || echo "$f"
done)
[[ ! $rest ]] || result "not ok" "left in the build: $rest"
((failed)) || result ok "no record was made twice, nothing was left"
exit "$failed"
