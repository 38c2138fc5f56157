/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One macro for each kind of eBPF instruction that this lesson uses, named as
 * in the kernel's own include/linux/filter.h, which is not for user space.
 *
 *	SIZE	BPF_B, BPF_H, BPF_W, BPF_DW: 1, 2, 4, 8 bytes
 *	OP	for BPF_ALU64_IMM: BPF_ADD, BPF_SUB, BPF_AND, BPF_OR, BPF_LSH, BPF_RSH ...
 *		for BPF_JMP_IMM: BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JLT, BPF_JSET ...
 *	DST, SRC	BPF_REG_0 to BPF_REG_10
 *	OFF	distance in bytes (memory) or in instructions behind the next one (jumps)
 */
#ifndef INSNS_H
#define INSNS_H

#include <linux/bpf.h>

#define INSN(CODE, DST, SRC, OFF, IMM) \
	((struct bpf_insn){ .code = CODE, .dst_reg = DST, .src_reg = SRC, .off = OFF, .imm = IMM })

/* dst = src; dst = imm */
#define BPF_MOV64_REG(DST, SRC) INSN(BPF_ALU64 | BPF_MOV | BPF_X, DST, SRC, 0, 0)
#define BPF_MOV64_IMM(DST, IMM) INSN(BPF_ALU64 | BPF_MOV | BPF_K, DST, 0, 0, IMM)

/* dst = dst OP imm */
#define BPF_ALU64_IMM(OP, DST, IMM) INSN(BPF_ALU64 | (OP) | BPF_K, DST, 0, 0, IMM)

/* dst = the SIZE bytes at src + OFF, in host byte order */
#define BPF_LDX_MEM(SIZE, DST, SRC, OFF) INSN(BPF_LDX | (SIZE) | BPF_MEM, DST, SRC, OFF, 0)

/* the SIZE bytes at dst + OFF = src */
#define BPF_STX_MEM(SIZE, DST, SRC, OFF) INSN(BPF_STX | (SIZE) | BPF_MEM, DST, SRC, OFF, 0)

/* if (dst OP imm) goto OFF instructions behind the next one; BPF_JSET: if (dst & imm) */
#define BPF_JMP_IMM(OP, DST, IMM, OFF) INSN(BPF_JMP | (OP) | BPF_K, DST, 0, OFF, IMM)

/* r0 = HELPER(r1, r2, r3, r4, r5): BPF_FUNC_skb_load_bytes and so on */
#define BPF_EMIT_CALL(HELPER) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, HELPER)

/* return r0 */
#define BPF_EXIT_INSN() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif
