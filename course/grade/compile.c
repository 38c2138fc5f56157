// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Learns how a lesson is built, and builds submissions so in a sandbox (compile.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/tool/patience.h"
#include "course/build.h"
#include "course/files.h"
#include "course/grade/compile.h"
#include "course/grade/limits.h"
#include "course/proc.h"
#include "course/testenv.h"

/* Inside: the tree, what is made, what was handed in. */
#define INSIDE_TOP "/tree"
#define INSIDE_OUT "/box/out"

/* Of the processor's time; on a machine that is not busy it is no more than that. */
enum {
	SECONDS = 60,
	BACKSTOP_MS = 15000,
};
#define MEMORY_MB "1024"
#define FILES_MB  "64"

/* ---- the recipe ---- */

static char *replaced(const char *text, const char *from, const char *to)
{
	struct strbuf sb = { 0 };

	for (const char *at; (at = strstr(text, from)); text = at + strlen(from)) {
		sb_addn(&sb, text, at - text);
		sb_add(&sb, to);
	}
	sb_add(&sb, text);
	return sb.s;
}

/* The word behind each "-o": what we want to have, but for what is linked into something else. */
static void find_made(const char *line, struct strv *makes)
{
	const char *at = strstr(line, " -o " INSIDE_OUT "/");
	const char *name = at ? at + strlen(" -o " INSIDE_OUT "/") : NULL;
	AUTO_STR word = name ? xstrndup(name, strcspn(name, " ")) : NULL;

	if (word && (ends_with(word, ".bpf.o") || !ends_with(word, ".o")) && !strv_has(makes, word))
		strv_add(makes, word);
}

char *recipe_script(const char *printed, const char *out, const char *sub, struct strv *makes)
{
	AUTO_STR with_out = replaced(printed, out, INSIDE_OUT);
	AUTO_STR text = replaced(with_out, sub, RECIPE_SUB);
	AUTO_STRV lines = { 0 };
	struct strbuf script = { 0 };

	strv_lines(&lines, text);
	sb_add(&script, "set -e\nmkdir -p " INSIDE_OUT "\n");
	for (size_t i = 0; i < lines.n; i++) {
		const char *line = lines.v[i];

		/* Notes for editors and for the next make. */
		if (starts_with(line, "printf ") || starts_with(line, "echo ") ||
		    starts_with(line, "mkdir ") || !strcmp(line, ":"))
			continue;
		find_made(line, makes);
		sb_addf(&script, "%s\n", line);
	}
	return script.s;
}

static void add_bind(struct recipe *recipe, const struct tree *tree, const char *path)
{
	const char *name = tree_relative(tree, path);

	if (*name == '/')
		strv_addf(&recipe->binds, "%s:%s", path, name);
	else
		strv_addf(&recipe->binds, "%s:" INSIDE_TOP "/%s", path, name);
}

/* The lesson's given files: sources and headers that no submission may change. */
static void add_given(struct recipe *recipe, const struct tree *tree)
{
	const struct lesson *lesson = recipe->lesson;
	AUTO_STRV names = { 0 };

	dir_names(lesson->dir, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->dir, names.v[i]);

		if ((ends_with(path, ".c") || ends_with(path, ".h")) && is_file(path) &&
		    !strv_has(&lesson->conf.edit, names.v[i]))
			add_bind(recipe, tree, path);
	}
}

/* Does the loader's source include a skeleton of a program that a submission may bring? */
static bool is_of_submission(const struct lesson *lesson, const char *source)
{
	AUTO_STR text = NULL;

	if (file_read(source, &text, NULL))
		return true;
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		const char *name = lesson->conf.edit.v[i];
		AUTO_STR own = xasprintf("%s/%s", lesson->dir, name);
		AUTO_STR skeleton = NULL;

		if (ends_with(name, ".h") || !strcmp(own, source))
			return true;
		if (!ends_with(name, ".bpf.c"))
			continue;
		skeleton = xasprintf("%.*s.skel.h", (int)(strlen(name) - strlen(".bpf.c")), name);
		if (strstr(text, skeleton))
			return true;
	}
	return false;
}

