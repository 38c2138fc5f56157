// SPDX-License-Identifier: GPL-2.0-only
/*
 * Something to load in lesson 01/09: everything that the compiler leaves open for the
 * loader. Two maps, a variable in each of .data, .bss and .rodata, and a function that
 * two programs call.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} sizes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} lengths SEC(".maps");

const volatile __u32 smallest = 60;  /* .rodata */
__u32 limits[3] = { 100, 200, 300 }; /* .data */
static __u32 packets;		     /* .bss */

static __attribute__((noinline)) int class_of(__u32 length)
{
	packets++;
	return (length >= limits[0]) + (length >= limits[1]) + (length >= limits[2]);
}

SEC("tc")
int by_class(struct __sk_buff *skb)
{
	__u32 class = class_of(skb->len);
	__u64 *value = bpf_map_lookup_elem(&sizes, &class);

	if (value)
		__sync_fetch_and_add(value, 1);
	return class;
}

SEC("tc")
int by_length(struct __sk_buff *skb)
{
	__u32 length = skb->len;
	__u64 one = 1, *value = bpf_map_lookup_elem(&lengths, &length);

	if (length < smallest)
		return 0;
	if (value)
		__sync_fetch_and_add(value, 1);
	else
		bpf_map_update_elem(&lengths, &length, &one, BPF_ANY);
	return class_of(length);
}

char LICENSE[] SEC("license") = "GPL";
