// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Explains a refusal: finds the verifier's complaint in its log, what the table of
 * rules knows of it, and its source line. explain_read.c reads the log,
 * explain_tell.c says how the program came there, explain_print.c prints.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/explain.h"
#include "common/lab/source.h"

/* "alloc_insn=9", "loop detected at insn 5": a complaint about another instruction. */
static int insn_named(const char *message)
{
	const char *at = strstr(message, "insn");

	if (!at || (at[4] != ' ' && at[4] != '=') || at[5] < '0' || at[5] > '9')
		return -1;
	return strnlen(at, 13) > 12 ? -1 : atoi(at + 5);
}

/* libbpf's number for "there is no such type or field", before and after libbpf has put it in words. */
static bool is_core_missing(const struct lab_step *step)
{
	char text[128];

	lab_copy_line(text, sizeof(text), step->text);
	return strstr(text, "<invalid CO-RE relocation>") || strstr(text, "unknown#195896080");
}

/* Where a field that is not there would be used; without a line, where that is not certain. */
static void locate_core(const struct lab_scene *scene, const struct lab_refusal *r,
			struct lab_source *source)
{
	struct lab_place place;
	__u64 from, to;

	*source = (struct lab_source){ 0 };
	if (!scene->object || lab_code_find(scene->object, r->program, r->insn, &place, &from))
		return;
	to = from;
	if (lab_code_core_use(scene->object, &place, &to))
		return;
	lab_source_in(scene->object, r->program, r->insn + (int)((to - from) / LAB_INSN_SIZE), "",
		      source);
}

/* Fills in file, line, text and function of r. */
static void locate(const struct lab_scene *scene, struct lab_refusal *r)
{
	const struct lab_log *log = scene->log;
	const struct lab_step *step = log->n && !r->whole ? &log->steps[log->n - 1] : NULL;
	int other = insn_named(r->message);
	struct lab_source source;
	struct lab_place place;
	__u64 offset;

	if (other >= 0)
		step = lab_log_step(log, other);
	r->insn = other >= 0 ? other : step ? step->insn : -1;
	/* Nothing of a function that is checked by itself has been looked at: its beginning. */
	if (step && is_core_missing(step))
		locate_core(scene, r, &source);
	else
		lab_tell_place(scene, step, r->insn,
			       r->insn < 0 && log->function[0] ? log->function : r->program,
			       &source);
	snprintf(r->file, sizeof(r->file), "%s", source.file);
	snprintf(r->text, sizeof(r->text), "%s", source.text);
	r->line = source.line;
	if (scene->object && r->insn >= 0 &&
	    !lab_code_find(scene->object, r->program, r->insn, &place, &offset) &&
	    strcmp(place.function, r->program) != 0)
		lab_copy(r->function, sizeof(r->function), place.function, sizeof(r->function));
}

static void apply_rule(const struct lab_rule *rule, const struct lab_match *match,
		       const struct lab_origin *origin, struct lab_refusal *r)
{
	r->rule = rule->name;
	r->read_on = rule->read;
	r->machine = rule->machine;
	r->whole = rule->whole;
	lab_rules_expand(r->sentence, sizeof(r->sentence), rule->what, match, origin);
	if (rule->fix)
		lab_rules_expand(r->fix, sizeof(r->fix), rule->fix, match, origin);
}

/* Applies the first of these lines that a rule knows; false: none is known. */
static bool explain_lines(enum lab_says says, const char *const *lines, int count,
			  const struct lab_log *log, const struct lab_origin *origin,
			  struct lab_refusal *r)
{
	char line[512];
	struct lab_case c = { .log = log->text, .origin = origin, .line = line };
	const struct lab_rule *rule;
	struct lab_match match;

	for (int i = 0; i < count; i++) {
		lab_copy_line(line, sizeof(line), lines[i]);
		rule = lab_rules_find(says, &c, &match);
		if (!rule && r->message[0])
			continue;
		lab_copy(r->message, sizeof(r->message), line, sizeof(line));
		if (rule) {
			apply_rule(rule, &match, origin, r);
			return true;
		}
	}
	return false;
}

