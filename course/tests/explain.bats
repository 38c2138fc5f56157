#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# course explain: with true programs, loaded by the true testenv, and with logs.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031 # run sets output; another shell expands; each test is a shell of its own

load common

setup_file() {
	: "${BUILD:=$BATS_TEST_DIRNAME/../../build}"
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	OBJECTS=$BATS_FILE_TMPDIR
	export BUILD TOP OBJECTS NO_COLOR=1
	for name in map-null packet-bounds subprogram; do
		compile "$TOP/common/lab/tests/refused/$name.bpf.c" "$OBJECTS/$name.bpf.o"
	done
	compile "$TOP/common/lab/tests/pass.bpf.c" "$OBJECTS/pass.bpf.o"
	cat >"$OBJECTS/packet.log" <<-'END'
		libbpf: prog 'parse': BPF program load failed: Permission denied
		libbpf: prog 'parse': -- BEGIN PROG LOAD LOG --
		0: R1=ctx(off=0,imm=0) R10=fp0
		; data = ctx->data; @ parse.bpf.c:10
		0: (61) r1 = *(u32 *)(r1 +0)          ; R1_w=pkt(off=0,r=0,imm=0)
		; return data[12]; @ parse.bpf.c:12
		1: (71) r2 = *(u8 *)(r1 +12)
		invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)
		R1 offset is outside of the packet
		processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
		-- END PROG LOAD LOG --
		libbpf: failed to load object 'parse.bpf.o'
	END
}

compile() {
	"${CLANG:-clang}" -target bpf -O2 -g -mcpu=v3 -std=gnu11 -I"$TOP" \
		-idirafter "/usr/include/$(uname -m)-linux-gnu" -c "$1" -o "$2"
}

setup() {
	cd "$TOP" || return
}

needs_root() {
	[ "$EUID" = 0 ] || skip "loading programs needs root"
}

@test "a refused object: what, where, about what, how it came to that, what to do" {
	needs_root
	run -1 course explain "$OBJECTS/map-null.bpf.o"
	has "refused: prog: the result of a map look-up is used without a check for NULL"
	has "at common/lab/tests/refused/map-null.bpf.c:$(grep -n 'here \*/' common/lab/tests/refused/map-null.bpf.c | cut -d: -f1): *count += 1;"
	has "about: count, in register R0: it points into a value of map counts (8 bytes), or is NULL"
	has "bpf_map_lookup_elem() returns it, from map counts"
	has "the verifier's words: R0 invalid mem access 'map_value_or_null'"
	has "fix: check it before its first use"
}

@test "a function that the program calls, and the lesson that teaches it" {
	needs_root
	run -1 course explain "$OBJECTS/subprogram.bpf.o"
	has "in the function second(), which prog() calls"
	has "read: lab03-xdp/02-parsing/README.md"
}

@test "an object that loads: it says so" {
	needs_root
	run -0 course explain "$OBJECTS/pass.bpf.o"
	has "it loads"
}

@test "the learner's copy of a lesson, built first; nothing stays" {
	needs_root
	export COURSE_WORK=$BATS_TEST_TMPDIR/work
	# A folder for what is built of it: what lies in BUILD is of the learner's own copy.
	mkdir "$BATS_TEST_TMPDIR/build"
	for part in "$BUILD"/*; do
		[ "${part##*/}" = run ] || ln -s "$part" "$BATS_TEST_TMPDIR/build/"
	done
	BUILD=$BATS_TEST_TMPDIR/build
	run -2 course explain
	has "no lesson is started"
	course start lab03/02 >/dev/null
	cp lab03-xdp/02-parsing/wrong/no-bounds/* "$COURSE_WORK/lab03-xdp/02-parsing/"
	run -1 course explain
	has "refused: parsing:"
	has "parsing.bpf.c:$(grep -n 'return bpf_ntohs(hdr->dest)' lab03-xdp/02-parsing/wrong/no-bounds/parsing.bpf.c | head -1 | cut -d: -f1)"
	cp lab03-xdp/02-parsing/solution/* "$COURSE_WORK/lab03-xdp/02-parsing/"
	run -0 course explain parsing
	has "it loads"
	echo "int x = ;" >>"$COURSE_WORK/lab03-xdp/02-parsing/parsing.bpf.c"
	run -3 course explain parsing
	has "does not compile"
	has "error: expected expression"
}

@test "a saved log, from a file and from standard input" {
	run -1 course explain --log "$OBJECTS/packet.log"
	has "refused: parse: this touches packet bytes"
	has "at parse.bpf.c:12: return data[12];"
	has "line 10: data = ctx->data;"
	whole=$output
	run -1 bash -c '"$1" explain --log - <"$2"' - "$COURSE" "$OBJECTS/packet.log"
	[ "$output" = "$whole" ]
}

@test "a log of an older kernel, without line numbers, and the object" {
	sed 's/ @ parse.*//' "$OBJECTS/packet.log" >"$BATS_TEST_TMPDIR/old.log"
	run -1 course explain --log "$BATS_TEST_TMPDIR/old.log"
	has "at return data[12];"
	cat >"$BATS_TEST_TMPDIR/map.log" <<-'END'
		; *count += 1; /* here */
		6: (79) r1 = *(u64 *)(r0 +0)
		R0 invalid mem access 'map_value_or_null'
	END
	sed -i '1i libbpf: prog '\''prog'\'': BPF program load failed: Permission denied' "$BATS_TEST_TMPDIR/map.log"
	run -1 course explain --log "$BATS_TEST_TMPDIR/map.log" "$OBJECTS/map-null.bpf.o"
	has "at common/lab/tests/refused/map-null.bpf.c:"
}

