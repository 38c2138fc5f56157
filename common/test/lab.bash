# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The test seam: what a lesson's test.bats may call. README.md beside this file
# has an example of each function; labctl does the work.
#
# Names that begin with _lab are not for tests. Every function here returns 0,
# or prints why not and returns 1, which ends the test. A message holds only
# what the seed determines: no process ids, no times, no addresses that differ
# from one environment to the next.

# How long an event may take, and a program that lab_run has started, where programs run at
# full speed. Much longer than they ever should: a test that passes does not wait for it. On a
# busy machine they are stretched (common/tool/patience.h).
_LAB_SECONDS=5
_LAB_RUN_SECONDS=10
# What a program may print into each of its two files, as labctl spawn has it.
_LAB_OUTPUT_MAX=1048576

# ---- a test's frame ---------------------------------------------------------

# lab_setup: first line of every setup()
lab_setup() {
	_lab_trace
	_lab_backend || return 1
	# A machine that root has started reads our files as nobody does.
	[[ ! ${LAB_SERVER-} || $EUID != 0 ]] || chmod o+rx "$BATS_RUN_TMPDIR"
	: "${LAB_SEED:=1}"
	LAB_DIR=$BATS_TEST_TMPDIR
	LAB_PINS=${TESTENV_BPF:-/sys/fs/bpf}/lab$BATS_TEST_NUMBER
	LAB_STDOUT=$LAB_DIR/stdout
	LAB_STDERR=$LAB_DIR/stderr
	LAB_RUN_STDOUT=$LAB_DIR/run-stdout
	LAB_RUN_STDERR=$LAB_DIR/run-stderr
	LAB_STATUS='' LAB_VERDICT='' LAB_OUT='' LAB_CPU='' LAB_ANSWER='' LAB_OBJECT=''
	LAB_RENAMED='' LAB_CHILD_PID=''
	# shellcheck disable=SC2034 # LAB_PID is for tests
	LAB_PID='' _lab_job='' LAB_PROGRAM='' LAB_FIXTURE_PID='' LAB_FIXTURE_NAME=''
	_lab_no_announcements
	_lab_steps=()
	_lab_children=()
	_lab_last_tr='' _lab_sent='' _lab_never=''
	unset _lab_hex _lab_spec _lab_name _lab_captured _lab_capture_pid _lab_count_to _lab_count_from
	declare -gA _lab_hex=() _lab_spec=() _lab_name=() _lab_captured=() _lab_capture_pid=()
	declare -gA _lab_count_to=() _lab_count_from=()
}

# lab_teardown: the only line of teardown(); ends what the test has started
lab_teardown() {
	local pid
	for pid in "${_lab_children[@]}"; do
		_lab_reap "$pid" --signal KILL || :
	done
	_lab_unload
}

# lab_step TEXT: a numbered step, shown when the test fails
lab_step() {
	_lab_steps+=("${1:0:1000}")
}