/* The load failed without a log: the verifier has not seen the program. */
static void explain_no_log(const struct lab_origin *origin, struct lab_refusal *r)
{
	const char *name = strerrorname_np(-origin->err);
	struct lab_case c = { .log = "", .origin = origin, .line = name ? name : "" };
	const struct lab_rule *rule;
	struct lab_match match;

	r->unseen = true;
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

static void name_program(const struct lab_log *log, const struct lab_origin *origin,
			 struct lab_refusal *r)
{
	*r = (struct lab_refusal){ .insn = -1 };
	snprintf(r->program, sizeof(r->program), "%s",
		 origin->program ? origin->program : log->program);
}

/* There is a complaint: what it means, where it is, how the program came there. */
static void explain_complaint(const struct lab_log *log, const struct lab_origin *origin,
			      struct lab_refusal *r)
{
	struct lab_scene scene = { .log = log, .origin = origin };
	struct lab_object object;

	if (!explain_lines(LAB_SAYS_VERIFIER, log->messages, log->count, log, origin, r))
		snprintf(r->sentence, sizeof(r->sentence), "the verifier says: %s", r->message);
	if (!lab_object_open(&object, origin->elf, origin->elf_size))
		scene.object = &object;
	locate(&scene, r);
	if (log->n && !r->whole) {
		scene.at = log->n - 1;
		/* What it says of an instruction before is about no register of the last one. */
		scene.reg = insn_named(r->message) < 0
				    ? lab_state_register(r->message, &log->steps[scene.at])
				    : -1;
		lab_tell(&scene, r);
	}
	if (scene.object)
		lab_object_close(&object);
	leave_out_own_lesson(r);
}

int lab_explain_log(const char *log_text, const struct lab_origin *origin, struct lab_refusal *r)
{
	struct lab_log log;
	int err = lab_log_read(log_text, &log);

	name_program(&log, origin, r);
	if (log.count)
		explain_complaint(&log, origin, r);
	else
		explain_no_log(origin, r);
	lab_log_free(&log);
	return err ?: r->rule ? 0 : -ENOENT;
}

/* A log without a complaint. */
static enum lab_verdict explain_silence(const struct lab_log *log, const struct lab_origin *origin,
					struct lab_refusal *r)
{
	const struct lab_origin failed = { .program = r->program,
					   .elf = origin->elf,
					   .elf_size = origin->elf_size,
					   .err = log->err,
					   .saved = origin->saved };

	if (log->loads || (log->done && !log->refused))
		return LAB_VERDICT_LOADS;
	if (log->n && !log->done) {
		snprintf(r->sentence, sizeof(r->sentence),
			 "the log ends before the verifier says what is wrong");
		snprintf(r->fix, sizeof(r->fix),
			 "get the whole log: give the loader a larger buffer for it");
		return LAB_VERDICT_REFUSED;
	}
	if (!log->refused)
		return LAB_VERDICT_NO_LOG;
	explain_no_log(&failed, r);
	return LAB_VERDICT_REFUSED;
}

/* Lines, none of which is an instruction: the verifier's, without them, or a loader's. */
static enum lab_verdict explain_loader(const struct lab_log *log, const struct lab_origin *origin,
				       struct lab_refusal *r)
{
	if (explain_lines(LAB_SAYS_LOADER, log->loader, log->loader_count, log, origin, r) ||
	    explain_lines(LAB_SAYS_LOADER, log->messages, log->count, log, origin, r))
		return LAB_VERDICT_NOT_LOADED;
	r->message[0] = '\0';
	if (explain_lines(LAB_SAYS_VERIFIER, log->messages, log->count, log, origin, r)) {
		explain_complaint(log, origin, r);
		return LAB_VERDICT_REFUSED;
	}
	if (log->refused && !log->count)
		return explain_silence(log, origin, r);
	if (log->loader_count && !log->done) {
		lab_copy_line(r->message, sizeof(r->message), log->loader[0]);
		snprintf(r->sentence, sizeof(r->sentence), "libbpf says: %s", r->message);
		return LAB_VERDICT_NOT_LOADED;
	}
	if (log->is_log && log->count) {
		explain_complaint(log, origin, r);
		return LAB_VERDICT_REFUSED;
	}
	return explain_silence(log, origin, r);
}

enum lab_verdict lab_explain_saved(const char *text, const struct lab_origin *origin,
				   struct lab_refusal *r)
{
	enum lab_verdict verdict = LAB_VERDICT_REFUSED;
	struct lab_origin named = *origin;
	struct lab_log log;

	lab_log_read(text, &log);
	name_program(&log, origin, r);
	/* Rows ask about the program by its name. */
	named.program = r->program;
	origin = &named;
	if (log.n && log.count)
		explain_complaint(&log, origin, r);
	else if (log.n)
		verdict = explain_silence(&log, origin, r);
	else
		verdict = explain_loader(&log, origin, r);
	lab_log_free(&log);
	return verdict;
}

int lab_explain(FILE *out, const char *log, const struct lab_origin *origin)
{
	struct lab_refusal r;
	int err = lab_explain_log(log, origin, &r);

	lab_refusal_print(out, &r);
	return err;
}
