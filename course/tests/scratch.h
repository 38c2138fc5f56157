/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* For the unit tests: cmocka, and a file with a given text. */
#ifndef COURSE_TESTS_SCRATCH_H
#define COURSE_TESTS_SCRATCH_H

/* cmocka.h needs these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path is good until the next call. */
static inline const char *scratch(const char *text)
{
	static char path[64];
	int fd;

	strcpy(path, "/tmp/course-unit-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

#endif
