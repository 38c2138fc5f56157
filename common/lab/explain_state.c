// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What the verifier knew of a register: its notes, "R2=pkt(off=14,r=0)", found
 * and put into plain words. What is not understood is left out.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"

/* The end of one note: a blank outside of brackets. */
static size_t note_len(const char *note)
{
	size_t n = 0;
	int depth = 0;

	for (; note[n] && note[n] != '\n' && (depth > 0 || note[n] != ' '); n++) {
		depth += note[n] == '(';
		depth -= note[n] == ')';
	}
	return n;
}

/* The note of register reg in a line of them; NULL: none. The last one counts. */
static const char *find_note(const char *line, int reg)
{
	const char *found = NULL;
	char *end;

	/* Each begins "R2=" or "R2_w=". */
	while ((line = strpbrk(line, "R\n")) && *line != '\n') {
		line++;
		if (!isdigit((unsigned char)*line))
			continue;
		if (strtol(line, &end, 10) != reg)
			continue;
		if (*end == '_')
			end += 1 + strspn(end + 1, "rwDpP");
		if (*end == '=')
			found = end + 1;
	}
	return found;
}

/* What was noted behind an instruction, "; R1=..."; NULL: nothing. */
static const char *behind(const struct lab_step *step)
{
	const char *at = step->text + strcspn(step->text, ";\n");

	return *at == ';' ? at : NULL;
}

/* Does the instruction of steps[at] itself write the register? Then older notes do not count. */
static bool writes(const struct lab_step *step, int reg)
{
	struct lab_insn insn;

	lab_insn_read(step->text, &insn);
	if (insn.op == LAB_OP_CALL)
		return reg <= 5;
	return insn.op != LAB_OP_STORE && insn.dst == reg;
}

const char *lab_state_find(const struct lab_log *log, size_t at, int reg)
{
	int frame = log->steps[at].frame;
	const char *note;

	for (size_t i = at + 1; i-- > 0;) {
		const struct lab_step *step = &log->steps[i];

		if (step->frame != frame)
			continue;
		/* What steps[at] does comes after the complaint. */
		note = i < at && behind(step) ? find_note(behind(step), reg) : NULL;
		if (!note && i < at && writes(step, reg))
			return NULL;
		if (!note && step->state)
			note = find_note(step->state, reg);
		if (note)
			return note;
	}
	return NULL;
}

int lab_state_register(const char *message, const struct lab_step *step)
{
	struct lab_insn insn;

	for (const char *at = message; (at = strchr(at, 'R')); at++)
		if ((at == message || !isalnum((unsigned char)at[-1])) &&
		    isdigit((unsigned char)at[1]) && !isalnum((unsigned char)at[2]))
			return at[1] - '0';
	if (!step)
		return -1;
	lab_insn_read(step->text, &insn);
	if (insn.op == LAB_OP_LOAD)
		return insn.src;
	return insn.op == LAB_OP_STORE ? insn.dst : -1;
}

/* The number behind "KEY=" in the brackets of a note, which several keys may share. */
static bool find_number(const char *note, const char *key, long long *value)
{
	size_t n = strlen(key), len = note_len(note);
	const char *end = note + len;

	for (const char *at = note; (at = memmem(at, end - at, key, n)); at++) {
		const char *c = at + n;

		if (at > note && isalnum((unsigned char)at[-1]))
			continue;
		if (strncmp(c, "_value", 6) == 0)
			c += 6;
		if (*c != '=')
			continue;
		while (c < end && *c == '=' && isalpha((unsigned char)c[1]))
			c += 1 + strcspn(c + 1, "=,) \n");
		if (*c != '=')
			return false;
		*value = strtoull(c + 1, NULL, 0);
		if (c[1] == '-')
			*value = strtoll(c + 1, NULL, 0);
		return true;
	}
	return false;
}

static long long number_or(const char *note, const char *key, long long none)
{
	long long value;

	return find_number(note, key, &value) ? value : none;
}

void lab_state_map(const char *state, char *buf, size_t size)
{
	const char *at = memmem(state, note_len(state), "map=", 4);

	buf[0] = '\0';
	if (at)
		lab_copy(buf, size, at + 4, strcspn(at + 4, ",) \n"));
}

static void signed_range(const char *note, long long low, char *buf, size_t size)
{
	long long high;

	if (find_number(note, "smax", &high))
		snprintf(buf, size, "a number from %lld to %lld", low, high);
	else
		snprintf(buf, size, "a number that may be anything from %lld on", low);
}

/* "123", "P123", "scalar(...)", "inv(...)", "inv5" */
static void describe_number(const char *note, char *buf, size_t size)
{
	long long low = 0, high;

	note += *note == 'P';
	if (strncmp(note, "inv", 3) == 0 && note[3] != '(')
		note += 3;
	if (isdigit((unsigned char)*note) || *note == '-') {
		snprintf(buf, size, "the number %.*s", (int)strspn(note, "-0123456789abcdefx"),
			 note);
		return;
	}
	if (find_number(note, "smin", &low) && low < 0)
		signed_range(note, low, buf, size);
	else if (find_number(note, "umax", &high))
		snprintf(buf, size, "a number from %llu to %llu",
			 (unsigned long long)number_or(note, "umin", low > 0 ? low : 0),
			 (unsigned long long)high);
	else if (find_number(note, "smax", &high))
		snprintf(buf, size, "a number up to %lld, perhaps below 0", high);
	else
		snprintf(buf, size, "a number that may be anything");
}

