/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A command on its way, for the two files of labctl spawn. */
#ifndef LAB_TEST_SPAWN_H
#define LAB_TEST_SPAWN_H

#include <stdbool.h>

#define SHOWN_MAX 8

/* As timeout(1) has them; a command's own status may be the same. */
enum {
	EXIT_TIME_OVER = 124,
	EXIT_NOT_STARTED = 125
};

struct command {
	const char *in, *out, *err;
	char **argv;
	int argc;
	bool untrusted; /* it goes into a sandbox, where there is to be one */
	const char *
		between; /* there: bytes of a packet that is sent after each of its calls, or NULL */
	const char *shown[SHOWN_MAX];
	int n_shown;
};

/*
 * Runs it in a sandbox, with our stdin, stdout and stderr, and passes signals on. Returns its exit
 * status; EXIT_NOT_STARTED, noted and reported.
 */
int spawn_sandbox(const struct command *command);

#endif
