#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Hostile submissions, course/attacks: each gets the marks of its key, nobody else's record
# changes, and nothing is left. Here are those that take no long time; all of them, each
# alone, and with a count of everything on the machine: course/attacks/run.sh -1 -c all.

bats_require_minimum_version 1.5.0

: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	BUILD=$(cd "$BUILD" && pwd)
	export BUILD
	attacks=$top/course/attacks
	[ -d "$attacks" ] || skip "this tree was handed out without solutions and attacks"
	# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
	PATH=:$PATH:
	PATH=${PATH/:"$BATS_LIBEXEC":/:}
	PATH=${PATH#:}
	PATH=${PATH%:}
}

@test "every attack says what it tries, what stops it, and what it gets" {
	for key in tries stopped lesson status points; do
		run grep -L "^$key *= *." "$attacks"/*/attack.conf
		[ -z "$output" ] || { echo "no $key in $output" && false; }
	done
	run -1 grep -vE '^(tries|stopped|lesson|status|points|record|says|limit|id|isolation|bomb|slow|proved) *= .|^;' "$attacks"/*/attack.conf
	while read -r lesson; do
		[ -d "$top/$lesson" ]
	done < <(sed -n 's/^lesson *= *//p' "$attacks"/*/attack.conf | sort -u)
}

@test "hostile archives and folders" {
	[ "$(id -u)" = 0 ] || skip "making devices and files of root's needs root"
	run -0 "$attacks/run.sh" -i none tar-traversal tar-symlink tar-hardlink tar-devices folder-links \
		tar-entries gzip-bomb sparse-bomb same-name names own-makefile
	[ "${lines[-1]}" = 1..12 ]
}

@test "without a sandbox an attack succeeds, and the runner sees it" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	run -0 "$attacks/run.sh" -p include-solution include-secret write-results
	[ "${lines[-1]}" = 1..3 ]
	run -0 "$attacks/prove.sh" tar-traversal tar-symlink tar-hardlink own-makefile names pins-link pin-by-name
}

@test "in a sandbox, attacks in user space do nothing or are ended" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	run -0 --separate-stderr "$attacks/alone.sh"
	run -0 --separate-stderr "$attacks/alone.sh" -n rights syscalls-32 host-files namespaces read-secret
}

@test "graded in a sandbox, attacks get the marks of their keys and change nobody else's" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	run -0 "$attacks/run.sh" kernel-memory include-solution symbol-names hard-coded own-makefile
	[ "${lines[-1]}" = 1..6 ]
	run -0 "$attacks/run.sh" forge-fds kill-judge daemon-fork write-results
	[ "${lines[-1]}" = 1..5 ]
}
