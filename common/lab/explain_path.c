// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How a value came to where the verifier complained: its register is followed
 * back on the way, through copies, the stack and the program's own functions,
 * to where the value began. The branches in between are what led there.
 */
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"

enum {
	NOTED_MAX = 64,
	CHANGES_MAX = 2, /* of one register */
	OTHERS_MAX = 2,	 /* branches that do not ask about it */
};

/* What is followed just now: a register, or where it was put away on the stack. */
struct follow {
	const struct lab_log *log;
	int frame;
	int reg;
	bool on_stack;
	long slot;
	bool is_packet;
	int changes;
	bool is_addend;
	int addend; /* a register that was added, and where; -1: none */
	size_t addend_at;
	struct lab_turn *turns; /* found so far, last one first */
	size_t n;
};

static void note(struct follow *f, enum lab_turn_kind kind, size_t step)
{
	if (f->n < NOTED_MAX)
		f->turns[f->n++] = (struct lab_turn){ .kind = kind,
						      .step = step,
						      .reg = f->reg,
						      .changed = f->changes > 0,
						      .added = f->is_addend };
}

/* Where it was put on the stack. True: the value begins here. */
static bool follow_slot(struct follow *f, const struct lab_insn *insn, size_t at)
{
	if (insn->op != LAB_OP_STORE || insn->dst != 10 || insn->off != f->slot)
		return false;
	if (insn->src < 0) {
		note(f, LAB_TURN_ORIGIN, at);
		return true;
	}
	f->on_stack = false;
	f->reg = insn->src;
	return false;
}

/* "r1 += r3": the compiler may add a pointer to a number. Then the pointer is followed on. */
static void follow_sum(struct follow *f, const struct lab_insn *insn, size_t at)
{
	const char *state = lab_state_find(f->log, at, insn->src);
	int number = insn->src;

	if (state && !lab_state_is_number(state)) {
		number = f->reg;
		f->reg = insn->src;
	}
	if (f->addend >= 0)
		return;
	f->addend = number;
	f->addend_at = at;
}

static void follow_change(struct follow *f, const struct lab_insn *insn, size_t at)
{
	if (f->changes++ < CHANGES_MAX)
		note(f, LAB_TURN_CHANGE, at);
	if (insn->src >= 0 && insn->src != f->reg && !f->is_addend)
		follow_sum(f, insn, at);
}

/* Does the branch ask about the register, or about the end of the packet that it points into? */
static bool asks(const struct follow *f, const struct lab_insn *insn, const struct lab_step *step)
{
	if (insn->src == f->reg || insn->src2 == f->reg)
		return true;
	return f->is_packet && memmem(step->text, strcspn(step->text, "\n"), "=pkt_end", 8);
}

/* One instruction back. True: the value begins here. */
static bool follow_insn(struct follow *f, const struct lab_insn *insn, size_t at)
{
	if (f->on_stack)
		return follow_slot(f, insn, at);
	if (insn->op == LAB_OP_IF && asks(f, insn, &f->log->steps[at]))
		note(f, LAB_TURN_BRANCH, at);
	if (insn->op == LAB_OP_CALL && f->reg <= 5) {
		note(f, LAB_TURN_ORIGIN, at);
		return true;
	}
	if (insn->op == LAB_OP_STORE || insn->op == LAB_OP_IF || insn->dst != f->reg)
		return false;
	switch (insn->op) {
	case LAB_OP_COPY:
		if (insn->src == 10)
			break;
		f->reg = insn->src;
		return false;
	case LAB_OP_LOAD:
		if (insn->src != 10)
			break;
		f->on_stack = true;
		f->slot = insn->off;
		return false;
	case LAB_OP_CHANGE:
		follow_change(f, insn, at);
		return false;
	default:
		break;
	}
	note(f, LAB_TURN_ORIGIN, at);
	return true;
}

/* Moves between functions. False: this step is none of the function that is followed. */
static bool follow_frame(struct follow *f, const struct lab_step *step)
{
	/* What a function of the program returned was made in it. */
	if (step->frame > f->frame && f->reg == 0 && !f->on_stack)
		f->frame = step->frame;
	return step->frame == f->frame;
}

