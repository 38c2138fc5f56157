#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Checks in a virtual machine: when course chooses one, what it says, and that a lesson of
# this tree has the same verdicts there as here. The last part needs a kernel that is fetched.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031 # run sets stderr; each test is a shell of its own

load common

setup() {
	make_tree
	# What testenv's part of it would say; and what it is told goes to the file "calls".
	mv build/bin/testenv build/bin/testenv.here
	cat >build/bin/testenv <<-'END'
		#!/bin/sh
		[ "$1" = vm ] || exec "$0.here" "$@"
		echo "$*" >>"$BUILD/calls"
		shift
		case $1:$MACHINES in
		start:new) [ "$4" = course ] || exit 4 ;;
		start:none) echo "testenv: no kernel for virtual machines is fetched: testenv vm fetch 6.12" >&2; exit 4 ;;
		start:broken) echo "testenv: cannot use the cache: Permission denied" >&2; exit 5 ;;
		start:ending) touch "$BUILD/up" ;;
		start:*) exit 0 ;;
		list:*) printf "6.1.1   1 MB\n6.2.2   1 MB\n" ;;
		exec:second) [ "$2" = course-6_1_1 ] || exit 123; shift 3; exec "$@" ;;
		exec:dead) echo "testenv: the guest panicked" >&2; echo "  its last words" >&2; exit 123 ;;
		exec:ending)
			[ -e "$BUILD/up" ] || { echo "testenv: there is no machine '$2'" >&2; exit 4; }
			case $* in *serve) rm "$BUILD/up" ;; esac
			shift 3
			IN_MACHINE=1 exec "$@" ;;
		exec:*) shift 3; exec "$@" ;;
		esac
	END
	chmod +x build/bin/testenv
	mkdir build/libexec
	ln -s "$(dirname "$COURSE")/../libexec/labctl" build/libexec/labctl
	# The machine's testenv is this one, too: a lesson's environment is nothing at all.
	sed -i 's/^exec timeout "$limit"/[ "$limit" ] || exec "$@"\n&/' build/bin/testenv.here
	course start
	work alpha beta
}

needs() {
	sed -i "s/^teaches/needs = $1\n&/" lab01-first/01-one/lesson.conf
}

@test "--vm: the checks run through a session in a machine of that kernel" {
	run -0 course check --vm
	has "passed: 2 of 2 checks"
	[ "$(head -n 1 build/calls)" = "vm start --cpus=2 --idle=600 --kernel=6.12 course" ]
	grep -qx "vm exec course -- .*/testenv run --topology pair -- .*/labctl serve" build/calls
	run -0 course check --vm 6.1
	grep -qx "vm start --cpus=2 --idle=600 --kernel=6.1 course-6_1" build/calls
	run -0 course check one --vm=newest
	grep -qx "vm start --cpus=2 --idle=600 --kernel=newest course-newest" build/calls
	MACHINES=new run -0 course check --vm
	grep -qx "vm start --cpus=2 --idle=600 course" build/calls
	work alpha
	run -1 course check --vm
	has "FAIL  beta is there"
	run -2 course check --vm=old
	has "course check: --vm takes a kernel such as 6.1, or newest, not \"old\""
}

@test "the machine gets ready while the files are built; a file that does not compile has no checks" {
	# This build ends when the way to the checks has been made, or never.
	cat >>common/build <<-'END'
		end=$(($(date +%s) + 20))
		until grep -qs "vm exec course -- .* serve" "$1/calls"; do
			[ "$(date +%s)" -lt "$end" ] || exit 1
		done
	END
	run -0 course check --vm
	has "passed: 2 of 2 checks"
	work broken
	run -3 course check --vm
	has "unknown word 'broken'"
	[[ $output != *FAIL* ]]
	grep -qx "vm exec course -- .*/labctl serve" build/calls
}

@test "the lesson's tests are told where they run" {
	sed -i 's/lab_has alpha/lab_has alpha; [ "$LAB_BACKEND" = vm ]; [ -S "$LAB_SERVER" ]/' lab01-first/01-one/test.bats
	run -0 course check --vm
	run -1 course check
}

@test "what this kernel lacks is checked in a machine by itself, and that is said" {
	needs lacking
	run -0 course check
	has "Checked in a virtual machine: lacking: not there"
	grep -q "vm exec course -- .* serve" build/calls
}

@test "no kernel is fetched: one line says what is missing and the command, exit code 4" {
	export MACHINES=none
	needs lacking
	run -4 --separate-stderr course check
	[ "$stderr" = "course: lacking: not there; cure: buy one; a virtual machine would do, but no kernel for virtual machines is fetched: testenv vm fetch 6.12" ]
	run -4 --separate-stderr course check --vm
	[ "$stderr" = "course: no kernel for virtual machines is fetched: testenv vm fetch 6.12" ]
}

@test "no machine can be started for another reason: that is said with --vm, and an internal error" {
	export MACHINES=broken
	run -5 --separate-stderr course check --vm
	[ "$stderr" = "course: cannot use the cache: Permission denied" ]
	needs lacking
	run -4 --separate-stderr course check
	[ "$stderr" = "course: lacking: not there; cure: buy one" ]
}

