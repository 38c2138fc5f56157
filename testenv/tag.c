// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The two programs for VLAN tags, see tag.h. They are kept by what they are attached to. */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/tag.h"
#include "testenv/testenv.h"

#define ID_MASK 0xfff

/* Instructions, in the kernel's own words. */
#define MOV_IMM(to, value)                                                           \
	{                                                                            \
		.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value) \
	}
#define AND_IMM(to, value)                                                           \
	{                                                                            \
		.code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = (to), .imm = (value) \
	}
#define LOAD(size, to, from, type, field)                                               \
	{                                                                               \
		.code = BPF_LDX | BPF_MEM | (size), .dst_reg = (to), .src_reg = (from), \
		.off = offsetof(type, field)                                            \
	}
#define JUMP_EQ(reg, value, by)                                                                  \
	{                                                                                        \
		.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = (reg), .imm = (value), .off = (by) \
	}
#define JUMP_NE(reg, value, by)                                                                  \
	{                                                                                        \
		.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = (reg), .imm = (value), .off = (by) \
	}
#define CALL(helper)                                        \
	{                                                   \
		.code = BPF_JMP | BPF_CALL, .imm = (helper) \
	}
#define RETURN                             \
	{                                  \
		.code = BPF_JMP | BPF_EXIT \
	}

static int load(const char *name, const struct bpf_insn *insns, size_t n)
{
	int fd = fault_step();

	if (fd)
		return fd;
	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, name, "GPL", insns, n, NULL);
	return fd < 0 ? -errno : fd;
}

/* skb->sk of a packet socket: leave it. Else bpf_skb_vlan_push(), or drop it. */
static int load_push(int vlan)
{
	const struct bpf_insn insns[] = {
		LOAD(BPF_DW, BPF_REG_2, BPF_REG_1, struct __sk_buff, sk),
		JUMP_EQ(BPF_REG_2, 0, 2),
		LOAD(BPF_W, BPF_REG_2, BPF_REG_2, struct bpf_sock, family),
		JUMP_EQ(BPF_REG_2, AF_PACKET, 4),
		MOV_IMM(BPF_REG_2, htons(ETH_P_8021Q)),
		MOV_IMM(BPF_REG_3, vlan),
		CALL(BPF_FUNC_skb_vlan_push),
		JUMP_NE(BPF_REG_0, 0, 2),
		MOV_IMM(BPF_REG_0, TC_ACT_OK),
		RETURN,
		MOV_IMM(BPF_REG_0, TC_ACT_SHOT),
		RETURN,
	};

	return load(TAG_PUSH_NAME, insns, sizeof(insns) / sizeof(insns[0]));
}

/* skb->vlan_present and our id: bpf_skb_vlan_pop(). */
static int load_pop(int vlan)
{
	const struct bpf_insn insns[] = {
		LOAD(BPF_W, BPF_REG_2, BPF_REG_1, struct __sk_buff, vlan_present),
		JUMP_EQ(BPF_REG_2, 0, 5),
		LOAD(BPF_W, BPF_REG_2, BPF_REG_1, struct __sk_buff, vlan_tci),
		AND_IMM(BPF_REG_2, ID_MASK),
		JUMP_NE(BPF_REG_2, vlan, 2),
		CALL(BPF_FUNC_skb_vlan_pop),
		JUMP_NE(BPF_REG_0, 0, 2),
		MOV_IMM(BPF_REG_0, TC_ACT_OK),
		RETURN,
		MOV_IMM(BPF_REG_0, TC_ACT_SHOT),
		RETURN,
	};

	return load(TAG_POP_NAME, insns, sizeof(insns) / sizeof(insns[0]));
}

int tag_load(int vlan, int *push_fd, int *pop_fd)
{
	*push_fd = load_push(vlan);
	if (*push_fd < 0)
		return *push_fd;
	*pop_fd = load_pop(vlan);
	if (*pop_fd >= 0)
		return 0;
	close(*push_fd);
	*push_fd = -1;
	return *pop_fd;
}
