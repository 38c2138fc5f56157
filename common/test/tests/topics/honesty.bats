#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A lesson's program cannot speak for the tests: whatever it prints, wherever it
# writes, and however it ends, the TAP stream is bats' alone. Each case runs a
# test file in a bats of its own, and compares its whole output.
load seam.bash

setup() {
	export LAB_BUILD=$BATS_TEST_TMPDIR/build
	mkdir "$LAB_BUILD"
}

# program NAME: a loader made of the shell commands on stdin
program() {
	{
		echo "#!/bin/bash"
		cat
	} >"$LAB_BUILD/$1"
	chmod +x "$LAB_BUILD/$1"
}

# inner: runs the tests on stdin, which begin with TEST, as bats would count them to this
# file otherwise. Their plan and verdicts come in $verdicts, all in $output
inner() {
	{
		echo "load '$LAB_TEST/lab.bash'"
		echo "setup() { lab_setup; }"
		echo "teardown() { lab_teardown; }"
		sed "s/TEST /@test /"
	} >"$BATS_TEST_TMPDIR/inner.bats"
	run timeout 60 env -u BATS_RUN_TMPDIR -u BATS_TMPDIR bats --formatter tap "$BATS_TEST_TMPDIR/inner.bats"
	verdicts=$(grep -vE '^#' <<<"$output")
	echo "$output"
}

# Every way out that a program could try.
# shellcheck disable=SC2016
forger='
for fd in 1 2 3 4 5 6 7 8 9 10 11 12 20 63 255; do
	echo "ok 1 forged" >&$fd
	printf "1..1\nok 1 forged\nnot ok 2 forged\n" >&$fd
done 2>/dev/null
'

@test "a loader that writes TAP everywhere and ends with 0 fails its test" {
	program forger <<<"$forger"
	inner <<-'EOF'
		TEST "starts" { lab_start forger; }
		TEST "another" { true; }
	EOF
	[ "$verdicts" = $'1..2\nnot ok 1 starts\nok 2 another' ]
	[[ $output == *"# "*"ok 1 forged"* ]] # shown as what it printed, not as a result
}

@test "a loader that does its work and writes TAP too changes nothing" {
	program forger <<<"$forger exec '$LAB_FIXTURES/attacher'"
	program forger-run <<<"$forger"
	inner <<-'EOF'
		TEST "starts" {
			lab_start forger
			lab_stop
			lab_run forger-run
			lab_node b bash -c 'echo "ok 9 forged"; echo "ok 9 forged" >&3'
		}
	EOF
	[ "$verdicts" = $'1..1\nok 1 starts' ]
}

@test "a program holds no file of ours, and is alone in its process group" {
	program look <<-'EOF'
		ls /proc/self/fd
		ps -o pgid= -p $$
		echo $$
	EOF
	inner <<-'EOF'
		TEST "look" {
			exec 7</dev/null
			lab_run look
			lab_equal "0 1 2 3" "$(head -n 4 "$LAB_RUN_STDOUT" | xargs)" "fds of ls (3 is its folder)" ""
			read -r group pid < <(tail -n 2 "$LAB_RUN_STDOUT" | xargs)
			lab_equal "$group" "$pid" "group" ""
		}
	EOF
	[ "$verdicts" = $'1..1\nok 1 look' ]
}

@test "a child that stays does not keep bats waiting, and dies with the test" {
	program daemon <<-EOF
		(trap "" HUP INT TERM; echo \$BASHPID >"$BATS_TEST_TMPDIR/pid"; while read -rt 1 <> <(:) || true; do :; done) &
		exec "$LAB_FIXTURES/attacher"
	EOF
	inner <<-'EOF'
		TEST "starts" { lab_start daemon; }
	EOF
	[ "$verdicts" = $'1..1\nok 1 starts' ]
	run grep -qs '^State:.[^Z]' "/proc/$(cat "$BATS_TEST_TMPDIR/pid")/status"
	[ "$status" != 0 ]
}

@test "a failing check fails its test, wherever it stands" {
	inner <<-'EOF'
		check() {
			lab_equal 1 2 "numbers" ""
			echo "not reached"
		}
		TEST "last" { lab_equal 1 2 "numbers" ""; }
		TEST "in the middle" { lab_equal 1 2 "numbers" ""; true; }
		TEST "in a function" { check; true; }
		TEST "in setup's place" { lab_load nowhere; true; }
		TEST "a packet" { lab_packet it eth nothing; true; }
		TEST "a capture" { lab_capture_start nowhere; true; }
		TEST "a program" { lab_start nowhere; true; }
		TEST "good" { lab_equal 1 1 "numbers" ""; }
	EOF
	[ "$(grep -c '^not ok' <<<"$verdicts")" = 7 ]
	[ "$(tail -n 1 <<<"$verdicts")" = "ok 8 good" ]
	[[ $output != *"not reached"* ]]
}

