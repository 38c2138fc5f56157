// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course grade: many submissions, a record for each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "course/commands.h"
#include "course/grade/grade.h"
#include "course/grade/hidden.h"

enum {
	OPT_SHARD = 256,
	OPT_SEED,
	OPT_REGRADE,
	OPT_ISOLATION,
	OPT_HIDDEN
};

struct input {
	const char *output;
	enum isolation isolation;
	const char *hidden;
	struct strv submissions;
	struct strv lessons;
	struct strv regrade;
	bool seeded;
	unsigned long long seed, jobs, shard, shards;
};

static const struct argp_option options[] = {
	{ "output", 'o', "DIR", 0, "Where the results go: DIR/ID.json for each submission.", 0 },
	{ "lessons", 'l', "LESSON[,LESSON...]", 0,
	  "Grade these; \"lab03\" is all of its lab. Without it, all lessons.", 0 },
	{ "jobs", 'j', "N", 0, "Grade so many submissions at a time. Without it, one.", 0 },
	{ "shard", OPT_SHARD, "I/N", 0,
	  "Grade only every N-th submission, beginning with the I-th: one part of a batch that "
	  "several machines share.",
	  0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Each submission's inputs follow from N and its id. Without it, the seed of DIR's first "
	  "batch, which was drawn.",
	  0 },
	{ "regrade", OPT_REGRADE, "ID|all", 0,
	  "Grade it again though its record holds. May be given several times.", 0 },
	{ "isolation", OPT_ISOLATION, "KIND", 0,
	  "auto (the default): in a sandbox, and in a virtual machine besides where a lesson's programs "
	  "can see the whole machine. sandbox, vm: always so. none: the submissions' programs run as "
	  "they stand, with the rights of testenv run; only for what you trust.",
	  0 },
	{ "hidden", OPT_HIDDEN, "DIR", 0,
	  "Run the checks in DIR/LAB/LESSON/*.bats, too. Students' pages do not name them. DIR is "
	  "outside of the tree.",
	  0 },
	{ 0 }
};

static void parse_shard(struct input *in, const char *arg, struct argp_state *state)
{
	AUTO_STRV parts = { 0 };

	strv_split(&parts, arg, "/");
	if (parts.n != 2 || !cli_number(parts.v[0], &in->shard) ||
	    !cli_number(parts.v[1], &in->shards) || !in->shard || in->shard > in->shards)
		argp_error(state, "--shard takes I/N, with I from 1 to N, not \"%s\"", arg);
}

