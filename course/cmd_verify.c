// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course verify: every rule, over some lessons or all. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/build.h"
#include "course/clock.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/interrupt.h"
#include "course/verify.h"
#include "course/vm.h"

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
	unsigned long long jobs;
};

static const struct argp_option options[] = {
	{ "seed", OPT_SEED, "N", 0,
	  "The second and third of the three seeds are N and N + 1; the first is always 1. Without "
	  "it they are drawn anew, and printed.",
	  0 },
	{ "jobs", 'j', "N", 0,
	  "Run so many checks at a time, and one in the virtual machine, where lessons need it. "
	  "Without it, twice as many as there are CPUs: a run mostly waits for the kernel.",
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
	case ARGP_KEY_INIT:
		in->jobs = 2 * sysconf(_SC_NPROCESSORS_ONLN);
		return 0;
	case 'j':
		if (!cli_number(arg, &in->jobs) || !in->jobs || in->jobs > 1000)
			argp_error(state, "-j takes a number from 1 to 1000, not \"%s\"", arg);
		return 0;
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

/* A run that was repeated: it counts, but nobody should have to guess why it took so long. */
static void print_repeated_run(const char *prefix, const struct verify *v, const char *overlay,
			       const struct run *run)
{
	if (run->repeated)
		printf("%s%s: %s: seed %llu: run again: %s\n", prefix, v->lesson->name, overlay,
		       run->seed, run->repeated);
}

static void print_repeated(const char *prefix, const struct verify *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(v->starter); i++)
		print_repeated_run(prefix, v, "starter", &v->starter[i]);
	for (size_t i = 0; i < VERIFY_SEEDS; i++)
		print_repeated_run(prefix, v, "solution", &v->solution[i]);
	for (size_t i = 0; i < v->n_wrongs; i++)
		for (size_t j = 0; j < VERIFY_SEEDS; j++)
			print_repeated_run(prefix, v, v->wrongs[i].name, &v->wrongs[i].runs[j]);
}

static void print_human(const struct verify *v)
{
	bool kept = verify_kept(v);

	printf("%-28s %s%s%s\n", v->lesson->name, colour(stdout, kept ? COLOUR_GREEN : COLOUR_RED),
	       kept ? "ok" : "FAIL", colour(stdout, COLOUR_OFF));
	for (int i = 0; i < RULES; i++)
		for (size_t j = 0; j < v->found[i].n; j++)
			printf("%s: rule %d (%s): %s\n", v->lesson->name, i, rule_names[i],
			       v->found[i].v[j]);
	if (v->machine)
		printf("%s: run in a virtual machine: %s\n", v->lesson->name, v->note);
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

/* All that is verified together. */
struct session {
	const struct input *in;
	struct verify *lessons;
	int *locks; /* of lessons[i]; two verifies would build over each other's programs */
	size_t n;
	size_t next;	  /* --format tap: number of the next test point */
	size_t counts[3]; /* sound, not, not all of it could be run */
};

static void show_progress(const char *what, const struct verify *v)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s%s", what, v ? v->lesson->name : "");
}

/* In the order of the tree, so that two who want the same ones do not wait for each other. */
static bool lock_lessons(struct session *s, const struct tree *tree)
{
	bool ok = true;

	for (size_t i = 0; i < tree->n; i++)
		for (size_t j = 0; ok && j < s->n; j++)
			if (s->lessons[j].lesson == &tree->lessons[i] && s->lessons[j].runs &&
			    s->locks[j] < 0) {
				show_progress("waiting for another verify of ", &s->lessons[j]);
				s->locks[j] = build_lock_verify(tree, &tree->lessons[i]);
				ok = s->locks[j] != -EINTR;
			}
	return ok;
}

static void print_result(struct session *s, const struct verify *v)
{
	show_progress("", NULL);
	s->counts[!verify_kept(v) ? 1 : v->skip_reason.len ? 2 : 0]++;
	if (s->in->tap)
		print_tap(v, &s->next);
	else
		print_human(v);
	print_repeated(s->in->tap ? "# " : "", v);
	fflush(stdout);
}

/*
 * Lessons that run in a virtual machine have a pool of their own: while that machine keeps one
 * CPU busy, the others go on with the other lessons. There is one run in it at a time: what other
 * runs do would be seen by programs that see all of the machine, and a kretprobe misses returns
 * when more than ten calls wait, whoever makes them.
 */
struct pools {
	struct pool *here, *machine;
};

static struct pool *pool_of(const struct pools *pools, const struct verify *v)
{
	return v->machine ? pools->machine : pools->here;
}

/* False after Ctrl-C. Lessons are judged and printed in order, each when its runs are done. */
static bool verify_lessons(struct session *s, const struct tree *tree)
{
	struct pools pools;
	bool stopped = false;

	for (size_t i = 0; i < s->n; i++)
		verify_read(&s->lessons[i]);
	if (!lock_lessons(s, tree))
		return false;
	for (size_t i = 0; i < s->n && !interrupted(); i++) {
		show_progress("building ", &s->lessons[i]);
		verify_build(&s->lessons[i]);
	}
	show_progress("running all solutions", NULL);
	verify_solutions_here(s->lessons, s->n, s->in->jobs);
	pools.here = pool_start(s->in->jobs);
	pools.machine = pool_start(1);
	for (size_t i = 0; i < s->n; i++)
		verify_add_runs(&s->lessons[i], pool_of(&pools, &s->lessons[i]));
	for (size_t i = 0; i < s->n && !stopped; i++) {
		struct verify *v = &s->lessons[i];

		show_progress("running ", v);
		pool_wait(pool_of(&pools, v), v);
		verify_judge(v);
		stopped = v->stopped || interrupted();
		if (!stopped)
			print_result(s, v);
	}
	pool_end(pools.here);
	pool_end(pools.machine);
	show_progress("", NULL);
	return !stopped;
}

static void print_begin(const struct session *s, const unsigned long long *seeds)
{
	size_t rules = 0;

	if (!s->in->tap)
		return;
	for (int i = 0; i < RULES; i++)
		rules += !s->in->selective || s->in->only[i];
	printf("TAP version 13\n1..%zu\n# seeds 1, %llu, %llu\n", s->n * rules, seeds[1], seeds[2]);
	fflush(stdout);
}

static void init_session(struct session *s, const struct tree *tree, struct lesson **lessons,
			 const unsigned long long *seeds)
{
	s->lessons = xrealloc(NULL, (s->n + 1) * sizeof(*s->lessons));
	s->locks = xrealloc(NULL, (s->n + 1) * sizeof(*s->locks));
	for (size_t i = 0; i < s->n; i++) {
		struct verify *v = &s->lessons[i];

		*v = (struct verify){ .tree = tree, .lesson = lessons[i] };
		memcpy(v->seeds, seeds, sizeof(v->seeds));
		for (int j = 0; j < RULES; j++)
			v->wanted[j] = !s->in->selective || s->in->only[j];
		s->locks[i] = -1;
	}
}

static void free_session(struct session *s)
{
	for (size_t i = 0; i < s->n; i++) {
		verify_free(&s->lessons[i]);
		close_fd(&s->locks[i]);
	}
	free(s->lessons);
	free(s->locks);
}

static int verify_all(const struct tree *tree, const struct input *in, struct lesson **lessons,
		      size_t n)
{
	unsigned long long drawn = in->seeded ? in->seed : run_random_seed();
	const unsigned long long seeds[VERIFY_SEEDS] = { 1, drawn, drawn + 1 };
	struct session s = { .in = in, .n = n, .next = 1 };
	int code = COURSE_INTERRUPTED;
	long began = clock_ms();

	/* What is left in the machine is counted: nobody else works in it. */
	vm_call("course-verify");
	init_session(&s, tree, lessons, seeds);
	print_begin(&s, seeds);
	if (verify_lessons(&s, tree))
		code = s.counts[1] ? COURSE_FAILED : COURSE_OK;
	if (code != COURSE_INTERRUPTED && !in->tap) {
		printf("\n%zu sound, %zu not, %zu partly skipped, in %.0f s\n", s.counts[0],
		       s.counts[1], s.counts[2], (clock_ms() - began) / 1000.0);
		if (s.counts[1])
			printf("The same seeds again: course verify --seed %llu\n", drawn);
	}
	free_session(&s);
	return code;
}

/* A tree made by course handout. */
static bool without_solutions(const struct tree *tree)
{
	bool found = false;

	for (size_t i = 0; i < tree->n && !found; i++) {
		AUTO_STR folder = xasprintf("%s/solution", tree->lessons[i].dir);

		found = is_dir(folder);
	}
	return tree->n && !found;
}

static int nothing_to_verify(const struct input *in)
{
	static const char why[] = "this tree was handed out without solutions";

	if (in->tap)
		printf("TAP version 13\n1..1\nok 1 - lessons # SKIP %s\n", why);
	else
		course_error("%s: there is nothing to hold the lessons against", why);
	return in->tap ? COURSE_OK : COURSE_MACHINE;
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	struct lesson **lessons = NULL;
	size_t n = 0;
	int code = 0;

	if (without_solutions(tree))
		return nothing_to_verify(in);

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
	.arguments = "[LESSON...] [--rule N[,N...]] [--seed N] [-j N] [--format FORMAT]",
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
	.see_also = "course/README.md: the rules, word for word",
	.options = options,
	.values =
		(const struct cli_values[]){
			{ "FORMAT", (const char *const[]){ "human", "tap", NULL } }, { 0 } },
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
	.free_input = free_input,
};
