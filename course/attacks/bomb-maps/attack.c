// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bpf.h>

#define EACH 32u /* MB */

/* 48 arrays of 32 MB, held until the end. */
static void attack(void)
{
	int fds[48], n;

	for (n = 0; n < 48; n++) {
		union bpf_attr attr = {
			.map_type = BPF_MAP_TYPE_ARRAY,
			.key_size = 4,
			.value_size = 4096,
			.max_entries = EACH << 8,
			.map_name = CANARY,
		};

		fds[n] = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
		if (fds[n] < 0)
			break;
	}
	for (int i = 0; i < n; i++)
		close(fds[i]);
	if (n == 48)
		success("took 1.5 GB for maps");
}
