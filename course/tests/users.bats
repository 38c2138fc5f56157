#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Two users without root who do the course on one machine at the same time, each with a copy of
# this tree: their checks run in machines of their own, and nothing of one is another's. Skipped where
# that cannot be arranged.
# shellcheck disable=SC2154 # run sets stderr

bats_require_minimum_version 1.5.0

# Ids that belong to nobody.
USERS=(61017 61018)
HELLO=lab01-basics/01-hello
PASS_DROP=lab03-xdp/01-pass-drop

# The folder of a user; short, and others may not enter it.
home() {
	echo "$HOMES/$1"
}

# as USER COMMAND...: with nothing of our environment but PATH
as() {
	local user=$1
	shift
	(cd "$(home "$user")/tree" && exec setpriv --reuid="$user" --regid="$user" --clear-groups -- \
		env -i "HOME=$(home "$user")" "PATH=$(home "$user")/tree/build/bin:$CLEAN_PATH" NO_COLOR=1 "$@")
}

# A tree and a cache for the user, as if fetched and built by them.
settle_in() {
	local home part
	home=$(home "$1")
	mkdir -m 700 "$home"
	mkdir -p "$home/tree/build" "$home/.cache/bpf-labs/kernels"
	tar -C "$TOP" --exclude=./build --exclude=./work --exclude=.git -c . | tar -C "$home/tree" -x
	for part in bin env fixtures lib libexec obj share vmlinux; do
		[ ! -e "$BUILD/$part" ] || cp -a "$BUILD/$part" "$home/tree/build"
	done
	cp -r "$KERNEL" "$home/.cache/bpf-labs/kernels"
	chown -R "$1:$1" "$home"
}

setup_file() {
	: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
	BUILD=$(cd "$BUILD" && pwd)
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	KERNEL=$(compgen -G "${XDG_CACHE_HOME:-$HOME/.cache}/bpf-labs/kernels/6.12.*" | tail -n 1)
	export BUILD TOP KERNEL LACKING=
	[ "$KERNEL" ] || LACKING="no kernel 6.12 is fetched; cure: testenv vm fetch 6.12"
	command -v qemu-system-x86_64 >/dev/null || LACKING="no QEMU; cure: make deps"
	[ "$(id -u)" -eq 0 ] || LACKING="only root can become two other users"
	[ ! "$LACKING" ] || return 0
	# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
	CLEAN_PATH=:$PATH:
	CLEAN_PATH=${CLEAN_PATH/:"$BATS_LIBEXEC":/:}
	CLEAN_PATH=${CLEAN_PATH#:}
	CLEAN_PATH=${CLEAN_PATH%:}
	HOMES=$(mktemp -d)
	chmod 755 "$HOMES"
	export CLEAN_PATH HOMES
	for user in "${USERS[@]}"; do settle_in "$user"; done
}

setup() {
	[ ! "$LACKING" ] || skip "$LACKING"
}

teardown_file() {
	[ "${HOMES-}" ] || return 0
	for user in "${USERS[@]}"; do as "$user" testenv vm stop course || :; done
	rm -rf "$HOMES"
}

# solve USER LESSON OVERLAY: the user has written this
solve() {
	as "$1" mkdir -p "work/$2"
	as "$1" sh -c "cp $2/$3/*.[ch] work/$2"
}

# check_both LESSON...: each user checks one; status[] and the files 0 and 1
check_both() {
	local i pids=()
	for i in 0 1; do
		as "${USERS[i]}" course check -a --seed 1 "$1" >"$BATS_TEST_TMPDIR/$i" 2>&1 3>&- &
		pids+=($!)
		shift
	done
	for i in 0 1; do
		statuses[i]=0
		wait "${pids[i]}" || statuses[i]=$?
		cat "$BATS_TEST_TMPDIR/$i"
		grep -q "^Checked in a virtual machine: " "$BATS_TEST_TMPDIR/$i"
	done
}

@test "two users at once: each has the verdict on their own files" {
	solve "${USERS[0]}" $HELLO solution
	solve "${USERS[1]}" $HELLO wrong/at-exit
	solve "${USERS[1]}" $PASS_DROP solution
	check_both hello hello
	[ "${statuses[*]}" = "0 1" ]
	grep -q "^passed: 6 of 6" "$BATS_TEST_TMPDIR/0"
	grep -q "FAIL  a call that has not come back is counted" "$BATS_TEST_TMPDIR/1"
	check_both hello pass-drop
	[ "${statuses[*]}" = "0 0" ]
}

@test "a machine is its user's: another does not find it, and cannot use it" {
	as "${USERS[0]}" testenv vm exec course -- touch /run/mark
	as "${USERS[0]}" testenv vm exec course -- test -e /run/mark
	run -1 as "${USERS[1]}" testenv vm exec course -- test -e /run/mark
	run ! as "${USERS[1]}" env "XDG_CACHE_HOME=$(home "${USERS[0]}")/.cache" testenv vm exec course -- true
	[[ $output == *"Permission denied"* ]]
}

@test "when their machines are stopped, nothing of them is left outside their folders" {
	left() {
		pgrep -U "$(IFS=,; echo "${USERS[*]}")" || :
		find /tmp /run /dev/shm /var/tmp -path "$HOMES" -prune -o \( -uid "${USERS[0]}" -o -uid "${USERS[1]}" \) -print 2>/dev/null || :
		ls "$HOMES"/*/.cache/bpf-labs/machines
		find "$HOMES" -name 'tmp.*' -path '*/bpf-labs/*'
	}
	for user in "${USERS[@]}"; do as "$user" testenv vm stop course; done
	end=$((SECONDS + 10))
	until [ "$(left | grep -vc ':$')" -eq 0 ] || ((SECONDS >= end)); do :; done
	left
	[ "$(left | grep -cv '^$\|:$')" -eq 0 ]
}
