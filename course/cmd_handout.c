// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * course handout: the tree as students get it. It holds what git tracks, as it
 * is on the disk now, so that notes and results that lie about stay at home.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/archive.h"
#include "course/bats.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/proc.h"

struct input {
	const char *output;
	struct strv names;
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0,
	  "The archive: .tar.gz, .tar.xz, .zip. Its name without the ending is the name of the "
	  "folder in it.",
	  0 },
	{ "lessons", 'l', "LESSON[,LESSON...]", 0,
	  "Only these lessons; \"lab03\" is all of its lab. Without it, all lessons.", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case 'o':
		in->output = arg;
		return 0;
	case 'l':
		strv_split(&in->names, arg, ",");
		return 0;
	case ARGP_KEY_END:
		if (!in->output)
			argp_error(state, "-o FILE is missing: where does the archive go?");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void free_input(void *input)
{
	struct input *in = input;

	strv_free(&in->names);
}

/* What git ls-files prints, by path from the top. */
static int git_files(const struct tree *tree, const char *command, struct strv *paths)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = {
		.argv = &argv, .cwd = tree->top, .timeout_ms = 60000, .cap = 16u << 20
	};
	AUTO_STR said = NULL;
	int err, code = COURSE_OK;

	strv_split(&argv, command, " ");
	err = proc_run(&proc, &r);
	said = err ? xstrdup(strerror(-err)) : xstrdup(sb_str(&r.err));
	said[strcspn(said, "\n")] = '\0';
	if (err || r.status) {
		course_error("a handout is made of what git tracks, but %s in %s fails: %s",
			     command, tree->top, said);
		code = COURSE_MACHINE;
	}
	for (size_t at = 0; !code && at < r.out.len; at += strlen(r.out.s + at) + 1)
		strv_add(paths, r.out.s + at);
	proc_result_free(&r);
	return code;
}

/* The lesson that a path from the top is in; NULL: none. *rest is the part in the lesson. */
static const struct lesson *lesson_of(const struct tree *tree, const char *path, const char **rest)
{
	for (size_t i = 0; i < tree->n; i++) {
		size_t len = strlen(tree->lessons[i].name);

		if (!strncmp(path, tree->lessons[i].name, len) && path[len] == '/') {
			*rest = path + len + 1;
			return &tree->lessons[i];
		}
	}
	return NULL;
}

/* Named as a lesson, and none yet: no lesson.conf says what of it is for students. */
static bool is_draft(const char *path)
{
	const char *slash = strchr(path, '/');

	return slash && tree_is_lab(path) && isdigit((unsigned char)slash[1]) &&
	       strchr(slash + 1, '/');
}

static bool handed_out(const struct tree *tree, struct lesson *const *lessons, size_t n,
		       const char *path)
{
	const char *rest;
	const struct lesson *lesson = lesson_of(tree, path, &rest);

	/* Attacks on the grader, each with what it gets. */
	if (starts_with(path, "course/attacks/"))
		return false;
	if (!lesson)
		return !is_draft(path);
	if (starts_with(rest, "solution/") || starts_with(rest, "wrong/"))
		return false;
	for (size_t i = 0; i < n; i++)
		if (lessons[i] == lesson)
			return true;
	return false;
}

/* A check that students must not see does not belong in the tree at all. */
static int refuse_hidden(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR path = xasprintf("%s/test.bats", lesson->dir);
	struct bats_list checks;
	AUTO_STR error = NULL;
	int code = COURSE_OK;

	if (bats_read(path, tree_relative(tree, path), &checks, &error)) {
		course_error("%s", error);
		code = COURSE_INTERNAL;
	}
	for (size_t i = 0; i < checks.n && !code; i++)
		if (!strcmp(checks.tests[i].visibility, "hidden")) {
			course_error("%s:%d: this check is hidden, and would be handed out; hidden "
				     "checks are kept outside of the tree",
				     tree_relative(tree, path), checks.tests[i].line);
			code = COURSE_FAILED;
		}
	bats_free(&checks);
	return code;
}

/* A folder for course grade --hidden that has got into git would be handed out as well. */
static int refuse_hidden_folder(const struct tree *tree, const struct strv *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *path = paths->v[i];

		for (size_t j = 0; j < tree->n && ends_with(path, ".bats"); j++) {
			AUTO_STR inner = xasprintf("/%s/", tree->lessons[j].name);

			if (!strstr(path, inner))
				continue;
			course_error("%s: this looks like a hidden check, and would be handed out; "
				     "hidden checks are kept outside of the tree",
				     path);
			return COURSE_FAILED;
		}
	}
	return COURSE_OK;
}

