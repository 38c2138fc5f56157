/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The half of load and attach that stays outside of the sandbox: see handed.h. */
#ifndef LAB_TEST_RECEIVE_H
#define LAB_TEST_RECEIVE_H

#include "common/test/handed.h"

/*
 * Runs labctl in a sandbox with a command that hands over (SANDBOXED_OBJECT in argv is the
 * object's place there), and calls take for each item that
 * is sound; the descriptor is closed afterwards. take returns 0 or
 * -errno, reported, which ends it. Returns an exit status.
 */
int receive(int argc, char *const argv[], const char *object,
	    int (*take)(const struct handed *item, int fd, void *context), void *context);

/* load and attach, as without a sandbox. `more`: options and their values. */
int receive_and_pin(const char *object, const char *dir, int argc, char *const more[]);
int receive_and_attach(const char *object, const char *dir, int count, char *const names[]);

#endif
