#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of hash-array. The fixture "calls" makes exactly the write(2) calls
# that it is told to make. It is the only process in "watched", so the other
# processes of the machine must not show up in any of the tables.
load "$LAB_TEST/lab.bash"

# SIZES_MAX in writes.h
sizes_max=1024

setup() {
	lab_setup
	lab_fixture calls
	lab_load writes
	lab_map_set watched "$LAB_FIXTURE_PID.calls" 0
	lab_attach
}

teardown() {
	lab_teardown
}

# number TABLE KEY: the value, 0 when there is none
number() {
	local value
	value=$(lab_map "$1" "$2") || return 1
	lab_number echo "${value/#absent/0}"
}

# bats test_tags=points:0,visibility:visible
@test "a process that is not watched is not counted" {
	size=$(lab_rand size 2000000 9000000)
	n=$(lab_rand n 3 40)
	lab_run calls <<<"write $n $size"
	sent="$n write calls of $size bytes by a process that is not in watched"
	look="on_write() in writes.bpf.c: return when the process is not in watched, before anything is counted"
	# a busy machine fills sizes before calls does: classes always has room
	lab_equal 0 "$(number classes 7)" "$sent; calls in classes[7]" "$look"
	lab_equal absent "$(lab_map sizes "$size")" "$sent; sizes[$size]" "$look"
}

# bats test_tags=points:1,visibility:visible
@test "bytes of a watched process are added up" {
	n=$(lab_rand n 3 20)
	small=$(lab_rand small 2 99)
	large=$(lab_rand large 1000 9999)
	lab_tell "write $n $large"
	lab_tell "write $n $small"
	lab_equal "{calls=$((2 * n)) bytes=$((n * (small + large)))}" \
		"$(lab_map watched "$LAB_FIXTURE_PID")" \
		"$n write calls of $large bytes, then $n of $small bytes; the process's value in watched" \
		"TODO 1 in writes.bpf.c: is each size added, and does calls still count?"
}

