// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What counts as a save, with inotify and without. Reaction times: watch.bats. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

#include "course/files.h"
#include "course/filewatch.h"
#include "course/tests/scratch.h"

static char top[] = "/tmp/course-watch-XXXXXX";
static char folder[64];
static struct strv names;
static struct filewatch fw;

static void write_file(const char *name, const char *text)
{
	AUTO_STR path = xasprintf("%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void move_file(const char *from, const char *to)
{
	AUTO_STR a = xasprintf("%s/%s", folder, from);
	AUTO_STR b = xasprintf("%s/%s", folder, to);

	assert_int_equal(rename(a, b), 0);
}

static void delete_file(const char *name)
{
	AUTO_STR path = xasprintf("%s/%s", folder, name);

	assert_int_equal(unlink(path), 0);
}

static int setup(void **state)
{
	(void)state;
	strcpy(top, "/tmp/course-watch-XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(folder, sizeof(folder), "%s/lesson", top);
	assert_int_equal(mkdir(folder, 0777), 0);
	strv_split(&names, "a.bpf.c a.c", " ");
	write_file("a.bpf.c", "1");
	filewatch_open(&fw, folder, &names);
	assert_true(fw.wd >= 0);
	return 0;
}

static int teardown(void **state)
{
	AUTO_STR command = xasprintf("rm -r %s", top);

	(void)state;
	filewatch_close(&fw);
	strv_free(&names);
	return system(command);
}

static void saves(void **state)
{
	(void)state;
	assert_false(filewatch_look(&fw));
	write_file("a.bpf.c", "2");
	assert_true(filewatch_look(&fw));
	assert_false(filewatch_look(&fw));
	/* the same content is a save too */
	write_file("a.bpf.c", "2");
	assert_true(filewatch_look(&fw));
	/* an editor's: a new file takes the place of the old one */
	write_file(".a.bpf.c.swp", "3");
	assert_false(filewatch_look(&fw));
	move_file("a.bpf.c", "a.bpf.c~");
	write_file("4913", "");
	delete_file("4913");
	move_file(".a.bpf.c.swp", "a.bpf.c");
	assert_true(filewatch_look(&fw));
	delete_file("a.bpf.c");
	assert_true(filewatch_look(&fw));
	write_file("a.bpf.c", "4");
	assert_true(filewatch_look(&fw));
	write_file("a.c", "the other one");
	assert_true(filewatch_look(&fw));
	write_file("notes", "no file of the lesson");
	assert_false(filewatch_look(&fw));
}

static void test_inotify(void **state)
{
	struct pollfd fd = { .fd = fw.inotify, .events = POLLIN };

	saves(state);
	/* and it is told, not only found when looking */
	write_file("a.bpf.c", "5");
	assert_int_equal(poll(&fd, 1, 1000), 1);
}

static void test_without_inotify(void **state)
{
	close_fd(&fw.inotify);
	fw.wd = -1;
	assert_true(filewatch_interval(&fw) <= 200);
	saves(state);
}

/* A file held open is written without being closed; a link's target is elsewhere. */
static void test_what_inotify_does_not_see(void **state)
{
	AUTO_STR path = xasprintf("%s/a.bpf.c", folder);
	AUTO_STR target = xasprintf("%s/elsewhere", top);
	AUTO_FD fd = open(path, O_WRONLY | O_APPEND);

	(void)state;
	assert_int_equal(write(fd, "more", 4), 4);
	assert_true(filewatch_look(&fw));
	assert_false(filewatch_look(&fw));
	move_file("a.bpf.c", "../elsewhere");
	assert_int_equal(symlink(target, path), 0);
	assert_true(filewatch_look(&fw));
	assert_int_equal(write(fd, "more", 4), 4);
	assert_true(filewatch_look(&fw));
}

static void test_folder_goes_and_comes(void **state)
{
	AUTO_STR aside = xasprintf("%s/aside", top);

	(void)state;
	assert_int_equal(rename(folder, aside), 0);
	assert_true(filewatch_look(&fw));
	assert_false(filewatch_look(&fw));
	assert_true(filewatch_interval(&fw) <= 200);
	assert_int_equal(mkdir(folder, 0777), 0);
	assert_false(filewatch_look(&fw));
	assert_true(fw.wd >= 0);
	write_file("a.bpf.c", "new");
	assert_true(filewatch_look(&fw));
	delete_file("a.bpf.c");
	assert_int_equal(rmdir(folder), 0);
	assert_true(filewatch_look(&fw));
	assert_int_equal(rename(aside, folder), 0);
	assert_true(filewatch_look(&fw));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_inotify, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_inotify, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_inotify_does_not_see, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folder_goes_and_comes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
