// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What an instruction does, read from the line that the verifier prints of it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"

/* "r7" or "w7": its number, and *at moves behind it. -1: neither. */
static int take_register(const char **at)
{
	const char *c = *at;
	int reg;

	if ((*c != 'r' && *c != 'w') || !isdigit((unsigned char)c[1]))
		return -1;
	reg = c[1] - '0';
	c += 2;
	if (reg == 1 && *c == '0') {
		reg = 10;
		c++;
	}
	*at = c;
	return isdigit((unsigned char)*c) ? -1 : reg;
}

static bool skip_text(const char **at, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*at, text, n) != 0)
		return false;
	*at += n;
	return true;
}

/* "*(u32 *)(r1 +12)": the register, the offset. */
static bool take_memory(const char **at, int *reg, long *off)
{
	const char *c = *at;
	char *end;

	if (*c != '*' || !(c = strstr(c, "*)(")))
		return false;
	c += strlen("*)(");
	*reg = take_register(&c);
	if (*reg < 0)
		return false;
	c += strspn(c, " ");
	*off = strtol(c, &end, 10);
	if (*end != ')')
		return false;
	*at = end + 1;
	return true;
}

static void read_store(const char *at, struct lab_insn *insn)
{
	const char *c = at;

	if (!take_memory(&c, &insn->dst, &insn->off) || !skip_text(&c, " = "))
		return;
	insn->op = LAB_OP_STORE;
	insn->src = take_register(&c);
}

static void read_assignment(const char *at, struct lab_insn *insn)
{
	const char *c = at;

	insn->dst = take_register(&c);
	if (insn->dst < 0)
		return;
	insn->op = LAB_OP_CHANGE;
	if (skip_text(&c, " = ")) {
		if (take_memory(&c, &insn->src, &insn->off)) {
			insn->op = LAB_OP_LOAD;
		} else if (isdigit((unsigned char)*c) || *c == '-') {
			insn->op = LAB_OP_SET;
		} else {
			insn->src = take_register(&c);
			insn->op = insn->src >= 0 ? LAB_OP_COPY : LAB_OP_CHANGE;
		}
		return;
	}
	/* " += r3": what is added, taken off, ... */
	c += strcspn(c, "=\n");
	if (skip_text(&c, "= "))
		insn->src = take_register(&c);
}

/* "if r3 > r2 goto pc+10", "if w1 == 0x5 goto pc+1" */
static void read_if(const char *at, struct lab_insn *insn)
{
	insn->op = LAB_OP_IF;
	insn->src = take_register(&at);
	at += strcspn(at, " \n");
	at += strspn(at, " ");
	at += strcspn(at, " \n");
	at += strspn(at, " ");
	insn->src2 = take_register(&at);
}

/* "call bpf_map_lookup_elem#1", "call pc+5" */
static void read_call(const char *at, struct lab_insn *insn)
{
	insn->op = LAB_OP_CALL;
	insn->dst = 0;
	if (strncmp(at, "pc", 2) != 0)
		lab_copy(insn->call, sizeof(insn->call), at, strcspn(at, "# \n\r"));
}

void lab_insn_read(const char *text, struct lab_insn *insn)
{
	const char *at = text + strcspn(text, ")\n");

	*insn = (struct lab_insn){ .op = LAB_OP_OTHER, .dst = -1, .src = -1, .src2 = -1 };
	if (!skip_text(&at, ") "))
		return;
	if (*at == '*')
		read_store(at, insn);
	else if (skip_text(&at, "if "))
		read_if(at, insn);
	else if (skip_text(&at, "call "))
		read_call(at, insn);
	else
		read_assignment(at, insn);
}
