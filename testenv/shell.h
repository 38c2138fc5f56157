/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The user's shell inside a node. */
#ifndef TESTENV_SHELL_H
#define TESTENV_SHELL_H

#include "testenv/env.h"

/*
 * Becomes $SHELL, with a prompt that names the environment and the node. The
 * caller is in the node, with its variables. Returns an exit code only when it
 * cannot.
 */
int shell_exec(const struct env *env);

#endif
