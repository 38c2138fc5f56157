/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Keeping the rule of veth and XDP while programs come and go; see pass.h. */
#ifndef TESTENV_SIDES_H
#define TESTENV_SIDES_H

#include "testenv/env.h"

/*
 * Sees that both ends of a link carry the pass program where they must: ends
 * that are not the user's, and ends opposite to a program of the user's. Takes
 * it off where it is not needed (any more). Other programs stay. The caller's
 * network namespace stays the same. 0 or -errno.
 */
int sides_settle(const struct env *env, int link);

#endif
