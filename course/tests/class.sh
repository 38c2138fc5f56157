#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A class of 40 is graded with -j 1, with -j 2, and in 1 to 4 shards: class.sh [-i ISOLATION]
# [-n SIZE] [-s SEED] [-1] [-e] [-k DIR] [LESSON...]. Every mark must be its key's, and all records
# the same but for times. -1: only with -j 2. -e: each wrong case is handed in once. -k: in DIR,
# which stays; what is in it already is not graded again, so the same command goes on after an
# interruption. Takes minutes, and with lessons that need virtual machines an hour.
set -euo pipefail

here=$(dirname "$0")
TREE=$(cd "$here/../.." && pwd)
COURSE=${BUILD:-$TREE/build}/bin/course
# shellcheck source=course/tests/class.bash
. "$here/class.bash"

isolation=auto size=40 seed=1 keep='' once='' each_once=''
while getopts i:n:s:1ek: option; do
	case $option in
	i) isolation=$OPTARG ;;
	n) size=$OPTARG ;;
	s) seed=$OPTARG ;;
	1) once=1 ;;
	e) each_once=1 ;; # for make_class
	k) keep=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
(($#)) || set -- lab03-xdp/01-pass-drop lab03-xdp/02-parsing lab01-basics/06-lifetime

work=${keep:-$(mktemp -d)}
[[ $keep ]] || trap 'rm -rf "$work"' EXIT
CLASS=$work/class KEY=$work/key.json
if [[ ! -f $KEY ]]; then
	make_class "$size" "$@"
fi
echo "# $(jq length "$KEY") submissions of $*, isolation $isolation, seed $seed${keep:+, in $work}"

lessons=$(IFS=,; echo "$*")
failed=0

# grade NAME OPTION...: what it prints is kept; how long it took is told
grade() {
	local begin=$SECONDS name=$1
	shift
	"$COURSE" grade "$CLASS" -o "$work/$name" --isolation "$isolation" --seed "$seed" \
		--lessons "$lessons" "$@" >>"$work/$name.log" 2>&1 ||
		{ echo "# exit code $?:" && tail -n 5 "$work/$name.log"; }
	echo "# $name $*: $((SECONDS - begin)) s"
}

# judge NAME
judge() {
	local found
	"$COURSE" report "$work/$1" --format json >"$work/$1.json" || :
	found=$(differences "$KEY" "$work/$1.json")
	if [[ $found ]]; then
		echo "not ok - $1: marks of the key"
		printf '# %s\n' "${found//$'\n'/$'\n# '}"
		failed=1
	else
		echo "ok - $1: marks of the key"
	fi
	[[ $1 != one ]] || return 0
	if diff <(plain_records "$work/one") <(plain_records "$work/$1") >"$work/$1.diff"; then
		echo "ok - $1: records of one job"
	else
		echo "not ok - $1: records of one job"
		head -n 20 "$work/$1.diff" | sed 's/^/# /'
		failed=1
	fi
}

if [[ $once ]]; then
	grade one -j 2
	judge one
else
	grade one -j 1
	judge one
	grade two -j 2
	judge two
	for shards in 2 3 4; do
		for ((shard = shards; shard > 0; shard--)); do
			grade "shards-$shards" -j 2 --shard "$shard/$shards"
		done
		judge "shards-$shards"
	done
fi
found=$(loot)
if [[ $found ]]; then
	echo "not ok - attacks have left: $found"
	failed=1
else
	echo "ok - attacks have left nothing"
fi
exit "$failed"
