#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course pack and handout: what goes over the table, and what does not.

load common

setup() {
	make_tree
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
}

# The names in an archive, in order.
listing() {
	tar tf "$1" | sort
}

@test "pack holds the files to edit of started lessons, and says how they stand" {
	course start one >/dev/null
	work alpha beta
	echo "my marks" >work/lab01-first/01-one/notes.txt
	run -0 course pack
	has "hand-in.tar.gz holds 1 file of 1 lesson:"
	has "lab01-first/01-one            not checked since it was changed"
	[ "$(listing hand-in.tar.gz)" = lab01-first/01-one/prog.c ]
	course check one >/dev/null
	course start two >/dev/null
	run -1 course check two
	run -0 course pack -o jane.zip
	has "jane.zip holds 2 files of 2 lessons:"
	has "01-one            passed"
	has "02-two            0 of 2 checks passed"
	[ "$(head -c 2 jane.zip)" = PK ]
	grep -qa lab01-first/02-two/prog.c jane.zip
	run -0 course pack one -o one.tar.gz
	[ "$(tar xzOf one.tar.gz)" = $'alpha\nbeta' ]
}

@test "pack with nothing to pack, with a name that tells no format, where nothing can be written" {
	run -3 course pack
	has "there is nothing to pack: no lesson is started"
	course start one >/dev/null
	run -3 course pack two
	has "02-two is not started"
	run -2 course pack -o hand-in
	has "hand-in: the name tells no kind of archive"
	run -4 course pack -o nowhere/x.zip
	has "cannot write nowhere/x.zip: No such file or directory"
	[ ! -e hand-in.tar.gz ] && [ ! -e hand-in ] && [ ! -e nowhere ]
}

@test "pack keeps the old archive when the new one cannot be written" {
	course start one >/dev/null
	echo old >a.zip
	rm work/lab01-first/01-one/prog.c
	ln -s nowhere work/lab01-first/01-one/prog.c
	run -3 course pack -o a.zip
	[ "$(cat a.zip)" = old ]
	[ -z "$(find . -name 'a.zip.*')" ]
}

# A repository around the tree.
track() {
	mkdir -p course/attacks/one
	echo "tries = all" >course/attacks/one/attack.conf
	git init -q . && git add -f lab01-first common Makefile course
}

@test "a handout has what git tracks, but no solution, no wrong case, no notes, no work" {
	mkdir -p lab01-first/03-draft/solution
	echo beta >lab01-first/03-draft/solution/prog.c
	track
	course start one >/dev/null
	echo "alice 17" >marks.csv
	run -0 course handout -o class.tar.gz
	has "class.tar.gz holds 11 files with 2 lessons, without solutions and wrong solutions."
	has "Not in it, because git does not track"
	listing class.tar.gz >names
	grep -qx class/lab01-first/01-one/prog.c names
	grep -qx class/common/lesson.mk names
	run -1 grep -E "solution|wrong|marks|work/|build/|attacks|draft" names
	mkdir out && tar xf class.tar.gz -C out
	run -1 grep -rlx "beta" out --include=prog.c
}

@test "a handout of some lessons names what they require" {
	track
	run -0 course handout -o two.tar.gz --lessons two
	has "1 lesson, without"
	has "Required by these, and not in it"
	has "  lab01-first/01-one"
	tar tf two.tar.gz >names
	run -1 grep 01-one names
	grep -q two/lab01-first/02-two/prog.c names
	run -0 course handout -o all.tar.gz --lessons lab01
	has_not "Required by these"
}

@test "a hidden check in the tree is not handed out unseen" {
	track
	sed -i 's/points:1$/points:1,visibility:hidden/' lab01-first/02-two/test.bats
	run -1 course handout -o class.tar.gz
	has "lab01-first/02-two/test.bats:7: this check is hidden"
	[ ! -e class.tar.gz ]
	run -0 course handout -o class.tar.gz -l one
	# A folder for course grade --hidden, added to git by mistake.
	mkdir -p exam/lab01-first/01-one
	cp lab01-first/01-one/test.bats exam/lab01-first/01-one/more.bats
	run -0 course handout -o class.tar.gz -l one
	git add exam
	run -1 course handout -o class.tar.gz -l one
	has "exam/lab01-first/01-one/more.bats: this looks like a hidden check"
}

@test "a handout without git, without a name" {
	run -4 course handout -o class.tar.gz
	has "a handout is made of what git tracks, but git ls-files -z in $TREE fails: fatal: not a git repository"
	run -2 course handout
	has "where does the archive go?"
}

@test "in a handout there is a course, and nothing to verify" {
	track
	course handout -o class.tar.gz >/dev/null
	mkdir out && tar xf class.tar.gz -C out && cp -r build out/class/
	cd out/class
	export BUILD=$PWD/build
	course start one >/dev/null
	work alpha beta
	run -0 course check one
	run -1 course solution one
	has "this tree was handed out without"
	run -4 course verify
	has "this tree was handed out without solutions: there is nothing to hold the lessons against"
	run -0 course verify --format tap
	has "ok 1 - lessons # SKIP this tree was handed out without solutions"
}
