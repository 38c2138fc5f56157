#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lesson 05/10. The fixture "reader" makes exactly the read(2) calls
# that it is told to make, and itself compares what they returned.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	# Relative names are the same in every run.
	cd "$LAB_DIR" || return 1
	lab_fixture reader
	lab_tell ready
	lab_load reads "target_pid=$LAB_FIXTURE_PID"
}

teardown() {
	lab_teardown
}

# files COUNT: as many files with different names and sizes, in name[] and size[]; in asked[] more
# than that, different for each
files() {
	local i
	for ((i = 1; i <= $1; i++)); do
		name[i]=f$i-$(lab_rand "name $i" 100 999)
		size[i]=$((i * 1000 + $(lab_rand "size $i" 1 400)))
		asked[i]=$((size[i] + $(lab_rand "asked $i" 1 400)))
		lab_tell "file ${name[i]} ${size[i]}"
	done
}

# pick WORD...: WORD 1 is one of the others? Else it depends on more than the seed, and is not shown.
pick() {
	local word
	for word in "${@:2}"; do
		[[ $word != "$1" ]] || { echo "$1"; return; }
	done
	[[ $1 ]] && echo "(something else)" || echo "(empty)"
}

# reported WHAT: what the process has been seen to read since the last look, one record a line,
# sorted, with repeated lines counted. WHAT: file, result, or all; others: who else was reported.
reported() {
	local records size asked result pid file lines=() others=''
	local -A errors=([-9]=EBADF [-14]=EFAULT [-21]=EISDIR)
	records=$(lab_ring events asked:u64 result:s64 pid:u32 name:str) || return 1
	while read -r size asked result pid file; do
		[[ $size ]] || continue # no record at all
		if [[ ${pid#*=} != "$LAB_FIXTURE_PID" ]]; then
			others="reads by other processes"
			continue
		fi
		result=${result#*=}
		result=${errors[$result]-$result}
		((${#result} < 12)) || result="(something else)"
		file=$(pick "${file#*=}" "${name[@]}" "${shown[@]}")
		asked=$(pick "${asked#*=}" "${asked_for[@]}")
		case $1 in
		file) lines+=("$file: $asked") ;;
		result) lines+=("$result") ;;
		all) lines+=("$file: $asked, $result") ;;
		esac
	done <<<"$records"
	if [[ $1 == others ]]; then
		echo "$others"
	elif ((${#lines[@]})); then
		printf '%s\n' "${lines[@]}" | sort | uniq -c |
			awk '{ n = $1; sub(/^ *[0-9]+ /, ""); print (n > 1 ? $0 ", " n " times" : $0) }'
	fi
}

# expect WHAT SENT LOOK LINE...: exactly these were reported
expect() {
	local what=$1 sent=$2 look=$3 seen expected
	shift 3
	expected=$([[ ! $* ]] || printf '%s\n' "$@" | sort)
	seen=$(reported "$what") || return 1
	if [[ $seen != "$expected" ]]; then
		lab_fail "$sent" "reported:"$'\n'"${expected:-nothing}" "reported:"$'\n'"${seen:-nothing}" "$look"
		return 1
	fi
	seen=${expected:-nothing}
	lab_step "reported as expected: ${seen//$'\n'/; }"
}

# files_read PROGRAM-THAT-SENDS LOOK: three files are read, the last one twice
files_read() {
	files 3
	asked_for=("${asked[@]}")
	for i in 1 2 3 3; do
		lab_tell "read ${name[i]} ${asked[i]} ${size[i]}"
	done
	expect file "read(2) of three files, of the last one twice; file: bytes asked for" "$1" \
		"${name[1]}: ${asked[1]}" "${name[2]}: ${asked[2]}" "${name[3]}: ${asked[3]}, 2 times"
}

# results_read LOOK: a read that gets all it asked for, one that gets less, three that fail
results_read() {
	files 2
	lab_tell "folder folder"
	lab_tell "read ${name[1]} 1000 1000"
	lab_tell "read ${name[2]} ${asked[2]} ${size[2]}"
	lab_tell "read folder 1000 -21"
	lab_tell "write-only ${name[1]} 1000 -9"
	lab_tell "no-buffer ${name[1]} 1000 -14"
	expect result "read(2) of a file, of one that is shorter than asked for, of a folder, of a file
that is open for writing only, of a file to an address that is not there; results" "$1" \
		1000 "${size[2]}" EISDIR EBADF EFAULT
}

# bats test_tags=points:0,visibility:visible
@test "another process is not reported" {
	lab_attach
	lab_run reader <<<"ready"
	expect others "read(2) by another process" \
		"TODO 2 and 5: return 0 when the caller is not target_pid, in both programs"
}

# bats test_tags=points:2,visibility:visible
@test "with kprobe, each read is reported: file and bytes asked for" {
	lab_attach enter_read leave_read
	files_read "TODO 1 to 3: the arguments, the name and the map in enter_read; the record in leave_read"
}

# bats test_tags=points:2,visibility:visible
@test "with kprobe, each result is reported, errors as well" {
	lab_attach enter_read leave_read
	results_read "TODO 3: the result in leave_read, a long"
}

# bats test_tags=points:1,visibility:visible
@test "with kprobe, threads that read at the same time are kept apart" {
	lab_attach enter_read leave_read
	local i lines=()
	threads=$(lab_rand threads 3 5)
	for ((i = 1; i <= threads; i++)); do
		name[i]=p$i-$(lab_rand "name $i" 100 999)
		asked_for[i]=$((i * 1000 + $(lab_rand "asked $i" 1 400)))
		lab_tell "fifo ${name[i]}"
		lab_tell "wait ${name[i]} ${asked_for[i]} $i"
		lines+=("${name[i]}: ${asked_for[i]}, $i")
	done
	lab_tell release
	expect all "read(2) by $threads threads, each of which waits for its own FIFO; file: bytes asked for, result" \
		"the key of the map: the threads of a process share the process id" "${lines[@]}"
}

# bats test_tags=points:2,visibility:visible
@test "with fexit, each read is reported: file and bytes asked for" {
	lab_attach exit_read
	files_read "TODO 4 and 5: the arguments in their order, and the record in exit_read"
}

# bats test_tags=points:2,visibility:visible
@test "with fexit, each result is reported, errors as well" {
	lab_attach exit_read
	results_read "TODO 4: the result stands behind the last of the four arguments of vfs_read"
}

# bats test_tags=points:1,visibility:visible
@test "with both, a name of 59 bytes is whole, a longer one is cut" {
	lab_attach
	local long
	printf -v long '%*s' "$(lab_rand length 61 80)" ''
	name=("${long// /x}")
	shown=("${name[0]:0:59}" "y${name[0]:0:58}")
	asked_for=(100)
	lab_tell "file ${name[0]} 10"
	lab_tell "file ${shown[1]} 10"
	lab_tell "read ${name[0]} 100 10"
	lab_tell "read ${shown[1]} 100 10"
	expect file "read(2) of two files, whose names have ${#name[0]} and 59 bytes; both hooks attached" \
		"TODO 2 and 5: the helper gets NAME_LEN, the room for the name and its 0 byte" \
		"${shown[0]}: 100, 2 times" "${shown[1]}: 100, 2 times"
}
