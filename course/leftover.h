/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a lesson's run leaves on the machine. */
#ifndef COURSE_LEFTOVER_H
#define COURSE_LEFTOVER_H

#include "course/verify.h"

struct leftover;

/*
 * Takes the machine lock and counts what is there. NULL with a reason in `why`
 * when that is not possible here.
 */
struct leftover *leftover_begin(const struct tree *tree, struct strbuf *why);

/* Counts again, reports under rule 2 what is new and stays, and releases the lock. */
void leftover_end(struct leftover *before, struct verify *v);

#endif