static void find_given(struct recipe *recipe)
{
	const struct lesson *lesson = recipe->lesson;

	for (size_t i = 0; i < recipe->makes.n; i++) {
		const char *name = recipe->makes.v[i];
		AUTO_STR source = xasprintf("%s/%s.c", lesson->dir, name);

		if (!ends_with(name, ".o") && !is_of_submission(lesson, source))
			strv_add(&recipe->given, name);
	}
}

static void add_binds(struct recipe *recipe, const struct tree *tree)
{
	static const char *const headers[] = { "common/bpf", "common/lab", "common/elf",
					       "common/acl" };
	AUTO_STR vmlinux = xasprintf("%s/vmlinux", tree->build);
	AUTO_STR library = xasprintf("%s/lib/liblab.a", tree->build);

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		AUTO_STR path = xasprintf("%s/%s", tree->top, headers[i]);

		if (is_dir(path))
			add_bind(recipe, tree, path);
	}
	if (is_dir(vmlinux))
		add_bind(recipe, tree, vmlinux);
	add_bind(recipe, tree, library);
	add_given(recipe, tree);
}

/* A submission like any other, for make to look at: the starter. */
static int make_example(const struct lesson *lesson, const char *folder)
{
	AUTO_STR own = xasprintf("%s/%s", folder, lesson->name);
	int err = make_dirs(own);

	for (size_t i = 0; i < lesson->conf.edit.n && !err; i++) {
		AUTO_STR from = xasprintf("%s/%s", lesson->dir, lesson->conf.edit.v[i]);
		AUTO_STR to = xasprintf("%s/%s", own, lesson->conf.edit.v[i]);

		err = file_copy(from, to);
	}
	return err;
}

void recipe_read(struct recipe *recipe, const struct tree *tree, const struct lesson *lesson,
		 const char *staging)
{
	AUTO_STR sub = xasprintf("%s/recipe", staging);
	AUTO_STR out = xasprintf("%s/run/%s/sub-recipe", tree->build, lesson->name);
	struct strbuf printed = { 0 };
	int err;

	*recipe = (struct recipe){ .lesson = lesson };
	recipe->code = build_lesson(tree, lesson, "starter", &recipe->why);
	/* That the starter does not compile is our fault, not a submission's. */
	if (recipe->code == COURSE_INVALID)
		recipe->code = COURSE_INTERNAL;
	if (recipe->code)
		return;
	err = make_example(lesson, sub);
	if (err) {
		sb_addf(&recipe->why, "cannot write to %s: %s\n", sub, strerror(-err));
		recipe->code = COURSE_MACHINE;
		return;
	}
	recipe->code = build_print(tree, lesson, "sub-recipe", tree_relative(tree, sub), &printed,
				   &recipe->why);
	if (!recipe->code) {
		recipe->script = recipe_script(sb_str(&printed), tree_relative(tree, out),
					       tree_relative(tree, sub), &recipe->makes);
		add_binds(recipe, tree);
		find_given(recipe);
	}
	sb_free(&printed);
	remove_all(out);
}

void recipe_free(struct recipe *recipe)
{
	free(recipe->script);
	strv_free(&recipe->binds);
	strv_free(&recipe->makes);
	strv_free(&recipe->given);
	sb_free(&recipe->why);
}

/* ---- one submission ---- */

static void sandbox_argv(const struct recipe *recipe, const struct tree *tree,
			 const char *submission, const char *built, const char *status,
			 struct strv *argv)
{
	const struct lesson *lesson = recipe->lesson;

