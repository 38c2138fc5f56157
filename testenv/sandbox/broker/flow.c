// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * To a program that was loaded with CAP_PERFMON, as ours are, a pointer to a map is one to
 * the kernel's struct bpf_map: it may read that, and from there whatever is pointed to, the
 * memory of all of the machine in the end. No helper is called for that; what gives it away
 * are loads through such a pointer. So: where may a register, or a slot of the stack, hold
 * one? Sets only grow until nothing changes; what is not certain is taken to be so.
 *
 * Such a pointer comes from a constant, from the look-up in a map of maps, and to the
 * functions that the kernel calls for each element of a map. It is copied, spilled to the
 * stack, given to functions and returned by them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "testenv/sandbox/broker/flow.h"

/* Newer than the headers of some distributions. */
#ifndef BPF_LOAD_ACQ
#define BPF_LOAD_ACQ 0x100
#endif

#define WHY   160
#define FP    10 /* the register that points to the stack */
#define SLOTS 64 /* of 8 bytes, in a function's stack */

/* Bits of what a place may hold: a pointer to a map; to one whose elements are maps; to a stack. */
enum {
	MAP = 1,
	OUTER = 2,
	STACK = 4,
	MAPS = MAP | OUTER,
	NR_BITS = 3,
};

/* Before an instruction. */
struct state {
	__u64 slots[NR_BITS]; /* which hold MAP, OUTER, STACK */
	__u16 regs[NR_BITS];
	bool seen;  /* it can be reached */
	bool outer; /* it is a constant, and that is a map of maps */
};

struct flow {
	const struct bpf_insn *insns;
	unsigned int count;
	struct state *states;
	bool each;    /* functions may be called with a pointer to a map */
	int spilled;  /* what is in a stack anywhere */
	int aliased;  /* what was put there over another register than FP: it may be in any slot */
	int returned; /* by any function */
	bool changed;
};

static int get(const struct state *s, int reg)
{
	int what = 0;

	for (int i = 0; i < NR_BITS; i++)
		what |= (s->regs[i] >> reg & 1) << i;
	return what;
}

static int get_slot(const struct state *s, int slot)
{
	int what = 0;

	for (int i = 0; i < NR_BITS; i++)
		what |= (int)(s->slots[i] >> slot & 1) << i;
	return what;
}

static void set_slot(struct state *s, int slot, int what)
{
	for (int i = 0; i < NR_BITS; i++)
		s->slots[i] = (s->slots[i] & ~(1ULL << slot)) | (__u64)(what >> i & 1) << slot;
}

static bool is_map(const struct state *s, int reg)
{
	return get(s, reg) & MAPS;
}

static void set(struct state *s, int reg, int what)
{
	for (int i = 0; i < NR_BITS; i++)
		s->regs[i] = (s->regs[i] & ~(1 << reg)) | (what >> i & 1) << reg;
}

/* The number of the slot at this place of the stack, or -1: none that can hold a pointer. */
static int slot_at(int off)
{
	return off < 0 && off % 8 == 0 && off >= -8 * SLOTS ? -off / 8 - 1 : -1;
}

static void grow(struct flow *f, int *set, int what)
{
	f->changed |= (*set | what) != *set;
	*set |= what;
}

/* The program may come from a place with that state to instruction i. */
static int come_to(struct flow *f, long i, const struct state *from)
{
	struct state *to;

	if (i < 0 || i >= (long)f->count)
		return -EINVAL;
	to = &f->states[i];
	for (int k = 0; k < NR_BITS; k++) {
		f->changed |= (from->regs[k] & ~to->regs[k]) || (from->slots[k] & ~to->slots[k]);
		to->regs[k] |= from->regs[k];
		to->slots[k] |= from->slots[k];
	}
	f->changed |= !to->seen;
	to->seen = true;
	return 0;
}

