# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A class of made-up submissions with its answer key, for class.sh and class.bats. The key
# follows from the tree alone: solutions pass, wrong cases fail as their expect files say,
# starters get no points, what does not compile or is missing gets nothing, attacks what
# their attack.conf says.
#
# A key is one JSON object: {ID: {"status": graded or invalid, "lessons": {LESSON: {"status":
# a status or any, "points": where they are not the sum of the checks below, "checks": {NAME:
# passed, failed or any}}}}}.

# edit_files LESSON: the files that a submission may hold, one a line
edit_files() {
	sed -n 's/^ *edit *= *//p' "$TREE/$1/lesson.conf" | tr ',' '\n' | tr -d ' \t'
}

# check_names LESSON
check_names() {
	sed -n 's/^@test "\(.*\)" {$/\1/p' "$TREE/$1/test.bats"
}

# other_kernel LESSON: the names of its checks in which the kernel's types are renamed
other_kernel() {
	awk '/^@test / { sub(/^@test "/, ""); sub(/" \{$/, ""); name = $0 }
		/LAB_RENAMED=/ { print name }' "$TREE/$1/test.bats"
}

# checks LESSON DEFAULT [NAME=STATUS...]: the "checks" object of a key
checks() {
	check_names "$1" | jq -Rn --arg d "$2" '
		[inputs | {key: ., value: $d}] | from_entries as $all
		| [$ARGS.positional[2:][] | rindex("=") as $at | {key: .[:$at], value: .[$at + 1:]}]
		| from_entries as $some
		| if ($some | keys) - ($all | keys) != [] then error("unknown check") else $all + $some end' \
		--args "$@"
}

# expected LESSON KIND: what the key says of it; KIND as in put()
expected() {
	local lesson=$1 kind=$2 line names=()
	local expect=$TREE/$lesson/wrong/${kind#wrong:}/expect
	case $kind in
	right) echo '{"status": "passed"}' && checks "$lesson" passed ;;
	starter)
		# A check without points may pass on it.
		echo '{"status": "failed"}'
		mapfile -t names < <(awk '/test_tags=.*points:0/ { free = 1 }
			/^@test/ { if (free) { sub(/^@test "/, ""); sub(/" \{$/, ""); print $0 "=any" } free = 0 }' \
			"$TREE/$lesson/test.bats")
		checks "$lesson" failed "${names[@]}"
		;;
	missing | broken)
		echo "{\"status\": \"${kind/broken/invalid}\"}" && checks "$lesson" failed
		;;
	attack:*)
		attack_conf "${kind#attack:}" status | jq -R '{status: .}'
		case $(attack_conf "${kind#attack:}" status),$(attack_conf "${kind#attack:}" points) in
		passed,all) checks "$lesson" passed ;;
		invalid,* | missing,*) checks "$lesson" failed ;;
		*)
			attack_conf "${kind#attack:}" points | jq -R '{points: (if . == "none" then 0 else tonumber end)}'
			mapfile -t names < <(check_names "$lesson" | sed 's/$/=any/')
			checks "$lesson" failed "${names[@]}"
			;;
		esac
		;;
	wrong:*)
		if grep -q '^build ' "$expect"; then
			expected "$lesson" broken
		elif grep -q '^refused this kernel has no ' "$expect"; then
			# Another kernel may have it: where a check has the kernel's types renamed, all else may pass.
			mapfile -t names < <(other_kernel "$lesson")
			if ((${#names[@]})); then
				echo '{"status": "failed"}' && checks "$lesson" any "${names[@]/%/=failed}"
			else
				echo '{"status": "failed"}' && checks "$lesson" failed
			fi
		elif grep -q '^refused ' "$expect"; then
			echo '{"status": "failed"}' && checks "$lesson" failed
		else
			while IFS= read -r line; do
				case $line in
				must\ *) names+=("${line#must }=failed") ;;
				may\ *) names+=("${line#may }=any") ;;
				esac
			done <"$expect"
			echo '{"status": "failed"}' && checks "$lesson" passed "${names[@]}"
		fi
		;;
	esac
}

# put FOLDER LESSON KIND: the lesson's files of this kind; KIND: right, starter, broken, missing
# or wrong:CASE
put() {
	local to=$1/$2 lesson=$TREE/$2 file first
	[[ $3 != missing ]] || return 0
	mkdir -p "$to"
	for file in $(edit_files "$2"); do
		case $3 in
		starter) cp "$lesson/$file" "$to" ;;
		wrong:*) cp "$lesson/wrong/${3#wrong:}/$file" "$to" 2>/dev/null || cp "$lesson/solution/$file" "$to" 2>/dev/null || : ;;
		*) cp "$lesson/solution/$file" "$to" 2>/dev/null || : ;;
		esac
	done
	first=$(edit_files "$2" | head -n 1)
	[[ $3 != broken ]] || echo 'int x = "' >>"$to/$first"
}

