// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * course check: builds the learner's files, runs the checks, says what came
 * out and remembers it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/attempt.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/link.h"
#include "course/overlay.h"
#include "course/progress.h"
#include "course/report.h"
#include "course/report/formats.h"
#include "course/vm.h"

enum {
	OPT_ALL_LESSONS = 256,
	OPT_SEED,
	OPT_FORMAT,
	OPT_VM
};

enum format {
	HUMAN,
	TAP,
	JSON,
	JUNIT
};

struct input {
	struct strv names;
	bool every_lesson;
	bool every_failure;
	bool seeded;
	bool vm;
	const char *kernel;
	unsigned long long seed;
	enum format format;
};

static const struct argp_option options[] = {
	{ "all", OPT_ALL_LESSONS, NULL, 0, "Check every lesson you have started.", 0 },
	{ "all-failures", 'a', NULL, 0, "Show every failing check in full, not only the first.",
	  0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Use the inputs of an earlier run. Without it each run draws new ones, and says which.",
	  0 },
	{ "vm", OPT_VM, "KERNEL", OPTION_ARG_OPTIONAL,
	  "Run the checks in a virtual machine, under the kernel 6.1, 6.12, newest ... that testenv "
	  "vm fetch has brought.",
	  0 },
	{ "format", OPT_FORMAT, "FORMAT", 0, "human (the default), tap (TAP 13), json or junit.",
	  0 },
	{ 0 }
};

static const char *const formats[] = {
	[HUMAN] = "human", [TAP] = "tap", [JSON] = "json", [JUNIT] = "junit", NULL
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case OPT_ALL_LESSONS:
		in->every_lesson = true;
		return 0;
	case 'a':
		in->every_failure = true;
		return 0;
	case OPT_SEED:
		in->seeded = true;
		if (!cli_number(arg, &in->seed))
			argp_error(state, "--seed takes a decimal number, not \"%s\"", arg);
		return 0;
	case OPT_VM:
		in->vm = true;
		in->kernel = arg;
		if (arg && !vm_is_kernel(arg))
			argp_error(state, "--vm takes a kernel such as 6.1, or newest, not \"%s\"",
				   arg);
		return 0;
	case OPT_FORMAT:
		for (size_t i = 0; formats[i]; i++) {
			if (strcmp(arg, formats[i]))
				continue;
			in->format = i;
			return 0;
		}
		argp_error(state, "--format is human, tap, json or junit, not \"%s\"", arg);
		return 0;
	case ARGP_KEY_ARG:
		/* "--vm 6.1": no lesson is called so. */
		if (in->vm && !in->kernel && vm_is_kernel(arg)) {
			in->kernel = arg;
			return 0;
		}
		strv_add(&in->names, arg);
		return 0;
	case ARGP_KEY_END:
		if (in->every_lesson && in->names.n)
			argp_error(state, "--all and lesson names exclude each other");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void free_input(void *input)
{
	struct input *in = input;

	strv_free(&in->names);
}

static void print_after_pass(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR argument = progress_argument(tree, lesson);
	AUTO_STR solution = xasprintf("%s/solution", lesson->dir);
	AUTO_SB terms = { 0 };
	struct lesson *next;
	struct state state;

	for (size_t i = 0; i < lesson->conf.teaches.n; i++)
		sb_addf(&terms, "%s%s", i ? ", " : "", lesson->conf.teaches.v[i]);
	if (terms.len)
		printf("You have met: %s.\n", terms.s);
	/* A tree that was handed out has none. */
	if (is_dir(solution))
		printf("How we did it: course solution%s --diff\n", argument);
	state_read(&state, tree);
	next = progress_next(tree, &state, lesson);
	cli_print_sitting(progress_sitting_done(tree, &state, lesson));
	if (next) {
		AUTO_STR next_name = progress_short_name(tree, next);

		printf("Next: %s  %s\n  course start %s\n", next->name, next->conf.title,
		       next_name);
	} else {
		printf("That was the last lesson there is so far.\n");
	}
	state_free(&state);
}

/* Where the report says to look: its `look:`, the place of the refusal, the compiler's first line. */
static void where_to_look(const struct attempt *a, struct strbuf *where)
{
	const struct run *run = &a->run;

	if (run->compiler_says_no)
		sb_addf(where, "%.*s", (int)strcspn(sb_str(&run->why), "\n"), sb_str(&run->why));
	for (size_t i = 0; i < a->j.refused.n; i++)
		if (starts_with(a->j.refused.v[i], "  at "))
			sb_add(where, a->j.refused.v[i]);
	for (size_t i = 0; i < run->list.n && !a->j.refused.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];

		for (size_t k = 0; test->status == TAP_NOT_OK && k < test->message.n; k++)
			if (starts_with(test->message.v[k], "look:"))
				sb_add(where, test->message.v[k]);
		/* The first that fails is the one that is shown. */
		if (test->status == TAP_NOT_OK)
			break;
	}
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* "counters.c", but neither in "counters.check" nor in "my_counters.c" */
static bool names(const char *text, const char *file)
{
	size_t n = strlen(file);

	for (const char *at = text; (at = strstr(at, file)); at++) {
		bool ends = !is_name_char(at[n]) ||
			    (at[n] == '.' && !isalnum((unsigned char)at[n + 1]));

		if ((at == text || !is_name_char(at[-1])) && ends)
			return true;
	}
	return false;
}

/* The files to edit that the report names; all where it names none. */
static void files_to_edit(const struct attempt *a, struct strv *files)
{
	const struct strv *edit = &a->run.lesson->conf.edit;
	AUTO_SB where = { 0 };

	where_to_look(a, &where);
	for (size_t i = 0; i < edit->n; i++)
		if (names(sb_str(&where), edit->v[i]))
			strv_add(files, edit->v[i]);
	if (!files->n)
		for (size_t i = 0; i < edit->n; i++)
			strv_add(files, edit->v[i]);
}

static void print_after_failure(const struct tree *tree, const struct attempt *a, const char *name)
{
	const struct lesson *lesson = a->run.lesson;
	AUTO_STR argument = progress_argument(tree, lesson);
	AUTO_STRV files = { 0 };

	files_to_edit(a, &files);
	printf("Next: edit ");
	for (size_t i = 0; i < files.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->work, files.v[i]);
		AUTO_STR link = link_path(stdout, tree, path);

		printf("%s%s", i ? " or " : "", link);
	}
	printf(", then: course check%s\n", argument);
	if (a->run.compiler_says_no)
		return;
	printf("  a hint           course hint%s\n", argument);
	/* The verifier asks for no inputs. */
	if (!a->j.refused.n)
		printf("  the same inputs  course check %s --seed %llu\n", name, a->run.seed);
}

