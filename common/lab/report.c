// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * lab_report(): one clear line, or one explained refusal, for the last failure.
 * What the verifier says is explained in explain.c; here is what libbpf says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lab/internal.h"

static struct {
	const void *elf;
	size_t size;
} object;

void lab_use_object(const void *elf, size_t size)
{
	object.elf = elf;
	object.size = size;
}

void lab_use_skeleton(const struct bpf_object_skeleton *skeleton)
{
	lab_use_object(skeleton->data, skeleton->data_sz);
	lab_limit_log(*skeleton->obj);
}

/* A program that reports for others, and is none of the learner's, has no name. */
static void print_line(const char *what, const char *reason, const char *advice)
{
	const char *name = program_invocation_short_name;

	fprintf(stderr, "%s%s%s: %s%s%s\n", name, *name ? ": " : "", what, reason,
		advice ? "; " : "", advice ? advice : "");
}

/* "tp/NAME": libbpf says of it no more than EINVAL. */
static bool is_half_tracepoint(const char *section)
{
	const char *slash = strchr(section, '/');
	bool is_tp = strncmp(section, "tp", 2) == 0 || strncmp(section, "tracepoint", 10) == 0;

	return is_tp && (!slash || !strchr(slash + 1, '/'));
}

int lab_attach_explain(int err, const char *program)
{
	char section[128];

	if (!lab_source_section(object.elf, object.size, program, section, sizeof(section)) &&
	    is_half_tracepoint(section))
		lab_fail(err, "SEC(\"%s\") names no tracepoint; expected SEC(\"tp/CATEGORY/NAME\")",
			 section);
	return err;
}

/* Next line of *at, cut to size, without libbpf's prefix; false at the end. */
static bool next_line(const char **at, char *line, size_t size)
{
	static const char prefix[] = "libbpf: ";
	const char *start = *at;
	size_t len = strcspn(start, "\n");

	if (!*start)
		return false;
	*at = start + len + (start[len] == '\n');
	if (strncmp(start, prefix, sizeof(prefix) - 1) == 0) {
		start += sizeof(prefix) - 1;
		len -= sizeof(prefix) - 1;
	}
	snprintf(line, size, "%.*s", (int)len, start);
	return true;
}

/* Prints what a rule knows of a line of libbpf's; false: none does. */
static bool print_rule(const char *what, const struct lab_case *c)
{
	char sentence[512], fix[512];
	const struct lab_rule *rule;
	struct lab_match match;

	rule = lab_rules_find(LAB_SAYS_LOADER, c, &match);
	if (!rule)
		return false;
	lab_rules_expand(sentence, sizeof(sentence), rule->what, &match, c->origin);
	lab_rules_expand(fix, sizeof(fix), rule->fix, &match, c->origin);
	print_line(what, sentence, fix);
	return true;
}

/* "prog 'NAME': failed to auto-attach": libbpf knows no more, the object's SEC() may tell why. */
static bool print_attach(int err, const char *what, const char *line)
{
	char name[64];

	if (sscanf(line, "prog '%63[^']': failed to auto-attach", name) != 1 ||
	    !strstr(line, "': failed to auto-attach"))
		return false;
	lab_attach_explain(err, name);
	if (lab_fail_line()[0])
		print_line(what, lab_fail_line(), NULL);
	return lab_fail_line()[0];
}

/* A failure that libbpf told in its own words: explained, else its first words. */
static void report_messages(int err, const char *what)
{
	const struct lab_origin origin = { .elf = object.elf, .elf_size = object.size };
	char line[512], first[512] = "";
	const char *at = lab_log_text();
	struct lab_case c = { .log = at, .origin = &origin, .line = line };

	while (next_line(&at, line, sizeof(line))) {
		if (print_rule(what, &c) || print_attach(err, what, line))
			return;
		/* The first is the cause; those after it say who gave up because of it. */
		if (!first[0])
			snprintf(first, sizeof(first), "%s", line);
	}
	if (err == -EPERM || err == -EACCES)
		print_line(what, first[0] ? first : strerror(-err), LAB_ADVICE_ROOT);
	else
		print_line(what, first[0] ? first : strerror(-err), NULL);
}

/* libbpf printed no log if the verifier wrote it into our buffer. */
static void report_refusal(const char *log, const struct lab_origin *origin)
{
	if (!log[0]) {
		log = lab_verifier_log();
		if (lab_opts.verbose)
			fputs(log, stderr);
	}
	lab_explain(stderr, log, origin);
}

int lab_report(int err, const char *what)
{
	struct lab_origin origin = { .elf = object.elf, .elf_size = object.size };
	char program[64];
	char *log = NULL;

	fflush(stdout);
	if (lab_fail_line()[0]) {
		print_line(what, lab_fail_line(), NULL);
	} else if ((log = lab_log_find(lab_log_text(), program, sizeof(program), &origin.err))) {
		origin.program = program;
		report_refusal(log, &origin);
	} else {
		report_messages(err, what);
	}
	free(log);
	lab_log_clear();
	return err;
}
