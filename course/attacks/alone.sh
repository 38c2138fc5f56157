#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Runs attacks in user space without a lesson around them: alone.sh [-n] [NAME...], each in a
# sandbox of testenv, where it must do nothing, or be ended. -n: without a sandbox, where it must
# succeed; bombs and what is known otherwise are left out. Prints TAP. Takes seconds.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "${BUILD:-$top/build}" && pwd)
none=
if [[ ${1-} == -n ]]; then
	none=1
	shift
fi

conf() {
	sed -n "s/^$2 *= *//p" "$here/$1/attack.conf"
}

if (($#)); then
	names=("$@")
else
	mapfile -t names < <(cd "$here" && for file in */attack.c; do
		name=${file%/attack.c}
		[[ $(conf "$name" isolation) != vm && $(conf "$name" slow) != yes && $name != incbin-run ]] || continue
		[[ ! $none || ! $(conf "$name" bomb)$(conf "$name" proved) ]] || continue
		echo "$name"
	done)
fi

work=$(mktemp -d /tmp/bpf-labs-alone-XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{loot,secret,results}
chmod 755 "$work"
chmod 1777 "$work/loot"
chmod 700 "$work/secret"
echo "for root only" >"$work/secret/notes.h"
failed=0 number=0
echo "1..${#names[@]}"
for name in "${names[@]}"; do
	number=$((number + 1)) wrong='' status=0
	canary=canary$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')
	{
		cat "$here/user.h" "$here/$name/attack.c"
		echo 'int main(void) { attack(); return 0; }'
	} | sed -e "s|@CANARY@|$canary|g; s|@TREE@|$top|g; s|@RESULTS@|$work/results|g; s|@LOOT@|$work/loot|g" \
		-e "s|@SECRET@|$work/secret/notes.h|g; s|@LESSON@|$(conf "$name" lesson)|g" >"$work/$name.c"
	"${CC:-gcc}" -w -D_GNU_SOURCE -O1 -pthread -o "$work/$name" "$work/$name.c"
	if [[ $none ]]; then
		(cd "$work" && exec env LAB_SEED=1 "./$name") >/dev/null 2>"$work/err" </dev/null || status=$?
		[[ $status == 42 ]] || wrong="it has not succeeded: status $status"
	else
		"$build/bin/testenv" sandbox --bind "$work/$name:/box/prog" --seconds 30 --cpu-seconds 10 \
			--memory 256 --pids 64 --output 256 --files 32 --status "$work/status" -- \
			/box/prog >"$work/out" 2>"$work/err" </dev/null || status=$?
		[[ $status != 42 && ! $(ls -A "$work/loot") ]] || wrong="it has succeeded: $(grep -ahs "$canary" "$work/err" "$work"/loot/*)"
		[[ $name == exit-status ]] || ! grep -aq '^testenv:' "$work/err" || wrong+=" $(head -n 1 "$work/err")"
		[[ $(conf "$name" limit) == "$(jq -r '.limits[0] // ""' "$work/status")" || ! $(conf "$name" limit) ]] ||
			wrong+=" limits: $(jq -c .limits "$work/status")"
		grep -lx "$canary" /proc/[0-9]*/comm 2>/dev/null && wrong+=" a process of it is left"
		if pins=$(find /sys/fs/bpf /sys/fs/cgroup -name "*$canary*" 2>/dev/null) && [[ $pins ]]; then
			wrong+=" left: $pins"
		fi
	fi
	rm -f "$work"/loot/*
	if [[ $wrong ]]; then
		failed=1
		echo "not ok $number - $name"
		echo "# $wrong"
	else
		echo "ok $number - $name"
	fi
done
exit "$failed"
