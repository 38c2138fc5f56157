// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A command that is not found may be another lesson's program. testenv knows
 * nothing of lessons but where they lie: labNN-NAME/NN-NAME, around its own file.
 */
#include "testenv/lesson.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testenv/testenv.h"

/* Cuts path down to the nearest folder that is the top of a tree. */
static bool climb(char *path)
{
	char mark[PATH_MAX], *slash;

	while ((slash = strrchr(path, '/')) && slash != path) {
		*slash = '\0';
		if (snprintf(mark, sizeof(mark), "%s/common/lesson.mk", path) < PATH_MAX &&
		    access(mark, F_OK) == 0)
			return true;
	}
	return false;
}

/* "LAB/LESSON" of the one lesson that has command.c; false: none, or several. */
static bool lesson_of(const char *command, char *lesson, size_t size)
{
	char top[PATH_MAX] = "", pattern[2 * PATH_MAX];
	bool found = false;
	glob_t files;

	if (command[strcspn(command, "/*?[\\")] ||
	    readlink("/proc/self/exe", top, sizeof(top) - 1) < 0 || !climb(top))
		return false;
	snprintf(pattern, sizeof(pattern), "%s/lab[0-9]*/[0-9]*/%s.c", top, command);
	if (glob(pattern, 0, NULL, &files))
		return false;
	if (files.gl_pathc == 1) {
		const char *path = files.gl_pathv[0] + strlen(top) + 1;

		snprintf(lesson, size, "%.*s", (int)(strrchr(path, '/') - path), path);
		found = true;
	}
	globfree(&files);
	return found;
}

int report_no_command(const char *command)
{
	const char *reason = strerror(errno);
	char lesson[NAME_MAX];

	if (errno == ENOENT && lesson_of(command, lesson, sizeof(lesson)))
		return report(EXIT_USAGE,
			      "cannot run %s: it is a program of %s; first: course start %s",
			      command, lesson, lesson);
	return report(EXIT_USAGE, "cannot run %s: %s", command, reason);
}
