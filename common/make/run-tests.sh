#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Runs every test of the tree: run-tests.sh BUILD [SUITE...]
# Each suite prints TAP, kept in BUILD/test/SUITE.tap. What failed is shown in
# full; the last line is "N passed, N failed, N skipped". Exit code 1 when
# anything failed. Two suites run at a time, for most wait more than they work;
# "verify" keeps all processors busy by itself and comes last, alone.
set -u
# Of the make that has started this: its jobs are none of ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(cd "$1" && pwd) || exit 5
shift
cd "$(dirname "$0")/../.." || exit 5
export BUILD="$build" PATH="$build/bin:$PATH"
# The longest first.
suites='grade course testenv vm acl compilers seam units lint loader verify'
[ "${1:-all}" = all ] || suites=$*

bats_in() {
	bats --formatter tap "$1"
}

# course/tests is three suites: which one a file belongs to; what is not named here is "course".
course_files() {
	for file in course/tests/*.bats; do
		case ${file##*/} in
		attacks.bats | class.bats | engines.bats | forged.bats | grade*.bats | report.bats) of=grade ;;
		users.bats | vm*.bats) of=vm ;;
		*) of=course ;;
		esac
		[ "$of" != "$1" ] || echo "$file"
	done
}

# A unit test is one cmocka program; each prints its own plan.
units() {
	status=0
	for unit in $(cd "$build/unit" && find . -type f -perm -u+x -name 'test_*' | sort); do
		echo "# $unit"
		CMOCKA_MESSAGE_OUTPUT=TAP "$build/unit/$unit" 2>&1 || {
			status=1
			echo "# $unit failed"
		}
	done
	return $status
}

# Our C must pass both compilers' warnings. Those of clang do not depend on what it optimizes.
compilers() {
	name="the tools, the fixtures and the unit tests compile with clang"
	echo 1..1
	if output=$(CFLAGS='-O0 -g' make -s BUILD="$build/clang" CC=clang tools unit-objects 2>&1); then
		echo "ok 1 - $name"
	else
		echo "not ok 1 - $name"
		printf '%s\n' "$output" | sed 's/^/# /'
		return 1
	fi
}

run_suite() {
	case $1 in
	lint) sh common/make/lint.sh ;;
	compilers) compilers ;;
	units) units ;;
	testenv) bats_in testenv/tests ;;
	seam) bats_in common/test/tests ;;
	loader) bats_in common/elf/tests ;;
	acl) bats_in common/acl/tests ;;
	course | grade | vm) course_files "$1" | xargs bats --formatter tap ;;
	verify) "$build/bin/course" verify --format tap ;;
	*)
		echo "run-tests: no suite $1; there are: $suites" >&2
		return 2
		;;
	esac
}

# Reads TAP: prints what failed, and on fd 3 the three numbers. A plan that
# does not fit or a program that failed without saying which test is a failure.
count() {
	awk -v suite="$1" -v status="$2" '
		function close_plan() {
			if (planned >= 0 && planned != seen) {
				printf "    %s: planned %d tests, saw %d\n", suite, planned, seen
				failed++
			}
			planned = -1
			seen = 0
		}
		BEGIN { planned = -1 }
		/^1\.\.[0-9]+/ {
			if (planned >= 0) # a new plan: the one before is complete
				close_plan()
			split($1, range, /\.\./)
			planned = range[2] + 0
			if (seen > 0) # it came last
				close_plan()
			showing = 0
			next
		}
		/^(not )?ok( |$)/ {
			seen++
			showing = 0
		}
		/^ok .*# *[Ss][Kk][Ii][Pp]/ { skipped++; print "    " $0; next }
		/^ok( |$)/ { passed++; next }
		/^not ok( |$)/ { failed++; showing = 1; print "    " $0; next }
		showing && /^#/ { print "    " $0 }
		END {
			close_plan()
			if (status != 0 && failed == 0) {
				printf "    %s: exit status %d, and no failed test to show for it\n", suite, status
				failed++
			}
			if (passed + failed + skipped == 0) {
				printf "    %s: ran no test\n", suite
				failed++
			}
			print passed + 0, failed + 0, skipped + 0 >"/dev/fd/3"
		}' 3>"$build/test/$1.count" "$build/test/$1.tap"
}

# Runs one suite; its TAP, its messages and its seconds are left in BUILD/test. Its name goes to fd 3.
record() {
	begin=$(date +%s)
	run_suite "$1" >"$build/test/$1.tap" 2>"$build/test/$1.err" </dev/null 3>&-
	status=$?
	echo "$status $(($(date +%s) - begin))" >"$build/test/$1.end"
	echo "$1" >&3
}

if [ "${1:-}" = --record ]; then
	record "$2"
	exit
fi

passed=0 failed=0 skipped=0
# report SUITE: what has been recorded of it
report() {
	read -r status seconds <"$build/test/$1.end"
	count "$1" "$status"
	read -r p f s <"$build/test/$1.count"
	[ "$f" = 0 ] || tail -n 20 "$build/test/$1.err" | sed 's/^/    /'
	printf '  %s: %s passed, %s failed, %s skipped (%s s)\n' "$1" "$p" "$f" "$s" "$seconds"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# together N FILE: the suites that FILE names, N at a time; each is reported when it ends
together() {
	env --default-signal=INT,QUIT xargs -a "$2" -P "$1" -I SUITE \
		sh "$0" "$build" --record SUITE 3>"$build/test/ended" &
	running=$!
	while read -r ended; do
		report "$ended"
	done <"$build/test/ended"
	wait "$running"
}

rm -rf "$build/test"
mkdir -p "$build/test" && mkfifo "$build/test/ended" || exit 5
make -s BUILD="$build" units || exit 3
running=
trap '[ -z "$running" ] || kill "$running" 2>/dev/null' EXIT
trap 'exit 130' INT TERM
echo "$suites" | tr ' ' '\n' >"$build/test/all"
grep -vx verify "$build/test/all" >"$build/test/others" && together 2 "$build/test/others"
grep -x verify "$build/test/all" >"$build/test/alone" && together 1 "$build/test/alone"
for suite in $suites; do
	[ -e "$build/test/$suite.end" ] && continue
	echo "    $suite: did not run to its end"
	failed=$((failed + 1))
done
trap - EXIT
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
