#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course verify finds each kind of damage, and names the lesson and the rule.
# Each test damages a copy of the real tree in one way and verifies its first
# lesson. That the undamaged tree is sound is the test suite "verify".

load common

LESSON=lab01-basics/01-hello

# One copy for all tests, with what is built already; each test copies the lesson again.
setup_file() {
	local top=$BATS_TEST_DIRNAME/../..
	export TREE=$BATS_FILE_TMPDIR/tree REAL_BUILD=$BUILD
	mkdir -p "$TREE/build/run/lab01-basics"
	tar -C "$top" --exclude=./build --exclude=./work --exclude=./.git -cf - . | tar -C "$TREE" -xf -
	for part in bin lib libexec obj fixtures vmlinux; do
		cp -a "$BUILD/$part" "$TREE/build/"
	done
	cp -a "$TREE/$LESSON" "$BATS_FILE_TMPDIR/lesson"
}

setup() {
	export BUILD=$TREE/build NO_COLOR=1
	unset COURSE_WORK
	cd "$TREE/$LESSON/.." || return
	# What the last test has built is newer than the copy, and not of it.
	rm -rf "${TREE:?}/$LESSON" "$TREE/build/run/$LESSON"
	cp -a "$BATS_FILE_TMPDIR/lesson" "$TREE/$LESSON"
	cd "$TREE/$LESSON" || return
}

# only CASE...: the other wrong solutions go; running them would show nothing more
only() {
	local folder
	for folder in wrong/*/; do
		folder=${folder%/}
		[[ " $* " == *" ${folder#wrong/} "* ]] || rm -r "$folder"
	done
}

# found RULES RULE PATTERN: asked for these rules, verify fails, and says this about the lesson
found() {
	run -1 course verify hello --seed 2 --rule "$1"
	grep -qE "^$LESSON: rule $2: $3" <<<"$output" || {
		printf 'no "rule %s: %s" in:\n%s\n' "$2" "$3" "$output"
		return 1
	}
}

@test "a starter that passes" {
	cp solution/hello.bpf.c .
	found 1 '1 \(starter\)' 'check "every call of the process is counted" has points and passes'
	has "rule 1 (starter): no check fails"
}

@test "a broken solution" {
	sed -i 's/fetch_and_add(&calls, 1)/fetch_and_add(\&calls, 2)/' solution/hello.bpf.c
	found 2 '2 \(solution\)' 'check "every call of the process is counted" fails \(seed 1\)'
}

@test "a check that skips itself, for whom it should fail and for whom it should pass" {
	sed -i 's/^@test "every call of the process is counted" {$/&\n\tskip "not today"/' test.bats
	found 1,2 '1 \(starter\)' 'check "every call of the process is counted" skips itself: not today \(seed 1\)'
	has 'rule 2 (solution): check "every call of the process is counted" skips itself: not today (seed 1)'
	has_not 'has points and passes'
}

@test "a solution that does not compile, a starter with a warning" {
	echo 'int;' >>solution/hello.bpf.c
	echo 'static int unused;' >>hello.bpf.c
	found 2 '2 \(solution\)' "it does not build: $LESSON/solution/hello.bpf.c:.*error"
	found 1,2 '1 \(starter\)' "it does not build: $LESSON/hello.bpf.c:.*error"
	found 6 '6 \(text\)' "the solution does not build: $LESSON/solution/hello.bpf.c:.*error"
}

@test "a wrong solution that nothing catches" {
	mkdir wrong/fine
	only fine
	cp solution/hello.bpf.c wrong/fine
	printf 'must every call of the process is counted\nsays = It is right.\n' >wrong/fine/expect
	found 3 '3 \(wrong solutions\)' \
		'wrong/fine: check "every call of the process is counted" was expected to fail and passed'
}

@test "a check removed, so that a wrong solution slips through" {
	only at-exit constant
	# The last check goes, and the authors adapt what expect says.
	last=$(sed -n 's/^@test "\(.*\)" {$/\1/p' test.bats | tail -n 1)
	sed -i "/^@test \"$last\" {/,/^}/d" test.bats
	sed -i "/^m[ua][sy]t* $last\$/d" wrong/*/expect
	found 3 '3 \(wrong solutions\)' 'wrong/[a-z-]*/expect:[0-9]*: no must NAME, refused or build'
}

