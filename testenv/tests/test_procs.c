// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "testenv/procs.h"

static void pair(int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
}

static void the_status_of_a_supervisor_that_has_ended(void **state)
{
	int ends[2], sent = 7, status = 0;

	(void)state;
	pair(ends);
	send(ends[1], &sent, sizeof(sent), 0);
	close(ends[1]);
	assert_int_equal(procs_read_status(ends[0], &status), 0);
	assert_int_equal(status, 7);
	close(ends[0]);
}

/* A signal came when it was about to end: it has not read it. */
static void the_status_of_one_that_left_a_signal_unread(void **state)
{
	int ends[2], sent = 7, signal = 15, status = 0;

	(void)state;
	pair(ends);
	send(ends[0], &signal, sizeof(signal), 0);
	send(ends[1], &sent, sizeof(sent), 0);
	close(ends[1]);
	assert_int_equal(procs_read_status(ends[0], &status), 0);
	assert_int_equal(status, 7);
	close(ends[0]);
}

static void no_status_of_one_that_was_killed(void **state)
{
	int ends[2], signal = 15, status = 0;

	(void)state;
	pair(ends);
	send(ends[0], &signal, sizeof(signal), 0);
	close(ends[1]);
	assert_int_equal(procs_read_status(ends[0], &status), -1);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_of_a_supervisor_that_has_ended),
		cmocka_unit_test(the_status_of_one_that_left_a_signal_unread),
		cmocka_unit_test(no_status_of_one_that_was_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
