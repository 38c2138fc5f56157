// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Finding or loading the pass program. It is kept nowhere: the interfaces it
 * is attached to keep it, and the last of them takes it away.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <unistd.h>

#include "testenv/pass.h"
#include "testenv/testenv.h"

static const struct bpf_insn pass_insns[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
	{ .code = BPF_JMP | BPF_EXIT },
};

#define NR_INSNS (sizeof(pass_insns) / sizeof(pass_insns[0]))

static bool is_pass(int fd)
{
	struct bpf_insn insns[NR_INSNS] = {};
	struct bpf_prog_info info = {
		.xlated_prog_insns = (__u64)(unsigned long)insns,
		.xlated_prog_len = sizeof(insns),
	};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) == 0 && info.type == BPF_PROG_TYPE_XDP &&
	       strcmp(info.name, PASS_NAME) == 0 && info.xlated_prog_len == sizeof(insns) &&
	       memcmp(insns, pass_insns, sizeof(insns)) == 0;
}

bool pass_is(__u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);
	bool is = fd >= 0 && is_pass(fd);

	if (fd >= 0)
		close(fd);
	return is;
}

static int load(__u32 flags)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = flags);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, PASS_NAME, "GPL", pass_insns, NR_INSNS, &opts);

	return fd < 0 ? -errno : fd;
}

int pass_get(void)
{
	__u32 id = 0;
	int fd = fault_step();

	if (fd)
		return fd;
	while (bpf_prog_get_next_id(id, &id) == 0) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			continue;
		if (is_pass(fd))
			return fd;
		close(fd);
	}
	/* Kernels before 5.18 know no frags, and need none for large packets. */
	fd = load(BPF_F_XDP_HAS_FRAGS);
	return fd == -EINVAL ? load(0) : fd;
}
