/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Going into a node, for the commands that do so. */
#ifndef TESTENV_ENTER_H
#define TESTENV_ENTER_H

#include "testenv/env.h"

/*
 * Loads the environment and moves the caller into the node, see env_enter().
 * Returns 0, or an exit code after saying why not.
 */
int node_enter(struct env *env, const char *name, const char *node);

#endif
