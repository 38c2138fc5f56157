#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The solutions of lessons under every kernel that is fetched: test-kernels.sh BUILD LESSON...
# Prints a table, and writes it to BUILD/test-kernels.md. A cell is "passed", "lacks" and the
# capability that the lesson needs and the kernel has not, or, in bold, what must not be: exit
# status 1. 4: no kernel is there.
set -u

build=$(cd "$1" && pwd) || exit 5
shift
lessons=$*
cd "$(dirname "$0")/../.." || exit 5
table=$build/test-kernels.md

tmp=$(mktemp -d) || exit 5
trap 'stop_machine; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
machine=

# The user's own machines, work and what is built of it are left alone.
mkdir -p "$tmp/build" "$tmp/work" "$tmp/cache/bpf-labs"
for part in bin fixtures lib libexec obj vmlinux; do
	ln -s "$build/$part" "$tmp/build/$part"
done
ln -s "${XDG_CACHE_HOME:-$HOME/.cache}/bpf-labs/kernels" "$tmp/cache/bpf-labs/kernels"
export BUILD="$tmp/build" COURSE_WORK="$tmp/work" XDG_CACHE_HOME="$tmp/cache" NO_COLOR=1

kernels=$("$build/bin/testenv" vm list | awk '/^[0-9]/ { print $1 }')
if [ -z "$kernels" ]; then
	echo "no kernel is fetched; get some with: make kernels" >&2
	exit 4
fi

stop_machine() {
	[ -z "$machine" ] || "$build/bin/testenv" vm stop "$machine"
	machine=
}

# What stands in the table for the lesson in the JSON on stdin. A machine that died, or could not
# be started, gives no verdict; it is no lack.
cell() {
	jq -r '.lessons[0] |
		([.checks[] | select(.status == "passed")] | length) as $passed |
		"\($passed)/\(.checks | length)" as $count |
		((.message // "") | capture("^(?<name>[a-z0-9-]+): .*; cure: ") // null) as $lack |
		if .status == "passed" then "passed \($count)"
		elif .status == "skipped" and $lack then "lacks \($lack.name)"
		elif .status == "skipped" then "**no verdict** \($count)"
		else "**\(.status)** \($count)" end'
}

for lesson in $lessons; do
	mkdir -p "$COURSE_WORK/$lesson"
	cp "$lesson"/solution/* "$COURSE_WORK/$lesson"
done

failed=0
for kernel in $kernels; do
	# course calls its machine so.
	machine=course-$(printf %s "$kernel" | tr -c 'A-Za-z0-9-' _)
	for lesson in $lessons; do
		printf '%s under %s: ' "$lesson" "$kernel" >&2
		"$build/bin/course" check --vm="$kernel" --seed 1 --format json "$lesson" \
			>"$tmp/json" 2>"$tmp/stderr"
		[ $? != 130 ] || exit 130
		cell <"$tmp/json" >"$tmp/cell" || {
			cat "$tmp/stderr" >&2
			exit 5
		}
		cat "$tmp/cell" >&2
		case $(cat "$tmp/cell") in
		'**'*)
			failed=1
			# Why: the message of the lesson, or of its checks.
			jq -r '.lessons[0] | .message // empty, (.checks[] | select(.message) |
				"\(.name):\n\(.message)")' "$tmp/json" | sed 's/^/  /' >&2
			;;
		esac
		echo "$lesson|$kernel|$(cat "$tmp/cell")" >>"$tmp/cells"
	done
	stop_machine
done

{
	echo "| lesson |$(for k in $kernels; do printf ' %s |' "$k"; done)"
	echo "|---|$(for k in $kernels; do printf -- '---|'; done)"
	for lesson in $lessons; do
		printf '| %s |' "$lesson"
		awk -F'|' -v lesson="$lesson" '$1 == lesson { printf " %s |", $3 }' "$tmp/cells"
		echo
	done
} >"$table"
cat "$table"
exit $failed
