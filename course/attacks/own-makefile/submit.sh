#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The solution, and beside it everything that builds and judges.
to=attack/$LESSON
mkdir -p "$to" attack/common/test "$to/solution"
cp "$TREE/$LESSON/solution/parsing.bpf.c" "$to"
# shellcheck disable=SC2016 # $(shell) is make's
printf 'all lesson:\n\ttouch %s/%s\n$(shell touch %s/%s)\n' "$LOOT" "$CANARY" "$LOOT" "$CANARY" |
	tee attack/Makefile "$to/Makefile" attack/common/lesson.mk >"$to/GNUmakefile"
printf '@test "all is well" {\n\ttouch %s/%s\n}\n' "$LOOT" "$CANARY" >"$to/test.bats"
printf 'touch %s/%s\n' "$LOOT" "$CANARY" >attack/common/test/lab.bash
printf '[lesson]\nid = parsing\nedit = parsing.bpf.c\nneeds = nothing\n' >"$to/lesson.conf"
printf 'int main(void) { return 0; }\n' >"$to/parsing.c"
