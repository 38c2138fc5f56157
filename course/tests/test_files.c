// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Files are replaced with the mode that they must have. */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "course/archive.h"
#include "course/files.h"
#include "course/tests/scratch.h"

static int changes;

/* libc's, counted: the mask is the whole process's, and course grade -j has threads. */
mode_t umask(mode_t mask)
{
	changes++;
	return syscall(SYS_umask, mask);
}

static void has_mode(const char *path, unsigned int mode)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, mode);
}

static void test_mode(void **state)
{
	const char *path = scratch("old");
	AUTO_STR archive = xasprintf("%s.tar.gz", path);
	AUTO_STRV names = { 0 };
	AUTO_STRV files = { 0 };
	AUTO_SB why = { 0 };

	(void)state;
	umask(0027);
	changes = 0;
	assert_int_equal(file_replace(path, "new", 3), 0);
	has_mode(path, 0640);
	strv_add(&names, "new");
	strv_add(&files, path);
	assert_int_equal(archive_files(archive, &names, &files, &why), 0);
	has_mode(archive, 0640);
	assert_int_equal(changes, 0);
	unlink(path);
	unlink(archive);
}

/* A name without a folder. */
static void test_replace_here(void **state)
{
	AUTO_STR text = NULL;

	(void)state;
	assert_int_equal(chdir("/tmp"), 0);
	assert_int_equal(file_replace("course-unit-here", "new", 3), 0);
	assert_int_equal(file_read("course-unit-here", &text, NULL), 0);
	assert_string_equal(text, "new");
	unlink("course-unit-here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mode),
		cmocka_unit_test(test_replace_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