static void follow(struct follow *f, size_t at)
{
	struct lab_insn insn;

	f->frame = f->log->steps[at].frame;
	f->addend = -1;
	while (at-- > 0) {
		const struct lab_step *step = &f->log->steps[at];

		/* The arguments of a function are its caller's. */
		if (step->frame < f->frame) {
			if (f->on_stack || f->reg < 1 || f->reg > 5)
				return;
			lab_insn_read(step->text, &insn);
			/* Not of one that a helper calls. */
			if (insn.call[0]) {
				note(f, LAB_TURN_ORIGIN, at);
				return;
			}
			f->frame = step->frame;
			continue;
		}
		if (!follow_frame(f, step))
			continue;
		lab_insn_read(step->text, &insn);
		if (follow_insn(f, &insn, at))
			return;
	}
}

/* The branches nearest to steps[at] that are not there yet; returns how many are left. */
static size_t add_others(const struct lab_log *log, size_t at, struct lab_turn *turns, size_t *n)
{
	size_t left = 0, added = 0;
	struct lab_insn insn;

	while (at-- > 0) {
		bool there = false;

		lab_insn_read(log->steps[at].text, &insn);
		if (insn.op != LAB_OP_IF)
			continue;
		for (size_t i = 0; i < *n && !there; i++)
			there = turns[i].step == at;
		if (there)
			continue;
		if (added < OTHERS_MAX && *n < NOTED_MAX) {
			turns[(*n)++] =
				(struct lab_turn){ .kind = LAB_TURN_BRANCH, .step = at, .reg = -1 };
			added++;
		} else {
			left++;
		}
	}
	return left;
}

/* Where values begin, then what asked about them, what changed them, other branches. */
static int rank(const struct lab_turn *turn, size_t index, size_t others)
{
	if (index >= others)
		return 3;
	return turn->kind == LAB_TURN_ORIGIN ? 0 : turn->kind == LAB_TURN_BRANCH ? 1 : 2;
}

static int by_step(const void *a, const void *b)
{
	const struct lab_turn *x = a, *y = b;

	return (x->step > y->step) - (x->step < y->step);
}

/* Parts of the names of functions that take something back, or move the packet. */
static const char *const takers[] = {
	"_submit", "_discard",	   "_release",	    "_adjust_", "_change_",
	"_pull_",  "_store_bytes", "_csum_replace", "_vlan_",	"clone_redirect",
	"_free",   "_drop",	   "_destroy",	    "_put",
};

long lab_path_lost(const struct lab_log *log, size_t at)
{
	struct lab_insn insn;

	while (at-- > 0) {
		lab_insn_read(log->steps[at].text, &insn);
		for (size_t i = 0; insn.op == LAB_OP_CALL && i < ARRAY_SIZE(takers); i++)
			if (strstr(insn.call, takers[i]))
				return at;
	}
	return -1;
}

size_t lab_path_find(const struct lab_log *log, size_t at, int reg, struct lab_turn *turns,
		     size_t room, size_t *skipped)
{
	struct lab_turn noted[NOTED_MAX];
	struct follow f = { .log = log, .reg = reg, .turns = noted };
	size_t n = 0, followed;
	const char *state;

	if (reg >= 0) {
		state = lab_state_find(log, at, reg);
		f.is_packet = state && strncmp(state, "pkt", 3) == 0;
		follow(&f, at);
	}
	if (reg >= 0 && f.addend >= 0) {
		f.reg = f.addend;
		f.on_stack = false;
		f.is_addend = true;
		f.changes = 0;
		follow(&f, f.addend_at);
	}
	followed = f.n;
	*skipped = add_others(log, at, noted, &f.n);
	for (int r = 0; r <= 3; r++)
		for (size_t i = 0; i < f.n; i++) {
			if (rank(&noted[i], i, followed) != r)
				continue;
			if (n < room)
				turns[n++] = noted[i];
			else if (noted[i].kind == LAB_TURN_BRANCH)
				++*skipped;
		}
	qsort(turns, n, sizeof(*turns), by_step);
	return n;
}
