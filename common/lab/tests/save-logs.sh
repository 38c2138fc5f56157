#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# save-logs.sh [BUILD [KERNEL...]]
# Saves what kernels say of the programs in refused/: logs/KERNEL/NAME.log, this machine's kernel
# first, then those of "testenv vm". Of a long log the middle is left out. A log whose complaint is
# word for word the one of an older kernel is not kept, but for the newest kernel's, which
# writes a page of its own about each. Run it when programs are added, and read what changed.
set -eu

cd "$(dirname "$0")/../../.."
build=$(cd "${1:-build}" && pwd)
[ $# = 0 ] || shift
[ $# != 0 ] || set -- 6.1 6.12 newest
logs=common/lab/tests/logs
test=$build/unit/common/lab/tests/test_refused
machine() {
	"$build/bin/testenv" vm "$@"
}

work=$(mktemp -d)
# A machine that root starts reads files as an ordinary user does.
chmod 755 "$work"
name=save-logs-$$
trap 'machine stop "$name"; rm -rf "$work"' EXIT

# split KERNEL: the output of "test_refused print" into files
split() {
	mkdir -p "$work/$1"
	awk -v dir="$work/$1" '
		/^=== / { file = dir "/" $2 ".log"; next }
		{ print >file }
	'
	# Nothing has been thrown away yet.
	ls "$work/$1"/*.log >/dev/null || { echo "save-logs: nothing came from Linux $1" >&2; exit 1; }
}

# The first and the last lines of a log that is too long to keep.
shorten() {
	for log in "$work/$1"/*.log; do
		[ "$(wc -c <"$log")" -gt 8000 ] || continue
		{ head -n 12 "$log"; tail -n 30 "$log"; } >"$work/short"
		mv "$work/short" "$log"
	done
}

# complaint FILE: the lines behind the last instruction, up to the newest kernels' page
complaint() {
	awk '
		/^[0-9]+: [(<]/ { lines = ""; next }
		/^Verification failed: / { over = 1 }
		/^(;|processed |libbpf: |R[0-9]+.*=|-- )/ && !/expected|type=/ { next }
		!over { lines = lines $0 "\n" }
		END { printf "%s", lines }
	' "$1"
}

mkdir "$work/o"
"$test" compile "$work/o"
this=$(uname -r | cut -d. -f1,2)
"$test" print "$work/o" | split "$this"
for version; do
	machine start --kernel "$version" "$name"
	# what ordinary users are told can only be seen where they may load at all
	machine exec "$name" -- sh -c 'echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled' || true
	kernel=$(machine exec "$name" -- uname -r | cut -d. -f1,2)
	machine exec --timeout 900 "$name" -- "$test" print "$work/o" | split "$kernel"
	machine stop "$name"
	newest=$kernel
done

rm -rf "$logs"
older=
for kernel in $(cd "$work" && find . -mindepth 1 -maxdepth 1 -type d ! -name o | sed 's,^\./,,' | sort -V); do
	shorten "$kernel"
	mkdir -p "$logs/$kernel"
	for log in "$work/$kernel"/*.log; do
		complaint "$log" >"$log.c"
		known=
		for k in $older; do
			! cmp -s "$log.c" "$work/$k/${log##*/}.c" || known=$k
		done
		if [ -z "$known" ] || [ "$kernel" = "${newest:-}" ]; then
			cp "$log" "$logs/$kernel/"
		fi
	done
	older="$older $kernel"
done
du -sh "$logs"
