# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What testenv's tests share. They run beside other environments, so each
# looks only at what carries its own names.
# shellcheck shell=bash

: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
PATH=$BUILD/bin:$PATH

# A name that no other test uses at the same time.
name() {
	echo "t$BATS_SUITE_TEST_NUMBER-$$${1:+-$1}"
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		read -rt 0.02 <> <(:) || :
	done
}

cgroups() {
	awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo
}

# The process has ended; init may take its time to reap it.
gone() {
	! grep -qs '^State:.[^Z]' "/proc/$1/status"
}

# The process has taken all signals that it was sent, and waits for more.
signals_taken() {
	awk '/^State:/ { sleeps = $2 == "S" } /^ShdPnd:/ { none = $2 ~ /^0*$/ } END { exit !(sleeps && none) }' \
		"/proc/$1/status"
}

# Nothing of the named environment is left.
no_trace() {
	[ ! -e "/run/testenv/$1" ] && [ ! -e "$(cgroups)/testenv/$1" ] &&
		! grep -q "/run/testenv/$1" /proc/self/mountinfo &&
		! compgen -G "/run/testenv/.slots/*.$1" >/dev/null
}

bats_require_minimum_version 1.5.0

# Builds the programs of these tests, once a file: $WIRE, and $BOUNCE for the kernel.
build_programs() {
	export WIRE=$BATS_FILE_TMPDIR/wire BOUNCE=$BATS_FILE_TMPDIR/bounce.bpf.o
	"${CC:-cc}" -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -o "$WIRE" "$BATS_TEST_DIRNAME/wire.c" -lbpf
	"${CLANG:-clang}" -target bpf -O2 -g -mcpu=v3 -Wall -Werror -idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-c "$BATS_TEST_DIRNAME/bounce.bpf.c" -o "$BOUNCE"
}
