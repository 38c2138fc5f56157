#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Grades attacks beside innocent submissions, and looks for what they have changed:
#
#   run.sh [-i ISOLATION] [-j N] [-1] [-c] [-k] [-p] [NAME...]
#
# -1: each in a batch of its own (else one batch of all). -c: also count all that is left on the
# machine, not only what carries the attack's name; the machine must be idle. -k keeps the folder.
# -p proves: with --isolation none each attack must succeed, but for bombs and those whose
# attack.conf says how else it is known ("proved"). Without NAME: all but those for a virtual
# machine ("isolation = vm") and slow ones ("slow = yes"); "all" takes them as well.
# Prints TAP; exit code 1 when anything is not as it must be.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
TREE=$(cd "$here/../.." && pwd)
build=$(cd "${BUILD:-$TREE/build}" && pwd)
COURSE=$build/bin/course labctl=$build/libexec/labctl
# shellcheck source=course/tests/class.bash
. "$TREE/course/tests/class.bash"

isolation=auto jobs=2 single='' census='' keep='' prove=''
while getopts i:j:1ckp option; do
	case $option in
	i) isolation=$OPTARG ;;
	j) jobs=$OPTARG ;;
	1) single=1 ;;
	c) census=1 ;;
	k) keep=1 ;;
	p) prove=1 isolation=none single=1 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))

# conf NAME KEY: from its attack.conf
conf() {
	sed -n "s/^$2 *= *//p" "$here/$1/attack.conf"
}

