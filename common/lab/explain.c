// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reading a verifier's log: which of its lines is the complaint, which source
 * line it is about. What the complaint means is in explain_rules.c.
 */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/internal.h"

enum {
	MESSAGES = 8
};

/* The parts of a log that matter. Pointers go into the log. */
struct log {
	const char *source;		/* last "; TEXT" line; NULL: none */
	int insn;			/* last instruction; -1: none */
	const char *messages[MESSAGES]; /* lines since that instruction */
	int count;
};

static size_t line_len(const char *line)
{
	return strcspn(line, "\n");
}

static const char *line_next(const char *line)
{
	line += line_len(line);
	return *line ? line + 1 : line;
}

/* "12: (85) call ..." or, rewritten by libbpf, "12: <invalid CO-RE relocation>". -1: neither. */
static int instruction_of(const char *line)
{
	char *end;
	long insn;

	if (*line < '0' || *line > '9')
		return -1;
	insn = strtol(line, &end, 10);
	if (end[0] != ':' || end[1] != ' ' || (end[2] != '(' && end[2] != '<'))
		return -1;
	return insn;
}

/* Lines that report the verifier's progress and are no complaint. */
static bool is_progress(const char *line, size_t len)
{
	static const char pattern[] =
		"^ *(((frame[0-9]+: ?)?R[0-9]+(_[rwDp]+)?=|[0-9]+: )"
		"|from [0-9]+ to [0-9]+|processed [0-9]+ insn|verification time|stack depth"
		"|max_states|insns_state|mark_precise|regs=|parent |last_idx|first_idx|propagating"
		"|caller:?$|callee:?$|returning from callee|to caller at|Func#|func#|Validating "
		"|live regs|arg#[0-9]+ reference type)";
	char copy[256];
	regex_t regex;
	bool found;

	lab_copy(copy, sizeof(copy), line, len);
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	found = regexec(&regex, copy, 0, NULL, 0) == 0;
	regfree(&regex);
	return found || copy[strspn(copy, " \t")] == '\0';
}

/*
 * The complaint is what follows the last instruction, and a log may have a
 * million lines before that: find the instruction first.
 */
static void read_log(const char *text, struct log *log)
{
	const char *line, *tail = text;

	memset(log, 0, sizeof(*log));
	log->insn = -1;
	for (line = text; *line; line = line_next(line)) {
		int insn = instruction_of(line);

		if (*line == ';')
			log->source = line;
		if (insn >= 0) {
			log->insn = insn;
			tail = line_next(line);
		}
	}
	for (line = tail; *line && log->count < MESSAGES; line = line_next(line))
		if (*line != ';' && !is_progress(line, line_len(line)))
			log->messages[log->count++] = line;
}

/* The last source line shown at or before the instruction insn. */
static const char *source_of(const char *text, int insn)
{
	const char *source = NULL;

	for (const char *line = text; *line; line = line_next(line)) {
		if (*line == ';')
			source = line;
		if (instruction_of(line) == insn)
			return source;
	}
	return NULL;
}

/* "alloc_insn=9", "loop detected at insn 5": a complaint about another instruction. */
static int insn_named(const char *message)
{
	const char *at = strstr(message, "insn");

	if (!at || (at[4] != ' ' && at[4] != '=') || at[5] < '0' || at[5] > '9')
		return -1;
	return atoi(at + 5);
}

/* "; TEXT" or, since Linux 6.9, "; TEXT @ FILE:LINE" */
static void take_source(const char *line, struct lab_refusal *r)
{
	const char *text = line + 1 + strspn(line + 1, " \t");
	char *at = NULL, *colon;
	char copy[512];

	lab_copy(copy, sizeof(copy), text, line_len(text));
	/* The last one: the text may hold others. */
	for (char *next = copy; (next = strstr(next, " @ ")); next++)
		at = next;
	colon = at ? strrchr(at, ':') : NULL;
	if (colon && atoi(colon + 1) > 0) {
		r->line = atoi(colon + 1);
		*colon = '\0';
		snprintf(r->file, sizeof(r->file), "%s", at + 3);
		*at = '\0';
	}
	lab_copy(r->text, sizeof(r->text), copy, sizeof(copy));
}

/* Fills in file, line and text of r. */
static void locate(const char *text, const struct log *log, const struct lab_origin *origin,
		   struct lab_refusal *r)
{
	const char *source = log->source;
	struct lab_source found;
	int other = insn_named(r->message);

