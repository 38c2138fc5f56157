/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which hints there are for a result, and in what order they are given. */
#ifndef COURSE_ADVICE_H
#define COURSE_ADVICE_H

#include "course/hints.h"
#include "course/state.h"

/* The sections for one result: its own first, then the general ones. */
struct advice {
	const struct hint_section **sections; /* of the hints it was made from */
	size_t n;
	size_t levels; /* of all sections together */
};

void advice_make(struct advice *advice, const struct hints *hints, const struct result *result);
void advice_free(struct advice *advice);

/* Level `nr` of all, from 0: its text, its section and its number in there. NULL behind the last. */
const char *advice_level(const struct advice *advice, size_t nr,
			 const struct hint_section **section, size_t *level);

/* The first level, from `from` on, that has not been given yet; advice->levels when all have. */
size_t advice_next(const struct advice *advice, const struct state *state,
		   const struct lesson *lesson, size_t from);

/* Is it about the lesson, neither about one check nor about refused programs? */
bool advice_is_general(const struct hint_section *section);

/* Prints a level's Markdown filled to a page, its blocks as they are. */
void advice_print(const char *text);

#endif
