// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The register of slots, in a folder of its own. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "testenv/slot.h"

static char dir[64];

static int setup(void **state)
{
	char base[] = "/tmp/test_slot.XXXXXX";

	(void)state;
	if (!mkdtemp(base))
		return -1;
	snprintf(dir, sizeof(dir), "%s/slots", base);
	return 0;
}

/* The last slot took the folder with it: else this fails. */
static int teardown(void **state)
{
	(void)state;
	*strrchr(dir, '/') = '\0';
	return rmdir(dir);
}

static void take(const char *name, int parent, struct slot *slot, int *fd)
{
	assert_int_equal(slot_take(dir, name, parent, slot, fd), 0);
	assert_true(*fd >= 0);
}

static void lowest_number_first(void **state)
{
	struct slot a, b, c;
	int fd[3];

	(void)state;
	take("a", 0, &a, &fd[0]);
	take("b", 0, &b, &fd[1]);
	assert_int_equal(a.nr, 1);
	assert_int_equal(b.nr, 2);
	slot_free(dir, &a);
	take("c", 0, &c, &fd[2]);
	assert_int_equal(c.nr, 1);
	slot_free(dir, &b);
	slot_free(dir, &c);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
}

static void a_name_is_taken_once(void **state)
{
	struct slot a, inside, again, found;
	int fd, fd_inside, fd_again;

	(void)state;
	take("a", 0, &a, &fd);
	assert_int_equal(slot_take(dir, "a", 0, &again, &fd_again), -EEXIST);
	assert_int_equal(fd_again, -1);
	/* Inside a run the same name is another environment. */
	take("a", 7, &inside, &fd_inside);
	assert_int_equal(slot_find(dir, "a", 0, &found), 0);
	assert_int_equal(found.nr, a.nr);
	assert_int_equal(slot_find(dir, "a", 7, &found), 0);
	assert_int_equal(found.nr, inside.nr);
	assert_int_equal(slot_find(dir, "b", 0, &found), -ENOENT);
	slot_free(dir, &a);
	slot_free(dir, &inside);
	close(fd);
	close(fd_inside);
}

static void runs_share_their_name(void **state)
{
	struct slot one, two;
	int fd1, fd2;

	(void)state;
	take(TESTENV_SELF, 0, &one, &fd1);
	take(TESTENV_SELF, 0, &two, &fd2);
	assert_int_not_equal(one.nr, two.nr);
	assert_int_equal(slot_pid(dir, &one), getpid());
	slot_free(dir, &one);
	slot_free(dir, &two);
	close(fd1);
	close(fd2);
}

static void what_was_made_inside_goes_too(void **state)
{
	struct slot outer, inner, innermost, *all;
	int fd[3];

	(void)state;
	take(TESTENV_SELF, 0, &outer, &fd[0]);
	take(TESTENV_SELF, outer.nr, &inner, &fd[1]);
	take("x", inner.nr, &innermost, &fd[2]);
	slot_free(dir, &outer);
	assert_int_equal(slot_list(dir, &all), 0);
	free(all);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
}

static void who_holds_it_is_alive(void **state)
{
	struct slot a;
	int fd, other;

	(void)state;
	take("a", 0, &a, &fd);
	assert_int_equal(slot_hold(dir, &a, false, &other), -EWOULDBLOCK);
	close(fd);
	assert_int_equal(slot_hold(dir, &a, false, &other), 0);
	slot_free(dir, &a);
	close(other);
	assert_int_equal(slot_hold(dir, &a, false, &other), -ENOENT);
}

static void other_files_are_not_slots(void **state)
{
	static const char *const names[] = { "x",     "1.0.",	  "01.0.a", "1.0.a.b",
					     "0.0.a", "9999.0.a", "1.0.9" };
	struct slot a, *all;
	char path[128];
	int fd;

	(void)state;
	take("a", 0, &a, &fd);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	assert_int_equal(slot_list(dir, &all), 1);
	free(all);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	slot_free(dir, &a);
	close(fd);
}

#define PROCESSES 8
#define ROUNDS	  50

/* Exits 0 if each of its slots could be taken and given back. */
static void take_and_free(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct slot slot;
		int fd;

		if (slot_take(dir, TESTENV_SELF, 0, &slot, &fd))
			_exit(1);
		/* Were it given to another as well, that one would hold it. */
		if (slot.nr > PROCESSES)
			_exit(2);
		slot_free(dir, &slot);
		close(fd);
	}
	_exit(0);
}

static void many_at_once(void **state)
{
	int status;

	(void)state;
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			take_and_free();
	for (int i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lowest_number_first, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_is_taken_once, setup, teardown),
		cmocka_unit_test_setup_teardown(runs_share_their_name, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_made_inside_goes_too, setup, teardown),
		cmocka_unit_test_setup_teardown(who_holds_it_is_alive, setup, teardown),
		cmocka_unit_test_setup_teardown(other_files_are_not_slots, setup, teardown),
		cmocka_unit_test_setup_teardown(many_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
