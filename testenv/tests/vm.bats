#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# "testenv vm" as far as it goes without a kernel and without a network: what is
# missing is said in one line, and fetching, from an apt that we play.

# Variables in single quotes are for the shells started.
# shellcheck disable=SC2016

load common

setup() {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	cache=$XDG_CACHE_HOME/bpf-labs
}

@test "without QEMU: one line with the cure, and 4" {
	PATH=$BUILD/bin run -4 testenv vm run -- true
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "testenv: there is no qemu-system-x86_64 here: make deps, or sudo apt-get install "* ]]
	PATH=$BUILD/bin run -0 testenv vm list
	[[ $output == *"QEMU is missing: make deps"* ]]
}

# A QEMU that is only there.
some_qemu() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	chmod 755 "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "without the kernel: one line with the cure, and 4" {
	some_qemu
	run -4 testenv vm run --kernel 6.12 -- true
	[ "$output" = "testenv: no kernel 6.12 is fetched: testenv vm fetch 6.12" ]
	run -4 testenv vm start machine
	[ "$output" = "testenv: no kernel for virtual machines is fetched: testenv vm fetch 6.12" ]
	[ ! -e "$cache/machines/machine" ]
}

@test "wrong usage is 2" {
	for args in "" "perpetual" "run" "run --kernel six -- true" "run --timeout x -- true" "run --cpus 0 -- true" "fetch" \
		"fetch 6.1 6.12" "fetch ../x" "start" "start 1x" "exec" "exec machine" "exec machine --" \
		"stop" "exec nosuch -- true"; do
		# shellcheck disable=SC2086 # words are wanted
		run testenv vm $args
		[ "$status" -eq 2 ] || {
			echo "'$args' is $status"
			false
		}
	done
	run -0 testenv vm --help
	[[ $output == *"fetch"*"run"*"start"* ]]
	run -0 testenv vm run --help
	[[ $output == *"testenv vm run"* ]]
}

@test "stop of a machine that is not there is fine, and of one whose keeper was killed" {
	testenv vm stop machine
	mkdir -p "$cache/machines"
	touch "$cache/machines/machine" "$cache/machines/machine.lock"
	testenv vm stop machine
	[ -z "$(ls "$cache/machines")" ]
}

# ---- fetching --------------------------------------------------------------

# Four bytes.
little_endian() {
	# shellcheck disable=SC2059 # the format is the point
	printf "$(printf '\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)))"
}

