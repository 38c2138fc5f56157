/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From a topology to namespaces with links, addresses and pass programs. */
#ifndef TESTENV_BUILD_H
#define TESTENV_BUILD_H

#include "testenv/env.h"

/*
 * Makes the nodes' namespaces (env->ns) and everything in them, and returns
 * when packets pass. Returns 0 or -errno with env->step; the caller drops the
 * namespaces, and with them the kernel removes what is in them.
 */
int build_network(struct env *env);

#endif
