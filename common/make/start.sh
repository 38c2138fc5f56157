#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The last step of "make start": lesson 1 runs on this kernel, and the learner
# stands in it. start.sh BUILD
set -u

build=$(cd "$1" && pwd) || exit 5
cd "$(dirname "$0")/../.." || exit 5
lesson=lab01-basics/01-hello

"$build/bin/course" start "$lesson" >/dev/null || exit

echo
echo "What follows is printed by a BPF program that was just built from"
echo "$lesson/hello.bpf.c: this kernel runs it whenever a program starts,"
echo "here a few that we start, and whatever else starts on this machine meanwhile."
echo
# The command stands for your own terminals: it starts a few programs.
"$build/bin/testenv" run --topology none -- "$build/run/$lesson/starter/hello" \
	sh -c 'echo "(the shell writes this line)"; uname -sr; date +%A; id -un; true' || exit

cat <<EOF

It works here. But the shell did write a line: that 0 is wrong, and making it
right is lesson 1, where you are now.
  first  . build/env      (once in each terminal: it puts the tools on your PATH)
  read   $lesson/README.md
  edit   ${COURSE_WORK:-work}/$lesson/hello.bpf.c
  then   course check
To see all that starts on this machine, until you press Ctrl-C: testenv run -- hello
EOF
