/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Jobs that threads do, in the order in which they were added. */
#ifndef COURSE_POOL_H
#define COURSE_POOL_H

#include <stddef.h>

struct pool;

/* Never NULL. Where no thread can be had, pool_wait() does the jobs. */
struct pool *pool_start(size_t threads);

/* `group` is any address; it is only compared. `arg` stays the caller's. */
void pool_add(struct pool *pool, const void *group, void (*work)(void *arg), void *arg);

/* Returns when all jobs of the group are done. */
void pool_wait(struct pool *pool, const void *group);

/* Does all that is left, and frees the pool. */
void pool_end(struct pool *pool);

#endif
