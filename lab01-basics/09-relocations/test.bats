#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The checks of relocations. Each compiles an object with numbers of its own, has
# libbpf load it, has the learner's loader load it, and compares what the kernel has:
# the tag (a hash of the instructions), the maps, and what the program returns.
load "$LAB_TEST/lab.bash"

setup() {
	lab_setup
	a=$(lab_rand a 100 199) b=$(lab_rand b 200 299) c=$(lab_rand c 300 399)
	lab_packet short eth ipv4 udp
	lab_packet long eth ipv4 udp payload=$((a / 2))
}

teardown() {
	lab_teardown
}

# object: of the C on stdin
object() {
	{
		echo '#include <linux/bpf.h>'
		echo '#include <bpf/bpf_helpers.h>'
		echo '#define APART static __attribute__((noinline))'
		echo 'char LICENSE[] SEC("license") = "GPL";'
		cat
	} | lab_compile made
}

# results: what the program returns for the packets, one after the other
results() {
	local packet text=''
	for packet in short long; do
		lab_tr program "$packet"
		text+="$LAB_VERDICT, "
	done
	echo "${text%, }"
}

# objload WHAT LOOK: the learner's loader loads the object that WHAT describes
objload() {
	lab_unload
	lab_run objload "$(lab_object made)" program "$LAB_PINS"
	((LAB_STATUS == 0)) || lab_fail "objload made program; $1" "exit status 0: program is loaded" \
		"exit status $LAB_STATUS; it says: $(sed -n '1s/^objload: //; 1p' "$LAB_RUN_STDERR")" "$2"
}

# same WHAT LOOK: it is in the kernel, and does, as libbpf loads it
same() {
	local tag wanted
	lab_load made
	tag=$(lab_program_info program tag)
	wanted=$(results)
	objload "$1" "$2"
	lab_equal "$wanted" "$(results)" \
		"program, of $1, run on two packets; what it returns" "$2"
	lab_equal "$tag" "$(lab_program_info program tag)" \
		"objload made program, and libbpf; $1; tag of program in the kernel" "$2"
}

# bats test_tags=points:2,visibility:visible
@test "a map is made as it is declared" {
	local wanted
	object <<-EOF
		struct key { __u32 a; __u8 b[$((a / 10))]; };
		typedef struct { __u64 packets, bytes[$((b / 100))]; } total;
		struct {
			__uint(type, BPF_MAP_TYPE_HASH);
			__uint(max_entries, $c);
			__uint(map_flags, BPF_F_NO_PREALLOC);
			__type(key, struct key);
			__type(value, const total);
		} flows SEC(".maps");
		SEC("tc") int program(struct __sk_buff *skb) { return 0; }
	EOF
	lab_load made
	wanted=$(lab_map_info flows type key_size value_size max_entries flags | paste -sd ' ')
	objload "an object with a hash map, flows, which program does not use" "TODO 1 and 2 in objload.c"
	lab_equal "$wanted" "$(lab_map_info flows type key_size value_size max_entries flags | paste -sd ' ')" \
		"objload made program, and libbpf; type, size of key, size of value, entries, flags of map flows" \
		"set_attribute(): the size is that of the type which the member points to"
}

# bats test_tags=points:2,visibility:visible
@test "each use of a map gets that map" {
	object <<-EOF
		#define COUNTER(name) struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); \\
			__type(key, __u32); __type(value, __u64); } name SEC(".maps")
		COUNTER(one); COUNTER(two); COUNTER(three);
		SEC("tc") int program(struct __sk_buff *skb)
		{
			__u32 key = 1;
			__u64 *x = bpf_map_lookup_elem(&three, &key), *y, *z;
			if (x) *x += $a;
			y = bpf_map_lookup_elem(&one, &key);
			if (y) *y += $b;
			z = bpf_map_lookup_elem(&two, &key);
			if (z) *z += $c;
			return x && y && z ? *x + 2 * *y + 4 * *z : 0;
		}
	EOF
	same "an object with three maps; program adds $a to three, $b to one and $c to two" \
		"find_place() and relocate_address(): which map does the symbol stand for?"
}

# bats test_tags=points:2,visibility:visible
@test "variables with a value begin with it" {
	object <<-EOF
		__u32 first = $a;
		SEC("tc") int program(struct __sk_buff *skb) { return first++; }
	EOF
	same "an object with one variable in .data, which is $a" \
		"TODO 3, 4 and 5 in objload.c: BPF_MAP_UPDATE_ELEM with the section's bytes"
}

