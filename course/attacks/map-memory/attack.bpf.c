// SPDX-License-Identifier: GPL-2.0-only
#define M(n)                                      \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1 << 16);     \
		__type(key, __u32);               \
		__type(value, char[4096]);        \
	} m##n SEC(".maps");

M(0) M(1) M(2) M(3) M(4) M(5)
