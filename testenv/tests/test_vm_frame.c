// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Frames between host and guest: whole, in pieces, and garbage. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "testenv/vm/frame.h"

static void what_is_put_is_got(void **state)
{
	struct vm_buf buf = {};
	struct vm_frame frame;

	(void)state;
	assert_int_equal(vm_put(&buf, VM_STDOUT, 7, "hello", 5), 0);
	assert_int_equal(vm_put_number(&buf, VM_EXIT, 63, 0x1234), 0);
	assert_int_equal(vm_put(&buf, VM_WANT, 1, NULL, 0), 0);
	assert_int_equal(vm_get(&buf, &frame), 1);
	assert_int_equal(frame.type, VM_STDOUT);
	assert_int_equal(frame.channel, 7);
	assert_int_equal(frame.size, 5);
	assert_memory_equal(frame.data, "hello", 5);
	assert_int_equal(vm_number(&frame), 0);
	assert_int_equal(vm_get(&buf, &frame), 1);
	assert_int_equal(vm_number(&frame), 0x1234);
	assert_int_equal(vm_get(&buf, &frame), 1);
	assert_int_equal(frame.size, 0);
	assert_int_equal(vm_get(&buf, &frame), 0);
	vm_buf_free(&buf);
}

/* Byte by byte: no frame before its last byte has come. */
static void a_frame_comes_in_pieces(void **state)
{
	struct vm_buf whole = {}, pieces = {};
	struct vm_frame frame;
	size_t size;

	(void)state;
	vm_put(&whole, VM_STDERR, 2, "abc", 3);
	size = vm_buf_len(&whole);
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(vm_get(&pieces, &frame), 0);
		vm_buf_add(&pieces, whole.data + i, 1);
	}
	assert_int_equal(vm_get(&pieces, &frame), 1);
	assert_memory_equal(frame.data, "abc", 3);
	vm_buf_free(&whole);
	vm_buf_free(&pieces);
}

static void garbage_is_refused(void **state)
{
	struct vm_head large = { .size = VM_FRAME_MAX + 1, .type = VM_STDOUT };
	struct vm_head channel = { .type = VM_STDOUT, .channel = VM_CHANNELS };
	struct vm_buf buf = {};
	struct vm_frame frame;

	(void)state;
	vm_buf_add(&buf, &large, sizeof(large));
	assert_int_equal(vm_get(&buf, &frame), -EPROTO);
	vm_buf_free(&buf);
	vm_buf_add(&buf, &channel, sizeof(channel));
	assert_int_equal(vm_get(&buf, &frame), -EPROTO);
	vm_buf_free(&buf);
}

static void strings_end_with_zero(void **state)
{
	static const char text[] = "cwd=/tmp\0arg=a\0arg=\0arg=cut off";
	struct vm_frame frame = { .data = text, .size = sizeof(text) - 1 };
	const char *s;

	(void)state;
	assert_string_equal(vm_value(&frame, "cwd"), "/tmp");
	assert_string_equal(vm_value(&frame, "arg"), "a");
	assert_null(vm_value(&frame, "ar"));
	s = vm_string(&frame, NULL);
	s = vm_string(&frame, s);
	s = vm_string(&frame, s);
	assert_string_equal(s, "arg=");
	assert_null(vm_string(&frame, s));
	frame.size = 0;
	assert_null(vm_string(&frame, NULL));
}

/* Much goes through a buffer that never holds much. */
static void a_buffer_is_used_again(void **state)
{
	char block[1000];
	struct vm_buf buf = {};
	struct vm_frame frame;

	(void)state;
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 10000; i++) {
		vm_put(&buf, VM_STDOUT, 1, block, sizeof(block));
		assert_int_equal(vm_get(&buf, &frame), 1);
	}
	assert_true(buf.room < 64 * 1024);
	vm_buf_free(&buf);
}

static void the_tail_is_kept(void **state)
{
	struct vm_buf buf = {};

	(void)state;
	vm_buf_add(&buf, "0123456789", 10);
	vm_buf_trim(&buf, 4);
	assert_int_equal(vm_buf_len(&buf), 4);
	assert_memory_equal(buf.data + buf.start, "6789", 4);
	vm_buf_free(&buf);
}

static void a_full_pipe_is_no_error(void **state)
{
	static char block[1 << 20];
	struct vm_buf buf = {};
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	vm_buf_add(&buf, block, sizeof(block));
	assert_int_equal(vm_buf_write(&buf, ends[1]), 0);
	assert_in_range(vm_buf_len(&buf), 1, sizeof(block) - 1);
	close(ends[0]);
	close(ends[1]);
	vm_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_got),
		cmocka_unit_test(a_frame_comes_in_pieces),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(strings_end_with_zero),
		cmocka_unit_test(a_buffer_is_used_again),
		cmocka_unit_test(the_tail_is_kept),
		cmocka_unit_test(a_full_pipe_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
