// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Complaints whose meaning depends on more than their one line: on the type of
 * the program, on what the log says before, on this machine. Here is what the
 * rows of explain_rules.c ask about that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>

#include "common/lab/internal.h"

/* The kernel's MAX_PACKET_OFF: a position that may lie behind it is followed no more. */
#define FURTHEST 0xffff

/* The kernel's MAX_BPF_STACK: local variables lie from here below R10 up to it. */
#define STACK 512

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
bool lab_is_position_lost(const struct lab_case *c)
{
	const char *register_state = strstr(c->line, "(id=");
	char id[32];

	if (!register_state || !strstr(register_state, ",r=0)"))
		return false;
	/* The packet's beginning is known. */
	if (strncmp(register_state, "(id=0,", 6) == 0)
		return false;
	lab_copy(id, sizeof(id), register_state, strcspn(register_state, ",") + 1);
	for (const char *at = c->log; (at = strstr(at, id)); at++)
		if (is_too_far(at))
			return true;
	return false;
}

bool lab_is_tracepoint(const struct lab_case *c)
{
	const struct lab_origin *origin = c->origin;
	char section[128];

	if (lab_source_section(origin->elf, origin->elf_size, origin->program, section,
			       sizeof(section)))
		return false;
	return strncmp(section, "tp/", 3) == 0 || strncmp(section, "tracepoint/", 11) == 0;
}

/* Is the instruction before the complaint "12: (63) *(u32 *)(r1 +16) = r2"? */
bool lab_is_store(const struct lab_case *c)
{
	const char *at = strstr(c->log, c->line);

	while (at && at > c->log) {
		const char *text;

		while (--at > c->log && at[-1] != '\n')
			;
		text = at + strspn(at, "0123456789");
		if (text > at && strncmp(text, ": (", 3) == 0)
			return text[5] == ')' && text[7] == '*';
	}
	return false;
}

bool lab_is_tracepoint_store(const struct lab_case *c)
{
	return lab_is_tracepoint(c) && lab_is_store(c);
}

/* "stack R10 off=0 size=1"; bytes inside, by the same words, are some that were not set. */
bool lab_is_outside_stack(const struct lab_case *c)
{
	const char *at = strstr(c->line, " off=");
	long long off, size;

	return at && sscanf(at, " off=%9lld size=%9lld", &off, &size) == 2 &&
	       (off < -STACK || off + size > 0);
}

bool lab_is_global_argument(const struct lab_case *c)
{
	return strstr(c->log, "\nCaller passes invalid args into func#") != NULL;
}

bool lab_is_global(const struct lab_case *c)
{
	return lab_is_global_argument(c) || strstr(c->log, "Validating ");
}

bool lab_is_elsewhere(const struct lab_case *c)
{
	return c->origin->saved;
}

bool lab_is_no_admin(const struct lab_case *c)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (c->origin->as_root)
		return false;
	return syscall(SYS_capget, &header, data) || !(data[0].effective & (1U << CAP_SYS_ADMIN));
}

bool lab_is_tracefs_missing(const struct lab_case *c)
{
	return !c->origin->saved && access("/sys/kernel/tracing/events", F_OK) != 0 &&
	       access("/sys/kernel/debug/tracing/events", F_OK) != 0;
}