# wrong_cases LESSON: those whose key is certain. Of a lesson with several kernel programs a
# refusal does not tell which checks it concerns.
wrong_cases() {
	local dir=$TREE/$1 case programs
	programs=$(edit_files "$1" | grep -c '\.bpf\.c$' || :)
	for case in "$dir"/wrong/*/; do
		case=$(basename "$case")
		if ((programs != 1)) && grep -q '^refused ' "$dir/wrong/$case/expect"; then
			continue
		fi
		echo "$case"
	done
}

# pack FOLDER FORM: FOLDER becomes FOLDER.FORM; wrapped: with a folder around the labs
pack() {
	local name
	name=$(basename "$1")
	case $2 in
	folder) return ;;
	tar.gz | tar.xz) tar -C "$1" -caf "$1.$2" . ;;
	zip) COURSE_WORK=$1 "$COURSE" pack -o "$1.zip" >/dev/null ;;
	wrapped) tar -C "$(dirname "$1")" -caf "$1.tgz" "$name" ;;
	esac
	rm -r "$1"
}

# add_key ID STATUS LESSON=KIND...: to the file $KEY
add_key() {
	local id=$1 status=$2 pair
	shift 2
	for pair; do
		expected "${pair%%=*}" "${pair#*=}" | jq -s --arg l "${pair%%=*}" '{($l): (.[:-1] + [{checks: .[-1]}] | add)}'
	done | jq -s --arg id "$id" --arg status "$status" '{($id): {status: $status, lessons: add}}' >>"$KEY.parts"
}

# submit ID FORM LESSON=KIND...: a submission in $CLASS, and what the key says of it
submit() {
	local id=$1 form=$2 pair
	shift 2
	mkdir -p "$CLASS/$id"
	for pair; do
		put "$CLASS/$id" "${pair%%=*}" "${pair#*=}"
	done
	pack "$CLASS/$id" "$form"
	add_key "$id" graded "$@"
}

# of_all KIND LESSON...: prints LESSON=KIND...
of_all() {
	local lesson
	for lesson in "${@:2}"; do
		echo "$lesson=$1"
	done
}

# ---- attacks ----------------------------------------------------------------

# Those that take no long time, of different kinds; each is one submission.
quick_attacks=(same-name forge-fds hard-coded tar-symlink kill-judge include-solution folder-links
	exit-status kernel-memory write-results own-makefile tar-traversal forge-tap incbin
	tar-devices daemon-fork other-type tar-entries peek-seed)

# attack_conf NAME KEY
attack_conf() {
	sed -n "s/^$2 *= *//p" "$TREE/course/attacks/$1/attack.conf"
}

# attacks LESSON...: the quick ones on these lessons that do no harm under $isolation: without a
# sandbox those that are stopped before anything of them is compiled or run
attacks() {
	local name
	for name in "${quick_attacks[@]}"; do
		[[ " $* " == *" $(attack_conf "$name" lesson) "* ]] || continue
		[[ ${isolation:-none} != none || -f $TREE/course/attacks/$name/submit.sh ]] || continue
		((EUID == 0)) || [[ $name != tar-devices ]] || continue
		echo "$name"
	done
}

# submit_attack NAME LESSON...: what it takes, where it can, is put into $CLASS.loot
submit_attack() {
	local name=$1 lesson of id made kinds=()
	shift
	of=$(attack_conf "$name" lesson) id=$(attack_conf "$name" id)
	for lesson; do
		if [[ $lesson == "$of" ]]; then
			kinds+=("$lesson=attack:$name")
		else
			kinds+=("$lesson=missing")
		fi
	done
	mkdir -p "$CLASS.loot" "$CLASS.made"
	chmod 1777 "$CLASS.loot"
	[[ -f $CLASS.secret ]] || (umask 077 && echo "secret, and not for you" >"$CLASS.secret")
	CANARY=canary$RANDOM LOOT=$CLASS.loot SECRET=$CLASS.secret RESULTS=$(dirname "$CLASS")/one VICTIM=$CLASS.made \
		"$TREE/course/attacks/make.sh" "$name" "$CLASS.made"
	for made in "$CLASS.made"/*; do
		case ${made##*/} in
		attack | attack.*) mv "$made" "$CLASS/$name${made##*/attack}" ;;
		*) mv "$made" "$CLASS" ;;
		esac
	done
	add_key "${id:-$name}" "$(attack_conf "$name" record | grep . || echo graded)" "${kinds[@]}"
}

# loot: what attacks on this class have taken
loot() {
	[[ ! -d $CLASS.loot ]] || find "$CLASS.loot" -type f
}

