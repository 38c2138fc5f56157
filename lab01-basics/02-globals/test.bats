#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of globals. They start the learner's loader for the fixture "calls",
# which makes exactly the write(2) calls that it is told to make, and then ask the
# kernel for the variables of the program that the loader has loaded.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	lab_fixture calls
}

teardown() {
	lab_teardown
}

# large [OPTION...]: the loader watches the fixture
large() {
	lab_start large -p "$LAB_FIXTURE_PID" "$@"
	lab_adopt
}

# value VARIABLE: what is in it, also when it has not been declared yet
value() {
	lab_get "$1" 2>/dev/null || echo "(no variable $1 in the program)"
}

# bats test_tags=points:2,visibility:visible
@test "large writes are counted, and small ones are not" {
	threshold=$(lab_rand threshold 200 900)
	n=$(lab_rand n 3 20)
	large -t "$threshold"
	lab_tell "write $n $((threshold * 2))"
	lab_tell "write 2 $((threshold / 2))"
	lab_equal "$n" "$(value large)" \
		"$n writes of $((threshold * 2)) bytes, 2 of $((threshold / 2)), threshold $threshold; large" \
		"TODO 2 and 4 in large.bpf.c; TODO 6 in large.c: -t must reach the program"
}

# bats test_tags=points:1,visibility:visible
@test "a write of exactly the threshold is large" {
	threshold=$(lab_rand threshold 200 900)
	n=$(lab_rand n 3 20)
	large -t "$threshold"
	lab_tell "write $n $threshold"
	lab_tell "write 2 $((threshold - 1))"
	lab_equal "$n" "$(value large)" \
		"$n writes of exactly $threshold bytes, 2 of one byte less, threshold $threshold; large" \
		"TODO 4 in large.bpf.c: at least the threshold, not above it"
}

# bats test_tags=points:1,visibility:visible
@test "without -t the threshold is the program's own" {
	n=$(lab_rand n 3 20)
	large
	lab_equal 1000 "$(value threshold)" "no option -t; threshold" \
		"TODO 1 in large.bpf.c: the value to begin with; TODO 6 in large.c: only if -t was given"
	lab_tell "write $n 1000"
	lab_equal "$n" "$(value large)" "$n writes of 1000 bytes, threshold 1000; large" \
		"TODO 4 in large.bpf.c"
}

# bats test_tags=points:2,visibility:visible
@test "the threshold can be changed while the program runs" {
	threshold=$(lab_rand threshold 200 900)
	n=$(lab_rand n 3 20)
	large -t "$threshold"
	lab_equal "done" "$(lab_set threshold 5000)" \
		"threshold set to 5000 while the program runs; the kernel's answer" \
		"TODO 1 in large.bpf.c: what is const is in .rodata, and frozen"
	lab_tell "write 3 4999"
	lab_tell "write $n 5000"
	lab_equal "$n" "$(value large)" "then 3 writes of 4999 bytes and $n of 5000; large" \
		"TODO 4 in large.bpf.c: compare with the variable itself, at each call"
}

# bats test_tags=points:2,visibility:visible
@test "with -b the bytes of large writes are added up" {
	size=$(lab_rand size 1000 9000)
	n=$(lab_rand n 3 20)
	large -b
	lab_tell "write $n $size"
	lab_tell "write 2 10"
	lab_equal "$((n * size))" "$(value bytes)" \
		"option -b; $n writes of $size bytes, 2 of 10 bytes; bytes" \
		"TODO 3 and 5 in large.bpf.c; TODO 6 in large.c: is the setting read when the program runs?"
}

# bats test_tags=points:0,visibility:visible
@test "without -b no bytes are added up" {
	size=$(lab_rand size 1000 9000)
	n=$(lab_rand n 3 20)
	large
	lab_tell "write $n $size"
	seen=$(value bytes)
	lab_equal 0 "${seen/(no variable*/0}" "no option -b; $n writes of $size bytes; bytes" \
		"TODO 5 in large.bpf.c: only if with_bytes"
}

# bats test_tags=points:1,visibility:visible
@test "with_bytes is frozen once the program is loaded" {
	large -b
	lab_equal 1 "$(value with_bytes)" "option -b; with_bytes" \
		"TODO 3 in large.bpf.c, TODO 6 in large.c: set it before loading"
	lab_equal "Operation not permitted" "$(lab_set with_bytes 0)" \
		"with_bytes set to 0 while the program runs; the kernel's answer" \
		"TODO 3 in large.bpf.c: constants are const volatile"
}

# bats test_tags=points:1,visibility:visible
@test "what is switched off is not in the kernel" {
	large
	without=$(lab_number lab_instructions on_write)
	lab_stop
	large -b
	with=$(lab_number lab_instructions on_write)
	more=$( ((with > without)) && echo "more instructions" || echo "as many instructions")
	lab_equal "more instructions" "$more" "large without -b, then with -b; on_write with -b has" \
		"TODO 3 and 5 in large.bpf.c: the verifier must know with_bytes, and clang must not"
}

# bats test_tags=points:2,visibility:visible
@test "no write is lost when several threads write at once" {
	from=$(lab_rand from 1000 9000)
	last=$((from + 29))
	n=$(lab_rand n 1400 1600)
	large -b
	lab_tell "threads 4 $n $from $last"
	sent="$n writes of each size from $from to $last bytes by each of 4 threads"
	lab_equal_racing $((4 * n * 30)) "$(value large)" "$sent; large" \
		"TODO 4 in large.bpf.c: two CPUs count at once; add with __sync_fetch_and_add()"
	lab_equal_racing $((4 * n * 15 * (from + last))) "$(value bytes)" "$sent; bytes" \
		"TODO 5 in large.bpf.c: two CPUs add at once; use __sync_fetch_and_add()"
}

# bats test_tags=points:2,visibility:visible
@test "the loader prints what is in the kernel at the end" {
	large=$(lab_rand large 3 20)
	small=$(lab_rand small 3 20)
	size=$(lab_rand size 3000 9000)
	large -b -t 100
	lab_equal "done" "$(lab_set threshold 2000)" \
		"threshold set to 2000 while the program runs; the kernel's answer" \
		"TODO 1 in large.bpf.c: what is const is in .rodata, and frozen"
	lab_tell "write $small 1999"
	lab_tell "write $large $size"
	lab_stop
	wanted="$((small + large)) calls"$'\n'"$large of at least 2000 bytes"$'\n'"$((large * size)) bytes in them"
	lab_equal "$wanted" "$(tail -n +2 "$LAB_STDOUT")" \
		"threshold set to 2000 while large -b -t 100 runs; $small writes of 1999 bytes, $large of $size; its output" \
		"TODO 7 in large.c: read skel->bss and skel->data when you print"
}