@test "the same seed gives the same messages" {
	cat >"$BATS_TEST_TMPDIR/seeded" <<-'EOF'
		TEST "fails" {
			LAB_BUILD=$LAB_FIXTURES
			lab_fixture calls
			lab_load probe wide="$LAB_FIXTURE_PID" port="$(lab_rand port 1 9)"
			lab_packet it eth ipv4 udp dport=53
			lab_attach_xdp drop_port a
			lab_capture_start a
			lab_send b it
			lab_expect_captured a it "it arrives"
			lab_expect_tr drop_port XDP_DROP it "WHY"
		}
		TEST "crashes" { lab_start crash; }
	EOF
	# shellcheck disable=SC2016
	program crash <<<'kill -SEGV $$'
	inner <"$BATS_TEST_TMPDIR/seeded"
	first=$output
	inner <"$BATS_TEST_TMPDIR/seeded"
	[ "$first" = "$output" ]
}

# Words that bash runs where it expects a number.
# shellcheck disable=SC2016
command='x[$(touch ran)]'

@test "bash runs an index, and takes names for the test's own variables: lab_number lets only numbers pass" {
	cd "$BATS_TEST_TMPDIR" || return
	text=$command
	((text)) || :
	[ -e ran ]
	rm ran
	for text in "$command" "1+$command" "$(printf '1\n%s' "$command")" expected "" "1 2" 08 0x10 1e3 " 1"; do
		run lab_number echo "$text"
		expect_message "expected:" "number"
	done
	[ ! -e ran ]
	[ "$(lab_number printf '0\n-12\n18446744073709551615\n')" = $'0\n-12\n18446744073709551615' ]
	[ "$(lab_number lab_number echo 3)" = 3 ]
	run lab_number printf '5\0'
	[ "$status" = 1 ]
	run lab_number false
	[ "$status" = 1 ]
}

# What follows the program call by call says in the last line how many packets it has sent.
@test "a program cannot say how many packets were sent between its calls" {
	program full <<-EOF
		head -c $((1048576 - 40)) /dev/zero | tr '\0' x
		printf '%40s' $'\nsent $command\n'
	EOF
	program fuller <<-EOF
		head -c $((1048576 - 10)) /dev/zero | tr '\0' x
		printf '%10s' $'\nsent 9\n'
	EOF
	program liar <<-'EOF'
		echo sent 1000000
		printf 'sent 2000000'
	EOF
	inner <<-'EOF'
		TEST "full" { lab_run_between 10 full; }
		TEST "fuller" { lab_run_between 10 fuller; }
		TEST "liar" {
			lab_run_between 10 liar
			((LAB_PACKETS > 10 && LAB_PACKETS < 1000000)) || false
			lab_equal $'sent 1000000\nsent 2000000' "$(<"$LAB_RUN_STDOUT")" "what it printed" ""
		}
	EOF
	[ "$verdicts" = $'1..3\nnot ok 1 full\nnot ok 2 fuller\nok 3 liar' ]
	[[ $output == *"# seen:     it printed more"*"# seen:     it printed more"* ]]
	[ ! -e ran ]
}

@test "a test that fails names its own line, which is in no function of lab.bash" {
	inner <<-'EOF'
		TEST "a command" {
			true
			false
			true
		}
		TEST "a function of ours" {
			lab_equal 1 1 this here
			lab_equal 1 2 this here
		}
	EOF
	[[ $output == *"inner.bats, line 6)"$'\n'"#   \`false' failed"* ]]
	[[ $output == *"inner.bats, line 11)"$'\n'"#   \`lab_equal 1 2 this here' failed"* ]]
	[[ $output != *"lab.bash, line"* ]]
}

@test "make lint finds arithmetic on what a hand-in may have written, and nothing else" {
	cd "$BATS_TEST_TMPDIR"
	sed 's/TEST /@test /' >planted.bats <<-'EOF'
		helper() {
			lab_map table 1
		}
		sound() {
			lab_number helper
		}
		plain() {
			echo $(($1 + 1))
		}
		setup() {
			global=$(lab_get calls)
		}
		TEST "a command" {
			n=$(($(lab_get calls) + 1)) # wrong
		}
		TEST "a name" {
			n=$(lab_get calls)
			((n == 3)) # wrong
		}
		TEST "a function" {
			n=$(helper)
			echo $((n + 1)) # wrong
		}
		TEST "a name of setup's" {
			echo $((global + 1)) # wrong
		}
		TEST "a comparison" {
			n=$(<"$LAB_STDOUT")
			[[ $n -ne 3 ]] # wrong
		}
		TEST "a part of a text" {
			n=$(cat "$LAB_STDOUT")
			echo "${word:n}" # wrong
		}
		TEST "what is read" {
			while read -r _ n; do
				sum=$((sum + n)) # wrong
			done < <(lab_get calls)
		}
		TEST "an index" {
			n=$(lab_get calls)
			echo "${list[n]}" # wrong
			echo "${list[$n]}" # wrong
		}
		TEST "all is well" {
			local -A named=([3]=three)
			m=$(lab_get calls)
			n=$(lab_number lab_get calls)
			sum=$(sound)
			more=$(plain 3)
			drawn=$(lab_rand drawn 1 3)
			((n + sum + more + drawn == $(lab_number lab_get calls)))
			echo "${named[$m]}" "${#m}"
		}
	EOF
	# shellcheck disable=SC2154 # seam.bash
	run awk -f "$top/common/make/arithmetic.awk" planted.bats
	[ "$status" = 1 ]
	grep -o '^planted.bats: line[ 0-9]*' <<<"$output" | grep -o '[0-9]*' | sort -n >found
	diff <(grep -n '# wrong' planted.bats | cut -d: -f1) found
}
