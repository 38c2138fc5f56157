/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Building a lesson with one or more overlays, through the top Makefile. */
#ifndef COURSE_BUILD_H
#define COURSE_BUILD_H

#include "course/proc.h"
#include "course/tree.h"

/* It is ended then. */
#define BUILD_TIMEOUT_MS (600 * 1000)

/*
 * Builds `overlays` (names separated by blanks, as OVERLAY= takes them).
 * Returns COURSE_OK, COURSE_INVALID (does not compile), COURSE_MACHINE,
 * COURSE_INTERNAL or COURSE_INTERRUPTED; `why` then holds the explanation,
 * first the one line that matters.
 */
enum course_exit build_lesson(const struct tree *tree, const struct lesson *lesson,
			      const char *overlays, struct strbuf *why);

/* The same for the overlays sub-ID, whose files are in the folder `submission`. */
enum course_exit build_submission(const struct tree *tree, const struct lesson *lesson,
				  const char *overlays, const char *submission, struct strbuf *why);

/*
 * The commands that would build the overlay, one a line as a shell takes them, with variables and
 * all: nothing is run. Exit codes as above.
 */
enum course_exit build_print(const struct tree *tree, const struct lesson *lesson,
			     const char *overlay, const char *submission, struct strbuf *commands,
			     struct strbuf *why);

/* Serialises everything that uses what is built of the learner's files. Returns an fd or an -errno. */
int build_lock_lesson(const struct tree *tree, const struct lesson *lesson);

/* The same for the overlays that course verify builds. A learner's check does not wait for it. */
int build_lock_verify(const struct tree *tree, const struct lesson *lesson);

/*
 * What a person needs to know of what a compiler printed, with a line of advice
 * that begins with BUILD_FIX where we know better; exported for its test.
 */
#define BUILD_FIX "fix: "
void build_first_error(const char *output, struct strbuf *why);

#endif
