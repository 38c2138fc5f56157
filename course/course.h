/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What every file of the course tool shares: exit codes and how errors are
 * said. Not a place for types of one module.
 */
#ifndef COURSE_COURSE_H
#define COURSE_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define COURSE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define COURSE_CLEANUP(fn)	 __attribute__((cleanup(fn)))
#define ARRAY_SIZE(a)		 (sizeof(a) / sizeof((a)[0]))

/* Exit codes, the same for every command. */
enum course_exit {
	COURSE_OK = 0,
	COURSE_FAILED = 1,	  /* a check failed, or the verifier refused the program */
	COURSE_USAGE = 2,	  /* wrong command line, unknown lesson */
	COURSE_INVALID = 3,	  /* the learner's files are missing or do not compile */
	COURSE_MACHINE = 4,	  /* this machine cannot run it */
	COURSE_INTERNAL = 5,	  /* a fault of the course itself */
	COURSE_TIME = 6,	  /* time limit */
	COURSE_INTERRUPTED = 130, /* Ctrl-C */
};

/* One line on stderr, "course: ..." in front. */
void course_error(const char *fmt, ...) COURSE_PRINTF(1, 2);

/* Terminal colours; empty strings where no person looks, and under NO_COLOR. */
enum course_colour {
	COLOUR_OFF,
	COLOUR_GREEN,
	COLOUR_RED,
	COLOUR_YELLOW,
	COLOUR_BOLD
};
const char *colour(FILE *out, enum course_colour c);

#endif
