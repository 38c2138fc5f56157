/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* test.bats: the list of checks, as it stands in the file. */
#ifndef COURSE_BATS_H
#define COURSE_BATS_H

#include "course/str.h"

struct bats_test {
	char *name;
	int line;
	int points;	  /* default 1 */
	char *visibility; /* visible, hidden, after_due_date, after_published */
};

struct bats_list {
	struct bats_test *tests;
	size_t n;
};

/* As conf_read(): 0, or -errno with *error = "FILE:LINE: what is wrong". */
int bats_read(const char *path, const char *shown, struct bats_list *list, char **error);
/* Adds the checks of one more file, all of them with this visibility (NULL: as they say). */
int bats_add(const char *path, const char *shown, const char *visibility, struct bats_list *list,
	     char **error);
void bats_free(struct bats_list *list);
int bats_points(const struct bats_list *list);

#endif
