// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A job's deadline, and that the time in which we were stopped does not count. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "course/clock.h"
#include "course/job.h"
#include "course/tests/scratch.h"

/* A job that waits for ever, and was looked at and had to end so many milliseconds ago. */
static struct job job_since(long looked_ago, long due_ago)
{
	struct job job = { .pid = fork() };

	if (!job.pid)
		for (;;)
			pause();
	assert_true(job.pid > 0);
	job.pidfd = syscall(SYS_pidfd_open, job.pid, 0);
	job.looked_at = clock_ms() - looked_ago;
	job.end_at = clock_ms() - due_ago;
	return job;
}

static void test_late(void **state)
{
	struct job job = job_since(0, 1);

	(void)state;
	job_tend(&job);
	assert_true(job.timed_out && job.ending);
	assert_int_equal(job_reap(&job), 128 + SIGTERM);
	assert_false(job_running(&job));
}

static void test_stopped(void **state)
{
	struct job job = job_since(60000, 30000);

	(void)state;
	job_tend(&job);
	assert_false(job.ending);
	/* 30 s were left; up to a second of the minute may pass for time in which we looked. */
	assert_in_range(job.end_at - clock_ms(), 20000, 30000);
	/* Once only. */
	job_tend(&job);
	assert_in_range(job.end_at - clock_ms(), 20000, 30000);
	assert_in_range(job_wait_ms(&job), 1, 1000);
	job_end(&job);
	assert_int_equal(job_reap(&job), 128 + SIGTERM);
	assert_int_equal(job_wait_ms(&job), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
