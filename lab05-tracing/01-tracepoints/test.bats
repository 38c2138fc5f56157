#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lesson 05/01. The fixture "opener" opens exactly the files that
# it is told to open, with the system call that it is told to use, and itself
# compares what the call returned.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	# Relative paths are the same in every run.
	cd "$LAB_DIR" || return 1
	fd=$(lab_rand fd 4 40)
	lab_fixture opener
	lab_tell ready
	lab_tell "lowest $fd"
	lab_load opens "target_pid=$LAB_FIXTURE_PID"
}

teardown() {
	lab_teardown
}

# names COUNT: as many different names of files, in name[]
names() {
	local i
	for ((i = 1; i <= $1; i++)); do
		name[i]=file-$i-$(lab_rand "name $i" 100 999)
	done
}

with_other_pid="(records whose pid is not the process's: of another process, or pid is not set, or they do not begin where event does)"

# reported WHAT: what the program has sent since the last look, one record a line, sorted, with
# repeated lines counted. WHAT: path, result, or "result path". Which threads return first is chance.
reported() {
	local records size pid result path others='' lines=() event_size=136
	local -A errors=([-2]=ENOENT [-20]=ENOTDIR)
	records=$(lab_ring events pid:u32 result:s32 path:str) || return 1
	while read -r size pid result path; do
		[[ $size ]] || continue # no record at all
		result=${result#*=}
		result=${errors[$result]-$result}
		path=${path#*=}
		if [[ ${size#*=} != "$event_size" ]]; then
			lines+=("(a record of ${size#*=} bytes; a struct open_event has $event_size)")
		elif [[ ${pid#*=} != "$LAB_FIXTURE_PID" ]]; then
			others=$with_other_pid
		elif [[ $1 == path ]]; then
			lines+=("${path:-(empty)}")
		elif [[ $1 == result ]]; then
			lines+=("$result")
		else
			lines+=("$result ${path:-(empty)}")
		fi
	done <<<"$records"
	if ((${#lines[@]})); then
		printf '%s\n' "${lines[@]}" | sort | uniq -c |
			awk '{ n = $1; sub(/^ *[0-9]+ /, ""); print (n > 1 ? $0 ", " n " times" : $0) }'
	fi
	echo "$others"
}

# expect WHAT SENT LOOK LINE...: exactly these were reported
expect() {
	local what=$1 sent=$2 look=$3 seen expected
	shift 3
	expected=$(printf '%s\n' "$@" | sort)
	seen=$(reported "$what") || return 1
	if [[ $seen != "$expected" ]]; then
		lab_fail "$sent" "reported ($what):"$'\n'"${expected:-nothing}" \
			"reported ($what):"$'\n'"${seen:-nothing}" "$look"
		return 1
	fi
	seen=${expected:-nothing}
	lab_step "reported ($what) as expected: ${seen//$'\n'/; }"
}

# bats test_tags=points:0,visibility:visible
@test "another process is not reported" {
	lab_attach enter_openat exit_openat
	names 1
	lab_run opener <<<"openat ${name[1]} -2"
	expect path "openat of ${name[1]} by another process" \
		"TODO 2: enter() must return when the caller is not target_pid"
}

# bats test_tags=points:2,visibility:visible
@test "each path is reported, once" {
	lab_attach enter_openat exit_openat
	names 3
	for i in 1 2 3; do
		: >"${name[i]}"
		lab_tell "openat ${name[i]} $fd"
	done
	expect path "openat of three files by the process target_pid" \
		"TODO 1 to 4 in opens.bpf.c: the path's address, the path, the map, the record" \
		"${name[1]}" "${name[2]}" "${name[3]}"
}

# bats test_tags=points:2,visibility:visible
@test "each result is reported, errors as well" {
	lab_attach enter_openat exit_openat
	names 3
	: >"${name[1]}"
	lab_tell "openat ${name[1]} $fd"
	lab_tell "openat ${name[2]} -2"
	lab_tell "openat ${name[1]}/${name[3]} -20"
	expect result "openat of a file, of one that is not there, of one below what is no folder" \
		"TODO 4: leave() sends the event when the call has returned, with its result" \
		"$fd" ENOENT ENOTDIR
}

# bats test_tags=points:1,visibility:visible
@test "a path that is too long is cut" {
	lab_attach enter_openat exit_openat
	local long
	printf -v long '%*s' "$(lab_rand length 128 250)" ''
	long=${long// /x}
	lab_tell "openat ${long:0:127} -2"
	lab_tell "openat ${long:0:126}y -2"
	lab_tell "openat $long -2"
	expect path "openat of two paths of 127 bytes, and of one of ${#long}" \
		"TODO 3: the helper gets PATH_LEN, the room for the path and its 0 byte" \
		"${long:0:127}, 2 times" "${long:0:126}y"
}

# bats test_tags=points:1,visibility:visible
@test "threads that are in openat at the same time are kept apart" {
	lab_attach enter_openat exit_openat
	threads=$(lab_rand threads 3 8)
	names "$threads"
	lines=()
	mkfifo "${name[@]}"
	for ((i = 1; i <= threads; i++)); do
		lab_tell "wait openat ${name[i]} $((fd + i - 1))"
		lines+=("$((fd + i - 1)) ${name[i]}")
	done
	lab_tell release
	expect "result path" "openat by $threads threads, each of which waits for its own FIFO" \
		"the key of the map: the threads of a process share the process id" "${lines[@]}"
}

# bats test_tags=points:2,visibility:visible
@test "a path is taken when the call begins, the result when it returns" {
	lab_attach enter_openat exit_openat
	names 2
	mkfifo "${name[1]}"
	lab_tell "wait openat ${name[1]} $fd"
	expect path "openat of a FIFO, which has not returned yet" \
		"TODO 4: there is nothing to send before the call returns"
	lab_tell "overwrite ${name[2]}"
	lab_tell release
	expect path "openat of ${name[1]}; while it waits, another thread writes ${name[2]} over the path" \
		"TODO 3: the path must be read in enter()" "${name[1]}"
}

# bats test_tags=points:2,visibility:visible
@test "a path that is not in memory yet is read when the call returns" {
	lab_attach enter_openat exit_openat
	names 2
	: >"${name[1]}"
	lab_tell "cold openat ${name[1]} $fd"
	lab_tell "cold openat ${name[2]} -2"
	expect "result path" "openat with the path in a page of a file that nobody has touched yet" \
		"TODO 5: if the path is still empty in leave(), read it there" "$fd ${name[1]}" "ENOENT ${name[2]}"
}

# bats test_tags=points:2,visibility:visible
@test "the map does not fill up" {
	lab_attach enter_openat exit_openat
	threads=$(lab_rand threads 257 400)
	names 1
	lab_tell "each $threads openat ${name[1]} -2"
	expect path "openat by each of $threads threads, one after the other; the map has room for 256" \
		"TODO 4: leave() deletes the entry" "${name[1]}, $threads times"
}

# bats test_tags=points:1,visibility:visible
@test "with target_pid 0 every process is reported" {
	names 1
	: >"${name[1]}"
	lab_load opens target_pid=0
	lab_attach enter_openat exit_openat
	lab_tell "openat ${name[1]} $fd"
	seen=$(reported path) || return 1
	seen=$(grep -vxF "$with_other_pid" <<<"$seen") || seen=''
	lab_equal "${name[1]}" "$seen" "openat of ${name[1]} by a process, and target_pid is 0; paths that it opened" \
		"TODO 2: return only when target_pid is not 0 and the caller is another process"
}

# bats test_tags=points:1,visibility:visible
@test "openat2 is reported" {
	lab_attach
	names 2
	: >"${name[1]}"
	lab_tell "openat2 ${name[1]} $fd"
	lab_tell "openat2 ${name[2]} -2"
	expect "result path" "openat2 of a file, and of one that is not there" \
		"TODO 6: tracepoints sys_enter_openat2 and sys_exit_openat2" "$fd ${name[1]}" "ENOENT ${name[2]}"
}

# bats test_tags=points:1,visibility:visible
@test "open is reported" {
	lab_attach
	names 2
	: >"${name[1]}"
	lab_tell "open ${name[1]} $fd"
	lab_tell "open ${name[2]} -2"
	expect "result path" "open of a file, and of one that is not there" \
		"TODO 6: tracepoints sys_enter_open and sys_exit_open; where does open have its path?" \
		"$fd ${name[1]}" "ENOENT ${name[2]}"
}
