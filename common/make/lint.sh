#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What can be checked without running anything
# Prints one line a check; what is wrong stands below it.
set -u

cd "$(dirname "$0")/../.." || exit 5
number=0
failed=0

# tracked files and new ones, of the given patterns
files() {
	git ls-files -co --exclude-standard -- "$@" | while IFS= read -r f; do
		[ ! -f "$f" ] || printf '%s\n' "$f"
	done
}

# check NAME COMMAND...: the command prints what is wrong, if anything
check() {
	number=$((number + 1))
	name=$1
	shift
	wrong=$("$@" 2>&1)
	if [ -z "$wrong" ]; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		printf '%s\n' "$wrong" | head -n 20 | sed 's/^/# /'
		failed=$((failed + 1))
	fi
}

# Versions of clang-format differ in what they make of the same settings.
format_version=$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')

format() {
	# vmlinux.h and skeletons are not in the tree, so everything here is ours.
	files '*.c' '*.h' | xargs -r clang-format --dry-run -Werror 2>&1 | grep 'error:'
}

shell_scripts() {
	{
		files '*.sh' '*.bash' '*.bats'
		files | while IFS= read -r f; do
			case $f in *.*) continue ;; esac
			head -c 30 "$f" | grep -q '^#!/bin/sh\|^#!.*bash' && printf '%s\n' "$f"
		done
	} | sort -u | xargs -r shellcheck -x
}

licences() {
	files '*.bpf.c' 'common/bpf/*.h' | xargs -r grep -L 'SPDX-License-Identifier: GPL-2.0-only\( \*/\)\?$'
	files '*.c' '*.h' '*.sh' '*.bash' '*.bats' '*.mk' '*Makefile' '*lesson.conf' |
		grep -v '\.bpf\.c$\|^common/bpf/[^/]*\.h$' |
		xargs -r grep -L 'SPDX-License-Identifier: GPL-2.0-only OR MIT'
}

generated() {
	git ls-files | grep -E '(\.o|\.ko|\.skel\.h|vmlinux\.h|\.a|\.so|\.deb)$'
	git ls-files -z | xargs -0 ls -l | awk '$5 > 262144 { print $9 ": " $5 " bytes" }'
}

packages_in_readme() {
	awk '/^(start|test|bench) / { print $2 }' common/make/packages | tr '|' '\n' | grep -v '^-$' |
		while IFS= read -r p; do
			grep -qF "\`$p\`" README.md || echo "README.md does not name the package $p of common/make/packages"
		done
}

# Each lesson has its row in its lab's table, with what lesson.conf says.
lessons_in_readme() {
	for conf in lab*/*/lesson.conf; do
		lesson=${conf%/lesson.conf}
		name=${lesson#*/}
		value() { sed -n "s/^$1 *= *//p" "$conf"; }
		row="| [$name]($name/README.md) | $(value level) | $(value minutes) | $(value title) |"
		grep -qxF "$row" "${lesson%/*}/README.md" || echo "${lesson%/*}/README.md lacks the row: $row"
	done
}

# [text](path): the path, from the file's own folder, is there
links() {
	files '*.md' | while IFS= read -r f; do
		grep -o '](\([^)#]*\)' "$f" | sed 's/^](//' | grep -v '^$\|^[a-z]*:' | while IFS= read -r to; do
			[ -e "$(dirname "$f")/$to" ] || echo "$f: $to is not there"
		done
	done
}

# Arithmetic runs what a hand-in has written (common/make/arithmetic.awk).
arithmetic() {
	files 'lab*/test.bats' | xargs -r awk -f common/make/arithmetic.awk
}

# A handed-out tree: its links lead to what was left out, and nobody commits there.
if [ "$(git rev-parse --show-prefix 2>&1)" != "" ]; then
	echo 1..1
	echo "ok 1 - the sources # SKIP this is no git checkout; sources are checked where they are written"
	exit 0
fi
echo 1..8
if [ "$format_version" = 14 ]; then
	check "C files are formatted (make format)" format
else
	number=$((number + 1))
	echo "ok $number - C files are formatted # SKIP our formatting is clang-format 14's; this is $format_version"
fi
check "shell scripts pass shellcheck" shell_scripts
check "every source names its licence" licences
check "nothing generated and nothing large is tracked" generated
check "README.md names every package" packages_in_readme
check "every lesson is in its lab's table" lessons_in_readme
check "links inside the tree lead somewhere" links
check "no test calculates with what a hand-in may have written" arithmetic
[ "$failed" = 0 ]
