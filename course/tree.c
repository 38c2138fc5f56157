// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Finds the tree and its lessons. The nearest tree around the current folder
 * wins, else the one this program was built in. Resolving what a person types
 * into a lesson is resolve.c.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/files.h"
#include "course/tree.h"

/* Cuts `path` down to the nearest folder that is the top of a tree. */
static bool climb(char *path)
{
	for (;;) {
		AUTO_STR mark = xasprintf("%s/common/lesson.mk", path);
		char *slash;

		if (is_file(mark))
			return true;
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = '\0';
	}
}

/* A path from the environment; relative ones start at the top, as in make. */
static char *path_from_env(const char *variable, const char *top, const char *fallback)
{
	const char *value = getenv(variable);

	if (!value || !*value)
		value = fallback;
	return value[0] == '/' ? xstrdup(value) : xasprintf("%s/%s", top, value);
}

bool tree_is_lab(const char *name)
{
	return starts_with(name, "lab") && isdigit((unsigned char)name[3]);
}

static void add_lesson(struct tree *tree, const char *lab, const char *base)
{
	AUTO_STR path = xasprintf("%s/%s/%s/lesson.conf", tree->top, lab, base);
	AUTO_STR shown = xasprintf("%s/%s/lesson.conf", lab, base);
	struct lesson *lesson;

	if (!is_file(path))
		return;
	tree->lessons = xrealloc(tree->lessons, (tree->n + 1) * sizeof(*tree->lessons));
	lesson = &tree->lessons[tree->n++];
	lesson->name = xasprintf("%s/%s", lab, base);
	lesson->dir = xasprintf("%s/%s/%s", tree->top, lab, base);
	lesson->work = xasprintf("%s/%s/%s", tree->work, lab, base);
	conf_read(path, shown, &lesson->conf, &lesson->conf_error);
}

void tree_load(struct tree *tree, const char *top, const char *build, const char *work)
{
	AUTO_STRV labs = { 0 };

	*tree = (struct tree){ .top = xstrdup(top),
			       .build = xstrdup(build),
			       .work = xstrdup(work) };
	dir_names(top, &labs);
	for (size_t i = 0; i < labs.n; i++) {
		AUTO_STR dir = xasprintf("%s/%s", top, labs.v[i]);
		AUTO_STRV bases = { 0 };

		if (!tree_is_lab(labs.v[i]))
			continue;
		dir_names(dir, &bases);
		for (size_t j = 0; j < bases.n; j++)
			if (isdigit((unsigned char)bases.v[j][0]))
				add_lesson(tree, labs.v[i], bases.v[j]);
	}
}

int tree_open(struct tree *tree)
{
	char here[PATH_MAX] = "", exe[PATH_MAX] = "";
	AUTO_STR own_build = NULL;
	AUTO_STR build = NULL;
	AUTO_STR work = NULL;
	char *top = here, *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	/* BUILD/bin/course: this program's own build folder, and the tree around it. */
	if (n > 0 && (slash = strrchr(exe, '/'))) {
		*slash = '\0';
		if (ends_with(exe, "/bin"))
			own_build = xstrndup(exe, strlen(exe) - strlen("/bin"));
	}
	n = climb(exe);
	if (!getcwd(here, sizeof(here)) || !climb(here))
		top = n ? exe : NULL;
	if (!top) {
		course_error("no course here: run it inside the course's folder");
		return COURSE_USAGE;
	}
	/* Another tree's build folder is not ours to build in. */
	if (n && strcmp(exe, top))
		free_str(&own_build);
	build = path_from_env("BUILD", top, own_build ? own_build : "build");
	work = path_from_env("COURSE_WORK", top, "work");
	tree_load(tree, top, build, work);
	return 0;
}

void tree_close(struct tree *tree)
{
	for (size_t i = 0; i < tree->n; i++) {
		free(tree->lessons[i].name);
		free(tree->lessons[i].dir);
		free(tree->lessons[i].work);
		free(tree->lessons[i].conf_error);
		conf_free(&tree->lessons[i].conf);
	}
	free(tree->lessons);
	free(tree->top);
	free(tree->build);
	free(tree->work);
	*tree = (struct tree){ 0 };
}

struct lesson *tree_lesson(const struct tree *tree, const char *name)
{
	for (size_t i = 0; i < tree->n; i++)
		if (!strcmp(tree->lessons[i].name, name))
			return &tree->lessons[i];
	return NULL;
}

struct lesson *tree_lesson_by_id(const struct tree *tree, const char *id)
{
	for (size_t i = 0; i < tree->n; i++)
		if (tree->lessons[i].conf.id && !strcmp(tree->lessons[i].conf.id, id))
			return &tree->lessons[i];
	return NULL;
}

const char *tree_relative(const struct tree *tree, const char *path)
{
	size_t n = strlen(tree->top);

	return !strncmp(path, tree->top, n) && path[n] == '/' ? path + n + 1 : path;
}
