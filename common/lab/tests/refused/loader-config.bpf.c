// SPDX-License-Identifier: GPL-2.0-only
/* Refused: config. A setting of the kernel that is not there. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int CONFIG_NO_SUCH_SETTING __kconfig;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return CONFIG_NO_SUCH_SETTING;
}

char LICENSE[] SEC("license") = "GPL";
