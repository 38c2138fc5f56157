#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Makes the submission of one attack: make.sh NAME FOLDER; it becomes FOLDER/attack, or an
# archive of that name. From the environment: CANARY, RESULTS, SECRET, LOOT, as in
# user.h, and VICTIM, a folder with a file that must stay.
#
#   attack.c       user.h, this, and the solution of the lesson's loader behind it
#   attack.bpf.c   put behind the solution of the lesson's kernel program
#   before.bpf.c   put in front of it
#   FILE           any other file, instead of the solution's
#   submit.sh      makes all of it: submit.sh FOLDER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
name=$1 out=$2
from=$here/$name
lesson=$(sed -n 's/^lesson *= *//p' "$from/attack.conf")
: "${CANARY:=canary}" "${RESULTS:=/nowhere}" "${SECRET:=/nowhere}" "${LOOT:=/nowhere}" "${VICTIM:=/nowhere}"

fill() {
	sed -e "s|@CANARY@|$CANARY|g; s|@TREE@|$top|g; s|@RESULTS@|$RESULTS|g; s|@SECRET@|$SECRET|g" \
		-e "s|CANARY_NAME|$CANARY|g; s|@LOOT@|$LOOT|g; s|@VICTIM@|$VICTIM|g; s|@LESSON@|$lesson|g" "$@"
}

# composed SOLUTION: the attack runs first. The loader with commands is started often, and traced
# call by call where it is started a second time: there the first "start" is enough.
composed() {
	fill "$here/user.h" "$from/attack.c"
	echo '#define main course_main'
	cat "$1"
	cat <<-'END'
		#undef main
		int main(int argc, char **argv)
		{
			static const char *const others[] = { "show", "upgrade", "stop" };
			int quiet = 0;

			for (int i = 0; argc > 1 && i < 3; i++)
				quiet |= !strcmp(argv[1], others[i]);
			if (argc > 1 && !strcmp(argv[1], "start") && getenv("TESTENV_BPF")) {
				char running[4096];

				snprintf(running, sizeof(running), "%s/meter/map/traffic", getenv("TESTENV_BPF"));
				quiet = !access(running, F_OK);
			}
			if (!quiet)
				attack();
			return course_main(argc, argv);
		}
	END
}

mkdir -p "$out"
if [[ -f $from/submit.sh ]]; then
	export CANARY RESULTS SECRET LOOT VICTIM TREE=$top LESSON=$lesson
	cd "$out"
	bash -euo pipefail "$from/submit.sh"
	exit
fi
to=$out/attack/$lesson
mkdir -p "$to"
for file in $(sed -n 's/^ *edit *= *//p' "$top/$lesson/lesson.conf" | tr ',' ' '); do
	solution=$top/$lesson/solution/$file
	[[ -f $solution ]] || solution=$top/$lesson/$file
	case $file in
	*.bpf.c)
		[[ ! -f $from/before.bpf.c ]] || fill "$from/before.bpf.c"
		cat "$solution"
		[[ ! -f $from/attack.bpf.c ]] || fill "$from/attack.bpf.c"
		;;
	*.c)
		if [[ -f $from/attack.c ]]; then
			composed "$solution"
		else
			cat "$solution"
		fi
		;;
	esac >"$to/$file"
	[[ ! -f $from/$file ]] || fill "$from/$file" >"$to/$file"
done