static void describe_packet(const char *note, char *buf, size_t size)
{
	bool known = number_or(note, "id", 0) == 0 && !memmem(note, note_len(note), "var_off", 7);
	const char *from = known ? "the packet's first byte"
				 : "a place in the packet that is known only when it runs";
	long long off = number_or(note, "off", 0), range = number_or(note, "r", 0);
	char behind[32] = "";

	if (off)
		snprintf(behind, sizeof(behind), "%lld bytes behind ", off);
	else
		snprintf(behind, sizeof(behind), "to ");
	snprintf(buf, size, "it points %s%s; %lld bytes %s are checked", behind, from, range,
		 known ? "of the packet" : "behind that place");
}

/* "prog.bss": the kernel has a map for each section of global variables. */
static bool is_section(const char *map)
{
	return strstr(map, ".bss") || strstr(map, ".data") || strstr(map, ".rodata");
}

static void describe_value(const char *note, const char *map, bool may_be_null, char *buf,
			   size_t size)
{
	long long bytes = number_or(note, "vs", -1), off = number_or(note, "off", 0), more;
	char whose[96] = "a map's value", where[96] = "", how_large[48] = "";

	if (map && is_section(map))
		snprintf(whose, sizeof(whose), "%s, where global variables are", strchr(map, '.'));
	else if (map && *map)
		snprintf(whose, sizeof(whose), "a value of map %s", map);
	if (bytes >= 0)
		snprintf(how_large, sizeof(how_large), " (%lld bytes)", bytes);
	if (find_number(note, "umax", &more))
		snprintf(where, sizeof(where), ", to byte %lld or up to %llu behind it", off,
			 (unsigned long long)more);
	else if (off)
		snprintf(where, sizeof(where), ", to byte %lld", off);
	snprintf(buf, size, "it points into %s%s%s%s", whose, how_large, where,
		 may_be_null ? ", or is NULL" : "");
}

/* How notes begin, longest first, and what that is. */
static const struct {
	const char *begins, *words;
} types[] = {
	{ "ctx", "it is the context, the program's argument" },
	{ "fp", "it points to a local variable (the stack)" },
	{ "pkt_end", "it points behind the last byte of the packet" },
	{ "pkt_meta", "it points to the metadata in front of the packet" },
	{ "map_ptr", "it is a map" },
	{ "map_key", "it points to a map's key" },
	{ "ringbuf_mem_or_null", "it points to a reserved record of a ring buffer, or is NULL" },
	{ "ringbuf_mem", "it points to a reserved record of a ring buffer" },
	{ "mem_or_null", "it points to memory, or is NULL" },
	{ "alloc_mem_or_null", "it points to memory, or is NULL" },
	{ "alloc_mem", "it points to memory" },
	{ "rdonly_mem", "it points to memory that can only be read" },
	{ "mem", "it points to memory" },
	{ "sock_common", "it is a socket (struct bpf_sock with only its first fields)" },
	{ "sock_or_null", "it is a socket, or NULL" },
	{ "tcp_sock", "it is a TCP socket" },
	{ "sock", "it is a socket" },
	{ "func", "it is a function" },
	{ "buf", "it points to a buffer" },
};

/* "trusted_ptr_task_struct()", "ptr_or_null_sock(...)": a kernel pointer, by its type's name. */
static void describe_kernel(const char *note, char *buf, size_t size)
{
	const char *at = memmem(note, strcspn(note, "( \n"), "ptr_", 4);
	bool may_be_null;
	char type[64];

	if (!at || (at > note && at[-1] != '_'))
		return;
	at += strlen("ptr_");
	may_be_null = strncmp(at, "or_null_", 8) == 0;
	at += may_be_null ? 8 : 0;
	lab_copy(type, sizeof(type), at, strcspn(at, "( \n"));
	if (*type)
		snprintf(buf, size, "it points to a kernel's struct %s%s", type,
			 may_be_null ? ", or is NULL" : "");
}

static bool is(const char *note, const char *type)
{
	size_t n = strlen(type);

	return strncmp(note, type, n) == 0 && !isalnum((unsigned char)note[n]) && note[n] != '_';
}

bool lab_state_is_number(const char *state)
{
	return isdigit((unsigned char)*state) || *state == '-' || *state == 'P' ||
	       is(state, "scalar") || strncmp(state, "inv", 3) == 0;
}

void lab_state_describe(const char *state, const char *map, char *buf, size_t size)
{
	char name[64];

	buf[0] = '\0';
	lab_state_map(state, name, sizeof(name));
	if (name[0])
		map = name;
	if (lab_state_is_number(state))
		describe_number(state, buf, size);
	else if (is(state, "pkt"))
		describe_packet(state, buf, size);
	else if (is(state, "map_value") || is(state, "map_value_or_null"))
		describe_value(state, map, is(state, "map_value_or_null"), buf, size);
	else
		describe_kernel(state, buf, size);
	for (size_t i = 0; !buf[0] && i < ARRAY_SIZE(types); i++)
		if (is(state, types[i].begins) ||
		    (strcmp(types[i].begins, "fp") == 0 && strncmp(state, "fp", 2) == 0))
			snprintf(buf, size, "%s", types[i].words);
}