@test "a check that no wrong solution fails" {
	only constant
	printf '@test "one more" {\n\tlab_equal 1 1 "something sent; ones" "nowhere"\n}\n' >>test.bats
	found 3 '3 \(wrong solutions\)' 'check "one more": no wrong solution must fail it'
}

@test "two wrong solutions that check cannot tell apart" {
	only constant
	cp -r wrong/constant wrong/twin
	found 3 '3 \(wrong solutions\)' 'wrong/constant: check cannot tell it from wrong/twin and says nothing \(seed 1\)'
	has "rule 3 (wrong solutions): wrong/twin: check cannot tell it from wrong/constant and says nothing (seed 1)"
	# The twin now allows more than it demands: what it does looks like the other.
	sed -i '0,/^must /s//may /' wrong/twin/expect
	found 3 '3 \(wrong solutions\)' 'wrong/twin: check says the sentence of wrong/constant \(seed 1\)'
	has_not "wrong/constant: "
}

@test "a refused or uncompiled wrong solution that is not known by its words" {
	only follows-pointer assigned
	sed -i 's/^refused .*/refused/' wrong/follows-pointer/expect
	sed -i 's/^build .*/build no such words/' wrong/assigned/expect
	found 3 '3 \(wrong solutions\)' 'wrong/follows-pointer: refused alone fits other mistakes too'
	has 'rule 3 (wrong solutions): wrong/assigned: "no such words" is not in what the compiler says'
}

@test "a wrong solution that does not compile, and should" {
	only constant
	echo 'int;' >>wrong/constant/hello.bpf.c
	found 3 '3 \(wrong solutions\)' "wrong/constant: it does not build: $LESSON/wrong/constant/hello.bpf.c:.*error"
}

@test "a leaked map" {
	local cgroup2
	cgroup2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$cgroup2" ] || skip "no cgroup2 here; mount it: mount -t cgroup2 cgroup2 /sys/fs/cgroup"
	LEAK=$cgroup2/course-test-$$
	mkdir "$LEAK" || skip "cgroup2 cannot be written here; become root"
	cat >"$BATS_TEST_TMPDIR/leak.bpf.c" <<-'END'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		int leaked;
		SEC("cgroup_skb/egress") int leak(void *ctx) { return ++leaked != 0; }
	END
	clang -target bpf -O2 -g -I"/usr/include/$(uname -m)-linux-gnu" -c "$BATS_TEST_TMPDIR/leak.bpf.c" \
		-o "$BATS_TEST_TMPDIR/leak.o"
	# The program stays attached to a cgroup that is not the environment's, and holds its map.
	sed -i "s|^	lab_attach\$|&\n	\"\$LAB_BPFTOOL\" prog load $BATS_TEST_TMPDIR/leak.o \$LAB_PINS/leak\n	\"\$LAB_BPFTOOL\" cgroup attach $LEAK egress pinned \$LAB_PINS/leak|" test.bats
	found 2 '2 \(solution\)' 'the solution leaves behind: map .*leak' || status=1
	rmdir "$LEAK"
	[ "$status" = 1 ] && has "leaves behind: program"
}

@test "a changed output of a command in the text" {
	sed -i 's/called write 2 times/called write 3 times/' README.md
	found 6 '6 \(text\)' 'README.md:[0-9]*: \$ hello sh -c .*: shown "process <...> called write 3 times", real'
}

@test "a term before the lesson that teaches it" {
	term=$(sed -n 's/^teaches *= *\([^,]*\).*/\1/p' ../../lab03-xdp/02-parsing/lesson.conf)
	sed -i "s/^## The code\$/&\n\nFirst a word on every ${term}.\n/" README.md
	found 7 '7 \(order\)' "README.md: \"$term\" in \"The code\" is used before lab03-xdp/02-parsing teaches it"
	# A member in a piece of code is no term.
	sed -i "s/^First a word on every .*/First a word on \`x->${term}\`./" README.md
	run -0 course verify hello --rule 7
	# A look ahead is fine where it shows the way.
	sed -i "/^First a word/d; s/^## Go further\$/&\n\n- A ${term} is for [another lesson](..\/..\/lab03-xdp\/02-parsing\/README.md).\n/" README.md
	run -0 course verify hello --rule 7
	has_not "rule 7"
}

@test "dishonest checks: sleep, a built path, chance, messages that differ" {
	sed -i "s|lab_tell \"write \$n\"|sleep 0; : \"\$LAB_BUILD/hello\" \$RANDOM; lab_step \"\$\$\"; &|" test.bats
	found 4 '4 \(honest checks\)' 'test.bats:[0-9]*: sleep: wait for the event'
	has "names a built path (LAB_BUILD)"
	has "\$RANDOM does not come from the seed"
	has "two messages under the same seed"
}