@test "the machine dies: no verdict, exit code 4, and nothing is remembered" {
	run -0 course check
	work alpha
	MACHINES=dead run -4 --separate-stderr course check --vm
	[ "$stderr" = "course: testenv: the guest panicked" ]
	[[ $output != *FAIL* ]]
	run -0 course list
	has "passed    3/3"
}

@test "a check fails where the machine's kernel lacks what the lesson needs: no verdict" {
	needs lacking
	work alpha
	run -4 --separate-stderr course check --vm
	[[ $stderr == "course: lacking: not there"* ]]
	sed -i 's/lacking/have/' lab01-first/01-one/lesson.conf
	run -1 course check --vm
	grep -q "vm exec course -- .*/testenv doctor have" build/calls
}

# Only the machine has what is lacking here.
lacking_here() {
	needs lacking
	sed -i 's/lacking) echo/lacking) [ "$IN_MACHINE" ] || { echo/; s/exit 4 ;;/exit 4; } ;;/' build/bin/testenv.here
	sed -i 's/exec:\*) shift 3;/& export IN_MACHINE=1;/' build/bin/testenv
}

@test "verify: a lesson that needs what is lacking here is run in a machine, its commands too" {
	lacking_here
	printf '%s\n' '```console' '$ echo "in machine $IN_MACHINE"' 'in machine 1' '```' >lab01-first/01-one/README.md
	run course verify one --rule 1,6
	has "lab01-first/01-one: run in a virtual machine: lacking: not there; cure: buy one"
	[[ $output != *"rule 1"* ]]
	[[ $output != *"in machine"* ]]
	[ "$(grep "vm start" build/calls | sort -u)" = "vm start --cpus=2 --idle=600 --kernel=6.12 course-verify" ]
	[ "$(grep -c "vm exec course-verify -- .* serve" build/calls)" = 2 ]
	sed -i 's/^in machine 1/in machine 2/' lab01-first/01-one/README.md
	run -1 course verify one --rule 6
	has "README.md:1: \$ echo"
	echo alpha >lab01-first/01-one/prog.c
	run -1 course verify one --rule 1
	has 'rule 1 (starter): check "alpha is there" has points and passes'
}

@test "verify: a machine that has ended, unused while other lessons ran, is started again" {
	lacking_here
	printf '%s\n' '```console' '$ echo "in machine $IN_MACHINE"' 'in machine 1' '```' >lab01-first/01-one/README.md
	MACHINES=ending run course verify one --rule 1,6 -j 1
	[[ $output != *"no machine"* && $output != *"rule 1"* && $output != *"in machine"* ]]
	[ "$(grep -c "serve$" build/calls)" = 2 ]
}

@test "verify: skipped with the reason where there is no machine, or where it lacks the same" {
	needs lacking
	MACHINES=none run -0 course verify one --rule 1
	has "SKIPPED: lacking: not there; cure: buy one; a virtual machine would do, but no kernel for virtual machines is fetched: testenv vm fetch 6.12"
	run -0 course verify one --rule 1
	has "SKIPPED: lacking: not there; cure: buy one"
	[[ $(cat build/calls) != *serve* ]]
}

@test "verify: what needs no program to run starts no machine" {
	lacking_here
	run course verify one --rule 7,8
	[ ! -e build/calls ]
}

@test "Ctrl-C during a check in a machine leaves nothing" {
	sed -i "s|lab_has alpha|: mark=$BATS_TEST_TMPDIR; while :; do :; done|" lab01-first/01-one/test.bats
	"$COURSE" check --vm >out 2>&1 3>&- &
	checker=$!
	end=$((SECONDS + 10))
	until grep -qs serve build/calls && pgrep -f "bats-exec-test.*$TREE" >found; do
		((SECONDS < end))
	done
	kill -INT $checker
	status=0
	wait $checker || status=$?
	[ "$status" = 130 ]
	until ! pgrep -f "$TREE" >found; do
		((SECONDS < end))
	done
}

@test "test-kernels: a cell says passed, failed, what is lacking, or that there is no verdict" {
	cp "$BATS_TEST_DIRNAME"/../../common/make/{test-kernels,kernels-table}.sh common/make
	mkdir testenv build/{fixtures,lib,obj,vmlinux}
	ln -s "$COURSE" build/bin/course
	make_lesson lab01-first/03-three three "needs = lacking"
	echo alpha | tee lab01-first/02-two/solution/prog.c >lab01-first/03-three/solution/prog.c
	MACHINES=second run -1 --separate-stderr sh common/make/test-kernels.sh build lab01-first/01-one lab01-first/02-two lab01-first/03-three
	echo "$output" "$stderr"
	[[ $output == *"| lab01-first/01-one | passed 2/2 | **no verdict** 0/2 |"* ]]
	[[ $output == *"| lab01-first/02-two | **failed** 1/2 | **no verdict** 0/2 |"* ]]
	[[ $output == *"| lab01-first/03-three | lacks lacking | **no verdict** 0/2 |"* ]]
	printf '%s\n' above '<!-- kernels-table: -->' old '<!-- end of kernels-table -->' below >testenv/README.md
	sh common/make/kernels-table.sh build lab01-first/01-one
	has "$(sed 1,4d testenv/README.md | sed '/^$/,$d')"
	[ "$(grep -c old testenv/README.md)" = 0 ]
	[ "$(tail -n 1 testenv/README.md)" = below ]
	run -2 sh common/make/kernels-table.sh build lab01-first/04-four
}
