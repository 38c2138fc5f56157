// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which cgroup controller is where: machines with cgroup v1, both, and v2 only. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "testenv/sandbox/limits.h"

static const char hybrid[] =
	"31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
	"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	"35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:3 - cgroup cgroup rw,memory\n"
	"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
static const char unified[] =
	"29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cg rw,nsd\n";
static const char container[] =
	"80 70 0:32 /docker/a\\040b /sys/fs/cg\\134x rw - cgroup cgroup rw,memory\n";

static FILE *text(const char *content)
{
	FILE *f = fmemopen((void *)content, strlen(content), "r");

	assert_non_null(f);
	return f;
}

static int find(const char *content, const char *controller, char *path, char *root, bool *v2)
{
	FILE *f = text(content);
	int err = limits_find_mount(f, controller, path, root, v2);

	fclose(f);
	return err;
}

static void mounts(void **state)
{
	char path[PATH_MAX], root[PATH_MAX];
	bool v2;

	(void)state;
	assert_int_equal(find(hybrid, "memory", path, root, &v2), 0);
	assert_string_equal(path, "/sys/fs/cgroup/memory");
	assert_false(v2);
	assert_int_equal(find(hybrid, "cpu", path, root, &v2), 0);
	assert_string_equal(path, "/sys/fs/cgroup/cpu,cpuacct");
	assert_int_equal(find(hybrid, "pids", path, root, &v2), 0);
	assert_string_equal(path, "/sys/fs/cgroup/unified");
	assert_true(v2);
	assert_int_equal(find(unified, "memory", path, root, &v2), 0);
	assert_string_equal(path, "/sys/fs/cgroup");
	assert_true(v2);
	assert_int_equal(find(unified, "", path, root, &v2), 0);
	assert_string_equal(root, "/");
	assert_int_equal(find(container, "memory", path, root, &v2), 0);
	assert_string_equal(path, "/sys/fs/cg\\x");
	assert_string_equal(root, "/docker/a b");
	assert_int_equal(find(container, "pids", path, root, &v2), -ENOENT);
}

static void damaged(void **state)
{
	static const char *const lines[] = {
		"\n",
		" - cgroup2",
		" - cgroup2\n",
		"1 2 3 - cgroup2 x rw",
		"- - - - - - - - -\n - cgroup cgroup rw,memory\n",
		"31 23 0:28 / /x\\",
		"31 23 0:28 \\04 /x\\777\\0 rw - cgroup cgroup rw,memory",
	};
	char path[PATH_MAX], root[PATH_MAX];
	bool v2;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		find(lines[i], "memory", path, root, &v2);
	assert_int_equal(find(lines[2], "", path, root, &v2), -ENOENT);
}

static void own(void **state)
{
	static const char list[] =
		"9:name=systemd:/\n8:pids:/a:b\n4:memory,cpu:/process_api/2f\n0::/u\n";
	char path[PATH_MAX];
	FILE *f = text(list);

	(void)state;
	assert_int_equal(limits_find_own(f, "memory", path), 0);
	assert_string_equal(path, "/process_api/2f");
	rewind(f);
	assert_int_equal(limits_find_own(f, "pids", path), 0);
	assert_string_equal(path, "/a:b");
	rewind(f);
	assert_int_equal(limits_find_own(f, "mem", path), -ENOENT);
	rewind(f);
	assert_int_equal(limits_find_own(f, "", path), 0);
	assert_string_equal(path, "/u");
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mounts),
		cmocka_unit_test(damaged),
		cmocka_unit_test(own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