static int constant(struct flow *f, unsigned int i, struct state *s)
{
	const struct bpf_insn *insn = &f->insns[i];
	struct state entry = {};

	set(s, insn->dst_reg, 0);
	if (insn->src_reg == BPF_PSEUDO_MAP_FD)
		set(s, insn->dst_reg, s->outer ? MAP | OUTER : MAP);
	if (insn->src_reg != BPF_PSEUDO_FUNC)
		return 0;
	/* What it is given besides is a pointer to the stack of who asks for it to be called. */
	for (int arg = 1; arg <= 5; arg++)
		set(&entry, arg, STACK);
	set(&entry, 1, f->each ? MAP | STACK : STACK);
	set(&entry, FP, STACK);
	return come_to(f, (long)i + 1 + insn->imm, &entry);
}

static void spill(struct flow *f, int what)
{
	grow(f, &f->spilled, what);
	grow(f, &f->aliased, what);
}

/* What may be found where that register points to. */
static int behind(const struct flow *f, const struct state *s, int reg)
{
	return get(s, reg) & STACK ? f->spilled : 0;
}

static int load(struct flow *f, const struct bpf_insn *insn, struct state *s)
{
	int slot = slot_at(insn->off), what = 0;

	if (is_map(s, insn->src_reg))
		return -EACCES;
	if (BPF_SIZE(insn->code) == BPF_DW)
		what = insn->src_reg == FP && slot >= 0 ? get_slot(s, slot) | f->aliased
							: behind(f, s, insn->src_reg);
	set(s, insn->dst_reg, what);
	return 0;
}

static int atomic(struct flow *f, const struct bpf_insn *insn, struct state *s)
{
	int what = behind(f, s, insn->dst_reg) | behind(f, s, insn->src_reg);

	if (is_map(s, insn->dst_reg) || is_map(s, insn->src_reg))
		return -EACCES;
	spill(f, get(s, insn->src_reg));
	/* Those that also load do it into one of these. */
	set(s, 0, get(s, 0) | what);
	if (insn->imm == BPF_LOAD_ACQ)
		set(s, insn->dst_reg, what);
	else
		set(s, insn->src_reg, get(s, insn->src_reg) | what);
	return 0;
}

static int store(struct flow *f, const struct bpf_insn *insn, struct state *s)
{
	int what = get(s, insn->src_reg), slot = slot_at(insn->off);

	if (BPF_MODE(insn->code) == BPF_ATOMIC)
		return atomic(f, insn, s);
	if (is_map(s, insn->dst_reg))
		return -EACCES;
	if (BPF_SIZE(insn->code) != BPF_DW)
		return 0;
	if (insn->dst_reg == FP && slot >= 0) {
		set_slot(s, slot, what);
		grow(f, &f->spilled, what);
		return 0;
	}
	if (what & MAPS)
		return -EACCES;
	/* Perhaps into a stack. If not, it is a number from now on. */
	spill(f, what);
	return 0;
}

static void compute(const struct bpf_insn *insn, struct state *s)
{
	int op = BPF_OP(insn->code), what = 0;
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;

	/* Adding 0 leaves it what it is. */
	if (wide && (op == BPF_ADD || op == BPF_SUB))
		what = get(s, insn->dst_reg);
	if (wide && BPF_SRC(insn->code) == BPF_X &&
	    (op == BPF_ADD || op == BPF_SUB || op == BPF_MOV))
		what |= get(s, insn->src_reg);
	set(s, insn->dst_reg, what);
}

static int call(struct flow *f, unsigned int i, struct state *s)
{
	const struct bpf_insn *insn = &f->insns[i];
	int result = 0, err = 0;

	if (insn->src_reg == BPF_PSEUDO_CALL) {
		struct state entry = {};

		for (int arg = 1; arg <= 5; arg++)
			set(&entry, arg, get(s, arg));
		set(&entry, FP, STACK);
		err = come_to(f, (long)i + 1 + insn->imm, &entry);
		result = f->returned;
	} else if (insn->src_reg == 0 && insn->imm == BPF_FUNC_map_lookup_elem &&
		   get(s, 1) & OUTER) {
		result = MAP;
	}
	for (int reg = 0; reg <= 5; reg++)
		set(s, reg, reg ? 0 : result);
	return err;
}

