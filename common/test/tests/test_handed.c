// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What comes out of a sandbox: only what is well formed is taken, and no descriptor is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/test/handed.h"

static int ends[2];

static int begin(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
}

static int end(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static struct handed item(enum handed_kind kind, const char *name, const char *section)
{
	struct handed item = { .kind = kind };

	/* Too long: no 0 byte at the end. */
	memcpy(item.name, name, strnlen(name, sizeof(item.name)));
	memcpy(item.section, section, strnlen(section, sizeof(item.section)));
	return item;
}

static bool sound(enum handed_kind kind, const char *name, const char *section)
{
	struct handed it = item(kind, name, section);

	return handed_is_sound(&it);
}

static void test_text(void **state)
{
	char all[sizeof(((struct handed *)0)->name) + 1];

	(void)state;
	memset(all, 'a', sizeof(all) - 1);
	all[sizeof(all) - 1] = '\0';
	assert_true(sound(HANDED_MAP, "ports", ""));
	assert_true(sound(HANDED_MAP, ".rodata", ""));
	assert_true(sound(HANDED_PROGRAM, "parse_2", ""));
	assert_true(sound(HANDED_SECTION, "f", "tp/syscalls/sys_enter_write"));
	assert_true(sound(HANDED_SECTION, "f", "kprobe/vfs_read+0x10"));
	assert_true(sound(HANDED_END, "", ""));
	assert_false(sound(HANDED_MAP, "", ""));
	assert_false(sound(HANDED_MAP, ".", ""));
	assert_false(sound(HANDED_MAP, "..", ""));
	assert_false(sound(HANDED_MAP, "../x", ""));
	assert_false(sound(HANDED_MAP, "a/b", ""));
	assert_false(sound(HANDED_PROGRAM, "a.b", ""));
	assert_false(sound(HANDED_PROGRAM, "a b", ""));
	assert_false(sound(HANDED_PROGRAM, "a\nok 1", ""));
	assert_false(sound(HANDED_PROGRAM, all, ""));
	assert_false(sound(HANDED_SECTION, "f", "tp/a b/c"));
	assert_false(sound(HANDED_SECTION, "f", "tp/\033[31m"));
	assert_false(sound(HANDED_SECTION, "f", all));
	assert_false(sound(99, "f", ""));
}

static void test_passes(void **state)
{
	struct handed sent = item(HANDED_PROGRAM, "parse", ""), got;
	int null = open("/dev/null", O_RDONLY), fd;
	struct bpf_prog_info prog;
	struct bpf_map_info map;

	(void)state;
	assert_int_equal(handed_send(ends[0], &sent, null), 0);
	assert_int_equal(handed_receive(ends[1], &got, &fd), 0);
	assert_string_equal(got.name, "parse");
	assert_true(fd >= 0);
	/* A file is neither a program nor a map. */
	assert_int_equal(handed_check_program(&got, fd, &prog), -EPROTO);
	assert_int_equal(handed_check_map(&got, fd, &map), -EPROTO);
	assert_int_equal(handed_check_map(&got, -1, &map), -EPROTO);
	close(fd);
	close(null);
	shutdown(ends[0], SHUT_WR);
	assert_int_equal(handed_receive(ends[1], &got, &fd), -ENODATA);
	assert_int_equal(fd, -1);
}

static void test_refuses(void **state)
{
	struct handed bad = item(HANDED_PROGRAM, "a b", ""), got;
	int null = open("/dev/null", O_RDONLY), fd, next;

	(void)state;
	assert_int_equal(handed_send(ends[0], &bad, null), 0);
	assert_int_equal(handed_receive(ends[1], &got, &fd), -EPROTO);
	assert_int_equal(fd, -1);
	/* Too short, too long. */
	assert_int_equal(send(ends[0], &bad, sizeof(bad) - 1, 0), sizeof(bad) - 1);
	assert_int_equal(handed_receive(ends[1], &got, &fd), -EPROTO);
	assert_int_equal(send(ends[0], (char[sizeof(bad) + 9]){ 0 }, sizeof(bad) + 9, 0),
			 sizeof(bad) + 9);
	assert_int_equal(handed_receive(ends[1], &got, &fd), -EPROTO);
	/* The descriptor that came with the first has been closed again. */
	next = open("/dev/null", O_RDONLY);
	assert_int_equal(next, null + 1);
	close(next);
	close(null);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_text, begin, end),
		cmocka_unit_test_setup_teardown(test_passes, begin, end),
		cmocka_unit_test_setup_teardown(test_refuses, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
