#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The comparison of acl.bats at length: long.sh BUILD [PACKETS [SEED]]
# Each lesson's finished program against the reference, until so many packets (default:
# 5,000,000 for all lessons together) have been compared. Needs root. Exit code 1: differences.
set -u

build=$(cd "$1" && pwd) || exit 5
wanted=${2:-5000000}
seed=${3:-$(date +%s)}
cd "$(dirname "$0")/../../.." || exit 5
make -s BUILD="$build" acl-tests tools || exit 3
for lesson in lab03-xdp/1[4-7]-acl-*/solution; do
	make -s BUILD="$build" LESSON="${lesson%/solution}" OVERLAY=solution lesson || exit 3
done

done=0 different=0

# compare LESSON KINDS COUNTS PACKETS: one after the other, for each set so many packets
compare() {
	output=$("$build/bin/testenv" run --timeout 3600 -- "$build/acl/differential" \
		"$build/run/$1/solution/acl" /sys/fs/bpf/differential "$2" "$3" "$4" "$seed")
	status=$?
	echo "$1, $3 rules: $output"
	[ "$status" = 0 ] || different=1
	[ "$status" -le 1 ] || exit 5
	packets=$(printf '%s\n' "$output" | sed -n 's/.* sets, \([0-9]*\) packets.*/\1/p')
	done=$((done + packets))
}

while [ "$done" -lt "$wanted" ]; do
	for lesson in lab03-xdp/1[4-7]-acl-*/solution; do
		lesson=${lesson%/solution}
		kinds=random,acl,fw,ipc,exact
		case $lesson in */15-*) kinds=exact ;; esac
		# The reference takes its time with long lists.
		compare "$lesson" "$kinds" 10,100 20000
		compare "$lesson" "$kinds" 1000,3000 5000
		compare "$lesson" "$kinds" 10000 2000
	done
	seed=$((seed + 1))
done
echo "$done packets compared"
exit "$different"
