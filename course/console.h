/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running the commands that a lesson's text shows. */
#ifndef COURSE_CONSOLE_H
#define COURSE_CONSOLE_H

#include "course/markdown.h"
#include "course/tree.h"

/*
 * Runs a `console` block on the built overlay, on this machine (machine is NULL) or
 * in a virtual one (vm.h), and compares the output. Returns COURSE_OK, COURSE_FAILED when it differs, or why it could not be run; `why`
 * is one line.
 */
enum course_exit console_run(const struct tree *tree, const struct lesson *lesson,
			     const char *overlay, const char *machine, const struct md_block *block,
			     struct strbuf *why);

#endif
