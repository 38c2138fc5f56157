// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course verify: every rule, over some lessons or all. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "course/build.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/verify.h"

enum {
	OPT_SEED = 256,
	OPT_FORMAT,
	OPT_RULE,
};

struct input {
	struct strv names;
	bool tap;
	bool only[RULES]; /* with --rule */
	bool selective;
	bool seeded;
	unsigned long long seed;
};

static const struct argp_option options[] = {
	{ "seed", OPT_SEED, "N", 0,
	  "The second and third of the three seeds are N and N + 1; the first is always 1. Without "
	  "it they are drawn anew, and printed.",
	  0 },
	{ "rule", OPT_RULE, "N[,N...]", 0, "Ask only these rules.", 0 },
	{ "format", OPT_FORMAT, "FORMAT", 0,
	  "human (the default), or tap: a test point per lesson and rule.", 0 },
	{ 0 }
};

static void parse_rules(struct input *in, const char *arg, struct argp_state *state)
{
	AUTO_STRV numbers = { 0 };
	unsigned long long n;

	strv_split(&numbers, arg, ",");
	in->selective = true;
	for (size_t i = 0; i < numbers.n; i++) {
		if (!cli_number(numbers.v[i], &n) || n >= RULES)
			argp_error(state, "--rule takes numbers from 0 to %d, not \"%s\"",
				   RULES - 1, numbers.v[i]);
		else
			in->only[n] = true;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case OPT_SEED:
		in->seeded = true;
		if (!cli_number(arg, &in->seed))
			argp_error(state, "--seed takes a decimal number, not \"%s\"", arg);
		return 0;
	case OPT_RULE:
		parse_rules(in, arg, state);
		return 0;
	case OPT_FORMAT:
		in->tap = !strcmp(arg, "tap");
		if (!in->tap && strcmp(arg, "human"))
			argp_error(state, "--format is human or tap, not \"%s\"", arg);
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&in->names, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void free_input(void *input)
{
	struct input *in = input;

	strv_free(&in->names);
}

static void print_human(const struct verify *v, double seconds)
{
	bool kept = verify_kept(v);

	printf("%-28s %s%s%s  %.1f s\n", v->lesson->name,
	       colour(stdout, kept ? COLOUR_GREEN : COLOUR_RED), kept ? "ok" : "FAIL",
	       colour(stdout, COLOUR_OFF), seconds);
	for (int i = 0; i < RULES; i++)
		for (size_t j = 0; j < v->found[i].n; j++)
			printf("%s: rule %d (%s): %s\n", v->lesson->name, i, rule_names[i],
			       v->found[i].v[j]);
	if (v->skip_reason.len)
		printf("%s: rules that run something SKIPPED: %s\n", v->lesson->name,
		       v->skip_reason.s);
}

static void print_tap(const struct verify *v, size_t *next)
{
	for (int i = 0; i < RULES; i++) {
		const struct strv *found = &v->found[i];

		if (!v->wanted[i])
			continue;
		printf("%sok %zu - %s: rule %d (%s)", found->n ? "not " : "", (*next)++,
		       v->lesson->name, i, rule_names[i]);
		if (v->skipped[i] && !found->n)
			printf(" # SKIP %s", sb_str(&v->skip_reason));
		putchar('\n');
		for (size_t j = 0; j < found->n; j++)
			printf("# %s: rule %d (%s): %s\n", v->lesson->name, i, rule_names[i],
			       found->v[j]);
	}
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* How a lesson ended: 0 sound, 1 not, 2 not all of it could be run, 3 stopped. */
static int verify_one(const struct tree *tree, const struct lesson *lesson, const struct input *in,
		      const unsigned long long *seeds, size_t *next)
{
	AUTO_FD lock = build_lock_lesson(tree, lesson);
	double begin = now();
	struct verify v = { .tree = tree, .lesson = lesson };
	int result = 3;

	if (lock == -EINTR)
		return result;
	memcpy(v.seeds, seeds, sizeof(v.seeds));
	for (int i = 0; i < RULES; i++)
		v.wanted[i] = !in->selective || in->only[i];
	verify_lesson(&v);
	if (!v.stopped && in->tap)
		print_tap(&v, next);
	else if (!v.stopped)
		print_human(&v, now() - begin);
	fflush(stdout);
	if (!v.stopped)
		result = !verify_kept(&v) ? 1 : v.skip_reason.len ? 2 : 0;
	verify_free(&v);
	return result;
}

static int verify_all(const struct tree *tree, const struct input *in, struct lesson **lessons,
		      size_t n)
{
	unsigned long long drawn = in->seeded ? in->seed : run_random_seed();
	unsigned long long seeds[VERIFY_SEEDS] = { 1, drawn, drawn + 1 };
	size_t counts[3] = { 0 }, next = 1, rules = 0;

	for (int i = 0; i < RULES; i++)
		rules += !in->selective || in->only[i];
	if (in->tap)
		printf("TAP version 13\n1..%zu\n# seeds 1, %llu, %llu\n", n * rules, seeds[1],
		       seeds[2]);
	fflush(stdout);
	for (size_t i = 0; i < n; i++) {
		int result = verify_one(tree, lessons[i], in, seeds, &next);

		if (result == 3)
			return COURSE_INTERRUPTED;
		counts[result]++;
	}
	if (!in->tap) {
		printf("\n%zu sound, %zu not, %zu partly skipped\n", counts[0], counts[1],
		       counts[2]);
		if (counts[1])
			printf("The same seeds again: course verify --seed %llu\n", drawn);
	}
	return counts[1] ? COURSE_FAILED : COURSE_OK;
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	struct lesson **lessons = NULL;
	size_t n = 0;
	int code = 0;

	if (in->names.n) {
		code = cli_lessons(tree, &in->names, &lessons, &n);
	} else {
		lessons = xrealloc(NULL, (tree->n + 1) * sizeof(*lessons));
		for (n = 0; n < tree->n; n++)
			lessons[n] = &tree->lessons[n];
	}
	if (!code)
		code = verify_all(tree, in, lessons, n);
	free(lessons);
	return code;
}

const struct command cmd_verify = {
	.name = "verify",
	.arguments = "[LESSON...] [--rule N[,N...]] [--seed N] [--format FORMAT]",
	.summary = "is a lesson sound? For those who write lessons",
	.description =
		"Holds each lesson against the rules of course/README.md: 0 its files are there; 1 the "
		"starter builds and fails; 2 the solution passes under three seeds and leaves nothing "
		"behind; 3 every wrong solution fails as its expect says, and every check is failed by "
		"one; 4 the checks are honest; 5 their messages say what was sent, expected and seen, "
		"and where to look; 6 the text has its parts, and what it shows is so; 7 nothing is "
		"used before it is taught; 8 what it needs is known.\n\n"
		"Without LESSON it takes all lessons. A failure names the lesson and the rule.",
	.examples =
		"course verify\ncourse verify parsing\ncourse verify parsing --rule 6,7\ncourse verify --format tap",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
	.free_input = free_input,
};
