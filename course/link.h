/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Paths that a click opens, where the terminal knows such links (OSC 8). */
#ifndef COURSE_LINK_H
#define COURSE_LINK_H

#include "course/tree.h"

/*
 * The path as a person in the top folder would type it; as a link when `out`
 * is a terminal known to understand. FORCE_HYPERLINK=0 switches links off, 1
 * on, the latter on terminals only. The caller frees it.
 */
char *link_path(FILE *out, const struct tree *tree, const char *path);

/* Does the environment name a terminal that knows links? Exported for its test. */
bool link_terminal(void);

#endif
