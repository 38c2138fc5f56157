// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Jobs are all done, in order where one thread does them, and groups are waited for. */
#include <stdatomic.h>

#include "course/pool.h"
#include "course/tests/scratch.h"

enum {
	JOBS = 200
};

static atomic_int done[2];
static atomic_int order;

static void count(void *arg)
{
	atomic_fetch_add((atomic_int *)arg, 1);
}

static void note_order(void *arg)
{
	*(int *)arg = atomic_fetch_add(&order, 1);
}

static void many(size_t threads)
{
	struct pool *pool = pool_start(threads);

	atomic_store(&done[0], 0);
	atomic_store(&done[1], 0);
	for (int i = 0; i < JOBS; i++) {
		pool_add(pool, &done[0], count, &done[0]);
		pool_add(pool, &done[1], count, &done[1]);
	}
	pool_wait(pool, &done[0]);
	assert_int_equal(atomic_load(&done[0]), JOBS);
	pool_wait(pool, "a group without jobs");
	pool_end(pool);
	assert_int_equal(atomic_load(&done[1]), JOBS);
}

static void test_all_done(void **state)
{
	(void)state;
	many(0);
	many(1);
	many(8);
}

static void test_order(void **state)
{
	struct pool *pool = pool_start(1);
	int place[JOBS];

	(void)state;
	atomic_store(&order, 0);
	for (int i = 0; i < JOBS; i++)
		pool_add(pool, place, note_order, &place[i]);
	pool_end(pool);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(place[i], i);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_all_done),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