# lab_fail SENT EXPECTED SEEN LOOK: fails the test; an empty part is left out, but for LOOK: where
# none is given, it is the learner's file
lab_fail() {
	local i look=${4:-$(_lab_look)}
	{
		if ((${#_lab_steps[@]})); then
			echo "steps:"
			for i in "${!_lab_steps[@]}"; do
				echo "  $((i + 1)). ${_lab_steps[i]}"
			done
		fi
		((${#_lab_steps[@]})) || [[ $1 ]] || echo "steps:    none before this one"
		_lab_part 'sent:     ' "$1"
		_lab_part 'expected: ' "$2"
		_lab_part 'seen:     ' "$3"
		_lab_part 'look:     ' "$look"
	} >&2
	return 1
}

# lab_equal EXPECTED SEEN WHAT LOOK: WHAT is "what was done; what is compared"
lab_equal() {
	local sent='' what=$3
	if [[ $what == *'; '* ]]; then
		sent=${what%; *}
		what=${what##*; }
	fi
	if [[ $1 != "$2" ]]; then
		lab_fail "$sent" "$what = $1" "$what = ${2:-(nothing)}" "${4-}"
		return 1
	fi
	lab_step "${sent:+$sent: }$what = $1, as expected"
}

# lab_equal_racing EXPECTED SEEN WHAT LOOK: lab_equal for a number that CPUs count up at once.
# How many are missing differs from run to run, so the message says only less or more.
lab_equal_racing() {
	local seen=$2
	if [[ $seen =~ ^-?[0-9]+$ ]] && ((seen != $1)); then
		seen=$( ((seen < $1)) && echo less || echo more)
	fi
	lab_equal "$1" "$seen" "$3" "$4"
}

# lab_number COMMAND...: prints what COMMAND prints, which must be numbers, one a line. What a learner's
# program has a hand in goes through it before it goes into arithmetic: there bash takes a name for a
# variable of the test's, and runs what stands in its index. As an assignment: NAME=$(lab_number ...)
lab_number() {
	# COMMAND may call lab_number, too: each has its own file. It sees what is local here, so it runs
	# before names that it may use itself.
	local _lab_depth=$((${_lab_depth-0} + 1))
	local _lab_file=$LAB_DIR/number-$BASHPID-$_lab_depth
	"$@" >"$_lab_file" || return 1
	local text nul='' numbers=$'^-?(0|[1-9][0-9]{0,19})(\n-?(0|[1-9][0-9]{0,19}))*$'
	! IFS= read -rd '' text <"$_lab_file" || nul=" and a NUL"
	while [[ $text == *$'\n' ]]; do
		text=${text%$'\n'}
	done
	text+=$nul
	if [[ ! $text =~ $numbers ]]; then
		_lab_command "$@"
		lab_fail "" "$REPLY: a number" "${text:-(nothing)}" "${LAB_LOOK-}"
		return 1
	fi
	printf '%s\n' "$text"
}

# lab_rand NAME MIN MAX: prints a number drawn from the seed, this test's name and NAME
lab_rand() {
	_lab_tool rand "$LAB_SEED" "$BATS_TEST_DESCRIPTION" "$1" "$2" "$3"
}

# lab_wait WHAT SECONDS COMMAND...: calls COMMAND again and again until it succeeds. LAB_LOOK: where to
# look if it does not
lab_wait() {
	local what=$1 seconds=$(($2 * _lab_slowness)) began=$SECONDS
	shift 2
	until "$@"; do
		if _lab_over "$began" "$seconds"; then
			lab_fail "" "$what" "not within $seconds seconds" "${LAB_LOOK-}"
			return 1
		fi
		_lab_pause
	done
	lab_step "$what"
}

# ---- the lesson's kernel program --------------------------------------------

# lab_load NAME [VARIABLE=VALUE...]: loads NAME.bpf.o; what was loaded before goes.
# LAB_RENAMED=STRUCT.FIELD=NAME, for the rest of the test: on a kernel that calls the field so
lab_load() {
	local object=$1.bpf.o assignment sets=() with
	shift
	for assignment; do
		sets+=(--set "$assignment")
	done
	[[ ! $LAB_OBJECT ]] || _lab_unload || return 1
	LAB_OBJECT=$object
	_lab_assignments "$@"
	with=$REPLY
	if [[ $LAB_RENAMED ]]; then
		sets+=(--rename "$LAB_RENAMED")
		with+=" on a kernel in which ${LAB_RENAMED%%=*} is called ${LAB_RENAMED#*=}"
	fi
	_lab_load "$object" "$with" "${sets[@]}" || return 1
	lab_step "loaded $object$with"
}

# lab_unload: what lab_load, or a loader that pins where $LAB_PINS says, has loaded goes
lab_unload() {
	_lab_unload
}

# lab_compile NAME: compiles the C on stdin, as NAME.bpf.c, for lab_load and lab_object of this test
lab_compile() {
	local source=$LAB_DIR/$1.bpf.c message
	cat >"$source"
	message=$("${CLANG:-clang}" -target bpf -O2 -g -mcpu=v3 -std=gnu11 -Wall -Werror \
		-I "$LAB_TEST/../.." -idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-c "$source" -o "${source%.c}.o" 2>&1) && return 0
	_lab_internal "lab_compile $1: $message"
}

# lab_object NAME: prints where NAME.bpf.o is, for the command line of a loader: the one that
# lab_compile has made in this test, else the lesson's
lab_object() {
	_lab_object "$1"
	echo "$REPLY"
}

# lab_attach [PROGRAM...]: attaches the named programs, or all but XDP's, where their SEC() says
lab_attach() {
	_lab_object "${LAB_OBJECT%.bpf.o}"
	_lab_ask "${*:-its programs} attached" attach "$REPLY" \
		--pin "$LAB_PINS" ${LAB_RENAMED:+--rename "$LAB_RENAMED"} "$@" || return 1
	lab_step "attached ${*:-its programs}"
}

# lab_attach_xdp PROGRAM NODE [native|generic]: attaches to the node's eth0
lab_attach_xdp() {
	_lab_ask "$1 attached to eth0 of node $2" attach-xdp "$1" --pin "$LAB_PINS" --node "$2" --mode "${3:-native}" || return 1
	lab_step "attached $1 to eth0 of node $2${3:+ ($3)}"
}

# lab_attach_cgroup PROGRAM: attaches a program on sockets to the environment's own cgroup
lab_attach_cgroup() {
	_lab_ask "$1 attached to the environment's cgroup" attach-cgroup "$1" --pin "$LAB_PINS" || return 1
	lab_step "attached $1 to the environment's cgroup"
}

# lab_attach_sockmap PROGRAM MAP: attaches a program of type sk_msg to a map of sockets
lab_attach_sockmap() {
	_lab_ask "$1 attached to the map $2" attach-sockmap "$1" "$2" --pin "$LAB_PINS" || return 1
	lab_step "attached $1 to the map $2"
}

# lab_cgroup_programs HOOK: prints the programs that the environment's own cgroup has at a hook, a
# name a line, in the order in which they were attached
lab_cgroup_programs() {
	_lab_tool cgroup-programs "$1"
}

# lab_detach PROGRAM
lab_detach() {
	_lab_ask "$1 detached" detach "$1" --pin "$LAB_PINS" || return 1
	lab_step "detached $1"
}

# lab_get VARIABLE...: prints global variables, one a line; also VARIABLE.FIELD, VARIABLE[INDEX]
lab_get() {
	_lab_ask "a value of $*" get --pin "$LAB_PINS" "$@"
}

# lab_set VARIABLE VALUE: prints "done", or the kernel's reason why it cannot be set
lab_set() {
	_lab_ask "$1 can be given a value" set --pin "$LAB_PINS" "$1" "$2"
}

# lab_instructions PROGRAM: prints how many instructions it has in the kernel
lab_instructions() {
	_lab_ask "a program $1" instructions --pin "$LAB_PINS" "$1"
}

# lab_relocations NAME: which of the kernel's fields and types NAME.bpf.o asks for by name
lab_relocations() {
	_lab_ask "$1.bpf.o can be read" relocations "$LAB_BUILD/$1.bpf.o"
}

# lab_program_info PROGRAM FIELD...: prints what the kernel knows of it: type, tag, name, gpl, maps
lab_program_info() {
	_lab_ask "a program $1" info prog --pin "$LAB_PINS" "$@"
}

# lab_map_info MAP FIELD...: type, name, key_size, value_size, max_entries, flags, read_only, frozen
lab_map_info() {
	_lab_ask "a map $1" info map --pin "$LAB_PINS" "$@"
}

# lab_map MAP KEY[.FIELD]: prints a value, or "absent"; per-CPU values are added up. KEY
# "all": the values of all entries added up. LAB_CPU=first|last lab_map ...: that CPU's alone
lab_map() {
	_lab_ask "a map $1" map --pin "$LAB_PINS" ${LAB_CPU:+--cpu "$LAB_CPU"} "$1" "$2"
}

# lab_map_set MAP KEY[.FIELD] VALUE
lab_map_set() {
	_lab_ask "a map $1 that can be written" map --pin "$LAB_PINS" "$1" "$2" "$3" || return 1
	_lab_named "$2"
	lab_step "set $1[$REPLY] = $3"
}

# lab_ring MAP FIELD:TYPE...: takes the records out of a ring buffer, and prints one line each
lab_ring() {
	local map=$1
	shift
	_lab_ask "a ring buffer $map" ring --pin "$LAB_PINS" "$map" "$@"
}

# lab_entries MAP [FIELD=VALUE,...]: prints how many entries it has, or how many with this in their keys
lab_entries() {
	_lab_object "${LAB_OBJECT%.bpf.o}"
	_lab_ask "a map $1" entries --pin "$LAB_PINS" "$REPLY" "$@"
}

# ---- packets ----------------------------------------------------------------

# lab_packet NAME SPEC...: builds a packet
lab_packet() {
	local name=$1
	shift
	_lab_tool packet build "$@" >"$LAB_DIR/packet" || return 1
	read -r REPLY <"$LAB_DIR/packet"
	_lab_hex[$name]=$REPLY
	_lab_spec[$name]="$*"
	_lab_name[${_lab_hex[$name]}]=$name
}

# lab_cuts NAME FROM TO SPEC...: the packet cut to FROM, FROM+1, ... TO bytes, as packets
# NAME-FROM ... NAME-TO; LAB_CUTS lists them, for lab_expect_tr
lab_cuts() {
	local name=$1 from=$2 to=$3 whole n
	shift 3
	lab_packet "$name" "$@" || return 1
	whole=${_lab_hex[$name]}
	if ((2 * to > ${#whole})); then
		_lab_internal "lab_cuts: packet $name has only $((${#whole} / 2)) bytes"
		return 1
	fi
	LAB_CUTS=''
	for ((n = from; n <= to; n++)); do
		_lab_hex[$name-$n]=${whole:0:2*n}
		_lab_spec[$name-$n]="$* cut=$n"
		_lab_name[${whole:0:2*n}]=$name-$n
		LAB_CUTS+=${LAB_CUTS:+ }$name-$n
	done
}

# LAB_CPU=first|last before lab_tr, lab_expect_tr, lab_send: the program runs on the first or
# the last CPU that there is

# lab_tr PROGRAM PACKET: runs PROGRAM on the bytes; sets LAB_VERDICT and LAB_OUT (hex)
lab_tr() {
	_lab_run_on "$1" "$2" || return 1
	_lab_take_result "${_lab_results[0]}"
}

# lab_expect_tr PROGRAM VERDICT "PACKET..." WHY [LOOK]: PROGRAM returns VERDICT for each packet
lab_expect_tr() {
	local line
	_lab_run_on "$1" "$3" || return 1
	for line in "${_lab_results[@]}"; do
		_lab_take_result "$line"
		[[ $LAB_VERDICT != "$2" ]] || continue
		lab_fail "$(_lab_describe "$_lab_last_tr")" "$2: $4" "$LAB_VERDICT" \
			"${5:-$(_lab_look "$1")}"
		return 1
	done
	# shellcheck disable=SC2086 # names, divided by blanks
	_lab_names $3
	lab_step "ran $1 on packet $REPLY${LAB_CPU:+ on the $LAB_CPU CPU}: $2, as expected"
}

# lab_expect_out PACKET WHY [LOOK]: the last program run left exactly the bytes of PACKET
lab_expect_out() {
	_lab_known "$1" || return 1
	if [[ $LAB_OUT != "${_lab_hex[$1]}" ]]; then
		lab_fail "$(_lab_describe "$_lab_last_tr")" "packet $1 (${_lab_spec[$1]}): $2" \
			"other bytes"$'\n'"$("$LAB_CTL" packet show "$LAB_OUT" "${_lab_hex[$1]}")" \
			"${3:-$(_lab_look)}"
		return 1
	fi
	lab_step "the bytes after it are those of packet $1"
}

# lab_expect_always PROGRAM VERDICT "PACKET..." MAP N WHY [LOOK]: PROGRAM returns VERDICT for each
# packet, again and again, while the loader, or what lab_repeat runs, puts N new inner maps into
# the outer map MAP. One that came when the program was not running does not count in full.
lab_expect_always() {
	local results label verdict changes
	_lab_lines "$3" || return 1
	results=$(_lab_ask "$1 runs on all packets" always "$1" "$4" --pin "$LAB_PINS" --changes "$5" \
		--seconds "$((4 * _LAB_SECONDS))" <<<"$REPLY") || return 1
	while read -r label verdict; do
		if [[ $label == changes ]]; then
			changes=$verdict
		elif [[ $verdict != "$2" ]]; then
			lab_fail "again and again, $(_lab_describe "$label")" "always $2: $6" \
				"now and then $verdict" "${7:-$(_lab_look "$1")}"
			return 1
		fi
	done <<<"$results"
	changes=$(lab_number echo "$changes") || return 1
	if ((changes < $5)); then
		# shellcheck disable=SC2086 # names, divided by blanks
		_lab_names $3
		lab_fail "$REPLY, again and again" "$5 new inner maps in $4" \
			"fewer in $((4 * _LAB_SECONDS)) seconds" "${7:-$(_lab_look "$1")}"
		return 1
	fi
	# shellcheck disable=SC2086 # names, divided by blanks
	_lab_names $3
	lab_step "ran $1 on packet $REPLY while $4 had $5 new inner maps: always $2, as expected"
}

# lab_expect_filtered FORM taken|dropped "PACKET..." WHY [LOOK]: so does a socket filter with
# each packet. FORM is the name of a program of type socket_filter, or "classic": the filter that
# the program of lab_start has put on a socket.
lab_expect_filtered() {
	local form=$1 with lines name result
	_lab_lines "$3" || return 1
	lines=$REPLY
	if [[ $form == classic ]]; then
		with=$(_lab_ask "" classic "$_lab_job") || return 1
		if [[ $with == none ]]; then
			lab_fail "" "$LAB_PROGRAM has put a classic filter on a socket" "there is none" "${5-}"
			return 1
		fi
		result=$(_lab_ask "a filter that the kernel takes" filter --classic "$with" \
			<<<"$lines") || return 1
	else
		result=$(_lab_ask "a program $form that the kernel takes as a filter" \
			filter "$form" --pin "$LAB_PINS" <<<"$lines") || return 1
	fi
	while read -r name result; do
		[[ $result != "$2" ]] || continue
		lab_fail "$(_lab_describe "$name")" "$2 by the $form filter: $4" "$result" "${5-}"
		return 1
	done <<<"$result"
	# shellcheck disable=SC2086 # names, divided by blanks
	_lab_names $3
	lab_step "the $form filter, given packet $REPLY: $2, as expected"
}

# lab_send NODE PACKET...: sends frames out of the node's eth0, in this order
lab_send() {
	local node=$1 name hexes=() specs=''
	shift
	for name; do
		_lab_known "$name" || return 1
		hexes+=("${_lab_hex[$name]}")
		[[ $specs == *$'\n'"$name: "* ]] || specs+=$'\n'$name:\ ${_lab_spec[$name]}
	done
	_lab_sent="$* from node $node$specs"
	_lab_tool send --node "$node" ${LAB_CPU:+--cpu "$LAB_CPU"} "${hexes[@]}" || return 1
	_lab_names "$@"
	lab_step "sent $REPLY from node $node${LAB_CPU:+ on the $LAB_CPU CPU}"
}

# lab_capture_start NODE: from now on, frames that arrive at the node's eth0 are kept
lab_capture_start() {
	local file=$LAB_DIR/captured-$1
	[[ ! ${_lab_capture_pid[$1]-} ]] || _lab_reap "${_lab_capture_pid[$1]}" --signal KILL
	: >"$file"
	_lab_spawn --stdout "$file" --stderr "$file.err" -- "$LAB_CTL" capture --node "$1"
	_lab_capture_pid[$1]=$!
	if ! "$LAB_CTL" captured "$file" ready --pid "$!" --seconds "$_LAB_SECONDS"; then
		_lab_internal "nothing is captured on node $1 ($(<"$file.err"))"
		return 1
	fi
	_lab_captured[$1]=1
}

# lab_expect_captured NODE "PACKET..." WHY [LOOK]: of the frames that this test has
# built, exactly these arrived since the last look, in this order. The last one ends
# the wait: to show that a frame does not arrive, send one after it that does.
lab_expect_captured() {
	local file=$LAB_DIR/captured-$1 skip=${_lab_captured[$1]} wanted seen
	read -ra wanted <<<"$2"
	if ((!${#wanted[@]})); then
		_lab_internal "lab_expect_captured: name at least one frame that arrives"
		return 1
	fi
	for seen in "${wanted[@]}"; do
		_lab_known "$seen" || return 1
	done
	_lab_await_frame "$file" "$skip" "${wanted[@]}" || :
	seen=$(_lab_arrived "$file" "$skip" "${wanted[-1]}")
	_lab_captured[$1]=$(wc -l <"$file")
	if [[ $seen != "${wanted[*]}" ]]; then
		lab_fail "$_lab_sent" "at node $1 arrive: ${wanted[*]}"$'\n'"$3" \
			"at node $1 arrived: ${seen:-nothing that this test has built}$(_lab_changed "$file" \
				"$skip" "$seen" "${wanted[@]}")" "${4:-$(_lab_look)}"
		return 1
	fi
	_lab_names "${wanted[@]}"
	lab_step "at node $1 arrived $REPLY, as expected"
}

# lab_count_start NODE [INTERFACE]: from now on, packets with TCP data that leave through the
# interface (lo) are counted; lab_counted NODE prints how many there were since the last look
lab_count_start() {
	local file=$LAB_DIR/count-$1 to from answer=''
	mkfifo "$file.in" "$file.out"
	exec {to}<>"$file.in" {from}<>"$file.out"
	_lab_count_to[$1]=$to _lab_count_from[$1]=$from
	_lab_spawn --stdin "$file.in" --stdout "$file.out" --stderr "$file.err" -- \
		"$LAB_CTL" count --node "$1" --interface "${2:-lo}"
	if ! _lab_answer "$from" answer; then
		_lab_internal "nobody counts on node $1 ($(<"$file.err"))"
		return 1
	fi
	lab_step "began to count packets with TCP data that leave node $1 through ${2:-lo}"
}

lab_counted() {
	local answer
	echo >&"${_lab_count_to[$1]}"
	if ! _lab_answer "${_lab_count_from[$1]}" answer; then
		_lab_internal "nobody counts on node $1 any more ($(<"$LAB_DIR/count-$1.err"))"
		return 1
	fi
	lab_number echo "$answer"
}

# ---- programs of user space -------------------------------------------------

# lab_start NAME [ARGUMENT...]: starts the lesson's loader, and returns when the kernel
# shows a link of it (LAB_LINKS=N lab_start ...: so many). LAB_LOOK: where to look if it does
# not attach; else "the attach step in NAME.c". Its output goes to the files
# $LAB_STDOUT and $LAB_STDERR, its process id to LAB_PID.
lab_start() {
	local status=0 command
	LAB_PROGRAM=$1
	_lab_command "$@"
	command=$REPLY
	shift
	: >"$LAB_STDOUT"
	: >"$LAB_STDERR"
	_lab_trust "$LAB_PROGRAM" "$@"
	_lab_spawn --stdin /dev/null --stdout "$LAB_STDOUT" --stderr "$LAB_STDERR" "${_lab_trusted[@]}" \
		-- "$_lab_program" "$@" 2>"$LAB_DIR/why-not-started"
	_lab_job=$!
	_lab_machine_pid LAB_PID
	"$LAB_CTL" wait-attached "$_lab_job" --links "${LAB_LINKS:-1}" --seconds "$_LAB_SECONDS" || status=$?
	if ((!status)); then
		lab_step "started $command; it has attached its program"
		return 0
	fi
	_lab_reap "$_lab_job" --signal KILL || :
	if ((status > 3)) || [[ -s $LAB_DIR/why-not-started ]]; then
		_lab_internal "$command: cannot be started: $(<"$LAB_DIR/why-not-started")"
		return 1
	fi
	lab_fail "$command" "it attaches its program and goes on running" \
		"$(_lab_ending "$status")$(_lab_output)" "${LAB_LOOK:-the attach step in $LAB_PROGRAM.c}"
}

# lab_repeat NAME ARGUMENT... [+ ARGUMENT...]...: runs the lesson's program with these arguments,
# then with those behind "+", and so on, again and again in the background, until lab_stop
lab_repeat() {
	LAB_PROGRAM=$1
	: >"$LAB_STDOUT"
	: >"$LAB_STDERR"
	_lab_path "$1"
	_lab_spawn --stdin /dev/null --stdout "$LAB_STDOUT" --stderr "$LAB_STDERR" -- \
		"$LAB_FIXTURES/repeat" "$REPLY" "${@:2}"
	_lab_job=$!
	_lab_command "$@"
	lab_step "started, again and again: $REPLY"
}

# lab_stop: interrupts it as Ctrl-C does; its exit status is in LAB_STATUS
lab_stop() {
	if ! _lab_reap "$_lab_job" --signal INT --seconds "$_LAB_SECONDS"; then
		lab_fail "SIGINT to $LAB_PROGRAM (Ctrl-C)" "it ends" \
			"it was still running after $_LAB_SECONDS seconds" "the end of main() in $LAB_PROGRAM.c"
		return 1
	fi
	lab_step "stopped $LAB_PROGRAM"
}

# lab_adopt: what the program of lab_start has loaded is what lab_get, lab_map and so on look
# at from here on, also after lab_stop. What was loaded or adopted before goes. Names are cut
# to 15 bytes, as the kernel cuts them.
lab_adopt() {
	_lab_unload || return 1
	_lab_ask "" adopt "$_lab_job" --pin "$LAB_PINS"
}

# lab_held_maps: prints how many descriptors of maps the program of lab_start holds
lab_held_maps() {
	_lab_ask "" held-maps "$_lab_job"
}

# lab_run COMMAND [ARGUMENT...]: runs a command to its end, stdin as it is given. Its status
# is in LAB_STATUS, its output in the files $LAB_RUN_STDOUT and $LAB_RUN_STDERR. A name
# without slash is the lesson's program, or a fixture, if there is one.
lab_run() {
	_lab_run "$@"
}

# lab_node NODE COMMAND [ARGUMENT...]: the same in a node's network
lab_node() {
	local node=$1
	shift
	_lab_run --node "$node" -- "$@"
}

# lab_run_between BYTES COMMAND [ARGUMENT...]: lab_run, and after each of COMMAND's system calls a UDP packet
# with so many bytes is sent on lo. LAB_PACKETS: how many; a number that no seed determines
lab_run_between() {
	local bytes=$1
	shift
	_lab_run --between "$bytes" -- "$@" || return 1
	# The number comes last. Where the command has left no room for it, the last line is the command's.
	if (($(stat -c %s "$LAB_RUN_STDOUT") >= _LAB_OUTPUT_MAX)); then
		_lab_command "$@"
		lab_fail "$REPLY" "it prints less than 1 MB" "it printed more" ""
		return 1
	fi
	# shellcheck disable=SC2034,SC2016 # LAB_PACKETS is for tests; "$" is sed's
	if ! LAB_PACKETS=$(lab_number sed -n '$s/.*sent \([0-9]*\)$/\1/p' "$LAB_RUN_STDOUT" 2>/dev/null); then
		_lab_internal "nobody says how many packets were sent"
		return 1
	fi
	# shellcheck disable=SC2016 # sed's
	sed -i '${s/sent [0-9]*$//;/^$/d}' "$LAB_RUN_STDOUT"
	lab_step "after each of its system calls, a packet of $bytes bytes was sent"
}

# lab_expect_line REGEX WHY [LOOK]: the program of lab_start prints a line that matches, now or soon
lab_expect_line() {
	local line began=$SECONDS
	until grep -qE -e "$1" "$LAB_STDOUT"; do
		if _lab_over "$began" "$_LAB_SECONDS"; then
			lab_fail "" "a line of output that matches $1: $2" \
				"no such line within $_LAB_SECONDS seconds$(_lab_output)" "${3-}"
			return 1
		fi
		_lab_pause
	done
	line=$(grep -m 1 -E -e "$1" "$LAB_STDOUT")
	lab_step "it printed: $line"
}

# lab_fixture NAME [ARGUMENT...]: starts a program of common/test/fixtures; LAB_FIXTURE_PID
lab_fixture() {
	local to=$LAB_DIR/fixture.in from=$LAB_DIR/fixture.out
	LAB_FIXTURE_NAME=$1
	shift
	mkfifo "$to" "$from"
	# Opened for both directions, a FIFO does not wait for the other end.
	exec {_lab_to}<>"$to" {_lab_from}<>"$from"
	_lab_spawn --stdin "$to" --stdout "$from" --stderr "$LAB_DIR/fixture.err" -- \
		"$LAB_FIXTURES/$LAB_FIXTURE_NAME" "$@"
	_lab_machine_pid LAB_FIXTURE_PID
	lab_step "started the test process \"$LAB_FIXTURE_NAME\"${*:+, with $*}"
}

# lab_tell LINE: sends a line to the fixture, and waits for its answer, which must be "ok"
lab_tell() {
	lab_ask "$1" || return 1
	if [[ $LAB_ANSWER != ok ]]; then
		lab_fail "\"$1\" to the test process \"$LAB_FIXTURE_NAME\"" "ok" "$LAB_ANSWER" \
			"this is a fault of the test, not of the lesson's program"
		return 1
	fi
	lab_step "told the test process \"$LAB_FIXTURE_NAME\": $1"
}

# lab_ask LINE: the same; the test looks at the answer, LAB_ANSWER, itself
lab_ask() {
	printf '%s\n' "$1" >&"$_lab_to"
	_lab_answer "$_lab_from" LAB_ANSWER && return 0
	lab_fail "\"$1\" to the test process \"$LAB_FIXTURE_NAME\"" "an answer" \
		"no answer within $_LAB_SECONDS seconds" \
		"this is a fault of the test, not of the lesson's program"
}

# ---- not for tests ----------------------------------------------------------

# Where a comment says REPLY, the function answers there, and prints nothing: the subshells for such
# answers were a fifth of all processes of a run of 03/02.

# REPLY: where NAME.bpf.o is
_lab_object() {
	REPLY=$LAB_DIR/$1.bpf.o
	[[ -f $REPLY ]] || REPLY=$LAB_BUILD/$1.bpf.o
}

# bats notes the whole stack before every command, which takes longer than most of them. From here on
# only those of the test's own body are noted, and only their line: that is what a failure names.
_lab_trace() {
	set +T
	[[ $(trap -p DEBUG) == *bats_debug_trap* ]] || return 0
	# In one line: a line break would count for $LINENO.
	# shellcheck disable=SC2016 # the trap's
	trap '[[ ${FUNCNAME-} != "$BATS_TEST_NAME" ]] || BATS_DEBUG_LAST_STACK_TRACE="$LINENO $FUNCNAME $BASH_SOURCE"' DEBUG
	# shellcheck disable=SC2034 # bats's own; the frames of setup() are not the test's
	BATS_DEBUG_LAST_STACK_TRACE=()
}

# Where the lesson's programs run: here, or on a machine behind the session at the socket
# LAB_SERVER, which labctl's commands go to by themselves (remote.h). That one is slower.
_lab_backend() {
	_lab_slowness=1
	case ${LAB_BACKEND:-local}:${LAB_SERVER:+session} in
	local:* | sandbox:*) unset LAB_SERVER ;;
	vm:session) _lab_slowness=10 ;;
	vm:)
		echo "lab_setup: LAB_BACKEND=vm needs a session: labctl session --machine NAME -- bats ..." >&2
		return 1
		;;
	*)
		echo "lab_setup: LAB_BACKEND=$LAB_BACKEND is not supported here; it must be local, sandbox or vm" >&2
		return 1
		;;
	esac
	if [[ ${LAB_BACKEND-} == sandbox && ! ${LAB_SANDBOX-} ]]; then
		echo "lab_setup: LAB_BACKEND=sandbox needs LAB_SANDBOX, the policy of the sandbox" >&2
		return 1
	fi
	_LAB_SECONDS=$((_LAB_SECONDS * _lab_slowness))
	_LAB_RUN_SECONDS=$((_LAB_RUN_SECONDS * _lab_slowness))
}

# Into the variable goes what the machine calls the process that _lab_spawn has just started.
_lab_machine_pid() {
	local pid=$!
	# An assignment in its own right would hide the status.
	[[ ! ${LAB_SERVER-} ]] || pid=$("$LAB_CTL" pid "$!") || pid=$!
	printf -v "$1" %s "$pid"
}

# The pins are not always where a look from here would find them.
_lab_unload() {
	# shellcheck disable=SC2153 # LAB_CTL is set from outside
	[[ ! ${LAB_SERVER-} && ! -d $LAB_PINS ]] || _lab_tool unload --pin "$LAB_PINS"
}

# Between two looks at what no event announces: 10 ms, from a pipe in which nothing comes.
_lab_pause() {
	[[ $_lab_never ]] || exec {_lab_never}<> <(:)
	read -rt 0.01 -u "$_lab_never" || :
}

# _lab_over BEGAN SECONDS: are they over since $SECONDS was BEGAN? On a busy machine not yet, up to
# ten times as many. Where that is not enough the notes say so: who grades runs the checks again.
_lab_over() {
	local gone=$((SECONDS - $1)) limit=${2%.*} ready most=0 i
	((gone > limit)) || return 1
	: "${_lab_processors:=$(getconf _NPROCESSORS_ONLN)}"
	if ((_lab_slowness == 1 && gone <= 10 * limit)); then
		for i in 1 2 3; do
			read -r _ _ _ ready _ </proc/loadavg
			ready=${ready%/*}
			((ready <= most)) || most=$ready
			_lab_pause
		done
		((most <= _lab_processors || gone * _lab_processors > limit * most)) || return 1
	fi
	if ((_lab_slowness == 1 && limit && gone > 10 * limit)) && [[ ${LAB_NOTES-} ]]; then
		: >"$LAB_NOTES/$BASHPID.late"
	fi
}

# _lab_answer FD VARIABLE: a line from whom the test has asked something
_lab_answer() {
	local began=$SECONDS part text=''
	until read -rt 1 -u "$1" part; do
		(($? > 128)) || return 1
		text+=$part
		! _lab_over "$began" "$_LAB_SECONDS" || return 1
	done
	printf -v "$2" %s "$text$part"
}

# One part of a failure message; its further lines stand below its first. A program can print as much
# as it likes, and a check's message is read by people: it is cut.
_lab_part() {
	local text=$2
	((${#text} <= 8000)) || text="${text:0:8000}"$'\n'"... and $((${#text} - 8000)) bytes more"
	[[ ! $text ]] || echo "$1${text//$'\n'/$'\n'          }"
}

# _lab_load OBJECT WITH OPTION...: a refusal can take the verifier many seconds; the next test that
# loads the same, with the same values, is told the same at once.
_lab_load() {
	local object=$1 with=$2 known=$BATS_FILE_TMPDIR/refused-$1 message
	shift 2
	# An object that a test has compiled is its own.
	[[ ! -f $LAB_DIR/$object ]] || known=$LAB_DIR/refused-$object
	if [[ -f $known && $(head -n 1 "$known") == "$with" ]]; then
		tail -n +2 "$known" >&2
		return 1
	fi
	_lab_object "${object%.bpf.o}"
	_lab_ask "$object loaded$with" load "$REPLY" --pin "$LAB_PINS" "$@" &&
		return 0
	message=$(<"$LAB_DIR/why")
	[[ $message != 'refused: '* ]] || printf '%s\n' "$with" "$message" >"$known"
	return 1
}

# REPLY: names for a step, "a, b x9, c and 37 more"
_lab_names() {
	local i=0 n shown=0 text='' names=("$@")
	while ((i < $#)); do
		if ((shown++ == 8)); then
			text+=" and $(($# - i)) more"
			break
		fi
		for ((n = 1; i + n < $#; n++)); do
			[[ ${names[i + n]} == "${names[i]}" ]] || break
		done
		text+=${text:+, }${names[i]}
		((n == 1)) || text+=" x$n"
		((i += n))
	done
	REPLY=$text
}

# REPLY: " with port=53"
_lab_assignments() {
	local text='' assignment
	for assignment; do
		_lab_named "$assignment"
		text+=${text:+, }$REPLY
	done
	REPLY=${text:+ with $text}
}

# REPLY: a command line, for messages
_lab_command() {
	local word text=''
	for word; do
		_lab_named "$word"
		text+=${text:+ }$REPLY
	done
	REPLY=$text
}

# REPLY: VALUE, NAME=VALUE, or a map's KEY[.FIELD]: the fixture's process id, which differs from
# run to run, is named instead; of a file of the test or the lesson, its name is enough.
_lab_named() {
	local name="(process id of $LAB_FIXTURE_NAME)"
	REPLY=$1
	case $1 in
	"$LAB_DIR"/* | "$LAB_BUILD"/*)
		REPLY=${1##*/}
		return
		;;
	"$LAB_PINS")
		REPLY="(folder for pins)"
		return
		;;
	esac
	if [[ $LAB_CHILD_PID && ${1##*=} == "$LAB_CHILD_PID" ]]; then
		REPLY="${1%"$LAB_CHILD_PID"}(process id of its child)"
		return
	fi
	case $LAB_FIXTURE_PID:$1 in
	:*) ;;
	"$LAB_FIXTURE_PID:$LAB_FIXTURE_PID" | "$LAB_FIXTURE_PID:$LAB_FIXTURE_PID".*)
		REPLY=$name${1#"$LAB_FIXTURE_PID"} ;;
	"$LAB_FIXTURE_PID:"*"=$LAB_FIXTURE_PID") REPLY=${1%%=*}=$name ;;
	esac
}

_lab_known() {
	[[ ! ${_lab_hex[$1]-} ]] || return 0
	_lab_internal "there is no packet $1; build it with lab_packet"
}

# REPLY: packets as labctl reads them, lines "NAME HEX"
_lab_lines() {
	local name text=''
	for name in $1; do
		_lab_known "$name" || return 1
		text+=${text:+$'\n'}"$name ${_lab_hex[$name]}"
	done
	REPLY=$text
}

# Runs a program on packets in one go: lines "NAME VERDICT HEX" in _lab_results.
_lab_run_on() {
	_lab_lines "$2" || return 1
	_lab_ask "$1 runs on all packets" tr "$1" --pin "$LAB_PINS" ${LAB_CPU:+--cpu "$LAB_CPU"} \
		<<<"$REPLY" >"$LAB_DIR/results" || return 1
	mapfile -t _lab_results <"$LAB_DIR/results"
}

_lab_take_result() {
	read -r _lab_last_tr LAB_VERDICT LAB_OUT <<<"$1"
}

_lab_describe() {
	local hex=${_lab_hex[$1]}
	echo "packet $1: ${_lab_spec[$1]} ($((${#hex} / 2)) bytes)"
	"$LAB_CTL" packet show "$hex"
}

# In which file: the kernel program's, or the loader's
_lab_look() {
	local file=${LAB_OBJECT%.o}
	file=${file:-$LAB_PROGRAM}
	[[ ! $file ]] || echo "${1:+$1() in }$file.c"
}

# Waits for as many of the last frame as the list has of it.
_lab_await_frame() {
	local file=$1 skip=$2 name count=0
	shift 2
	for name; do
		[[ $name != "${*: -1}" ]] || ((++count))
	done
	"$LAB_CTL" captured "$file" "${_lab_hex[${*: -1}]}" --skip "$skip" --count "$count" \
		--seconds "$_LAB_SECONDS"
}

# The names of the frames in the file that this test has built.
_lab_arrived() {
	local lines line names=()
	mapfile -ts "$2" lines <"$1"
	for line in "${lines[@]}"; do
		[[ ! $line || ! ${_lab_name[$line]-} ]] || names+=("${_lab_name[$line]}")
	done
	echo "${names[*]}"
}

# _lab_changed FILE SKIP SEEN NAME...: of the first NAME that is not in SEEN, a frame that arrived
# and is most like it, side by side: the program may have changed it, and wrongly.
_lab_changed() {
	local file=$1 skip=$2 seen=" $3 " name line nearest
	shift 3
	for name; do
		[[ $seen == *" $name "* ]] || break
		seen=${seen/ $name / }
		name=''
	done
	[[ $name ]] || return 0
	nearest=$(while read -r line; do
		[[ ! $line || ${_lab_name[$line]-} ]] || echo "$line"
	done < <(tail -n "+$((skip + 1))" "$file") | "$LAB_CTL" packet nearest "${_lab_hex[$name]}")
	[[ ! $nearest ]] || printf '\nand a frame that is like %s, but not the same:\n%s' "$name" \
		"$("$LAB_CTL" packet show "$nearest" "${_lab_hex[$name]}")"
}

_lab_spawn() {
	"$LAB_CTL" spawn "$@" &
	_lab_children+=("$!")
}

# Ends a process by "labctl stop", and takes its exit status into LAB_STATUS.
_lab_reap() {
	local pid=$1 result=0
	shift
	LAB_STATUS=0
	"$LAB_CTL" stop "$pid" "$@" || result=$?
	wait "$pid" || LAB_STATUS=$?
	return "$result"
}

# bash announces children that a signal has ended, in a line with their process id,
# unless it has a trap for that signal itself. bats has its own for ABRT when there
# is a time limit.
_lab_no_announcements() {
	# shellcheck disable=SC2173 # KILL cannot be caught, but bash counts it as trapped
	trap : ILL TRAP BUS FPE KILL SEGV SYS XCPU XFSZ
	[[ ${BATS_TEST_TIMEOUT-} ]] || trap : ABRT
}

# REPLY: where a program is. In a sandbox, of a lesson's programs those that are no learner's come
# from a build without theirs.
_lab_path() {
	if [[ " ${LAB_GIVEN-} " == *" $1 "* && ${LAB_SANDBOX-} ]]; then
		REPLY=$LAB_STARTER/$1
	elif [[ $1 != */* && -x $LAB_BUILD/$1 ]]; then
		REPLY=$LAB_BUILD/$1
	elif [[ $1 != */* && -x $LAB_FIXTURES/$1 ]]; then
		REPLY=$LAB_FIXTURES/$1
	else
		REPLY=$1
	fi
}

# Where a program is, in _lab_program, and options of "labctl spawn" in _lab_trusted: what is in
# LAB_BUILD is made of the learner's files, and may be a stranger's. It is shown the files that the
# test or the lesson names.
_lab_trust() {
	local argument
	_lab_trusted=()
	_lab_path "$1"
	_lab_program=$REPLY
	[[ $_lab_program == "$LAB_BUILD"/* ]] || return 0
	_lab_trusted=(--untrusted yes)
	for argument in "${@:2}"; do
		[[ ($argument != "$LAB_DIR"/* && $argument != "$LAB_BUILD"/*) || ! -f $argument ]] ||
			_lab_trusted+=(--show "$argument")
	done
}

_lab_run() {
	local node=() between=() command
	if [[ $1 == --node ]]; then
		node=(--node "$2")
		shift 3
	elif [[ $1 == --between ]]; then
		between=("$LAB_FIXTURES/packets" between "$2")
		shift 3
	fi
	_lab_command "$@"
	command=$REPLY
	_lab_trust "$@"
	shift
	LAB_STATUS=0
	# In a sandbox the fixture cannot be between: it follows from outside.
	if ((${#between[@]})) && [[ ${LAB_SANDBOX-} && ${#_lab_trusted[@]} != 0 ]]; then
		_lab_trusted+=(--between "${between[-1]}")
		between=()
	fi
	"$LAB_CTL" spawn "${node[@]}" --seconds "$_LAB_RUN_SECONDS" "${_lab_trusted[@]}" \
		--stdout "$LAB_RUN_STDOUT" --stderr "$LAB_RUN_STDERR" -- \
		"${between[@]}" "$_lab_program" "$@" 2>"$LAB_DIR/why" || LAB_STATUS=$?
	# labctl could not start it; what the program itself says is elsewhere.
	if [[ -s $LAB_DIR/why ]]; then
		_lab_internal "$command: cannot be started: $(<"$LAB_DIR/why")"
		return 1
	fi
	# Nor could it start a tool that this machine lacks. What a learner's program says here is its own.
	if ((LAB_STATUS == 126 || LAB_STATUS == 127)) && [[ $_lab_program != "$LAB_BUILD"/* ]] &&
		grep -qF "cannot run $_lab_program: " "$LAB_RUN_STDERR"; then
		_lab_internal "$command: $(head -n 1 "$LAB_RUN_STDERR")"
		return 1
	fi
	if ((LAB_STATUS == 124)); then
		lab_fail "$command" "it ends by itself" \
			"it was still running after $_LAB_RUN_SECONDS seconds$(_lab_output run-)" ""
		return 1
	fi
	lab_step "ran $command: exit status $LAB_STATUS"
}

# "it ended with exit status 1"
_lab_exit() {
	# SIGXFSZ: its output files are limited.
	if (($1 == 128 + 25)); then
		echo "it was ended because it printed more than 1 MB,"
	else
		echo "it ended with exit status $1"
	fi
}

# What became of a loader, from the exit status of wait-attached.
_lab_ending() {
	if (($1 == 3)); then
		echo "$(_lab_exit "${LAB_STATUS:-0}") before it had attached anything"
	else
		echo "it runs, but had attached nothing after $_LAB_SECONDS seconds"
	fi
}

# labctl, where only the machine or the test can be to blame when it fails
_lab_tool() {
	"$LAB_CTL" "$@" 2>"$LAB_DIR/why" || _lab_internal "$(<"$LAB_DIR/why")"
}

# _lab_ask EXPECTED ARGUMENT...: labctl, where the learner's program can be. What labctl says then is
# what was seen; a refusal is shown as it is. It ends with 3 when the program of lab_start has ended,
# with more when it is not to blame.
_lab_ask() {
	local expected=$1 status=0 why
	shift
	"$LAB_CTL" "$@" 2>"$LAB_DIR/why" || status=$?
	((status)) || return 0
	why=$(<"$LAB_DIR/why")
	if ((status == 3)); then
		_lab_has_ended
	elif ((status != 1)); then
		_lab_internal "$why"
	elif [[ $'\n'$why == *$'\n''refused: '* ]]; then
		printf '%s\n' "$why" >&2
		return 1
	else
		lab_fail "" "$expected" "$why" ""
	fi
}

# A line by which course knows that the machine, or the test, is to blame: this is no verdict. Fails.
_lab_internal() {
	echo "internal: ${1//$'\n'/$'\n'          }" >&2
	return 1
}

# The program of lab_start is not there any more.
_lab_has_ended() {
	lab_fail "" "$LAB_PROGRAM goes on running" "it has ended$(_lab_output)" \
		"the end of main() in $LAB_PROGRAM.c"
}

# The end of what the program printed, each part on lines of its own. $1: run- or nothing.
_lab_output() {
	local name text
	for name in stdout stderr; do
		text=$(tail -n 12 "$LAB_DIR/${1-}$name" | tail -c 2000)
		[[ ! $text ]] || printf '\n%s:\n%s' "$name" "$text"
	done
}