/* Files that do not count, and yet a header is found by the program beside it. */
static void print_strays(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STRV names = { 0 };
	AUTO_SB list = { 0 };
	bool header = false;

	overlay_strays(lesson, &names);
	for (size_t i = 0; i < names.n; i++) {
		sb_addf(&list, "%s%s", i ? ", " : "", names.v[i]);
		header |= ends_with(names.v[i], ".h");
	}
	if (!names.n)
		return;
	printf("Note: not a file to edit in this lesson, and not used, in %s: %s%s\n",
	       tree_relative(tree, lesson->work), list.s,
	       header ? "; take the header away: your program finds it, its other half does not"
		      : "");
}

static void print_human(const struct tree *tree, const struct attempt *a, bool every_failure)
{
	const struct run *run = &a->run;
	AUTO_STR edited = overlay_edited_starter(tree, run->lesson);
	AUTO_STR name = progress_short_name(tree, run->lesson);

	attempt_print(a, every_failure);
	if (run->code == COURSE_OK)
		print_after_pass(tree, run->lesson);
	else if (run->code == COURSE_FAILED || run->code == COURSE_TIME || run->compiler_says_no)
		print_after_failure(tree, a, name);
	print_strays(tree, run->lesson);
	if (edited)
		printf("Note: %s is edited, but your copy under %s is what is checked; "
		       "git checkout %s puts it back.\n",
		       edited, tree_relative(tree, tree->work), edited);
}

/* Of several lessons the gravest outcome counts. */
static int graver(int a, int b)
{
	static const int order[] = { COURSE_OK,		COURSE_MACHINE, COURSE_FAILED,
				     COURSE_INVALID,	COURSE_TIME,	COURSE_INTERNAL,
				     COURSE_INTERRUPTED };

	for (size_t i = ARRAY_SIZE(order); i-- > 0;)
		if (a == order[i] || b == order[i])
			return order[i];
	return COURSE_INTERNAL;
}

static void started_lessons(const struct tree *tree, struct lesson ***lessons, size_t *n)
{
	*lessons = xrealloc(NULL, (tree->n + 1) * sizeof(**lessons));
	*n = 0;
	for (size_t i = 0; i < tree->n; i++)
		if (overlay_started(&tree->lessons[i]))
			(*lessons)[(*n)++] = &tree->lessons[i];
}

/* What is known of all lessons together. */
struct session {
	const struct tree *tree;
	const struct input *in;
	unsigned long long seed;
	json_t *list;	  /* --format json and junit */
	size_t next;	  /* --format tap: number of the next test point */
	size_t counts[4]; /* passed, failed, skipped, not started */
	int worst;
};

