#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Shows what attacks do to who does not stop them, where grading them without isolation would not
# show it: prove.sh [NAME...]; without NAME all whose attack.conf says "proved = prove.sh". Prints
# TAP. Each has a folder of its own; bombs have limits. Needs root, takes seconds.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(cd "${BUILD:-$top/build}" && pwd)

if (($#)); then
	names=("$@")
else
	mapfile -t names < <(cd "$here" && grep -lx 'proved *= prove.sh' ./*/attack.conf | cut -d/ -f2)
fi

work=$(mktemp -d /tmp/bpf-labs-prove-XXXXXX)
trap 'rm -rf "$work"' EXIT

# made FILE: of the lesson, in what was handed in
made() {
	echo "attack/$LESSON/$1"
}

# clang_ended LIMIT...: with the limit of prlimit's the compiler is ended, and does not end
clang_ended() {
	local status=0 object
	object=$(made parsing.bpf.o)
	prlimit "$@" --core=0 clang -target bpf -O2 -g -I"$top" -idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-c "$(made parsing.bpf.c)" -o "$object" >out 2>&1 || status=$?
	((status > 128)) || grep -qE 'out of memory|bad_alloc|File too large' out
}

# outlives: the program's own process ends, another one stays
outlives() {
	local file pid found=1
	{
		cat "$here/user.h" "$here/$name/attack.c"
		echo 'int main(void) { attack(); return 0; }'
	} | sed "s|@CANARY@|$CANARY|g; s|@[A-Z]*@|/nowhere|g" >program.c
	"${CC:-gcc}" -w -D_GNU_SOURCE -o program program.c
	./program </dev/null >/dev/null 2>&1
	# It takes its name soon.
	for ((i = 0; i < 500 && found; i++)); do
		for file in /proc/[0-9]*/comm; do
			[[ $(cat "$file" 2>/dev/null) == "$CANARY" ]] || continue
			pid=${file#/proc/} pid=${pid%/comm}
			kill -9 "$pid"
			found=
		done
	done
	[[ ! $found ]]
}

# unpacked: as a careless grader does it
unpacked() {
	mkdir unpacked
	tar -C unpacked -xf attack.tar* "$@" 2>/dev/null || :
}

# never_ends FILE: who reads it gets nothing, or never enough
never_ends() {
	local status=0
	timeout 0.3 cat "$1" >/dev/null || status=$?
	((status == 124))
}

succeeds() {
	case $name in
	bomb-include) clang_ended --cpu=4 ;;
	bomb-macro) clang_ended --as=$((2 << 30)) --cpu=4 ;;
	bomb-object) clang_ended --fsize=$((200 << 20)) ;;
	daemon-*) outlives ;;
	folder-links)
		never_ends attack/lab03-xdp/02-parsing/parsing.bpf.c
		cmp "$(made pass_drop.bpf.c)" "$SECRET"
		;;
	gzip-bomb)
		(($(stat -c %s attack.tar.gz) < 2 << 20))
		(($(zcat attack.tar.gz | wc -c) > 1 << 30))
		;;
	names)
		[[ $(echo *.gz) == *'<script>'* ]]
		tar -tf ./*.gz | grep -F '<img src=x onerror'
		;;
	own-makefile)
		make -C "attack/$LESSON" >/dev/null
		[[ -e $LOOT/$CANARY ]]
		;;
	pin-by-name)
		clang -target bpf -O2 -g -I"$top" -idirafter "/usr/include/$(uname -m)-linux-gnu" \
			-c "$(made parsing.bpf.c)" -o parsing.bpf.o
		# In a bpffs that goes with this shell.
		# shellcheck disable=SC2016 # the inner shell's
		unshare -m sh -euc 'mount -t bpf none /sys/fs/bpf
			"$1" prog load parsing.bpf.o /sys/fs/bpf/program
			rm /sys/fs/bpf/program
			test -e "/sys/fs/bpf/$CANARY"' sh "$("$top/common/make/find-bpftool" 2>/dev/null || echo bpftool)"
		;;
	pins-link)
		# bpffs as it is without the flag, and with it.
		touch victim
		# shellcheck disable=SC2016 # the inner shell's
		unshare -m sh -euc 'mkdir bpf
			for options in nosymfollow symfollow; do
				mount -t bpf -o "$options" none bpf
				ln -s "$PWD" bpf/link
				rm -f bpf/link/victim || test "$options" = nosymfollow
				test -e victim || test "$options" = symfollow
				umount bpf
			done'
		[[ ! -e victim ]]
		;;
	sparse-bomb)
		unpacked
		(($(stat -c %s attack.tar) < 1 << 20 && $(stat -c %s "unpacked/$LESSON/pass_drop.bpf.c") == 1 << 40))
		;;
	tar-devices)
		unpacked
		never_ends "unpacked/$LESSON/pass_drop.bpf.c"
		never_ends unpacked/zero
		;;
	tar-hardlink)
		unpacked -P
		[[ unpacked/$LESSON/pass_drop.bpf.c -ef $SECRET ]]
		;;
	tar-symlink)
		unpacked
		cmp "unpacked/$LESSON/pass_drop.bpf.c" "$SECRET"
		;;
	tar-traversal)
		unpacked -P
		[[ -e $LOOT/$CANARY ]]
		;;
	*)
		echo "nobody has said how to prove it"
		false
		;;
	esac
}

failed=0 number=0
echo "1..${#names[@]}"
for name in "${names[@]}"; do
	number=$((number + 1))
	LESSON=$(sed -n 's/^lesson *= *//p' "$here/$name/attack.conf")
	CANARY=canary$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')
	LOOT=$work/$name/loot SECRET=$work/$name/secret RESULTS=/nowhere VICTIM=/nowhere
	export CANARY LOOT SECRET RESULTS VICTIM
	mkdir -p "$work/$name/made" "$LOOT"
	echo "for root only" >"$SECRET"
	BUILD=$build "$here/make.sh" "$name" "$work/$name/made"
	# In a shell of its own: "set -e" does not hold in a condition.
	status=0
	(cd "$work/$name/made" && set -e && succeeds) >"$work/$name/log" 2>&1 &
	wait "$!" || status=$?
	if ((!status)); then
		echo "ok $number - $name"
	else
		failed=1
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/$name/log"
	fi
	rm -rf "${work:?}/$name"
done
exit "$failed"
