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

/* Rows of which more is known than their line says. */
#define TRACEPOINT "tracepoint"
#define ATTACH	   "attach"

/* clang-format off */
static const struct lab_rule libbpf_rules[] = {
	{ "not-allowed", "Couldn't load trivial BPF program",
	  "not allowed to use BPF",
	  LAB_ADVICE_ROOT, NULL },
	{ "no-btf", "(valid kernel BTF|Error loading vmlinux BTF|kernel BTF is missing)",
	  "this kernel has no type information (/sys/kernel/btf/vmlinux)",
	  "see what it means and what helps: testenv doctor btf", NULL },
	{ "map", "map '([^']*)': failed to create: (.*)\\(-?[0-9]+\\)",
	  "the kernel does not create map '\\1': \\2",
	  "look at its type, key, value and max_entries", NULL },
	{ "map", "map '([^']*)': failed to create: (.*)",
	  "the kernel does not create map '\\1': \\2",
	  "look at its type, key, value and max_entries", NULL },
	{ "attach-target", "failed to find kernel BTF type ID of '([^']*)'",
	  "this kernel has no function or hook '\\1'",
	  "look at the name in SEC(); another kernel may have it", NULL },
	{ "kfunc", "extern \\(func ksym\\) '([^']*)': not found",
	  "this kernel has no kernel function (kfunc) '\\1'",
	  "look at its name; another kernel may have it", NULL },
	{ "extern", "extern (\\([a-z ]*\\) )?'?([^' ]*)'? ?.*not (found|resolved)",
	  "'\\2' is declared extern, but is nowhere",
	  "define it, or declare it __ksym or __kconfig", NULL },
	{ TRACEPOINT, "tracepoint '([^']*)' perf event ID: ",
	  "there is no tracepoint \\1",
	  "look at the name in SEC(); /sys/kernel/tracing/events/CATEGORY/NAME are those that there are",
	  NULL },
	/* Only a tracepoint's record has an end that is asked about when the program attaches. */
	{ "tracepoint-record", "prog '([^']*)': .*(perf_event FD|pfd) .*(-13|Permission denied)",
	  "\\1() reads beyond the end of the tracepoint's record",
	  "its fields and their offsets: /sys/kernel/tracing/events/CATEGORY/NAME/format", NULL },
	{ "no-section", "prog '([^']*)': missing BPF prog type, check ELF section name '\\.text'",
	  "nothing says what kind of program \\1() is",
	  "write that above the function, such as SEC(\"xdp\") or SEC(\"tp/CATEGORY/NAME\")", NULL },
	{ "section", "(missing BPF prog type|ELF section name) '([^']*)'",
	  "libbpf does not know what kind of program SEC(\"\\2\") is",
	  "use a section name that libbpf knows, such as SEC(\"xdp\") or SEC(\"tp/CATEGORY/NAME\")", NULL },
	{ ATTACH, "prog '([^']*)': failed to auto-attach", "cannot attach \\1()", NULL, NULL },
	{ "object", "failed to open (.*): No such file or directory",
	  "there is no object file \\1", "build it first: make", NULL },
	{ "object", "elf: .* is not a (valid eBPF object file|proper ELF object)",
	  "this is not an object file for BPF", "compile it with: clang -target bpf", NULL },
};
/* clang-format on */

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

static bool is_tracefs_there(void)
{
	return access("/sys/kernel/tracing/events", F_OK) == 0 ||
	       access("/sys/kernel/debug/tracing/events", F_OK) == 0;
}

/* Prints what a rule says of a line of libbpf's; false where it says no more than the line. */
static bool print_rule(const char *what, const struct lab_rule *rule, int err,
		       const struct lab_match *match)
{
	char sentence[512], fix[512];

	if (strcmp(rule->name, ATTACH) == 0) {
		lab_attach_explain(err, match->group[1]);
		if (lab_fail_line()[0])
			print_line(what, lab_fail_line(), NULL);
		return lab_fail_line()[0];
	}
	lab_rules_expand(sentence, sizeof(sentence), rule->sentence, match);
	lab_rules_expand(fix, sizeof(fix), rule->fix, match);
	if (strcmp(rule->name, TRACEPOINT) == 0 && !is_tracefs_there())
		print_line(what, "no tracepoints are to be seen here", LAB_ADVICE_TESTENV);
	else
		print_line(what, sentence, fix);
	return true;
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

/* A failure that libbpf told in its own words: explained, else its first words. */
static void report_messages(int err, const char *what)
{
	char line[512], first[512] = "";
	const char *at = lab_log_text();
	const struct lab_rule *rule;
	struct lab_match match;

	while (next_line(&at, line, sizeof(line))) {
		rule = lab_rules_find(libbpf_rules, ARRAY_SIZE(libbpf_rules), line, &match);
		if (rule && print_rule(what, rule, err, &match))
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
