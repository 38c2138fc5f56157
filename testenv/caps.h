/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The one table of what lessons can need of a machine: `needs` in lesson.conf
 * holds names from it.
 */
#ifndef TESTENV_CAPS_H
#define TESTENV_CAPS_H

#include <stdbool.h>

struct capability {
	const char *name;
	const char *what;
	/* A probe, or for a tool the command whose success shows that it works. */
	int (*probe)(void);
	const char *const *tool;
	const char *cure;
};

/* Ended by a name that is NULL. */
extern const struct capability capabilities[];

/* Returns the entry of that name, or NULL. */
const struct capability *capability_find(const char *name);

/* Do testenv, the build or the checks need it, whatever a lesson's `needs` says? */
bool capability_basic(const struct capability *cap);

/* Tries it in a process of its own. 0 or -errno. */
int capability_probe(const struct capability *cap);

#endif
