// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Arguments of the options that loaders share. */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

static int parse(pid_t number, pid_t *pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	return lab_pid_parse(text, pid);
}

static void test_pid(void **state)
{
	pid_t pid = 0;

	(void)state;
	assert_int_equal(parse(getpid(), &pid), 0);
	assert_int_equal(pid, getpid());
}

static void test_no_pid(void **state)
{
	static const char *const texts[] = { "",  "x",	"12x",	      "1.5",
					     "0", "-1", "4294967297", "99999999999999999999" };
	pid_t pid = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(lab_pid_parse(texts[i], &pid), -EINVAL);
	assert_int_equal(pid, 42);
}

/* The kernel never gives out the largest number. */
static void test_no_process(void **state)
{
	pid_t pid = 42;

	(void)state;
	assert_int_equal(lab_pid_parse("2147483647", &pid), -ESRCH);
	assert_int_equal(pid, 42);
}

static void *parse_own_thread(void *err)
{
	pid_t pid;

	*(int *)err = parse(gettid(), &pid);
	return NULL;
}

static void test_thread(void **state)
{
	pthread_t thread;
	int err = 0;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, parse_own_thread, &err), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(err, -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pid),
		cmocka_unit_test(test_no_pid),
		cmocka_unit_test(test_no_process),
		cmocka_unit_test(test_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