# bats test_tags=points:2,visibility:visible
@test "variables without a value begin as 0" {
	object <<-EOF
		__u32 calls;
		SEC("tc") int program(struct __sk_buff *skb) { return calls += $a; }
	EOF
	same "an object with one variable in .bss, to which program adds $a" \
		"make_section_map(): .bss has a size, but no bytes in the file"
}

# bats test_tags=points:1,visibility:visible
@test "each variable is found at its own place" {
	object <<-EOF
		__u32 first = $a, second = $b, third = $c;
		SEC("tc") int program(struct __sk_buff *skb)
		{
			first++;
			second += 3;
			return first + 2 * second + 4 * third++;
		}
	EOF
	same "an object with three variables in .data" \
		"relocate_address(): where the symbol is counts, too"
}

# bats test_tags=points:1,visibility:visible
@test "each static variable is found at its own place" {
	object <<-EOF
		static volatile __u32 first = $a, second = $b, third = $c;
		SEC("tc") int program(struct __sk_buff *skb)
		{
			first++;
			second += 3;
			return first + 2 * second + 4 * third++;
		}
	EOF
	same "an object with three static variables in .data; the symbol is that of the section" \
		"relocate_address(): the addend counts, too"
}

# bats test_tags=points:2,visibility:visible
@test "constants cannot be changed, by nobody" {
	object <<-EOF
		const volatile __u32 limit = $a;
		SEC("tc") int program(struct __sk_buff *skb) { return skb->len > limit / 2 ? limit : 0; }
	EOF
	same "an object with one constant, $a" "TODO 3 in objload.c: fill in, then freeze"
	lab_equal yes "$(lab_map_info .rodata read_only)" \
		"objload made program; the map .rodata is read-only for programs" \
		"make_section_map(): map_flags, BPF_F_RDONLY_PROG"
	lab_equal yes "$(lab_map_info .rodata frozen)" \
		"objload made program; the map .rodata is frozen for user space" \
		"make_section_map(): BPF_MAP_FREEZE"
}

# bats test_tags=points:2,visibility:visible
@test "of the functions in .text only those that are called are loaded" {
	object <<-EOF
		__attribute__((noinline)) int unused(int n) { return n * $b; }
		APART int called(int n) { return n * 3 + $a; }
		__attribute__((noinline)) int also_unused(int n) { return n * $c; }
		__attribute__((noinline)) int visible(int n) { return n * 5 + $a; }
		SEC("tc") int program(struct __sk_buff *skb) { return called(skb->len) + visible(skb->len); }
	EOF
	same "an object with four functions in .text, of which program calls the second and the fourth" \
		"relocate_call(): TODO 6 and 7; append() puts the function behind the others"
}

# bats test_tags=points:1,visibility:visible
@test "a function that is called twice is loaded once" {
	object <<-EOF
		APART int called(int n) { return n * 3 + $a; }
		SEC("tc") int program(struct __sk_buff *skb)
		{
			return called(skb->len) + called($c) + called(skb->len + $b);
		}
	EOF
	same "an object whose program calls one function three times" \
		"TODO 8 in objload.c"
}

# bats test_tags=points:1,visibility:visible
@test "what a called function uses is filled in, too" {
	object <<-EOF
		static __u32 calls;
		__u32 start = $a;
		APART int next(int n) { calls += $b; return n * 3 + calls + start++; }
		SEC("tc") int program(struct __sk_buff *skb) { return next(skb->len); }
	EOF
	same "an object whose program calls a function that uses variables" \
		"relocate_call(): a function has relocations of its own; append() sees to them"
}

# bats test_tags=points:1,visibility:visible
@test "a call from .text to .text has no relocation" {
	object <<-EOF
		APART int inner(int n) { return n * 3 + $a; }
		APART int middle(int n) { return inner(n) + $b; }
		APART int outer(int n) { return middle(n) * 5 + $c; }
		SEC("tc") int program(struct __sk_buff *skb) { return outer(skb->len); }
	EOF
	same "an object whose program calls outer, which calls middle, which calls inner, all in .text" \
		"relocate_call(): relocation is NULL; section and offset are those of the call itself"
}