	testenv_argv(tree, argv);
	strv_add(argv, "sandbox");
	strv_addf(argv, "--seconds=%d", SECONDS * PATIENCE);
	strv_addf(argv, "--cpu-seconds=%d", SECONDS);
	strv_add(argv, "--memory=" MEMORY_MB);
	strv_add(argv, "--files=" FILES_MB);
	strv_addf(argv, "--status=%s", status);
	strv_add(argv, "--chdir=" INSIDE_TOP);
	strv_add(argv, "--env=PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	strv_add(argv, "--env=LC_ALL=C");
	strv_add(argv, "--env=TMPDIR=/box");
	for (size_t i = 0; i < recipe->binds.n; i++)
		strv_addf(argv, "--bind=%s", recipe->binds.v[i]);
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		const char *name = lesson->conf.edit.v[i];
		AUTO_STR own = xasprintf("%s/%s/%s", submission, lesson->name, name);
		AUTO_STR starter = xasprintf("%s/%s", lesson->dir, name);

		strv_addf(argv, "--copy=%s:" RECIPE_SUB "/%s/%s", is_file(own) ? own : starter,
			  lesson->name, name);
	}
	for (size_t i = 0; i < recipe->makes.n; i++)
		strv_addf(argv, "--collect=out/%s=%s/%s", recipe->makes.v[i], built,
			  recipe->makes.v[i]);
	strv_add(argv, "--");
	strv_add(argv, "sh");
	strv_add(argv, "-c");
	strv_add(argv, recipe->script);
}

/*
 * Whatever the compiler printed, a submission may have had it print that: only testenv's note says
 * how it ended. An exit status that is not the compiler's is testenv's own, which then says why.
 */
static enum course_exit classify(struct proc_result *r, const char *note, struct strv *limits,
				 struct strbuf *why)
{
	int status = 0;
	AUTO_STR complaint = testenv_complaint(r);
	AUTO_STR reason = limits_reason(note, &status);
	AUTO_STR output = NULL;

	if (r->interrupted || r->status == COURSE_INTERRUPTED)
		return COURSE_INTERRUPTED;
	if (!reason || status != r->status) {
		sb_addf(why, "%s\n", complaint ? complaint : "the sandbox did not begin");
		return reason || r->status == COURSE_MACHINE || r->timed_out ? COURSE_MACHINE
									     : COURSE_INTERNAL;
	}
	if (limits_is_limit(reason)) {
		strv_addf(limits, "%s", reason);
		sb_addf(why, "the compiler reached the limit of %s\n", limits_words(reason));
		return COURSE_INVALID;
	}
	if (!r->status)
		return COURSE_OK;
	output = xasprintf("%s%s", sb_str(&r->err), sb_str(&r->out));
	build_first_error(output, why);
	return COURSE_INVALID;
}

enum course_exit compile(const struct recipe *recipe, const struct tree *tree,
			 const char *submission, const char *overlay, struct strv *limits,
			 struct strbuf *why)
{
	AUTO_STR built = xasprintf("%s/run/%s/%s", tree->build, recipe->lesson->name, overlay);
	AUTO_STR status = xasprintf("%s/.status", built);
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = SECONDS * PATIENCE * 1000 + BACKSTOP_MS };
	enum course_exit code;
	int err = make_dirs(built);

	if (err) {
		sb_addf(why, "cannot write to %s: %s\n", tree_relative(tree, built),
			strerror(-err));
		return COURSE_MACHINE;
	}
	sandbox_argv(recipe, tree, submission, built, status, &argv);
	err = testenv_proc(&proc, &r);
	if (err) {
		sb_addf(why, "cannot start testenv: %s\n", strerror(-err));
		code = COURSE_INTERNAL;
	} else {
		code = classify(&r, status, limits, why);
	}
	proc_result_free(&r);
	for (size_t i = 0; i < recipe->makes.n && !code; i++) {
		AUTO_STR path = xasprintf("%s/%s", built, recipe->makes.v[i]);

		if (access(path, R_OK)) {
			sb_addf(why, "the compiler has not made %s\n", recipe->makes.v[i]);
			code = COURSE_INVALID;
		}
	}
	return code;
}