# bats test_tags=points:2,visibility:visible
@test "each size is counted in its class" {
	n=$(lab_rand n 2 9)
	for size in 0 1 9 10 99 100 999 1000 99999 100000 999999 1000000; do
		digits=$((size ? ${#size} : 0))
		before=$(number classes "$digits")
		lab_tell "write $n $size"
		after=$(number classes "$digits")
		lab_equal "$n" "$((after - before))" \
			"$n write calls of $size bytes; calls added to classes[$digits]" \
			"TODO 2 and 3 in writes.bpf.c: how many digits has $size, and are all $n calls added?"
	done
}

# bats test_tags=points:1,visibility:visible
@test "sizes above all classes are counted in the last one" {
	n=$(lab_rand n 2 9)
	size=$(lab_rand size 10000000 99999999)
	for size in 1000001 9999999 "$size" 2000000000; do
		before=$(number classes 7)
		lab_tell "write $n $size"
		after=$(number classes 7)
		lab_equal "$n" "$((after - before))" \
			"$n write calls of $size bytes; calls added to classes[7], the last" \
			"TODO 2 in writes.bpf.c: stop counting digits at CLASSES - 1"
	done
}

# bats test_tags=points:1,visibility:visible
@test "the first call of a size makes its entry" {
	size=$(lab_rand size 100000 900000)
	lab_tell "write 1 $size $((size + 2))"
	for size in "$size" $((size + 1)) $((size + 2)); do
		lab_equal 1 "$(lab_map sizes "$size")" \
			"1 write call of $size bytes; sizes[$size]" \
			"TODO 4 and 5 in writes.bpf.c: look up, make the entry, look up again, and count"
	done
}

# bats test_tags=points:0,visibility:visible
@test "no call is counted twice" {
	from=$(lab_rand from 100000 900000)
	n=$(lab_rand n 3 40)
	lab_tell "write 1 $from $((from + n - 1))"
	seen=$(number sizes all)
	lab_equal "at most $n" "$( ((seen <= n)) && echo at most "$n" || echo "$seen")" \
		"1 write call of each of $n new sizes; calls in sizes, all entries together" \
		"TODO 4 and 5 in writes.bpf.c: with which value does an entry begin, and is 1 added to it?"
}

# bats test_tags=points:2,visibility:visible
@test "further calls of a size are counted in its entry" {
	size=$(lab_rand size 100000 900000)
	n=$(lab_rand n 3 40)
	lab_tell "write 1 $size"
	first=$(number sizes "$size")
	lab_tell "write $n $size"
	all=$(number sizes "$size")
	lab_equal "$n" "$((all - first))" \
		"1 write call of $size bytes, then $n more; calls that the $n have added to sizes[$size]" \
		"TODO 5 in writes.bpf.c: add to the value that is there"
}

# bats test_tags=points:2,visibility:visible
@test "no call is lost when several threads write at once" {
	from=$(lab_rand from 100000 900000)
	last=$((from + 29))
	# so many, since bytes shares a cache line with calls, which the CPU has just locked: few are lost
	n=$(lab_rand n 3500 4000)
	lab_tell "write 1 $from $last"
	bytes=$(number watched "$LAB_FIXTURE_PID.bytes")
	classes=$(number classes 6)
	sizes=$(number sizes all)
	lab_tell "threads 4 $n $from $last"
	sent="$n write calls of each size from $from to $last bytes by each of 4 threads"
	look="in writes.bpf.c: two CPUs count at once; add with __sync_fetch_and_add()"
	all_bytes=$(number watched "$LAB_FIXTURE_PID.bytes")
	all_classes=$(number classes 6)
	all_sizes=$(number sizes all)
	lab_equal_racing $((4 * n * 15 * (from + last))) "$((all_bytes - bytes))" \
		"$sent; bytes added to the process's value in watched" "TODO 1 $look"
	lab_equal_racing $((4 * n * 30)) "$((all_classes - classes))" \
		"$sent; calls added to classes[6]" "TODO 3 $look"
	lab_equal_racing $((4 * n * 30)) "$((all_sizes - sizes))" \
		"$sent; calls added to sizes, all entries together" "TODO 5 $look"
}

# bats test_tags=points:2,visibility:visible
@test "no call is lost when several threads bring a new size at once" {
	from=$(lab_rand from 100000 900000)
	n=$(lab_rand n 150 200)
	lab_tell "threads 4 1 $from $((from + n - 1))"
	lab_equal_racing $((4 * n)) "$(number sizes all)" \
		"1 write call of each of $n new sizes by each of 4 threads; calls in sizes, all entries together" \
		"TODO 4 in writes.bpf.c: what becomes of an entry that another CPU makes at the same moment?"
}

# bats test_tags=points:0,visibility:visible
@test "nothing is in lost while there is room" {
	from=$(lab_rand from 100000 900000)
	n=$(lab_rand n 150 200)
	lab_tell "threads 4 1 $from $((from + n - 1))"
	lab_equal_racing 0 "$(lab_get lost)" \
		"1 write call of each of $n new sizes by each of 4 threads, with room for $sizes_max sizes; lost" \
		"TODO 4 in writes.bpf.c: why did the update fail? look up again before you give up"
}

# bats test_tags=points:2,visibility:visible
@test "calls that find the table full are counted in lost" {
	from=$(lab_rand from 100000 900000)
	n=$(lab_rand n 3 40)
	lab_tell "write 1 $from $((from + sizes_max - 1))"
	lab_equal 0 "$(lab_get lost)" "1 write call of each of $sizes_max sizes; lost" \
		"TODO 5 in writes.bpf.c: lost is for calls that are not in sizes"
	lab_tell "write $n $((from + sizes_max))"
	lab_tell "write 1 $from"
	lab_equal "$n" "$(lab_get lost)" \
		"1 write call of each of $sizes_max sizes, $n of a further size, 1 of the first; lost" \
		"TODO 5 in writes.bpf.c: what does the look-up return when the update found no room?"
}
