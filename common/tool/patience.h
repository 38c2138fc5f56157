/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Limits of time on a busy machine. What is waited for may not have had a processor: where five
 * processes want two processors, it takes two and a half times longer. So a limit is stretched
 * by that, up to PATIENCE times. What counts is the time in which some process did wait (pressure
 * stall information; where the kernel has it off, all time), and how many are ready now. On a
 * quiet machine a limit is what it says.
 */
#ifndef TOOL_PATIENCE_H
#define TOOL_PATIENCE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE	  10
#define PATIENCE_PRESSURE "/proc/pressure/cpu"
#define PATIENCE_LOAD	  "/proc/loadavg"

/* The number behind the first such word in a small file; -1: none. */
static inline int64_t patience_number(const char *path, const char *word)
{
	char text[256], *at = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	if (n > 0) {
		text[n] = '\0';
		at = strstr(text, word);
	}
	return at ? strtoll(at + strlen(word), NULL, 10) : -1;
}

/* For how many nanoseconds since boot some process has waited for a processor; -1: not known. */
static inline int64_t patience_stalled(void)
{
	int64_t microseconds = patience_number(PATIENCE_PRESSURE, "total=");

	return microseconds < 0 ? -1 : microseconds * 1000;
}

/* How many processes run or could, the caller included. Of a few looks the one with most. */
static inline int patience_ready(void)
{
	int most = 1;

	for (int i = 0; i < 3; i++) {
		char text[64];
		int fd = open(PATIENCE_LOAD, O_RDONLY | O_CLOEXEC), ready = 0;
		ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
		char *slash;

		if (fd >= 0)
			close(fd);
		text[n > 0 ? n : 0] = '\0';
		/* "0.61 0.75 0.82 READY/ALL LAST" */
		slash = strchr(text, '/');
		while (slash && slash > text && slash[-1] != ' ')
			slash--;
		ready = slash ? atoi(slash) : 0;
		most = ready > most ? ready : most;
		if (i < 2)
			usleep(1000);
	}
	return most;
}

/*
 * What of the limit is left, of which so much has gone by, and in so much of that some process
 * waited. Not above 0: it is over. All in one unit.
 */
static inline int64_t patience_left(int64_t limit, int64_t elapsed, int64_t stalled, int ready,
				    int processors)
{
	int64_t most = PATIENCE * limit - elapsed, left = limit - elapsed;

	if (stalled > elapsed)
		stalled = elapsed;
	if (ready > processors)
		left += stalled - stalled * processors / ready;
	return left < most ? left : most;
}

/* The same of the machine as it is; stalled is what patience_stalled() said at the beginning. */
static inline int64_t patience_left_now(int64_t limit, int64_t elapsed, int64_t stalled)
{
	int64_t now;

	if (elapsed < limit)
		return limit - elapsed;
	now = patience_stalled();
	return patience_left(limit, elapsed, now < 0 ? elapsed : now - stalled, patience_ready(),
			     sysconf(_SC_NPROCESSORS_ONLN));
}

#endif