	r->insn = log->insn;
	if (other >= 0) {
		r->insn = other;
		source = source_of(text, other);
	}
	if (source)
		take_source(source, r);
	/* A complaint about the whole program: its first line. */
	if (lab_source_find(origin->elf, origin->elf_size, r->program, r->insn < 0 ? 0 : r->insn,
			    r->text, &found))
		return;
	snprintf(r->file, sizeof(r->file), "%s", found.file);
	snprintf(r->text, sizeof(r->text), "%s", found.text);
	r->line = found.line;
}

static void apply_rule(const struct lab_rule *rule, const struct lab_match *match,
		       const struct lab_origin *origin, struct lab_refusal *r)
{
	r->rule = rule->name;
	r->read_on = rule->read;
	lab_rules_expand(r->sentence, sizeof(r->sentence), rule->what, match, origin);
	if (rule->fix)
		lab_rules_expand(r->fix, sizeof(r->fix), rule->fix, match, origin);
}

/* Sets message, sentence, fix. The first line that a rule knows, else the first at all. */
static void explain_messages(const char *text, const struct log *log,
			     const struct lab_origin *origin, struct lab_refusal *r)
{
	char line[512];
	struct lab_case c = { .log = text, .origin = origin, .line = line };
	const struct lab_rule *rule;
	struct lab_match match;

	for (int i = 0; i < log->count; i++) {
		lab_copy(line, sizeof(line), log->messages[i], line_len(log->messages[i]));
		rule = lab_rules_find(LAB_SAYS_VERIFIER, &c, &match);
		if (!rule && r->message[0])
			continue;
		lab_copy(r->message, sizeof(r->message), line, sizeof(line));
		if (rule) {
			apply_rule(rule, &match, origin, r);
			return;
		}
	}
	snprintf(r->sentence, sizeof(r->sentence), "the verifier says: %s", r->message);
}

/* The load failed without a log: the verifier has not seen the program. */
static void explain_no_log(const struct lab_origin *origin, struct lab_refusal *r)
{
	const char *name = strerrorname_np(-origin->err);
	struct lab_case c = { .log = "", .origin = origin, .line = name ? name : "" };
	const struct lab_rule *rule;
	struct lab_match match;

	snprintf(r->message, sizeof(r->message), "%s", strerror(-origin->err));
	rule = lab_rules_find(LAB_SAYS_NOTHING, &c, &match);
	if (rule)
		apply_rule(rule, &match, origin, r);
	else
		snprintf(r->sentence, sizeof(r->sentence), "the kernel says only: %s", r->message);
}

/* Who works on a lesson has its text open: to be sent there helps nobody. */
static void leave_out_own_lesson(struct lab_refusal *r)
{
	const char *slash = r->read_on ? strrchr(r->read_on, '/') : NULL;
	char folder[128];

	if (!slash)
		return;
	lab_copy(folder, sizeof(folder), r->read_on, slash + 1 - r->read_on);
	if (strstr(r->file, folder))
		r->read_on = NULL;
}

int lab_explain_log(const char *log_text, const struct lab_origin *origin, struct lab_refusal *r)
{
	struct log log;

	memset(r, 0, sizeof(*r));
	r->insn = -1;
	snprintf(r->program, sizeof(r->program), "%s", origin->program ? origin->program : "");
	read_log(log_text, &log);
	if (log.count) {
		explain_messages(log_text, &log, origin, r);
		locate(log_text, &log, origin, r);
		leave_out_own_lesson(r);
	} else {
		explain_no_log(origin, r);
	}
	return r->rule ? 0 : -ENOENT;
}

void lab_refusal_print(FILE *out, const struct lab_refusal *r)
{
	fprintf(out, "refused: %s: %s\n", r->program, r->sentence);
	if (r->file[0])
		fprintf(out, "  at %s:%u: %s\n", r->file, r->line, r->text);
	else if (r->text[0])
		fprintf(out, "  at %s\n", r->text);
	if (r->fix[0])
		fprintf(out, "  fix: %s\n", r->fix);
	if (r->read_on)
		fprintf(out, "  read: %s\n", r->read_on);
}

int lab_explain(FILE *out, const char *log, const struct lab_origin *origin)
{
	struct lab_refusal r;
	int err = lab_explain_log(log, origin, &r);

	lab_refusal_print(out, &r);
	return err;
}
