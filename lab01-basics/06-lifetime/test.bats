#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of lifetime. They run the learner's loader command by command, send packets of
# which they know the number, and ask the kernel what is in the pinned map. While "upgrade"
# runs, a packet is sent after each of its system calls: a gap cannot be so short that no
# packet falls into it.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	# Where the loader pins, in the same layout: lab_map finds the map there, teardown removes all.
	LAB_PINS=$TESTENV_BPF/meter
	lab_fixture packets
	n=$(lab_rand n 3 40)
	bytes=$(lab_rand bytes 10 900)
}

teardown() {
	lab_teardown
}

# counted FIELD: in the pinned map
counted() {
	lab_map traffic "0.$1" 2>/dev/null || echo "(no map is pinned at meter/map/traffic)"
}

attached() {
	local names
	names=$(lab_cgroup_programs cgroup_inet_egress | paste -sd ' ')
	echo "${names:-none}"
}

# pins: which there are
pins() {
	local name there=''
	for name in link/egress map/traffic; do
		lab_run test -e "$LAB_PINS/$name"
		((LAB_STATUS)) || there+=${there:+ }$name
	done
	echo "${there:-none}"
}

# link_number: what the kernel calls the pinned link; differs from run to run
link_number() {
	lab_run bpftool -j link show pinned "$LAB_PINS/link/egress"
	jq '.id // empty' "$LAB_RUN_STDOUT"
}

# against EXPECTED: how many packets have been counted, in a word
against() {
	local seen
	seen=$(counted packets)
	# What the map holds may be text.
	if ! lab_number echo "$seen" >/dev/null 2>&1; then
		echo "$seen"
	elif ((seen == $1)); then
		echo all
	else
		((seen < $1)) && echo fewer || echo more
	fi
}

# upgraded: an upgrade with packets before it, within it and after it; sets sent
upgraded() {
	lab_run meter start
	lab_tell "send $n $bytes"
	lab_run_between "$bytes" meter upgrade
	lab_tell "send $n $bytes"
	sent=$((2 * n + LAB_PACKETS))
}

# bats test_tags=points:1,visibility:visible
@test "the program is still there after start has ended" {
	lab_run meter start
	lab_equal count_packets "$(attached)" "meter start, which has ended; on the cgroup is" \
		"TODO 2 in meter.c: what else holds the link, when the process is gone?"
}

# bats test_tags=points:2,visibility:visible
@test "it goes on counting, in a map that anybody can open" {
	lab_run meter start
	lab_tell "send $n $bytes"
	lab_equal "$n" "$(counted packets)" "$n packets of $bytes bytes; packets in the pinned map" \
		"TODO 1 and 2 in meter.c: are both the map and the link pinned?"
}

# bats test_tags=points:1,visibility:visible
@test "show prints what was counted" {
	lab_run meter start
	lab_tell "send $n $bytes"
	lab_run meter show
	seen=$(cat "$LAB_RUN_STDOUT")
	lab_equal "$n packets, 0 bytes" "$seen" "$n packets, counted by version 1; meter show prints" \
		"TODO 3 in meter.c: the pinned map, not one of its own"
}

# bats test_tags=points:2,visibility:visible
@test "a second start is refused, and disturbs nothing" {
	lab_run meter start
	lab_tell "send $n $bytes"
	lab_run_between "$bytes" meter start
	lab_equal "exit status 1" "exit status $LAB_STATUS" "meter start, a second time; it ends with" \
		"TODO 1 in meter.c: which error is there when the pin exists?"
	lab_tell "send $n $bytes"
	lab_equal all "$(against $((2 * n + LAB_PACKETS)))" \
		"packets before, during and after the second start; of them were counted" \
		"TODO 1 in meter.c: refuse before anything is attached"
}

# bats test_tags=points:2,visibility:visible
@test "after an upgrade bytes are counted, too, and the count goes on" {
	lab_run meter start
	lab_tell "send $n $bytes"
	lab_run meter upgrade
	lab_tell "send 5 $bytes"
	lab_equal "{packets=$((n + 5)) bytes=$((5 * (bytes + 28)))}" "$(lab_map traffic 0 2>/dev/null || echo "(no map)")" \
		"$n packets, meter upgrade, 5 packets of $bytes + 28 bytes; the pinned map" \
		"TODO 4 and 5 in meter.c: is the new program attached, and does it use the pinned map?"
	lab_equal count_bytes "$(attached)" "after that, on the cgroup is" \
		"TODO 5 in meter.c: the new program in place of the old one"
}

# bats test_tags=points:2,visibility:visible
@test "an upgrade misses no packet" {
	upgraded
	seen=$(against "$sent")
	lab_equal all "${seen/more/all}" \
		"packets before an upgrade, after each of its system calls, and after it; of them were counted" \
		"TODO 4 and 5 in meter.c: is there a moment in which neither program counts, or not in this map?"
}

# bats test_tags=points:0,visibility:visible
@test "an upgrade counts no packet twice" {
	upgraded
	seen=$(against "$sent")
	lab_equal "not more" "${seen/#[!m]*/not more}" \
		"packets before an upgrade, after each of its system calls, and after it; counted were" \
		"TODO 5 in meter.c: is there a moment in which both programs count?"
}

# bats test_tags=points:1,visibility:visible
@test "the link stays the same one" {
	lab_run meter start
	before=$(link_number)
	lab_run meter upgrade
	after=$(link_number)
	lab_equal "the same link, with count_bytes" \
		"$([[ $before && $before == "$after" ]] && echo "the same link" || echo "no link, or another"), with $(attached)" \
		"meter start, meter upgrade; at meter/link/egress is" \
		"TODO 5 in meter.c: bpf_link_update() changes the program of a link"
}

# bats test_tags=points:1,visibility:visible
@test "stop takes the program off, whoever else holds the link" {
	lab_run meter start
	lab_equal count_packets "$(attached)" "meter start; on the cgroup is" "TODO 2 in meter.c"
	lab_run bpftool link pin pinned "$LAB_PINS/link/egress" "$LAB_PINS/another"
	lab_run meter stop
	lab_equal none "$(attached)" "somebody else has pinned the link, too; after meter stop, on the cgroup is" \
		"TODO 6 in meter.c: detach the link; a pin less does not end it while there is another"
}

# bats test_tags=points:1,visibility:visible
@test "stop leaves no pins" {
	lab_run meter start
	lab_equal "link/egress map/traffic" "$(pins)" "meter start; pins in meter" "TODO 1 and 2 in meter.c"
	lab_run meter upgrade
	lab_run meter stop
	lab_equal none "$(pins)" "meter upgrade, meter stop; pins in meter" \
		"TODO 6 in meter.c: a pin is a file; remove both"
	lab_run meter start
	lab_run rm "$LAB_PINS/link/egress"
	lab_run meter stop
	lab_equal none "$(pins)" "meter start, rm meter/link/egress, meter stop; pins in meter" \
		"TODO 6 in meter.c: without the link's pin, is the other one still removed?"
}

# bats test_tags=points:1,visibility:visible
@test "what is started again begins at 0" {
	lab_run meter start
	lab_tell "send 7 $bytes"
	lab_run meter stop
	lab_tell "send 7 $bytes"
	lab_run meter start
	lab_tell "send $n $bytes"
	lab_equal "$n" "$(counted packets)" \
		"7 packets, meter stop, 7 packets, meter start, $n packets; packets in the pinned map" \
		"TODO 6 in meter.c: does the old map still stand in the way?"
}
