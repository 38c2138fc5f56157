#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# "testenv doctor": it says what is true, and names lessons and cures.

load common

@test "all of the table, as text and as JSON" {
	run -0 testenv doctor
	[[ $output == *"ringbuf "* ]]
	run -0 testenv doctor --json
	jq -e 'all(.[]; has("name") and has("works")) and
		all(.[] | select(.works | not); has("cure") and has("lessons") and has("error"))' <<<"$output"
}

@test "a lack that affects no lesson is named in one line, in full with --all and as JSON" {
	top=$BATS_TEST_TMPDIR/top
	mkdir -p "$top/build/bin" "$top/common" "$top/lab01-x/01-one"
	cp "$BUILD/bin/testenv" "$top/build/bin"
	touch "$top/common/lesson.mk"
	echo '[lesson]' >"$top/lab01-x/01-one/lesson.conf"
	# Here init-pid-ns is lacking, and for want of a PATH all tools are.
	elsewhere() {
		PATH='' run -0 /usr/bin/unshare --pid --fork --mount-proc "$top/build/bin/testenv" doctor "$@"
	}
	elsewhere
	[[ $output == *"Lacking, but no lesson here needs it: "*init-pid-ns* ]]
	[[ $output != *"init-pid-ns "*"lacking "*"process numbers"* ]]
	[[ $output == *"jq "*"lacking "*"cure: make deps"* ]] # the checks and the build need every tool
	elsewhere --all
	[[ $output == *"init-pid-ns "*"lacking "*"lessons: none"*"cure: "* ]]
	[[ $output != *"Lacking, but"* ]]
	elsewhere --json
	jq -e '.[] | select(.name == "init-pid-ns") | .works == false and .cure != null' <<<"$output"
	echo 'needs = init-pid-ns' >>"$top/lab01-x/01-one/lesson.conf"
	elsewhere
	[[ $output == *"init-pid-ns "*"lacking "*"lessons: lab01-x/01-one"* ]]
}

@test "what tests of this tree need is there" {
	run -0 testenv doctor bpffs tracefs ringbuf tracepoint xdp-native xdp-generic netns
	[ -z "$output" ]
}

@test "a lack is one line and exit status 4" {
	PATH=$BUILD/bin run -4 testenv doctor jq ringbuf
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "jq: lacking ("*"); cure: make deps" ]]
}

@test "an unknown capability is 2" {
	run -2 testenv doctor ringbuf perpetual-motion
	[[ $output == "testenv: doctor: unknown capability 'perpetual-motion'"* ]]
}

@test "init-pid-ns is lacking in a pid namespace" {
	run -4 unshare --pid --fork --mount-proc testenv doctor init-pid-ns
	[[ $output == *"--pid=host"* ]]
	testenv doctor init-pid-ns || [ "$(stat -Lc %i /proc/self/ns/pid)" -ne $((0xeffffffc)) ]
}

@test "lessons affected are found from the lesson.conf files" {
	top=$BATS_TEST_TMPDIR/top
	mkdir -p "$top/build/bin" "$top/common" "$top/lab01-x/01-one" "$top/lab01-x/02-two"
	cp "$BUILD/bin/testenv" "$top/build/bin"
	touch "$top/common/lesson.mk"
	printf '[lesson]\nneeds = btf, jq\n' >"$top/lab01-x/01-one/lesson.conf"
	printf '[lesson]\nneeds = jqx, btf\n' >"$top/lab01-x/02-two/lesson.conf"
	PATH='' run -4 "$top/build/bin/testenv" doctor --json jq
	[ "$(jq -c '.[0].lessons' <<<"$output")" = '["lab01-x/01-one"]' ]
}

@test "probes leave nothing" {
	before=$(bpftool prog list | grep -c testenv_probe || :)
	testenv doctor >/dev/null
	wait_for 20 sh -c "[ \$(bpftool prog list | grep -c testenv_probe) -le $before ]"
	[ -z "$(find "$(cgroups)/testenv" -name "probe.*" 2>/dev/null)" ] || testenv gc
}
