#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The finished loader, lab01-basics/09-relocations' solution: against libbpf on real
# objects, on objects that it does not take, and on damaged ones.
#
# A longer search for what ends it, with other files and numbers than last time:
#	build/loader/fuzz -s 600 -r $RANDOM -k /tmp build/run/*/*/solution/*.bpf.o build/loader/*.o
top=$BATS_TEST_DIRNAME/../../..
: "${BUILD:=$top/build}"
lesson=lab01-basics/09-relocations
export BUILD

setup_file() {
	[[ -d $top/$lesson/solution ]] || skip "this tree has no solutions"
	cd "$top" || return
	make -s BUILD="$BUILD" loader-tests
	make -s BUILD="$BUILD" OVERLAY=solution lessons
}

setup() {
	cd "$top" || return
	objload=$BUILD/run/$lesson/solution/objload
	shopt -s nullglob
	# Made to test this loader, or for its lesson; and made for something else.
	own=("$BUILD"/loader/same-*.bpf.o "$BUILD/run/$lesson"/solution/*.bpf.o)
	others=()
	for object in "$BUILD"/run/*/*/solution/*.bpf.o "$BUILD"/fixtures/*.bpf.o /usr/lib/*/bpf/*.o; do
		[[ $object == "$BUILD/run/$lesson/"* ]] || others+=("$object")
	done
}

in_environment() {
	env -u BATS_RUN_TMPDIR -u BATS_TMPDIR "$BUILD/bin/testenv" run -t none --timeout 120 -- "$@"
}

@test "20 objects, ten of them not made for it, are in the kernel as libbpf loads them" {
	report=$(in_environment common/elf/tests/parity.sh "$BUILD/libexec/labctl" "$objload" \
		"${own[@]}" "${others[@]}")
	echo "$report"
	echo "# ${report//$'\n'/$'\n'# }" >&3
	[[ $'\n'$report != *$'\n'differs* ]]
	[[ $'\n'$report != *$'\n'"skipped same-"* ]]
	[ "$(grep -c '^same' <<<"$report")" -ge 20 ]
	[ "$(grep '^same' <<<"$report" | grep -vc ' same-\| parts\.bpf\.o')" -ge 10 ]
}

@test "what it does not do, and what the kernel refuses, it says in words, and ends with status 1" {
	for object in "$BUILD"/loader/refused-*.bpf.o; do
		name=$(basename "$object" .bpf.o)
		words=$(sed -n 's/^.*expect: \(.*\) \*\/$/\1/p' "common/elf/tests/objects/$name.bpf.c")
		[ "$words" ]
		run in_environment "$objload" "$object" program
		echo "$name: status $status, $output"
		[ "$status" = 1 ]
		[[ $output == *"$words"* ]]
		[ "${#lines[@]}" = 1 ] || [[ $output == "refused: "* ]]
	done
}

@test "a folder for pins that is in no bpf file system is named as the reason" {
	run in_environment "$objload" "$BUILD/run/$lesson/solution/parts.bpf.o" by_class "$BATS_TEST_TMPDIR/pins"
	echo "$output"
	[ "$status" = 1 ]
	[[ $output == *"$BATS_TEST_TMPDIR/pins is not in a bpf file system"* ]]
}

# Each file ended a loader in which one of the checks was missing.
@test "files that are damaged in a way known to be dangerous do not end it" {
	"$BUILD/loader/fuzz" -c common/elf/tests/corpus/*.damaged >/dev/null
}

@test "damaged objects neither crash it nor make it need much memory" {
	run "$BUILD/loader/fuzz" -s 8 -k "$BATS_TEST_TMPDIR" "$BUILD"/loader/same-*.bpf.o "${others[@]}"
	echo "$output"
	[ "$status" = 0 ]
	echo "# $output" >&3
	[[ $output =~ ^([0-9]+)\ runs.*,\ ([0-9]+)\ got.*at\ most\ ([0-9]+)\ MB ]]
	# That many at least, also on a busy machine; and not all of them end at the door.
	((BASH_REMATCH[1] >= 200 && BASH_REMATCH[2] * 20 >= BASH_REMATCH[1] && BASH_REMATCH[3] < 256))
}
