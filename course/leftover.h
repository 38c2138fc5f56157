/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a lesson's run leaves on the machine. */
#ifndef COURSE_LEFTOVER_H
#define COURSE_LEFTOVER_H

#include "course/tree.h"

struct leftover;

/*
 * Takes the machine lock and counts what is there: on this machine (machine is NULL)
 * or in a virtual one (vm.h). NULL with a reason in `why` when that is not possible.
 * `machine` must stay until leftover_end().
 */
struct leftover *leftover_begin(const struct tree *tree, const char *machine, struct strbuf *why);

/* Counts again: *found gets a line for each thing that is new and stays. Releases the lock. */
void leftover_end(struct leftover *before, struct strv *found, struct strbuf *why);

/*
 * For runs whose leftovers nobody counts: waits until no count goes on in that machine. Returns
 * an fd that close() gives back, or -errno; -EINTR after Ctrl-C.
 */
int leftover_share(const char *machine);

#endif