@test "a check that asks through a function of its own file; one that asks nothing" {
	printf 'asks() {\n\tlab_equal 1 2 "a; b" "c"\n}\n@test "one" {\n\tasks\n}\n' >>test.bats
	run course verify hello --rule 4
	has_not "calls no lab_ function"
	printf 'none() {\n\t:\n}\n@test "two" {\n\tnone\n}\n' >>test.bats
	printf '@test "asks by its name only" {\n\t# lab_equal\n\tnone\n}\n' >>test.bats
	found 4 '4 \(honest checks\)' 'check "two" calls no lab_ function'
	has 'check "asks by its name only" calls no lab_ function'
	has_not 'check "one" calls'
}

@test "a function in one line asks, too, and what stands behind it is not its own" {
	printf 'short() { lab_equal 1 2 "a; b" "c"; }\n@test "one" {\n\tshort\n}\n' >>test.bats
	printf 'none() { :; }\n@test "two" {\n\tlab_equal 1 2 "a; b" "c"\n}\n@test "three" {\n\tnone\n}\n' >>test.bats
	found 4 '4 \(honest checks\)' 'check "three" calls no lab_ function'
	has_not 'check "one" calls'
	has_not 'check "two" calls'
}

@test "a failure message without a part" {
	sed -i "s|lab_equal \"\$n\" .*|[ \"\$n\" = \"\$(lab_get calls)\" ] # \\\\|" test.bats
	found 5 '5 \(failure messages\)' '.*: check "every call of the process is counted" does not say "expected:"'
}

@test "a text that lost its form" {
	sed -i 's/^## Predict$/## Guess/; s/TODO 3/TODO 4/' README.md
	found 6 '6 \(text\)' 'README.md: heading "Guess" stands where "Predict" belongs'
	has "README.md: does not name every TODO of the files"
}

@test "a translation that lost its form" {
	sed 's/^## You will be able to$/## 学完你能/; s/^\. build\/env$/. build\/enw/' README.md >README.zh.md
	found 6 '6 \(text\)' 'README.zh.md: heading "Run it now" stands where "现在就运行" belongs'
	has "README.zh.md:"
	has "not the code block of README.md:"
}

@test "requires that goes in a circle, or nowhere; needs that nobody knows" {
	sed -i 's|^requires.*|requires = lab03-xdp/02-parsing, lab09-none/01-none|; s/^needs.*/needs = telepathy/' lesson.conf
	found 7 '7 \(order\)' 'requires goes in a circle: lab01-basics/01-hello -> '
	has "rule 7 (order): requires lab09-none/01-none, which does not exist"
	found 8 '8 \(needs\)' '.*telepathy'
}

@test "a program that its own lesson would not let in" {
	sed -i 's/^programs.*/programs = xdp/; s/^helpers.*/helpers = default/' lesson.conf
	found 9 '9 \(policy\)' 'solution: hello.bpf.o wants program type tracepoint, which lesson.conf has not'
	has "rule 9 (policy): solution: hello.bpf.o wants helper probe_read_kernel_str, which lesson.conf has not"
	sed -i 's/^helpers.*/helpers = default, map_lookup/' lesson.conf
	found 9 '9 \(policy\)' 'helpers: there is no helper map_lookup'
}

@test "a lesson that lacks files, or has one too many" {
	rm hints.md
	touch wrong/constant/Makefile
	found 0 '0 \(files\)' 'missing: hints.md'
	has "rule 0 (files): wrong/constant/Makefile is not among the files in edit"
}

@test "hints.md: a check without a hint, hints that nobody is shown" {
	sed -i 's/^## check: one call of the process is counted$/## check: one call is counted/' hints.md
	printf '\n## general\n\nThink.\n\n## 1\n\n---\n' >>hints.md
	found 0 '0 \(files\)' 'hints.md:[0-9]*: test.bats has no check named: one call is counted'
	has 'rule 0 (files): hints.md: no section "check: one call of the process is counted"'
	has 'a section is "2", "check: NAME" or "refused", not "general"'
	has ': a second section "1"'
	has ': section "1" is empty'
	sed -i '/^## 1$/d' hints.md
	found 0 '0 \(files\)' 'hints.md: no section "1" with a general hint'
}
