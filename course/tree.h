/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The tree: where its top is, which lessons it has, how a lesson is named. */
#ifndef COURSE_TREE_H
#define COURSE_TREE_H

#include "course/conf.h"

struct lesson {
	char *name; /* lab03-xdp/02-parsing */
	char *dir;  /* absolute path */
	char *work; /* the learner's files; the folder may be missing */
	struct conf conf;
	char *conf_error; /* one line, when lesson.conf is not sound */
};

struct tree {
	char *top;   /* absolute */
	char *build; /* absolute; BUILD, or the folder this program was built in */
	char *work;  /* absolute; COURSE_WORK, or TOP/work */
	struct lesson *lessons;
	size_t n;
};

/* Finds the top and reads the lessons. Returns 0 or an exit code, having said why. */
int tree_open(struct tree *tree);
/* The same for a known top, without looking at the environment. */
void tree_load(struct tree *tree, const char *top, const char *build, const char *work);
void tree_close(struct tree *tree);

/* The lesson of exactly this name, or NULL. */
struct lesson *tree_lesson(const struct tree *tree, const char *name);
struct lesson *tree_lesson_by_id(const struct tree *tree, const char *id);

/*
 * The lesson that a person means: "lab03-xdp/02-parsing", "lab03/02",
 * "parsing", a folder. Returns NULL and sets *error to one line when it is
 * unknown or could be several; the caller frees it.
 */
struct lesson *tree_resolve(const struct tree *tree, const char *query, char **error);

/* Adds the names of the lessons that are not there yet, as the labs' README.md list them. */
void tree_planned(const struct tree *tree, struct strv *names);

/* Is this the name of a lab's folder? */
bool tree_is_lab(const char *name);

/* Is the lesson in the lab that a person calls "lab03-xdp" or "lab03"? */
bool tree_in_lab(const struct lesson *lesson, const char *query);

/* The path as a person in the top folder would type it. */
const char *tree_relative(const struct tree *tree, const char *path);

#endif
