// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A queue and the threads that empty it. Knows nothing of what the jobs do; a
 * job that is no longer wanted after Ctrl-C finds that out itself.
 */
#include <pthread.h>
#include <stdlib.h>

#include "course/pool.h"
#include "course/str.h"

struct job {
	const void *group;
	void (*work)(void *arg);
	void *arg;
	bool done;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a job was added or is done, or the end has come */
	struct job *jobs;
	size_t n;
	size_t next; /* the first that nobody has begun */
	bool ending;
	pthread_t *threads;
	size_t n_threads;
};

/* With the lock held, which is released meanwhile. False when no job waits. */
static bool do_next(struct pool *pool)
{
	size_t mine = pool->next;
	struct job job;

	if (mine == pool->n)
		return false;
	pool->next++;
	job = pool->jobs[mine]; /* the array may move */
	pthread_mutex_unlock(&pool->lock);
	job.work(job.arg);
	pthread_mutex_lock(&pool->lock);
	pool->jobs[mine].done = true;
	pthread_cond_broadcast(&pool->changed);
	return true;
}

static void *thread(void *arg)
{
	struct pool *pool = arg;

	pthread_mutex_lock(&pool->lock);
	while (do_next(pool) || !pool->ending)
		if (pool->next == pool->n && !pool->ending)
			pthread_cond_wait(&pool->changed, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

struct pool *pool_start(size_t threads)
{
	struct pool *pool = xrealloc(NULL, sizeof(*pool));

	*pool = (struct pool){
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
		.threads = xrealloc(NULL, (threads + 1) * sizeof(*pool->threads)),
	};
	while (pool->n_threads < threads &&
	       !pthread_create(&pool->threads[pool->n_threads], NULL, thread, pool))
		pool->n_threads++;
	return pool;
}

void pool_add(struct pool *pool, const void *group, void (*work)(void *arg), void *arg)
{
	pthread_mutex_lock(&pool->lock);
	pool->jobs = xrealloc(pool->jobs, (pool->n + 1) * sizeof(*pool->jobs));
	pool->jobs[pool->n++] = (struct job){ .group = group, .work = work, .arg = arg };
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

static bool is_done(const struct pool *pool, const void *group)
{
	for (size_t i = 0; i < pool->n; i++)
		if (pool->jobs[i].group == group && !pool->jobs[i].done)
			return false;
	return true;
}

void pool_wait(struct pool *pool, const void *group)
{
	pthread_mutex_lock(&pool->lock);
	while (!is_done(pool, group))
		if (pool->n_threads || !do_next(pool))
			pthread_cond_wait(&pool->changed, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

void pool_end(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->changed);
	while (!pool->n_threads && do_next(pool))
		;
	pthread_mutex_unlock(&pool->lock);
	while (pool->n_threads)
		pthread_join(pool->threads[--pool->n_threads], NULL);
	free(pool->threads);
	free(pool->jobs);
	free(pool);
}