# make_class N LESSON...: N submissions in the folder $CLASS, their key in the file $KEY. The first
# ones are right, broken and so on, a third of the others are attacks (as many as there are); the
# rest are wrong cases, each of all lessons at once. With $each_once, a lesson is missing in those
# that come after its last case: not everybody hands in everything.
make_class() {
	local n=$1 i lesson forms=(folder tar.gz zip tar.xz wrapped) kinds cases id
	shift
	mkdir -p "$CLASS"
	: >"$KEY.parts"
	mapfile -t kinds < <(of_all right "$@")
	submit right folder "${kinds[@]}"
	mapfile -t kinds < <(of_all starter "$@")
	submit starter zip "${kinds[@]}"
	mapfile -t kinds < <(of_all broken "$@")
	submit broken tar.gz "${kinds[@]}"
	mapfile -t kinds < <(of_all missing "$@")
	submit empty folder "${kinds[@]}"
	if ((n > 8)); then
		submit none tar.xz "${kinds[@]}"
		mapfile -t kinds < <(of_all right "$@")
		submit again wrapped "${kinds[@]}"
		submit again-2 tar.xz "${kinds[@]}"
		# The first lesson only.
		mapfile -t kinds < <(echo "$1=right" && of_all missing "${@:2}")
		submit partly zip "${kinds[@]}"
	fi
	echo "no archive" >"$CLASS/damaged.tar.gz"
	mapfile -t kinds < <(of_all missing "$@")
	add_key damaged invalid "${kinds[@]}"
	while IFS= read -r id; do
		submit_attack "$id" "$@"
	done < <(attacks "$@" | head -n $((n > 10 ? (n - 8) / 3 : 0)))
	for ((i = 0; $(jq -s length "$KEY.parts") < n; i++)); do
		kinds=() id=wrong-$(printf %02d "$i")
		for lesson; do
			mapfile -t cases < <(wrong_cases "$lesson")
			if [[ ${each_once:-} ]] && ((i >= ${#cases[@]})); then
				kinds+=("$lesson=missing")
			else
				kinds+=("$lesson=wrong:${cases[i % ${#cases[@]}]}")
			fi
		done
		[[ ${kinds[*]} == *=wrong:* ]] || break # each has been handed in
		submit "$id" "${forms[i % 5]}" "${kinds[@]}"
	done
	jq -s add "$KEY.parts" >"$KEY"
	rm "$KEY.parts"
}

# differences KEY REPORT: prints what a report (--format json) has otherwise than the key
differences() {
	jq -rn --slurpfile key "$1" --slurpfile report "$2" '
	$key[0] as $key | $report[0] as $r
	| ($r.submissions | map({key: .id, value: .}) | from_entries) as $got
	| def bad($want; $seen): $want != "any" and $want != $seen;
	($r.missing[] | "\(.): no result"),
	(($got | keys) - ($key | keys) | .[] | "\(.): not in the key"),
	($key | to_entries[] | .key as $id | .value as $want | $got[$id] as $have
	 | if $have == null then "\($id): not in the report" else
	   (if $have.status != $want.status then "\($id): \($have.status), not \($want.status)" else empty end),
	   (if ($have.lessons | map(.lesson) | sort) != ($want.lessons | keys) then "\($id): other lessons" else empty end),
	   ($have.lessons[] | .lesson as $l | $want.lessons[$l] as $w
	    | (if bad($w.status; .status) then "\($id) \($l): \(.status), not \($w.status): \(.message // "")" else empty end),
	      (if (.checks | map(.name) | sort) != ($w.checks | keys) then "\($id) \($l): other checks" else empty end),
	      (if $w.points != null and .points != $w.points then "\($id) \($l): \(.points) points, not \($w.points)" else empty end),
	      (if .points != (.checks | map(.score) | add) then "\($id) \($l): \(.points) is not the sum of the scores" else empty end),
	      (.checks[]
	       | if bad($w.checks[.name]; .status) then "\($id) \($l) \"\(.name)\": \(.status), not \($w.checks[.name])" else empty end,
	         if (.status | IN("passed", "failed", "timeout") | not) then "\($id) \($l) \"\(.name)\": \(.status)" else empty end,
	         if .score != (if .status == "passed" then .points else 0 end) then "\($id) \($l) \"\(.name)\": \(.score) of \(.points) for \(.status)" else empty end))
	   end)'
}

# plain_records FOLDER: the records without what depends on the clock and the machine
plain_records() {
	local record
	for record in "$1"/*.json; do
		echo "== $(basename "$record")"
		jq -S 'del(.. | objects | .seconds?, .milliseconds?, .host?, .cpu_ms?, .memory_peak?)' "$record"
	done
}
