// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Finds hidden checks, and says what is wrong with the folder that holds them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/hidden.h"

static enum course_exit probe_lesson(const struct tree *tree, const char *dir, const char *name,
				     struct strbuf *why)
{
	AUTO_STR folder = xasprintf("%s/%s", dir, name);
	const struct lesson *lesson = tree_lesson(tree, name);
	struct run run = { 0 };

	if (!lesson) {
		sb_addf(why, "--hidden: %s: no lesson is called %s", folder, name);
		return COURSE_USAGE;
	}
	run_init(&run, lesson, 1);
	if (!run.code && hidden_add(&run, dir))
		sb_addf(why, "--hidden: %s", sb_str(&run.why));
	else if (!run.code && !run.hidden.n)
		sb_addf(why, "--hidden: %s holds no file NAME.bats", folder);
	/* One line, and run.why ends it. */
	if (why->len && why->s[why->len - 1] == '\n')
		why->s[--why->len] = '\0';
	run_free(&run);
	return why->len ? COURSE_USAGE : COURSE_OK;
}

static enum course_exit probe_lab(const struct tree *tree, const char *dir, const char *lab,
				  struct strbuf *why)
{
	AUTO_STR folder = xasprintf("%s/%s", dir, lab);
	enum course_exit code = COURSE_OK;
	AUTO_STRV names = { 0 };

	if (!tree_is_lab(lab) || dir_names(folder, &names)) {
		sb_addf(why, "--hidden: %s is no lab's folder; write %s/LAB/LESSON/NAME.bats",
			folder, dir);
		return COURSE_USAGE;
	}
	for (size_t i = 0; i < names.n && !code; i++) {
		AUTO_STR name = xasprintf("%s/%s", lab, names.v[i]);

		code = probe_lesson(tree, dir, name, why);
	}
	return code;
}

static bool holds_any(const char *dir, struct lesson *const *graded, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_STR folder = xasprintf("%s/%s", dir, graded[i]->name);

		if (is_dir(folder))
			return true;
	}
	return false;
}

enum course_exit hidden_probe(const struct tree *tree, const char *dir,
			      struct lesson *const *graded, size_t n, struct strbuf *why)
{
	AUTO_STR top = xasprintf("%s/", tree->top);
	AUTO_STR real = realpath(dir, NULL);
	enum course_exit code = COURSE_OK;
	AUTO_STRV labs = { 0 };
	int err = real ? dir_names(real, &labs) : -errno;

	if (err) {
		sb_addf(why, "--hidden: %s: %s", dir, strerror(-err));
		return COURSE_USAGE;
	}
	if (starts_with(real, top) || !strcmp(real, tree->top)) {
		sb_addf(why,
			"--hidden: %s is in the tree, where students may come by it; keep it "
			"elsewhere",
			dir);
		return COURSE_USAGE;
	}
	for (size_t i = 0; i < labs.n && !code; i++)
		code = probe_lab(tree, real, labs.v[i], why);
	if (!code && !holds_any(real, graded, n)) {
		sb_addf(why, "--hidden: %s holds no checks for the lessons that are graded", dir);
		code = COURSE_USAGE;
	}
	return code;
}

enum course_exit hidden_add(struct run *run, const char *dir)
{
	AUTO_STR folder = dir ? xasprintf("%s/%s", dir, run->lesson->name) : NULL;
	AUTO_STRV names = { 0 };
	int err = folder && !run->code ? dir_names(folder, &names) : 0;

	/* A lesson without a folder has none; of one that cannot be read nobody knows. */
	if (err && err != -ENOENT) {
		sb_addf(&run->why, "cannot read %s: %s\n", folder, strerror(-err));
		run->code = COURSE_MACHINE;
	}
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);
		AUTO_STR shown = xasprintf("%s/%s", run->lesson->name, names.v[i]);

		if (ends_with(names.v[i], ".bats"))
			run_add_hidden(run, path, shown);
	}
	return run->code;
}