/* Returns 0, 1: it does not go on to the next instruction, or -errno. */
static int jump(struct flow *f, unsigned int i, struct state *s)
{
	const struct bpf_insn *insn = &f->insns[i];
	bool is_short = BPF_CLASS(insn->code) == BPF_JMP;

	switch (BPF_OP(insn->code)) {
	case BPF_CALL:
		return is_short ? call(f, i, s) : -EINVAL;
	case BPF_EXIT:
		grow(f, &f->returned, get(s, 0));
		return 1;
	case BPF_JA:
		/* By register: who knows where to. */
		if (BPF_SRC(insn->code) != BPF_K)
			return -EINVAL;
		return come_to(f, (long)i + 1 + (is_short ? insn->off : insn->imm), s) ?: 1;
	default:
		return come_to(f, (long)i + 1 + insn->off, s);
	}
}

/* What instruction i makes of the state before it. */
static int step(struct flow *f, unsigned int i)
{
	const struct bpf_insn *insn = &f->insns[i];
	struct state s = f->states[i];
	int result = 0, width = 1;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW)) {
			result = constant(f, i, &s);
			width = 2;
		} else {
			set(&s, 0, 0);
		}
		break;
	case BPF_LDX:
		result = load(f, insn, &s);
		break;
	case BPF_ST:
		result = is_map(&s, insn->dst_reg) ? -EACCES : 0;
		break;
	case BPF_STX:
		result = store(f, insn, &s);
		break;
	case BPF_ALU:
	case BPF_ALU64:
		compute(insn, &s);
		break;
	default:
		result = jump(f, i, &s);
		break;
	}
	if (result)
		return result > 0 ? 0 : result;
	return come_to(f, (long)i + width, &s);
}

/* Returns whether there is anything to be followed. */
static bool find_sources(struct flow *f, bool (*is_outer)(int map))
{
	bool found = false;

	for (unsigned int i = 0; i < f->count; i++) {
		const struct bpf_insn *insn = &f->insns[i];

		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW)) {
			if (insn->src_reg == BPF_PSEUDO_MAP_FD) {
				found = true;
				f->states[i].outer = is_outer(insn->imm);
			}
			i++;
		} else if (insn->code == (BPF_JMP | BPF_CALL)) {
			f->each |= insn->src_reg == BPF_PSEUDO_KFUNC_CALL ||
				   (!insn->src_reg && (insn->imm == BPF_FUNC_for_each_map_elem ||
						       insn->imm == BPF_FUNC_timer_set_callback));
		}
	}
	return found;
}

static bool registers_exist(const struct bpf_insn *insns, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (insns[i].dst_reg > FP || insns[i].src_reg > FP)
			return false;
	return true;
}

int flow_check(const struct bpf_insn *insns, unsigned int count, bool (*is_outer)(int map),
	       char why[WHY])
{
	struct flow f = { .insns = insns, .count = count };
	int err = 0;

	if (!count || !registers_exist(insns, count))
		return -EINVAL;
	f.states = calloc(count, sizeof(*f.states));
	if (!f.states)
		return -ENOMEM;
	f.changed = find_sources(&f, is_outer);
	f.states[0].seen = true;
	set(&f.states[0], FP, STACK);
	while (f.changed && !err) {
		f.changed = false;
		for (unsigned int i = 0; i < count && !err; i++)
			if (f.states[i].seen)
				err = step(&f, i);
	}
	free(f.states);
	if (err == -EACCES)
		snprintf(why, WHY,
			 "a program may not look into a map by its pointer: the kernel's "
			 "memory is behind it");
	return err;
}