/* "jane/handout.tar.gz": handout */
static char *folder_name(const char *output)
{
	const char *name = strrchr(output, '/') ? strrchr(output, '/') + 1 : output;
	char *folder = xstrdup(name);
	char *end = strrchr(folder, '.');

	if (end > folder)
		*end = '\0';
	end = strrchr(folder, '.');
	if (end > folder && !strcmp(end, ".tar"))
		*end = '\0';
	return folder;
}

static int write_archive(const struct tree *tree, const char *output, const struct strv *paths)
{
	AUTO_STR folder = folder_name(output);
	AUTO_STRV names = { 0 };
	AUTO_STRV files = { 0 };
	AUTO_SB why = { 0 };
	int err;

	for (size_t i = 0; i < paths->n; i++) {
		strv_addf(&names, "%s/%s", folder, paths->v[i]);
		strv_addf(&files, "%s/%s", tree->top, paths->v[i]);
	}
	err = archive_files(output, &names, &files, &why);
	if (!err)
		return COURSE_OK;
	course_error("%s", sb_str(&why));
	return err == -EINVAL ? COURSE_USAGE : COURSE_MACHINE;
}

/* Who starts with a lesson whose ground is not there is told nowhere else. */
static void print_missing(const struct tree *tree, struct lesson *const *lessons, size_t n)
{
	AUTO_STRV missing = { 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < lessons[i]->conf.requires.n; j++) {
			const char *name = lessons[i]->conf.requires.v[j];
			bool there = strv_has(&missing, name);

			for (size_t k = 0; k < n && !there; k++)
				there = !strcmp(lessons[k]->name, name);
			if (!there && tree_lesson(tree, name))
				strv_add(&missing, name);
		}
	for (size_t i = 0; i < missing.n; i++)
		printf("%s  %s\n",
		       i ? "" : "Required by these, and not in it (done in an earlier handout?):\n",
		       missing.v[i]);
}

/* Notes stay at home on purpose; a new lesson that was never added does not. */
static void print_untracked(const struct strv *paths)
{
	if (paths->n)
		printf("Not in it, because git does not track %s: %s",
		       paths->n == 1 ? "it" : "them", paths->v[0]);
	if (paths->n > 1)
		printf(" and %zu more (git status)", paths->n - 1);
	if (paths->n)
		putchar('\n');
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	AUTO_STRV paths = { 0 };
	AUTO_STRV untracked = { 0 };
	AUTO_STRV chosen = { 0 };
	AUTO_STRV all = { 0 };
	struct lesson **lessons = NULL;
	size_t n = 0;
	int code;

	for (size_t i = 0; i < tree->n; i++)
		strv_add(&all, tree->lessons[i].name);
	code = cli_lessons(tree, in->names.n ? &in->names : &all, &lessons, &n);
	for (size_t i = 0; i < n && !code; i++)
		code = refuse_hidden(tree, lessons[i]);
	if (!code)
		code = git_files(tree, "git ls-files -z", &paths);
	if (!code)
		code = refuse_hidden_folder(tree, &paths);
	if (!code)
		code = git_files(tree, "git ls-files -z --others --exclude-standard", &untracked);
	for (size_t i = 0; i < paths.n; i++)
		if (handed_out(tree, lessons, n, paths.v[i]))
			strv_add(&chosen, paths.v[i]);
	if (!code)
		code = write_archive(tree, in->output, &chosen);
	if (!code) {
		printf("%s holds %zu files with %zu lesson%s, without solutions and wrong "
		       "solutions.\n",
		       in->output, chosen.n, n, n == 1 ? "" : "s");
		print_missing(tree, lessons, n);
		print_untracked(&untracked);
	}
	free(lessons);
	return code;
}

const struct command cmd_handout = {
	.name = "handout",
	.arguments = "-o FILE [--lessons LESSON[,LESSON...]]",
	.summary = "the tree for students, without solutions",
	.description =
		"Packs what git tracks in this tree, as it is on the disk now, but for the lessons' "
		"solutions and wrong solutions, and for lessons that are not chosen. Students unpack "
		"it and begin with make start.",
	.examples = "course handout -o bpf-labs.tar.gz\n"
		    "course handout -o week2.zip --lessons lab01,lab02/01",
	.see_also = "course pack, course verify",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
	.free_input = free_input,
};
