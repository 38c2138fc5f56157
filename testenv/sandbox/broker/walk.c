// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The allow-list of helpers and kernel functions, by walking the instructions; see walk.h.
 * The verifier would allow much more, for the broker loads with all rights: reading kernel
 * memory, killing processes, holding a processor for seconds in nested loops.
 */
#include <errno.h>
#include <stdio.h>

#include "testenv/sandbox/broker/walk.h"

/* Newer than the headers of some distributions. */
#ifndef BPF_PSEUDO_KFUNC_CALL
#define BPF_PSEUDO_KFUNC_CALL 2
#endif

#define BPF_JCOND 0xe0

#define WHY 160

/*
 * What libbpf puts in the place of an instruction that asks for a field which this kernel has not. No
 * kernel has such a helper: the verifier refuses it, unless the program never comes there.
 */
#define BAD_RELOCATION 0xbad2310

static int check_helper(const struct policy *p, int id, char why[WHY])
{
	const char *name = policy_helper_name(id);

	if (id == BAD_RELOCATION || (id > 0 && id < POLICY_HELPERS && p->helpers[id]))
		return 0;
	snprintf(why, WHY, "the helper bpf_%s (%d) is not allowed in this lesson",
		 name ? name : "?", id);
	return -EACCES;
}

/* Only the kernel's own functions; offset other than 0: a module's. */
static int check_kfunc(const struct policy *p, const struct bpf_insn *insn, char why[WHY])
{
	for (int i = 0; i < p->nr_kfuncs && insn->off == 0; i++)
		if (p->kfunc_ids[i] && p->kfunc_ids[i] == insn->imm)
			return 0;
	snprintf(why, WHY, "the kernel function with BTF id %d is not allowed in this lesson",
		 insn->imm);
	return -EACCES;
}

static int check_call(const struct policy *p, const struct bpf_insn *insn, char why[WHY])
{
	switch (insn->src_reg) {
	case 0:
		return check_helper(p, insn->imm, why);
	case BPF_PSEUDO_CALL:
		return 0;
	case BPF_PSEUDO_KFUNC_CALL:
		return check_kfunc(p, insn, why);
	default:
		return -EINVAL;
	}
}

/* Any form of a call that is not the one we know: by register, in the 32-bit class. */
static bool is_strange_call(__u8 code)
{
	__u8 class = BPF_CLASS(code);

	return (class == BPF_JMP || class == BPF_JMP32) && BPF_OP(code) == BPF_CALL &&
	       code != (BPF_JMP | BPF_CALL);
}

static int refer_to_map(struct bpf_insn *insn, const struct walk_fds *fds)
{
	int fd = insn->imm, err = 0;

	/* By number in fd_array: from here on, by descriptor. */
	if (insn->src_reg == BPF_PSEUDO_MAP_IDX || insn->src_reg == BPF_PSEUDO_MAP_IDX_VALUE) {
		err = fds->nth(fds->data, insn->imm, &fd);
		insn->src_reg = insn->src_reg == BPF_PSEUDO_MAP_IDX ? BPF_PSEUDO_MAP_FD
								    : BPF_PSEUDO_MAP_VALUE;
	}
	if (err)
		return err;
	fd = fds->map(fds->data, fd);
	insn->imm = fd;
	return fd < 0 ? fd : 0;
}

/* A 64-bit constant, which may be a map, a function, a variable of the kernel. */
static int check_constant(struct bpf_insn *insn, const struct walk_fds *fds, char why[WHY])
{
	switch (insn->src_reg) {
	case 0:
	case BPF_PSEUDO_FUNC:
		return 0;
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_VALUE:
	case BPF_PSEUDO_MAP_IDX:
	case BPF_PSEUDO_MAP_IDX_VALUE:
		return refer_to_map(insn, fds);
	case BPF_PSEUDO_BTF_ID:
		snprintf(why, WHY, "variables of the kernel are not allowed in this lesson");
		return -EACCES;
	default:
		return -EINVAL;
	}
}

int walk_program(const struct policy *p, struct bpf_insn *insns, unsigned int count,
		 const struct walk_fds *fds, char why[WHY])
{
	int err = 0;

	why[0] = '\0';
	for (unsigned int i = 0; i < count && !err; i++) {
		struct bpf_insn *insn = &insns[i];

		if (insn->code == (BPF_JMP | BPF_CALL)) {
			err = check_call(p, insn, why);
		} else if (is_strange_call(insn->code)) {
			err = -EINVAL;
		} else if (insn->code == (BPF_JMP | BPF_JCOND)) {
			/* One loop for a quarter of a second, two in each other for hours. */
			snprintf(why, WHY, "may_goto is not allowed: its loops hold a processor");
			err = -EACCES;
		} else if (insn->code == (BPF_LD | BPF_IMM | BPF_DW)) {
			/* Two instructions; the second is data. */
			err = i + 1 < count ? check_constant(insn, fds, why) : -EINVAL;
			i++;
		}
	}
	return err;
}
