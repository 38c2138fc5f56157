// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* lab_cgroup_open(): what it opens, and what it says when it does not. */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

/* Where cgroup2 is mounted; false: nowhere, or not for us to write. */
static bool mounted(char path[PATH_MAX])
{
	FILE *f = popen("awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo", "r");
	bool found = fgets(path, PATH_MAX, f);

	pclose(f);
	path[strcspn(path, "\n")] = 0;
	return found && !access(path, W_OK);
}

static void test_nowhere(void **state)
{
	(void)state;
	unsetenv("TESTENV_CGROUP");
	assert_int_equal(lab_cgroup_open(NULL), -ENOENT);
	assert_string_equal(lab_fail_line(), "there is no cgroup to attach to: run it inside an "
					     "environment: testenv run -- COMMAND");
	/* What testenv sets on a machine without a writable cgroup2. */
	setenv("TESTENV_CGROUP", "", 1);
	assert_int_equal(lab_cgroup_open(NULL), -ENOENT);
	assert_int_equal(lab_cgroup_open("/nowhere"), -ENOENT);
	assert_string_equal(lab_fail_line(),
			    "cannot open the cgroup /nowhere: No such file or directory");
}

static void test_not_cgroup2(void **state)
{
	(void)state;
	assert_int_equal(lab_cgroup_open("/proc"), -EINVAL);
	assert_string_equal(lab_fail_line(), "/proc is not a directory of cgroup2");
}

static void test_own_and_root(void **state)
{
	char root[PATH_MAX], own[PATH_MAX + 32];
	int fd;

	(void)state;
	SKIP_UNLESS_ROOT();
	if (!mounted(root))
		skip();
	snprintf(own, sizeof(own), "%s/test_cgroup.%d", root, getpid());
	assert_int_equal(mkdir(own, 0755), 0);
	setenv("TESTENV_CGROUP", own, 1);
	fd = lab_cgroup_open(NULL);
	rmdir(own);
	assert_true(fd >= 0);
	close(fd);
	/* A container may see a part of the tree as its root; that one is no danger. */
	fd = lab_cgroup_open(root);
	if (fd >= 0) {
		close(fd);
		return;
	}
	assert_int_equal(fd, -EINVAL);
	assert_non_null(strstr(lab_fail_line(), "is the root cgroup"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_not_cgroup2),
		cmocka_unit_test(test_own_and_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