# An apt that offers kernels 6.1.0-1 and 6.1.0-2, unless $BATS_TEST_TMPDIR/hang is there.
# The kernel in a package is the boot image of an ELF file, its module is empty.
fake_apt() {
	local bin=$BATS_TEST_TMPDIR/bin tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$bin" "$tree/boot" "$tree/lib/modules/6.1.0-2-amd64/kernel/drivers/net"
	cc -c -x c -o "$BATS_TEST_TMPDIR/elf" - <<<'const char i[] __attribute__((section(".modinfo"))) = "depends=\0alias=rtnl-link-veth";'
	gzip <"$BATS_TEST_TMPDIR/elf" >"$BATS_TEST_TMPDIR/elf.gz"
	{
		head -c $((0x202)) /dev/zero
		printf HdrS
		head -c $((0x24c - 0x206)) /dev/zero
		little_endian "$(stat -c %s "$BATS_TEST_TMPDIR/elf.gz")"
		head -c $((2560 - 0x250)) /dev/zero
		cat "$BATS_TEST_TMPDIR/elf.gz"
		head -c 4096 /dev/zero
	} >"$tree/boot/vmlinuz-6.1.0-2-amd64"
	xz <"$BATS_TEST_TMPDIR/elf" >"$tree/lib/modules/6.1.0-2-amd64/kernel/drivers/net/veth.ko.xz"
	tar -C "$tree" -cJf "$BATS_TEST_TMPDIR/data.tar.xz" ./boot ./lib
	(cd "$BATS_TEST_TMPDIR" && touch debian-binary && ar qc kernel.deb debian-binary data.tar.xz)
	cat >"$bin/apt-get" <<-SCRIPT
		#!/bin/sh
		echo "\$*" >>"$BATS_TEST_TMPDIR/calls"
		cp "\$APT_CONFIG" "$BATS_TEST_TMPDIR/apt.conf"
		[ ! -e "$BATS_TEST_TMPDIR/fail" ] || { echo "E: the mirror is on fire" >&2; exit 100; }
		[ "\$2" = download ] || exit 0
		cp "$BATS_TEST_TMPDIR/kernel.deb" .
		[ ! -e "$BATS_TEST_TMPDIR/hang" ] || exec tail -f /dev/null
	SCRIPT
	cat >"$bin/apt-cache" <<-SCRIPT
		#!/bin/sh
		[ "\$1" = pkgnames ] || exit 100
		printf 'linux-image-%s\n' 6.1.0-1-amd64 6.1.0-2-amd64 6.1.0-2-cloud-amd64 amd64
	SCRIPT
	printf '#!/bin/sh\necho "Acquire::http::Proxy \\"http://proxy.example\\";"\n' >"$bin/apt-config"
	chmod 755 "$bin"/*
	PATH=$bin:$PATH
	grep -qrs '\(bookworm\|trixie\)' /etc/apt/sources.list /etc/apt/sources.list.d ||
		skip "this machine's apt knows no Debian archive"
}

# What is left of fetching in the cache: the lock, and kernels.
kernels() {
	ls "$cache/kernels"
}

@test "fetch unpacks the newest kernel of that version, once" {
	fake_apt
	run -0 --separate-stderr testenv vm fetch 6.1
	[ "$output" = "fetched the kernel 6.1.0-2-amd64" ]
	[ "$(kernels)" = $'6.1.0-2-amd64\nlock' ]
	cmp "$cache/kernels/6.1.0-2-amd64/vmlinux" "$BATS_TEST_TMPDIR/elf"
	cmp "$cache/kernels/6.1.0-2-amd64/modules/veth.ko" "$BATS_TEST_TMPDIR/elf"
	[ "$(cat "$cache/kernels/6.1.0-2-amd64/modules/index")" = "veth - rtnl-link-veth" ]
	# apt has folders of its own, and the machine's proxy
	grep -q "^Dir::State::lists \"$cache/" "$BATS_TEST_TMPDIR/apt.conf"
	grep -q "^Acquire::http::Proxy \"http://proxy.example\"" "$BATS_TEST_TMPDIR/apt.conf"
	n=$(wc -l <"$BATS_TEST_TMPDIR/calls")
	run -0 testenv vm fetch 6.1
	[ "$output" = "the kernel 6.1.0-2-amd64 is there already" ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/calls")" -eq "$n" ]
	run -0 testenv vm list
	[[ $output == *"6.1.0-2-amd64 "* ]]
}

@test "fetch without apt, with an apt that fails, of a kernel that nobody has: one line, 4, nothing left" {
	fake_apt
	PATH=$BUILD/bin run -4 testenv vm fetch 6.1
	[[ ${lines[-1]} == *"there is no apt here" ]]
	run -4 testenv vm fetch 4.19
	[[ ${lines[-1]} == *"no suite of Debian that we know has a kernel 4.19"* ]]
	run -4 testenv vm fetch 6.1.77
	[[ ${lines[-1]} == *"Debian offers no kernel 6.1.77 now"* ]]
	touch "$BATS_TEST_TMPDIR/fail"
	run -4 testenv vm fetch 6.1
	[[ ${lines[-1]} == *"cannot get the lists of packages: E: the mirror is on fire" ]]
	[ "$(kernels)" = lock ]
}

@test "fetch with a damaged package leaves nothing" {
	fake_apt
	head -c 900 "$BATS_TEST_TMPDIR/kernel.deb" >"$BATS_TEST_TMPDIR/cut"
	mv "$BATS_TEST_TMPDIR/cut" "$BATS_TEST_TMPDIR/kernel.deb"
	run testenv vm fetch 6.1
	[ "$status" -ne 0 ]
	[[ $output == *"cannot unpack"* ]]
	[ "$(kernels)" = lock ]
}

@test "fetch that was killed half-way leaves nothing for long" {
	fake_apt
	touch "$BATS_TEST_TMPDIR/hang"
	testenv vm fetch 6.1 3>&- &
	fetch=$!
	wait_for 20 compgen -G "$cache/kernels/tmp.*/deb/kernel.deb"
	apt=$(ps -o pid= --ppid "$fetch" | tr -d ' ')
	kill -9 "$fetch"
	wait_for 20 gone "$apt"
	[ ! -e "$cache/kernels/6.1.0-2-amd64" ]
	rm "$BATS_TEST_TMPDIR/hang"
	testenv vm fetch 6.1
	[ "$(kernels)" = $'6.1.0-2-amd64\nlock' ]
}

