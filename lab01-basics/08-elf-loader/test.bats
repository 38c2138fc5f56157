#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of elf-loader. Each makes an object that nobody has seen before, has
# libbpf load it, has the learner's loader load it, and compares what the kernel
# has: the type, the tag (a hash of the instructions), and what it returns for packets.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	limit=$(lab_rand limit 80 120)
	lab_packet short eth ipv4 udp payload=$((limit - 43))
	lab_packet long eth ipv4 udp payload=$((limit - 42))
}

teardown() {
	lab_teardown
}

# program SECTION NAME NUMBER: C of a program that tells packets of less than limit bytes from
# others; NUMBER makes it different from others
program() {
	local context=__sk_buff length='ctx->len'
	if [[ $1 == xdp* ]]; then
		context=xdp_md length='(ctx->data_end - ctx->data)'
	fi
	echo "SEC(\"$1\") int $2(struct $context *ctx)"
	echo "{ return $length < $limit ? $(($3 % 2)) : $(($3 % 2 + 1)) + ($length == $((1000 + $3))); }"
}

# one_and_two: C of two programs in section xdp that answer differently to every packet
one_and_two() {
	program xdp one "$((2 * $(lab_rand one 1 20)))"
	program xdp two "$((2 * $(lab_rand two 21 49) + 1))"
}

# object LICENCE: an object of the C on stdin
object() {
	{
		echo '#include <linux/bpf.h>'
		echo '#include <bpf/bpf_helpers.h>'
		[[ ! $1 ]] || echo "char LICENSE[] SEC(\"license\") = \"$1\";"
		cat
	} | lab_compile unseen
}

# results PROGRAM: what it returns for the packets
results() {
	local packet text=''
	for packet in short long; do
		lab_tr "$1" "$packet"
		text+="$packet $LAB_VERDICT, "
	done
	echo "${text%, }"
}

# elfload PROGRAM WHAT LOOK: the learner's loader loads it from the object that WHAT describes
elfload() {
	lab_unload
	lab_run elfload "$(lab_object unseen)" "$1" "$LAB_PINS"
	((LAB_STATUS == 0)) || lab_fail "elfload unseen $1; the object has $2" \
		"exit status 0: $1 is loaded" \
		"exit status $LAB_STATUS; it says: $(sed -n '1s/^elfload: //; 1p' "$LAB_RUN_STDERR")" "$3"
}

# same PROGRAM WHAT LOOK: it is in the kernel as libbpf loads it
same() {
	local type tag wanted
	lab_load unseen
	type=$(lab_program_info "$1" type)
	tag=$(lab_program_info "$1" tag)
	wanted=$(results "$1")
	elfload "$@"
	lab_equal "$type" "$(lab_program_info "$1" type)" \
		"elfload unseen $1; the object has $2; type of $1 in the kernel" \
		"find_function(): is it the right symbol? load(): prog_type"
	lab_equal "$wanted" "$(results "$1")" \
		"$1 run on packets of $((limit - 1)) and $limit bytes; what it returns" "$3"
	lab_equal "$tag" "$(lab_program_info "$1" tag)" \
		"elfload unseen $1, and libbpf; the object has $2; tag of $1 in the kernel" "$3"
}

# bats test_tags=points:2,visibility:visible
@test "a program alone is loaded, and is what libbpf loads" {
	object GPL < <(program xdp alone "$(lab_rand number 1 99)")
	same alone "one program in section xdp" "TODO 1, 2, 3 and 5 in elfload.c, in this order"
}

# bats test_tags=points:2,visibility:visible
@test "the section is the one that the symbol names" {
	local sections=(xdp tc socket) first name
	first=$(lab_rand first 0 2)
	object GPL < <(for ((i = 0; i < 3; i++)); do
		program "${sections[(first + i) % 3]}" "in_${sections[(first + i) % 3]}" "$((i + 5))"
	done)
	for ((i = 2; i >= 0; i--)); do
		name=in_${sections[(first + i) % 3]}
		same "$name" "a program in each of the sections xdp, tc, socket, in some order" \
			"copy_instructions(): st_shndx is the index of the symbol's section"
	done
}

# bats test_tags=points:1,visibility:visible
@test "the first of two programs in a section is loaded alone" {
	object GPL < <(one_and_two)
	same one "two programs in section xdp: one, then two" \
		"copy_instructions(): st_size bytes are the program"
}

# bats test_tags=points:1,visibility:visible
@test "the second of two programs in a section is loaded alone" {
	object GPL < <(one_and_two)
	same two "two programs in section xdp: one, then two" \
		"copy_instructions(): the program begins at st_value"
}

# bats test_tags=points:1,visibility:visible
@test "only the whole name of a function counts" {
	object GPL < <(program tc count_all 3 && program xdp count "$(lab_rand number 4 99)")
	same count "count_all in section tc, count in section xdp" "find_function(): compare the whole name"
	lab_run elfload "$(lab_object unseen)" coun "$LAB_PINS"
	lab_equal 1 "$LAB_STATUS" "elfload unseen coun; there is no such function; exit status" \
		"find_function(): compare the whole name"
}

# bats test_tags=points:1,visibility:visible
@test "the type is the one that the section names" {
	local sections=(tc socket) section
	section=${sections[$(lab_rand section 0 1)]}
	object GPL < <(program "$section" typed "$(lab_rand number 1 99)")
	same typed "one program in section $section" "load(): prog_type"
}

# bats test_tags=points:1,visibility:visible
@test "a program under the GPL may call what is for such programs only" {
	local licences=(GPL "Dual MIT/GPL" "GPL v2") licence
	licence=${licences[$(lab_rand licence 0 2)]}
	object "$licence" <<-EOF
		SEC("xdp") int speaks(struct xdp_md *ctx)
		{
			char text[2] = "x";
			if (ctx->data_end - ctx->data == $((limit + 1000)))
				bpf_trace_printk(text, sizeof(text));
			return XDP_PASS;
		}
	EOF
	same speaks "one program, which calls bpf_trace_printk, and the licence \"$licence\"" \
		"find_licence(), and attr.license in load()"
}

# bats test_tags=points:1,visibility:visible
@test "another licence is handed over as it is" {
	local licences=(Proprietary BSD Apache-2.0) licence
	licence=${licences[$(lab_rand licence 0 2)]}
	object "$licence" < <(program xdp closed "$(lab_rand number 1 99)")
	same closed "one program, and the licence \"$licence\"" "load(): license"
	lab_equal no "$(lab_program_info closed gpl)" \
		"elfload unseen closed; its licence is \"$licence\"; under the GPL, says the kernel" \
		"find_licence(): what stands in section license"
}

# bats test_tags=points:2,visibility:visible
@test "a symbol that reaches out of its section is refused" {
	local size=$((8 * $(lab_rand size 8000000 9000000)))
	object GPL < <(
		program xdp honest "$(lab_rand number 1 99)"
		cat <<-EOF
			asm(".section tc,\"ax\",@progbits\n .globl liar\n .type liar,@function\n"
			    "liar: r0 = 0\n exit\n .size liar, $size\n");
		EOF
	)
	lab_unload
	elfload honest "honest in section xdp; liar in section tc, which has 16 bytes" \
		"TODO 1, 2, 3 and 5 in elfload.c, in this order"
	lab_run elfload "$(lab_object unseen)" liar "$LAB_PINS"
	lab_equal 1 "$LAB_STATUS" \
		"elfload unseen liar; liar's section has 16 bytes, its symbol says $size; exit status" \
		"copy_instructions(): compare with d_size before you copy"
}