@test "a message that nobody knows is shown, and not guessed at" {
	sed 's/^invalid access.*/the moon is full/; /outside/d' "$OBJECTS/packet.log" >"$BATS_TEST_TMPDIR/new.log"
	run -1 course explain --log "$BATS_TEST_TMPDIR/new.log"
	has "refused: parse: the verifier says: the moon is full"
	has "this message is not known here"
	has_not "fix:"
}

@test "a log without a complaint; a loader that gave up before the verifier" {
	sed '/libbpf/d; /^invalid/d; /outside/d; /END/d' "$OBJECTS/packet.log" >"$BATS_TEST_TMPDIR/good.log"
	run -0 course explain --log "$BATS_TEST_TMPDIR/good.log"
	has "accepted the program"
	echo "libbpf: map 'm': failed to create: Invalid argument(-22)" >"$BATS_TEST_TMPDIR/map.log"
	run -1 course explain --log "$BATS_TEST_TMPDIR/map.log"
	has "not loaded: the kernel does not create map 'm': Invalid argument"
}

@test "what is no object and no log: one line, exit code 3" {
	head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/noise"
	: >"$BATS_TEST_TMPDIR/empty"
	for file in "$BATS_TEST_TMPDIR/noise" "$BATS_TEST_TMPDIR/empty" "$BATS_TEST_TMPDIR/gone" "$BATS_TEST_TMPDIR"; do
		run -3 course explain --log "$file"
		[ "${#lines[@]}" = 1 ]
	done
	for file in "$BATS_TEST_TMPDIR/noise" "$BATS_TEST_TMPDIR/empty" "$COURSE" "$BATS_TEST_TMPDIR/gone.o"; do
		run -3 course explain "$file"
		[ "${#lines[@]}" = 1 ]
	done
}

@test "half an object" {
	needs_root
	head -c 700 "$OBJECTS/map-null.bpf.o" >"$BATS_TEST_TMPDIR/half.bpf.o"
	run -1 course explain "$BATS_TEST_TMPDIR/half.bpf.o"
	has "not loaded: the object file is damaged, or is not whole"
}

@test "a log of 1 GB: its end, in bounded memory" {
	truncate -s 1G "$BATS_TEST_TMPDIR/large.log"
	cat "$OBJECTS/packet.log" >>"$BATS_TEST_TMPDIR/large.log"
	run -1 bash -c 'ulimit -v 400000; "$1" explain --log "$2"' - "$COURSE" "$BATS_TEST_TMPDIR/large.log"
	has "at parse.bpf.c:12"
	has "only the last 16 MiB were read"
	run -1 bash -c 'ulimit -v 400000; head -c 200M "$2" | cat - "$3" | "$1" explain --log -' - \
		"$COURSE" "$BATS_TEST_TMPDIR/large.log" "$OBJECTS/packet.log"
	has "at parse.bpf.c:12"
}

@test "a lesson whose program is in no object file: one line, exit code 3" {
	export COURSE_WORK=$BATS_TEST_TMPDIR/work
	"$COURSE" start bytecode >/dev/null
	run -3 course explain bytecode
	[ "${#lines[@]}" = 1 ]
	has "has no object file to explain"
}

@test "wrong usage" {
	run -2 course explain one.o two.o
	run -2 course explain --log a --vm
	run -2 course explain --vm=soon
	run -2 course explain no-such-lesson
}
