#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What a test starts: loaders, commands, fixtures; how they are waited for and ended.
load seam.bash

setup() {
	lab_setup
	LAB_BUILD=$LAB_DIR/build
	mkdir "$LAB_BUILD"
	ln -s "$LAB_FIXTURES/attacher" "$LAB_BUILD/attacher"
}

teardown() {
	lab_teardown
}

# program NAME: a loader made of the shell commands on stdin
program() {
	{
		echo "#!/bin/bash"
		cat
	} >"$LAB_BUILD/$1"
	chmod +x "$LAB_BUILD/$1"
}

# gone PID: it has ended, or is about to be reaped
gone() {
	! grep -qs '^State:.[^Z]' "/proc/$1/status"
}

@test "lab_start returns when the program is attached, lab_stop when it has ended" {
	lab_start attacher
	[ "$(cat "$LAB_STDOUT")" = attached ]
	[ -d "/proc/$LAB_PID" ]
	lab_stop
	[ "$LAB_STATUS" = 0 ]
	[ ! -d "/proc/$LAB_PID" ]
	[ "$(tail -n 1 "$LAB_STDOUT")" = ended ]
}

@test "LAB_LINKS: as many links as the loader makes" {
	LAB_LINKS=2 lab_start attacher twice
	lab_stop
	_LAB_SECONDS=0.3
	LAB_LINKS=2 run lab_start attacher
	expect_message "it runs, but had attached nothing"
}

@test "a loader that attaches nothing, or ends early with status 0, fails" {
	program idle <<<'read -r <> <(:)'
	_LAB_SECONDS=0.3
	run lab_start idle
	expect_message "it runs, but had attached nothing" "look:     the attach step in idle.c"
	LAB_LOOK="the array in idle.c" run lab_start idle
	expect_message "it runs, but had attached nothing" "look:     the array in idle.c"
	program early <<<'echo "all is well"; echo trouble >&2'
	run lab_start early
	expect_message "it ended with exit status 0 before it had attached" "all is well" "trouble"
	# shellcheck disable=SC2016
	program crash <<<'kill -SEGV $$'
	run lab_start crash
	expect_message "it ended with exit status 139"
	[[ $output != *"Segmentation"* ]] # bash's line has a process id
	run lab_start nowhere
	expect_message "cannot run nowhere"
}

@test "a loader that does not end on SIGINT fails, and is ended" {
	lab_start attacher stubborn
	_LAB_SECONDS=0.3
	status=0
	lab_stop 2>"$LAB_DIR/message" || status=$?
	output=$(cat "$LAB_DIR/message")
	expect_message "sent:     SIGINT to attacher" "expected: it ends" "still running"
	[ ! -d "/proc/$LAB_PID" ]
}

@test "what a loader leaves running in its group ends with it" {
	program parent <<-EOF
		"$LAB_FIXTURES/attacher" stubborn &
		echo \$! >"$LAB_DIR/child"
		exec "$LAB_FIXTURES/attacher"
	EOF
	lab_start parent
	child=$(cat "$LAB_DIR/child")
	run gone "$child"
	[ "$status" != 0 ]
	lab_stop
	lab_wait "the child has ended" 5 gone "$child"
}

@test "lab_adopt: what a loader has loaded, also after its end" {
	LAB_BUILD=$LAB_FIXTURES lab_load probe
	lab_start attacher
	lab_adopt
	[ "$(lab_instructions attacher)" = 2 ]
	[ "$(ls "$LAB_PINS"/map)" = _bss ]
	lab_stop
	[ "$(lab_instructions attacher)" = 2 ]
	run lab_instructions drop_port
	expect_message "there is no program drop_port; there are: attacher"
	lab_start attacher twice
	lab_adopt
	[ "$(lab_instructions attacher)" = 2 ]
}

@test "lab_adopt: what the loader lets go meanwhile is not missed, what it keeps is there" {
	lab_start attacher exchanging
	for _ in {1..50}; do
		lab_adopt
		[ -e "$LAB_PINS/map/_bss" ]
		[ -e "$LAB_PINS/prog/attacher" ]
	done
	lab_stop
}