static void parse_end(const struct input *in, struct argp_state *state)
{
	if (!in->submissions.n)
		argp_error(state, "which submissions? Name archives, or a folder of them");
	if (!in->output)
		argp_error(state, "-o DIR is missing: where do the results go?");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		in->jobs = in->shard = in->shards = 1;
		return 0;
	case 'o':
		in->output = arg;
		return 0;
	case 'l':
		strv_split(&in->lessons, arg, ",");
		return 0;
	case 'j':
		if (!cli_number(arg, &in->jobs) || !in->jobs || in->jobs > 1000)
			argp_error(state, "-j takes a number from 1 to 1000, not \"%s\"", arg);
		return 0;
	case OPT_SHARD:
		parse_shard(in, arg, state);
		return 0;
	case OPT_SEED:
		in->seeded = true;
		if (!cli_number(arg, &in->seed))
			argp_error(state, "--seed takes a decimal number, not \"%s\"", arg);
		return 0;
	case OPT_REGRADE:
		strv_add(&in->regrade, arg);
		return 0;
	case OPT_ISOLATION:
		if (!isolation_parse(arg, &in->isolation))
			argp_error(state, "--isolation is auto, sandbox, vm or none, not \"%s\"",
				   arg);
		return 0;
	case OPT_HIDDEN:
		in->hidden = arg;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&in->submissions, arg);
		return 0;
	case ARGP_KEY_END:
		parse_end(in, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void free_input(void *input)
{
	struct input *in = input;

	strv_free(&in->submissions);
	strv_free(&in->lessons);
	strv_free(&in->regrade);
}

/* An id that nobody has is a slip of the pen: nothing would be graded, in silence. */
static bool known_ids(const struct batch *batch)
{
	for (size_t i = 0; i < batch->regrade->n; i++) {
		bool known = !strcmp(batch->regrade->v[i], "all");

		for (size_t j = 0; j < batch->subs.n && !known; j++)
			known = !strcmp(batch->regrade->v[i], batch->subs.v[j].id);
		if (!known) {
			course_error("--regrade: no submission is called %s", batch->regrade->v[i]);
			return false;
		}
	}
	return true;
}

static bool same_folder(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The results of one batch must not be a submission of the next. */
static bool apart(const struct strv *submissions, const char *results)
{
	AUTO_STR above = xstrdup(results);
	char *slash;

	while (strlen(above) > 1 && ends_with(above, "/"))
		above[strlen(above) - 1] = '\0';
	slash = strrchr(above, '/');
	/* Hidden ones are none. */
	if ((slash ? slash[1] : *above) == '.')
		return true;
	strcpy(slash ? slash + 1 : above, ".");
	for (size_t i = 0; i < submissions->n; i++)
		if (same_folder(submissions->v[i], above) ||
		    same_folder(submissions->v[i], results)) {
			course_error("-o %s lies among the submissions, and would be one of them "
				     "the next time; name a folder elsewhere",
				     results);
			return false;
		}
	return true;
}

static int run(struct tree *tree, void *input)
{
	struct input *in = input;
	struct batch batch = { .tree = tree,
			       .results = in->output,
			       .isolation = in->isolation,
			       .shard = in->shard,
			       .shards = in->shards,
			       .jobs = in->jobs,
			       .regrade = &in->regrade,
			       .seeded = in->seeded,
			       .seed = in->seed };
	AUTO_STR hidden = in->hidden ? realpath(in->hidden, NULL) : NULL;
	struct lesson **lessons = NULL;
	AUTO_STRV all = { 0 };
	AUTO_SB why = { 0 };
	int code;

	for (size_t i = 0; i < tree->n; i++)
		strv_add(&all, tree->lessons[i].name);
	code = cli_lessons(tree, in->lessons.n ? &in->lessons : &all, &lessons, &batch.n_lessons);
	batch.lessons = lessons;
	batch.hidden = hidden;
	if (!code && in->hidden)
		code = hidden_probe(tree, in->hidden, lessons, batch.n_lessons, &why);
	if (!code && submissions_find(&in->submissions, &batch.subs, &why))
		code = COURSE_USAGE;
	if (why.len)
		course_error("%s", sb_str(&why));
	if (!code && (!known_ids(&batch) || !apart(&in->submissions, in->output)))
		code = COURSE_USAGE;
	if (!code)
		code = grade_batch(&batch);
	submissions_free(&batch.subs);
	free(lessons);
	return code;
}

const struct command cmd_grade = {
	.name = "grade",
	.arguments =
		"SUBMISSION... -o DIR [--isolation KIND] [--lessons LESSON[,LESSON...]] [-j N] "
		"[--shard I/N] [--seed N] [--regrade ID|all] [--hidden DIR]",
	.summary = "grade many submissions. For those who teach",
	.description =
		"An archive, or a folder with labNN-... in it, is one submission; of any other folder "
		"each entry is one. Only the files that a lesson lets edit are taken. Each submission "
		"gets a record, DIR/ID.json. What has a record that still holds is not graded again, so "
		"after an interruption the same command goes on where it was.\n\n"
		"Submissions are built and run in sandboxes (testenv sandbox), those of lessons whose "
		"programs can see the whole machine in a virtual machine, a fresh one for each.",
	.examples = "course grade hand-ins/ -o results/ -j 2\n"
		    "course grade hand-ins/ -o results/ --lessons lab03 --shard 2/4\n"
		    "course grade hand-ins/ -o results/ --regrade jane",
	.exit_status =
		"0 all have a verdict, whatever the marks; 2 wrong command line; 4 this machine failed: "
		"somebody has no verdict, or the results cannot be written; 5 internal error; 130 "
		"interrupted. With 4 and 130 the same command goes on.",
	.see_also = "course report, course handout, course pack",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
	.free_input = free_input,
};
