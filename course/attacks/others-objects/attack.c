// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bpf.h>

/* Before the solution loads anything: whatever there is, is somebody else's. */
static void attack(void)
{
	static const int next[] = { BPF_PROG_GET_NEXT_ID, BPF_MAP_GET_NEXT_ID, BPF_LINK_GET_NEXT_ID,
				    BPF_BTF_GET_NEXT_ID };
	static const int get[] = { BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID,
				   BPF_LINK_GET_FD_BY_ID, BPF_BTF_GET_FD_BY_ID };

	for (int kind = 0; kind < 3; kind++) {
		union bpf_attr attr = { 0 };

		if (!syscall(SYS_bpf, next[kind], &attr, sizeof(attr))) {
			attr = (union bpf_attr){ .prog_id = attr.next_id };
			syscall(SYS_bpf, get[kind], &attr, sizeof(attr));
			success("learned the number of somebody's object");
		}
		for (unsigned int id = 1; id < 200; id++) {
			attr = (union bpf_attr){ .prog_id = id };
			if (syscall(SYS_bpf, get[kind], &attr, sizeof(attr)) >= 0)
				success("opened somebody's object");
		}
	}
}
