// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course pack: the learner's files as one archive, to hand in. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/archive.h"
#include "course/attempt.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/overlay.h"

#define DEFAULT_NAME "hand-in.tar.gz"

struct input {
	const char *output;
	struct strv names;
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0,
	  "The archive: .tar.gz, .tar.xz, .zip. Without it, " DEFAULT_NAME " in this folder.", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		in->output = DEFAULT_NAME;
		return 0;
	case 'o':
		in->output = arg;
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

/* All that were begun, or the ones that are named, which must have been begun. */
static int choose(const struct tree *tree, const struct input *in, struct lesson ***lessons,
		  size_t *n)
{
	int code;

	if (in->names.n) {
		code = cli_lessons(tree, &in->names, lessons, n);
		for (size_t i = 0; i < *n && !code; i++)
			if (!overlay_started((*lessons)[i])) {
				course_error("%s is not started: there is nothing to pack",
					     (*lessons)[i]->name);
				code = COURSE_INVALID;
			}
		return code;
	}
	*n = 0;
	*lessons = xrealloc(NULL, (tree->n + 1) * sizeof(**lessons));
	for (size_t i = 0; i < tree->n; i++)
		if (overlay_started(&tree->lessons[i]))
			(*lessons)[(*n)++] = &tree->lessons[i];
	if (*n)
		return COURSE_OK;
	course_error("there is nothing to pack: no lesson is started in %s",
		     tree_relative(tree, tree->work));
	return COURSE_INVALID;
}

/* The starter's is taken for a file that is not there, here as in a check. */
static void add_lesson(const struct lesson *lesson, struct strv *names, struct strv *files)
{
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);

		if (!is_file(path))
			continue;
		strv_add(files, path);
		strv_addf(names, "%s/%s", lesson->name, lesson->conf.edit.v[i]);
	}
}

/* So that nobody hands in something else than they think. */
static void print_state(const struct state *state, const struct lesson *lesson)
{
	static const char *const outcomes[] = {
		[OUTCOME_REFUSED] = "the verifier refuses it",
		[OUTCOME_BUILD] = "it does not compile",
		[OUTCOME_TIME] = "it reached the time limit",
	};
	struct result r;

	printf("  %-28s  ", lesson->name);
	if (!attempt_known(state, lesson, &r))
		puts("not checked since it was changed");
	else if (r.outcome == OUTCOME_PASSED)
		puts("passed");
	else if (r.outcome == OUTCOME_FAILED)
		printf("%zu of %zu checks passed\n", r.passed, r.checks);
	else
		puts(outcomes[r.outcome]);
}

static void print_packed(const struct tree *tree, const char *output, size_t files,
			 struct lesson *const *lessons, size_t n)
{
	struct state state;

	printf("%s holds %zu file%s of %zu lesson%s:\n", output, files, files == 1 ? "" : "s", n,
	       n == 1 ? "" : "s");
	state_read(&state, tree);
	for (size_t i = 0; i < n; i++)
		print_state(&state, lessons[i]);
	state_free(&state);
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	struct lesson **lessons = NULL;
	AUTO_STRV names = { 0 };
	AUTO_STRV files = { 0 };
	AUTO_SB why = { 0 };
	size_t n;
	int code, err;

	code = choose(tree, in, &lessons, &n);
	for (size_t i = 0; i < n && !code; i++)
		add_lesson(lessons[i], &names, &files);
	err = code ? 0 : archive_files(in->output, &names, &files, &why);
	if (err) {
		course_error("%s", sb_str(&why));
		code = err == -EINVAL ? COURSE_USAGE : COURSE_MACHINE;
	}
	if (!code)
		print_packed(tree, in->output, names.n, lessons, n);
	free(lessons);
	return code;
}

const struct command cmd_pack = {
	.name = "pack",
	.arguments = "[LESSON...] [-o FILE]",
	.summary = "your files in one archive, to hand in",
	.description =
		"Packs the files to edit of every lesson that you have started, or of the LESSONs "
		"named, and nothing else: no programs, no notes, no other folders. Says of each "
		"lesson what its last check said.",
	.examples = "course pack\ncourse pack -o jane.zip\ncourse pack lab03 -o jane-lab03.tar.gz",
	.see_also = "course check, course list",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
	.free_input = free_input,
};