@test "two fetches at once get one kernel" {
	fake_apt
	testenv vm fetch 6.1 3>&- &
	first=$!
	testenv vm fetch 6.1
	wait "$first"
	[ "$(kernels)" = $'6.1.0-2-amd64\nlock' ]
	[ "$(grep -c download "$BATS_TEST_TMPDIR/calls")" -eq 1 ]
}

# ---- a guest that lies -----------------------------------------------------

# A kernel that nobody boots, and a QEMU that is tests/liar.c; where root's machines have a way to.
liar() {
	local bin=$cache/bin kernel=$cache/kernels/6.1.0-1-amd64
	mkdir -p "$bin" "$kernel/modules"
	touch "$kernel/vmlinux" "$kernel/modules/index"
	"${CC:-cc}" -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I "$BATS_TEST_DIRNAME/../.." -o "$bin/qemu-system-x86_64" \
		"$BATS_TEST_DIRNAME/liar.c" "$BATS_TEST_DIRNAME/../vm/frame.c"
	PATH=$bin:$PATH
}

child() {
	ps -o pid= --ppid "${1:-0}" | tr -d ' '
}
# What the keeper of "testenv vm run" has needed most, in KiB.
peak() {
	awk '/^VmHWM/ { print $2 }' "/proc/$1/status"
}

@test "a guest that sends more than it may is ended, however slow the client is; the keeper stays small" {
	liar
	mkfifo "$BATS_TEST_TMPDIR/unread"
	exec 7<>"$BATS_TEST_TMPDIR/unread"
	for lie in output pieces; do
		LIAR=$lie testenv vm run --boot -- x 3>&- >&7 2>&1 &
		tool=$!
		has_child() { [ -n "$(child "$tool")" ]; }
		wait_for 20 has_child
		keeper=$(child "$tool")
		# The client is stuck soon after that, for nobody reads any further.
		read -rN 1 -t 20 -u 7 first
		[ "$first" = x ]
		ended() { [ -z "$(child "$keeper")" ]; }
		wait_for 20 ended
		echo "$lie: $(peak "$keeper") KiB"
		[ "$(peak "$keeper")" -lt 40000 ]
		kill -9 "$tool"
		wait_for 20 gone "$keeper"
		wait "$tool" || :
	done
	exec 7>&-
	LIAR=output run -123 testenv vm run --boot -- x
	[[ $output == *"testenv: the guest sends what it may not, and was ended"* ]]
}

@test "of what a guest says that is not for it to say nothing passes" {
	liar
	for lie in none nothing want gone console; do
		LIAR=$lie run -7 timeout 60 testenv vm run --boot -- x
		[ -z "$output" ] || {
			echo "$lie: $output"
			false
		}
	done
	LIAR=garbage run -123 testenv vm run --boot -- x
	[[ $output == *"testenv: the guest sends what it may not, and was ended"* ]]
	# It does not answer either.
	LIAR=half run -123 testenv vm run --boot --timeout 0.5 -- x
	[[ $output == *"testenv: the guest hangs"* ]]
}

@test "of machines whose keepers were killed nothing is left when the next one starts" {
	liar
	for machine in first second; do
		testenv vm start --boot "$machine"
		[ -S "$cache/machines/$machine" ]
		keepers="${keepers-} $(ps -o ppid= -p "$(pgrep -f "kernel $cache/kernels" | tail -n 1)" | tr -d ' ')"
	done
	run -2 testenv vm start --boot first
	[[ $output == "testenv: there is a machine 'first' already"* ]]
	# shellcheck disable=SC2086 # two words
	kill -9 $keepers
	for keeper in $keepers; do
		wait_for 20 gone "$keeper"
	done
	[ "$(find "$cache/machines" -type s | wc -l)" = 2 ]
	testenv vm start --boot third
	[ "$(cd "$cache/machines" && echo *)" = "third third.lock" ]
	testenv vm stop third
	[ -z "$(ls "$cache/machines")" ]
	wait_for 20 eval '! pgrep -f "kernel $cache/kernels"'
}
