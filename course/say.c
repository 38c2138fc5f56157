// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How the tool speaks: one-line errors, and colour only where a person looks.
 * What is said stands with those who know it.
 */
#include <stdarg.h>
#include <stdio.h>

#include "common/tool/manual.h"
#include "course/course.h"

void course_error(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("course: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

const char *colour(FILE *out, enum course_colour c)
{
	static const char *const codes[] = {
		[COLOUR_OFF] = "\033[0m",  [COLOUR_GREEN] = "\033[32m",
		[COLOUR_RED] = "\033[31m", [COLOUR_YELLOW] = "\033[33m",
		[COLOUR_BOLD] = "\033[1m",
	};
	return manual_colour(out) ? codes[c] : "";
}