static void print_begin(const struct session *s, struct lesson **lessons, size_t n)
{
	size_t total = 0;

	if (s->in->format != TAP)
		return;
	for (size_t i = 0; i < n; i++) {
		struct run run;

		run_init(&run, lessons[i], s->seed);
		total += run.list.n;
		run_free(&run);
	}
	printf("TAP version 13\n1..%zu\n# seed %llu\n", total, s->seed);
}

static void check_one(struct session *s, const struct lesson *lesson, bool last)
{
	struct attempt a;
	enum course_exit code = attempt_make(&a, s->tree, lesson, s->seed);

	if (s->in->format == TAP) {
		report_tap(&a.run, s->next);
		s->next += a.run.list.n;
	} else if (s->in->format == JSON || s->in->format == JUNIT) {
		json_array_append_new(s->list, report_json(&a.run, &a.j));
	} else if (code != COURSE_INTERRUPTED) {
		print_human(s->tree, &a, s->in->every_failure);
		if (!last)
			putchar('\n');
	}
	fflush(stdout);
	s->counts[a.ready == NOT_STARTED   ? 3
		  : code == COURSE_OK	   ? 0
		  : code == COURSE_MACHINE ? 2
					   : 1]++;
	s->worst = graver(s->worst, code);
	attempt_free(&a);
}

static void print_end(const struct session *s)
{
	const size_t *counts = s->counts;
	json_t *o;

	if (s->in->format == HUMAN && counts[0] + counts[1] + counts[2] + counts[3] > 1) {
		printf("\n%zu passed, %zu failed, %zu skipped", counts[0], counts[1], counts[2]);
		if (counts[3])
			printf(", %zu not started", counts[3]);
		putchar('\n');
	}
	if (s->in->format == JUNIT) {
		AUTO_SB xml = { 0 };

		junit_lessons(s->list, &xml);
		fputs(sb_str(&xml), stdout);
	}
	if (s->in->format != JSON)
		return;
	/* A number of 64 bits is not safe in JSON. */
	o = json_pack("{s:i, s:o, s:O}", "version", 1, "seed", json_sprintf("%llu", s->seed),
		      "lessons", s->list);
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

static int check_all(const struct tree *tree, const struct input *in, struct lesson **lessons,
		     size_t n)
{
	struct session s = {
		.tree = tree,
		.in = in,
		.seed = in->seeded ? in->seed : run_random_seed(),
		.list = json_array(),
		.next = 1,
	};

	print_begin(&s, lessons, n);
	for (size_t i = 0; i < n && s.worst != COURSE_INTERRUPTED; i++)
		check_one(&s, lessons[i], i + 1 == n);
	print_end(&s);
	json_decref(s.list);
	/* Lessons that this machine cannot run do not spoil the others. */
	return s.worst == COURSE_MACHINE && s.counts[0] ? COURSE_OK : s.worst;
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	struct lesson **lessons = NULL;
	size_t n = 0;
	int code = 0;

	if (in->vm)
		vm_want(in->kernel);
	if (in->every_lesson)
		started_lessons(tree, &lessons, &n);
	else
		code = cli_lessons(tree, &in->names, &lessons, &n);
	if (!code && !n) {
		course_error("no lesson is started; begin with: course start");
		code = COURSE_USAGE;
	}
	if (!code)
		code = check_all(tree, in, lessons, n);
	free(lessons);
	return code;
}

const struct command cmd_check = {
	.name = "check",
	.arguments = "[LESSON...|--all] [-a] [--seed N] [--format FORMAT] [--vm [KERNEL]]",
	.summary = "build your files and check them",
	.description =
		"Builds your copy of the lesson's files and runs the lesson's checks on it, in a "
		"network of its own. Without LESSON it takes the current one. The first failing "
		"check is shown in full: what was sent, what was expected, what was seen, where to "
		"look; the others are one line each.\n\n"
		"Where this machine cannot run a lesson, or you may not become root, the checks run in "
		"a virtual machine, if a kernel for one is there; --vm wants it so. The machine stays "
		"for ten minutes, so that the next check is faster.\n\n"
		"A LESSON is named lab03-xdp/02-parsing, lab03/02, or by any part that fits no "
		"other lesson, such as parsing.",
	.examples = "course check\n"
		    "course check parsing -a\n"
		    "course check lab03/02 --seed 1234\n"
		    "course check --vm 6.1\n"
		    "course check --all --format json",
	.see_also = "course watch (the same on every save), course hint, course solution",
	.options = options,
	.values = (const struct cli_values[]){ { "FORMAT", formats }, { 0 } },
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
	.free_input = free_input,
};
