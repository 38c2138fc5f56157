// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Complaints whose meaning depends on more than their one line: on the type of
 * the program, or on what the log says before. Here are the rows that then count
 * instead of those in explain_rules.c.
 */
#include <stdlib.h>
#include <string.h>

#include "common/lab/internal.h"

/* The kernel's MAX_PACKET_OFF: a position that may lie behind it is followed no more. */
#define FURTHEST 0xffff

/* The number behind "umax", which may share it with others: "umax=smax32=umax32=0xff00". */
static unsigned long long number_after(const char *text)
{
	const char *at = text;

	for (size_t n; (n = strspn(at, "abcdefghijklmnopqrstuvwxyz_0123456789")), at[n] == '=';)
		at += n + 1;
	return strtoull(at, NULL, 0);
}

/* One state of a register, "(id=7,off=250,r=0,...,umax=...)", up to its closing bracket. */
static bool is_too_far(const char *state)
{
	size_t len = strcspn(state, ")\n");
	char copy[256];
	const char *off, *umax;

	lab_copy(copy, sizeof(copy), state, len);
	off = strstr(copy, "off=");
	umax = strstr(copy, ",umax");
	if (!umax)
		umax = strstr(copy, "=umax");
	if (!off || !umax)
		return false;
	return number_after(umax + 1) + strtoull(off + strlen("off="), NULL, 0) > FURTHEST;
}

/* "R1(id=7,off=256,r=0)": was this position, with any offset, ever out of reach? */
static bool is_position_lost(const char *log, const struct lab_origin *origin, const char *line)
{
	const char *register_state = strstr(line, "(id=");
	char id[32];

	(void)origin;
	if (!register_state || !strstr(register_state, ",r=0)"))
		return false;
	lab_copy(id, sizeof(id), register_state, strcspn(register_state, ",") + 1);
	for (const char *at = log; (at = strstr(at, id)); at++)
		if (is_too_far(at))
			return true;
	return false;
}

static bool is_tracepoint(const char *log, const struct lab_origin *origin, const char *line)
{
	char section[128];

	(void)log;
	(void)line;
	if (lab_source_section(origin->elf, origin->elf_size, origin->program, section,
			       sizeof(section)))
		return false;
	return strncmp(section, "tp/", 3) == 0 || strncmp(section, "tracepoint/", 11) == 0;
}

static const struct {
	const char *instead_of;
	bool (*applies)(const char *log, const struct lab_origin *origin, const char *line);
	struct lab_rule rule;
} closer[] = {
	{ "packet-bounds",
	  is_position_lost,
	  { "packet-position", ".*",
	    "the position in the packet may be anything here, so no bounds check counts any more",
	    "give every loop that moves the position a small constant bound: "
	    "for (int i = 0; i < MAX; i++)",
	    NULL } },
	{ "context-access",
	  is_tracepoint,
	  { "tracepoint-record", ".*", "the tracepoint's record has no \\2 bytes at offset \\1",
	    "its fields and their offsets: /sys/kernel/tracing/events/CATEGORY/NAME/format",
	    NULL } },
};

const struct lab_rule *lab_rules_closer(const struct lab_rule *rule, const char *log,
					const struct lab_origin *origin, const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(closer); i++)
		if (strcmp(closer[i].instead_of, rule->name) == 0 &&
		    closer[i].applies(log, origin, line))
			return &closer[i].rule;
	return rule;
}
