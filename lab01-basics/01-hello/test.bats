#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lesson 1. The fixture "calls" makes exactly the write(2) calls
# that it is told to make; it answers with another system call.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	lab_fixture calls
	lab_load hello "target_pid=$LAB_FIXTURE_PID"
	lab_attach
}

teardown() {
	lab_teardown
}

# bats test_tags=points:0,visibility:visible
@test "another process is not counted" {
	others=$(lab_rand others 3 40)
	lab_run calls <<<"write $others"
	lab_equal 0 "$(lab_get calls)" \
		"$others write calls by another process; calls" \
		"on_write must return without counting when the caller is not target_pid"
}

# bats test_tags=points:1,visibility:visible
@test "one call of the process is counted" {
	lab_tell "write 1"
	lab_equal 1 "$(lab_get calls)" \
		"1 write call by the process target_pid; calls" \
		"TODO 1 to 3 in hello.bpf.c: who is calling, is it target_pid, then count"
}

# bats test_tags=points:2,visibility:visible
@test "every call of the process is counted" {
	n=$(lab_rand n 3 40)
	lab_tell "write $n"
	lab_equal "$n" "$(lab_get calls)" \
		"$n write calls by the process target_pid; calls" \
		"TODO 3 in hello.bpf.c: each call must add one"
}

# bats test_tags=points:2,visibility:visible
@test "calls of its other threads are counted" {
	threads=$(lab_rand threads 2 5)
	n=$(lab_rand n 2 9)
	lab_tell "threads $threads $n"
	lab_equal "$((threads * n))" "$(lab_get calls)" \
		"$n write calls by each of $threads threads of the process target_pid; calls" \
		"TODO 1 in hello.bpf.c: the threads of a process share one half of the number"
}

# bats test_tags=points:1,visibility:visible
@test "no call is lost when several threads call at once" {
	n=$(lab_rand n 40000 50000)
	lab_tell "threads 4 $n"
	lab_equal_racing "$((4 * n))" "$(lab_get calls)" \
		"$n write calls by each of 4 threads of the process target_pid, at the same time; calls" \
		"TODO 3 in hello.bpf.c: two CPUs count at once; add with __sync_fetch_and_add()"
}

# bats test_tags=points:1,visibility:visible
@test "a call that has not come back is counted" {
	n=$(lab_rand n 2 9)
	lab_tell "write $n"
	lab_tell block
	lab_equal "$((n + 1))" "$(lab_get calls)" \
		"$n write calls, then one of another thread that waits in the kernel for room in a pipe; calls" \
		"the checks above; if they pass, the section name: a call begins at sys_enter_write"
	lab_tell unblock
}
