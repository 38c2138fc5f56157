// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Text into files: what is there is written to, what is not is made only where that is asked for. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "testenv/write.h"

static char folder[64];

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/testenv-unit-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char path[80];

	(void)state;
	snprintf(path, sizeof(path), "%s/file", folder);
	unlink(path);
	return rmdir(folder);
}

static void expect_file(int dir, const char *expected)
{
	char text[64] = "";
	int fd = openat(dir, "file", O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	assert_string_equal(text, expected);
}

static void a_file_is_made_once_and_written_to(void **state)
{
	int dir = open(folder, O_PATH | O_DIRECTORY);

	(void)state;
	assert_int_equal(write_text(folder, "file", "x"), -ENOENT);
	assert_int_equal(write_text_at(dir, "file", 0, "x"), -ENOENT);
	assert_int_equal(write_text_at(dir, "file", O_CREAT | O_EXCL, "hello"), 0);
	expect_file(dir, "hello");
	assert_int_equal(write_text_at(dir, "file", O_CREAT | O_EXCL, "x"), -EEXIST);
	assert_int_equal(write_text(folder, "file", "J"), 0);
	expect_file(dir, "Jello");
	close(dir);
}

static void what_cannot_be_written_is_said(void **state)
{
	char *path = malloc(10000);

	(void)state;
	assert_int_equal(write_text("/dev", "full", "x"), -ENOSPC);
	memset(path, 'x', 9999);
	path[9999] = '\0';
	assert_int_equal(write_text(path, "file", "x"), -ENAMETOOLONG);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_made_once_and_written_to, setup,
						teardown),
		cmocka_unit_test(what_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
