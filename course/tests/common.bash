# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# For the tests of course: a small tree of its own in which nothing takes long. A
# "program" is a list of words; a check looks for a word. The stand-in for
# testenv is an ordinary shell script.

bats_require_minimum_version 1.5.0

: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
COURSE=$BUILD/bin/course

# Inside bats its own folder is on PATH, and the "bats" there cannot be started alone.
PATH=:$PATH:
PATH=${PATH/:"$BATS_LIBEXEC":/:}
PATH=${PATH#:}
PATH=${PATH%:}

course() {
	"$COURSE" "$@"
}

# A tree in $TREE with two lessons; the test's current folder is its top.
make_tree() {
	TREE=$BATS_TEST_TMPDIR/tree
	mkdir -p "$TREE"/{common/{make,test},build/bin}
	cd "$TREE" || return
	unset COURSE_WORK
	export BUILD=$TREE/build NO_COLOR=1
	cat >Makefile <<-'END'
		lesson: ; @for o in $(OVERLAY); do sh common/build $(BUILD) $(COURSE_WORK) $(LESSON) $$o $(SUBMISSION) || exit 1; done
	END
	: >common/lesson.mk
	echo 'echo /bin/true' >common/make/find-bpftool
	cat >common/build <<-'END'
		out=$1/run/$3/$4
		case $4 in
		starter) from=$3 ;;
		solution) from=$3/solution ;;
		wrong-*) from=$3/wrong/${4#wrong-} ;;
		work) from=$2/$3 ;;
		sub-*) from=$5/$3 ;;
		esac
		mkdir -p "$out" || exit
		if grep -qn broken "$from/prog.c"; then
			echo "$from/prog.c:1:1: error: unknown word 'broken'" >&2
			echo "broken" >&2
			exit 1
		fi
		cp "$from/prog.c" "$out/prog"
	END
	cat >common/test/lab.bash <<-'END'
		lab_has() {
			if grep -qx refused "$LAB_BUILD/prog"; then
				printf '%s\n' "refused: prog: it reads behind the end of the packet" \
					"  at prog.c:3: x = data[1];" "  fix: compare with data_end first" >&2
				return 1
			fi
			if grep -qx loader-refused "$LAB_BUILD/prog"; then
				printf '%s\n' "sent:     prog" "expected: it goes on running" \
					"seen:     it ended with exit status 1" "          stderr:" \
					"          refused: prog: it reads behind the end of the packet" \
					"            at more.c:3: x = data[1];" "look:     prog.c" >&2
				return 1
			fi
			grep -qx "$1" "$LAB_BUILD/prog" ||
				{
					printf '%s\n' "sent:     nothing" "expected: $1 $LAB_SEED" "seen:     none" \
						"look:     prog.c" >&2
					return 1
				}
		}
	END
	cat >build/bin/testenv <<-'END'
		#!/bin/sh
		if [ "$1" = doctor ]; then
			shift
			for cap; do
				case $cap in
				lacking) echo "lacking: not there; cure: buy one"; exit 4 ;;
				have) ;;
				*) echo "testenv: unknown capability: $cap" >&2; exit 2 ;;
				esac
			done
			exit 0
		fi
		limit=
		while [ "$1" != -- ]; do
			case $1 in --timeout=*) limit=${1#*=} ;; esac
			shift
		done
		shift
		exec timeout "$limit" "$@"
	END
	chmod +x build/bin/testenv
	make_lesson lab01-first/01-one one
	make_lesson lab01-first/02-two two "requires = lab01-first/01-one"
}

# make_lesson LAB/LESSON ID [MORE LINES OF lesson.conf]: checks "alpha" (2 points) and "beta"
make_lesson() {
	mkdir -p "$1"/{solution,wrong/no-beta}
	cat >"$1/lesson.conf" <<-END
		[lesson]
		id = $2
		title = What is $2?
		minutes = 5
		level = core
		edit = prog.c
		teaches = word $2
		timeout = 20
		${3-}
	END
	cat >"$1/test.bats" <<-'END'
		load "$LAB_TEST/lab.bash"
		# bats test_tags=points:2
		@test "alpha is there" {
			lab_has alpha
		}
		# bats test_tags=points:1
		@test "beta is there" {
			lab_has beta
		}
	END
	echo start >"$1/prog.c"
	printf 'alpha\nbeta\n' >"$1/solution/prog.c"
	printf 'alpha\n' >"$1/wrong/no-beta/prog.c"
	printf 'must beta is there\nsays = It forgets beta.\n' >"$1/wrong/no-beta/expect"
}

# work WORD...: what the learner writes for lesson one
work() {
	printf '%s\n' "$@" >work/lab01-first/01-one/prog.c
}

has() {
	[[ $output == *"$1"* ]] || {
		printf 'no "%s" in:\n%s\n' "$1" "$output"
		return 1
	}
}

has_not() {
	[[ $output != *"$1"* ]] || {
		printf '"%s" in:\n%s\n' "$1" "$output"
		return 1
	}
}