choose() {
	local file name
	for file in "$here"/*/attack.conf; do
		name=$(basename "$(dirname "$file")")
		[[ ${1-} == all || ($(conf "$name" slow) != yes && $(conf "$name" isolation) != vm) ]] || continue
		[[ ! $prove || ! $(conf "$name" bomb)$(conf "$name" proved) ]] || continue
		echo "$name"
	done
}

names=("$@")
[[ $# -gt 0 && $1 != all ]] || mapfile -t names < <(choose "$@")

work=$(mktemp -d /tmp/bpf-labs-attacks-XXXXXX)
chmod 755 "$work"
# shellcheck disable=SC2317 # at the end
cleanup() {
	local pid
	for pid in $(left_processes); do
		kill -9 "$pid" 2>/dev/null || :
	done
	if [[ $keep ]]; then echo "# kept: $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT

number=0 failed=0
# result NAME [WHAT IS WRONG]
result() {
	number=$((number + 1))
	if [[ ${2-} ]]; then
		failed=1
		echo "not ok $number - $1"
		printf '# %s\n' "${2//$'\n'/$'\n# '}"
	else
		echo "ok $number - $1"
	fi
}

# ---- what an attack can have left ------------------------------------------

left_processes() {
	local file pid
	for file in /proc/[0-9]*/comm; do
		pid=${file#/proc/} pid=${pid%/comm}
		if [[ $(cat "$file" 2>/dev/null) == "${CANARY-}"* && ${CANARY-} ]]; then
			echo "$pid"
		fi
	done
}

# left_over: what on the machine carries the canary's name, one a line
left_over() {
	left_processes | sed 's/^/process /'
	"$labctl" census | grep -F "$CANARY" || :
	grep -F "$CANARY" /proc/self/mountinfo | sed 's/^/mount /' || :
	find /tmp /dev/shm /run /var/tmp /root /etc /usr/local /usr/lib /sys/fs/bpf /sys/fs/cgroup "$TREE" \
		-xdev \( -path "$work" -o -path "$TREE/.git" \) -prune -o -name "*$CANARY*" -print 2>/dev/null || :
	find "$LOOT" -type f
	find "$build/run" -maxdepth 3 -name 'sub-*' -newer "$work/begin" -printf 'overlay %p\n' 2>/dev/null || :
}

# put_away: removes what an attack has left, so that the next one is not blamed for it
put_away() {
	local pid
	for pid in $(left_processes); do
		kill -9 "$pid" 2>/dev/null || :
	done
	find /tmp /dev/shm /run /var/tmp /root /etc /usr/local /usr/lib /sys/fs/bpf "$TREE" -xdev \
		-path "$work" -prune -o -name "*$CANARY*" -exec rm -rf {} + 2>/dev/null || :
	find /sys/fs/cgroup -depth -name "*$CANARY*" -exec rmdir {} + 2>/dev/null || :
}

# ---- grading ----------------------------------------------------------------

# first_wrong LESSON: a wrong case that compiles and loads
first_wrong() {
	local case
	for case in $(wrong_cases "$1"); do
		if grep -q '^must ' "$TREE/$1/wrong/$case/expect"; then
			echo "$case"
			return
		fi
	done
}

# innocents LESSON...: two submissions in $CLASS
innocents() {
	local lesson
	CLASS=$work/$batch/class
	mkdir -p "$CLASS"
	for lesson; do
		put "$CLASS/innocent-right" "$lesson" right
		put "$CLASS/innocent-wrong" "$lesson" "wrong:$(first_wrong "$lesson")"
	done
}

# grade LESSON...: $CLASS, to $RESULTS. What it starts can be told by its environment.
grade() {
	local lessons
	lessons=$(IFS=,; echo "$*")
	BPF_LABS_ATTACK=$LOOT "$COURSE" grade "$CLASS" -o "$RESULTS" --isolation "$isolation" --seed 7 \
		--lessons "$lessons" -j "$jobs" >"$work/$batch/log" 2>&1 </dev/null
}

# innocent_records FOLDER
innocent_records() {
	local record
	for record in "$1"/innocent-*.json; do
		[[ -e $record ]] || continue
		jq -S 'del(.suite_sha256) | del(.. | objects | .seconds?, .milliseconds?, .host?, .cpu_ms?, .memory_peak?)' "$record" || :
	done
}

# verdict NAME: prints how its record differs from attack.conf
verdict() {
	local record lesson want
	record=$(conf "$1" id)
	record=$RESULTS/${record:-$1}.json
	lesson=$(conf "$1" lesson)
	[[ -e $record ]] || { echo "it has no record" && return; }
	want=$(conf "$1" record)
	jq -r --arg l "$lesson" --arg record "${want:-graded}" --arg status "$(conf "$1" status)" \
		--arg points "$(conf "$1" points)" --arg limit "$(conf "$1" limit)" --arg says "$(conf "$1" says)" '
		(.lessons[] | select(.lesson == $l)) as $x
		| ($status / " ") as $either
		| ({all: $x.max_points, none: 0}[$points] // ($points | tonumber)) as $p
		| (if .status != $record then "the record is \(.status), not \($record): \(.message // "")" else empty end),
		  (if $x.status | IN($either[]) | not then "status \($x.status), not \($status): \($x.message // "")" else empty end),
		  (if $x.points != $p then "\($x.points) points, not \($p)" else empty end),
		  (if $says != "" and (tojson | contains($says) | not) then "it does not say: \($says)" else empty end),
		  ($x | if (.status | IN($either[]) | not) or .points != $p then
			[.checks[] | select(.status != "passed")][0] | "  \(.name): \(.status): \((.message // "")[-400:])"
			else empty end)' "$record" 2>&1 | head -n 20 || echo "its record cannot be read"
}

# damage: prints what the batch has done to others, and what it has left
damage() {
	local extra
	diff <(innocent_records "$work/$base/results") <(innocent_records "$RESULTS") >"$work/$batch/diff" ||
		{ echo "the innocents' records have changed:" && head -n 20 "$work/$batch/diff"; }
	if grep -rlF "$CANARY says: " "$RESULTS"; then echo "an attack reports success in these files"; fi
	if grep -rlF "$(cat "$SECRET")" "$RESULTS"; then echo "the secret is in these files"; fi
	extra=$(find "$RESULTS" -type f ! -name '*.json' ! -name '*.md' ! -name '*.log' ! -name '.lock' ! -path "*/.claims")
	[[ ! $extra ]] || echo "strange files in the results: $extra"
	# Of the same tree nobody else grades meanwhile.
	[[ ! -d $build/grade ]] || find "$build/grade" -mindepth 1 -newer "$work/begin" -printf 'left in build/grade: %p\n'
	formats
	[[ -e $VICTIM/egress ]] || echo "a file of another has been removed"
	left_over
	[[ ! $census ]] || "$labctl" census diff "$work/census" --seconds 30 || :
}

# formats: of all that attackers name and print, nothing means anything in a report
formats() {
	local format out=$work/$batch/report
	for format in csv html json junit moodle canvas; do
		"$COURSE" report "$RESULTS" --format "$format" >"$out.$format" 2>/dev/null || :
		! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$out.$format" || echo "control characters in the format $format"
		! LC_ALL=C grep -q $'\xe2\x80\xae' "$out.$format" || echo "text turned around in the format $format"
	done
	for format in csv moodle canvas; do
		! grep -nE '(^|,)"?[=+@]' "$out.$format" || echo "that is a formula, in the format $format"
	done
	jq -e .submissions "$out.json" >/dev/null || echo "the format json cannot be read"
	xmllint --noout --relaxng "$TREE/course/tests/junit.rng" "$out.junit" 2>&1 | grep -v ' validates$' || :
	[[ $(grep -o '<script[^>]*>' "$out.html") == '<script>' && $(grep -c '<img' "$out.html") == 0 ]] ||
		echo "an attack's elements in the format html"
	[[ $(xmllint --html --xpath 'count(//script | //img)' "$out.html" 2>/dev/null) == 1 ]] ||
		echo "an attack's elements in the format html, as it is read"
}

# new_batch NAME LESSON...: its folders and its words
new_batch() {
	batch=$1
	shift
	mkdir -p "$work/$batch"/{loot,secret,victim}
	chmod 1777 "$work/$batch/loot"
	chmod 700 "$work/$batch/secret"
	CANARY=canary$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')
	RESULTS=$work/$batch/results LOOT=$work/$batch/loot SECRET=$work/$batch/secret/notes.h
	# In C it is an error that shows the line.
	echo "secret$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n') is not for you" >"$SECRET"
	chmod 600 "$SECRET"
	VICTIM=$work/$batch/victim
	touch "$VICTIM/egress"
	export CANARY RESULTS LOOT SECRET VICTIM
	innocents "$@"
}

# attack_batch NAME...: grades them; prints what is wrong, and proves with -p
attack_batch() {
	local name status=0 wrong='' text lessons
	mapfile -t lessons < <(for name; do conf "$name" lesson; done | sort -u)
	base=base-$(cksum <<<"${lessons[*]}" | cut -d' ' -f1)
	if [[ ! -d $work/$base ]]; then
		new_batch "$base" "${lessons[@]}"
		grade "${lessons[@]}" || wrong="without attacks: exit code $?: $(tail -n 3 "$work/$batch/log")"
		[[ ! $wrong ]] || { result "innocents alone" "$wrong" && return; }
	fi
	new_batch "batch-$1" "${lessons[@]}"
	for name; do
		"$here/make.sh" "$name" "$work/$batch/made-$name"
		for text in "$work/$batch/made-$name"/*; do
			case ${text##*/} in
			attack | attack.*) mv "$text" "$CLASS/$name${text##*/attack}" ;;
			*) mv "$text" "$CLASS" ;;
			esac
		done
	done
	touch "$work/begin"
	[[ ! $census ]] || "$labctl" census >"$work/census"
	grade "${lessons[@]}" || status=$?
	[[ $status == 0 ]] || wrong="course grade: exit code $status: $(tail -n 3 "$work/$batch/log")"
	wrong+=$(damage 2>&1 || :)
	put_away
	if [[ $prove ]]; then
		for name; do
			text=$(verdict "$name")
			result "$name succeeds where nothing stops it" "$([[ $wrong$text ]] || echo "it has done nothing")"
			[[ ! $wrong$text ]] || printf '%s\n' "$wrong" "$text" | head -n 4 | cut -c1-200 | sed 's/^/#   /'
		done
		return
	fi
	for name; do
		result "$name: $(conf "$name" tries)" "$(verdict "$name")"
	done
	result "${*:1:3}${4:+ ...}: nobody else's record has changed, nothing is left" "$wrong"
}

echo "# ${#names[@]} attacks, isolation $isolation"
if [[ $single ]]; then
	for name in "${names[@]}"; do
		attack_batch "$name"
	done
else
	attack_batch "${names[@]}"
fi
echo "1..$number"
exit "$failed"
