/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* hints.md: its sections, each in levels that are shown one after the other. */
#ifndef COURSE_HINTS_H
#define COURSE_HINTS_H

#include "course/str.h"

struct hint_section {
	char *title; /* "1", "2", "check: NAME", "refused" */
	int line;
	struct strv levels; /* Markdown, without empty lines at both ends */
};

struct hints {
	struct hint_section *sections;
	size_t n;
};

/* 0, or -errno when the file cannot be read. hints_free() in either case. */
int hints_read(const char *path, struct hints *hints);
void hints_free(struct hints *hints);

/* NULL when there is none. */
const struct hint_section *hints_find(const struct hints *hints, const char *title);
const struct hint_section *hints_for_check(const struct hints *hints, const char *check);
/* The check that a section is about, or NULL when it is about none. */
const char *hint_check(const struct hint_section *section);

#endif