@test "lab_adopt, lab_held_maps: a loader that has ended is said to have" {
	program ends <<<'exec attacher'
	PATH=$LAB_FIXTURES:$PATH lab_start ends
	kill -INT "$LAB_PID"
	lab_wait "it has ended" 5 gone "$LAB_PID"
	run lab_held_maps
	expect_message "expected: ends goes on running" "seen:     it has ended" \
		"stdout:" "look:     the end of main() in ends.c"
	run lab_adopt
	expect_message "expected: ends goes on running" "look:     the end of main() in ends.c"
}

@test "teardown ends what the test did not" {
	lab_fixture calls
	lab_start attacher stubborn
	lab_capture_start b
	lab_teardown
	gone "$LAB_PID"
	gone "$LAB_FIXTURE_PID"
	[ -z "$(jobs -pr)" ]
}

@test "a step shows a command as it was given, options of echo's too" {
	lab_run true -n -e
	run lab_fail "" "nothing" "something" ""
	expect_message "ran true -n -e: exit status 0"
}

@test "whatever a program prints, a message is of a size that can be read" {
	# shellcheck disable=SC2016 # for the program
	program endless <<<'yes "$(printf %4000s x)" | tr -d "\n" | head -c 900000; exit 1'
	run lab_start endless
	expect_message "it ended with exit status 1 before it had attached"
	((${#output} < 4000))
	lab_run endless
	run lab_equal "short" "$(<"$LAB_RUN_STDOUT")" "its output" ""
	expect_message "expected: its output = short" "bytes more"
	((${#output} < 10000))
}

@test "lab_run: status, output and stdin; the lesson's program by its name" {
	lab_run cat <<<"hello"
	[ "$LAB_STATUS" = 0 ]
	[ "$(cat "$LAB_RUN_STDOUT")" = hello ]
	program three <<<'echo out; echo err >&2; exit 3'
	lab_run three
	[ "$LAB_STATUS" = 3 ]
	[ "$(cat "$LAB_RUN_STDOUT" "$LAB_RUN_STDERR")" = $'out\nerr' ]
	lab_run calls <<<"quit" # a fixture
	[ "$(cat "$LAB_RUN_STDOUT")" = ok ]
	# shellcheck disable=SC2016
	lab_run bash -c 'kill -9 $$'
	[ "$LAB_STATUS" = 137 ]
}

@test "a tool that the machine lacks is no verdict; what a lesson's program says of one is" {
	run lab_run nowhere
	expect_message "internal: nowhere: " "cannot run nowhere"
	run lab_node a nowhere with arguments
	expect_message "internal: nowhere with arguments: "
	touch "$LAB_DIR/not-executable"
	run lab_run "$LAB_DIR/not-executable"
	expect_message "internal: not-executable: " "Permission denied"
	program liar <<<"echo 'cannot run $LAB_BUILD/liar: No such file or directory' >&2; echo 'cannot run liar: x' >&2; exit 127"
	lab_run liar
	[ "$LAB_STATUS" = 127 ]
	lab_run bash -c 'exit 127'
	[ "$LAB_STATUS" = 127 ]
}

@test "lab_run ends what does not end, and all that it has started" {
	program endless <<-EOF
		"$LAB_FIXTURES/attacher" stubborn &
		echo \$! >"$LAB_DIR/child"
		wait
	EOF
	_LAB_RUN_SECONDS=0.3
	run lab_run endless
	expect_message "expected: it ends by itself" "still running"
	lab_wait "the child has ended" 5 gone "$(cat "$LAB_DIR/child")"
}

@test "lab_run and lab_node leave the output of lab_start alone" {
	lab_start attacher
	lab_run echo hello
	lab_node b echo hello
	[ "$(cat "$LAB_STDOUT")" = attached ]
	lab_expect_line '^attached$' "it says so"
	lab_stop
}

@test "lab_node runs in the node's network" {
	lab_node b ip -br address show eth0
	# shellcheck disable=SC2154 # from testenv
	grep -qF "$B_IP4" "$LAB_RUN_STDOUT"
	lab_node a ip -br address show eth0
	# shellcheck disable=SC2154 # from testenv
	grep -qF "$A_IP4" "$LAB_RUN_STDOUT"
	run lab_node c true
	expect_message "no node is called c"
}

@test "output is cut off at a megabyte" {
	program flood <<<'exec yes'
	lab_run flood
	[ "$LAB_STATUS" = $((128 + 25)) ] # SIGXFSZ
	[ "$(stat -c %s "$LAB_RUN_STDOUT")" = 1048576 ]
	run lab_start flood
	expect_message "it was ended because it printed more than 1 MB, before it had attached anything" \
		$'stdout:\n          y\n'
}

@test "lab_expect_line waits for a line, and fails without" {
	program lines <<-EOF
		(echo "calls: 3"; read -rt 0.2 <> <(:); echo "calls: 4") &
		exec "$LAB_FIXTURES/attacher"
	EOF
	lab_start lines
	lab_expect_line '^calls: 4$' "4 calls"
	_LAB_SECONDS=0
	run lab_expect_line '^calls: 5$' "WHY"
	expect_message "a line of output that matches ^calls: 5\$: WHY" "calls: 4"
}

@test "fixture calls: answers, and a thread seen asleep in write(2)" {
	lab_fixture calls
	lab_tell "write 3"
	lab_tell "threads 2 5"
	lab_tell "write 1 1000000 1000009"
	lab_tell "threads 2 5 0 9"
	lab_tell block
	grep -qs pipe "/proc/$LAB_FIXTURE_PID"/task/*/wchan
	lab_tell unblock
	[ "$(ls "/proc/$LAB_FIXTURE_PID/task")" = "$LAB_FIXTURE_PID" ]
	run lab_tell "dance"
	expect_message "\"dance\" to the test process \"calls\"" "commands: write N"
}

@test "a fixture that does not answer fails" {
	lab_fixture calls
	lab_tell "write 1"
	kill -STOP "$LAB_FIXTURE_PID"
	_LAB_SECONDS=0.2
	run lab_tell "write 1"
	expect_message "no answer within"
}

@test "lab_wait: until it is so, or the deadline" {
	lab_wait "a file appears" 5 mkdir "$LAB_DIR/new"
	run lab_wait "pigs fly" 0 false
	expect_message "expected: pigs fly" "not within 0 seconds"
}

@test "lab_equal and lab_fail" {
	lab_step "did this"
	lab_equal 3 3 "3 calls; calls" "LOOK"
	run lab_equal 3 4 "3 calls; calls" "LOOK"
	expect_message "1. did this" "2. 3 calls: calls = 3, as expected" "sent:     3 calls" \
		"expected: calls = 3" "seen:     calls = 4" "look:     LOOK"
	run lab_equal 3 "" "calls" ""
	expect_message "seen:     calls = (nothing)"
	run lab_fail "" "expected" "" ""
	expect_message "expected: expected"
	[[ $output != *sent:* ]]
}

@test "lab_equal_racing says less or more of numbers only" {
	lab_equal_racing 3 3 "3 calls; calls" ""
	for seen in 2 -1; do
		run lab_equal_racing 3 "$seen" "3 calls; calls" "LOOK"
		expect_message "sent:     3 calls" "expected: calls = 3" "seen:     calls = less" "look:     LOOK"
	done
	run lab_equal_racing 3 4 "3 calls; calls" ""
	expect_message "seen:     calls = more"
	run lab_equal_racing 3 "(no variable calls)" "3 calls; calls" ""
	expect_message "seen:     calls = (no variable calls)"
	run lab_equal_racing 3 "" "3 calls; calls" ""
	expect_message "seen:     calls = (nothing)"
}

@test "another backend is refused" {
	export LAB_BACKEND=cloud
	run lab_setup
	expect_message "LAB_BACKEND=cloud is not supported"
}
