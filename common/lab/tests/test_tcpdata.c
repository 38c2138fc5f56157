// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * lab_tcp_data_count() over connections on lo of a network namespace of our own,
 * with so many packets of data as are written one by one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

struct ends {
	int client, server;
};

static int set_up(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(system("ip link set lo up"), 0);
	return 0;
}

static struct ends connect_ends(int family)
{
	struct sockaddr_storage at = { .ss_family = family };
	socklen_t size = sizeof(at);
	struct ends ends;
	int listener, on = 1;

	if (family == AF_INET6)
		((struct sockaddr_in6 *)&at)->sin6_addr = in6addr_loopback;
	else
		((struct sockaddr_in *)&at)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(family, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	ends.client = socket(family, SOCK_STREAM, 0);
	setsockopt(ends.client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	assert_int_equal(connect(ends.client, (struct sockaddr *)&at, size), 0);
	ends.server = accept(listener, NULL, NULL);
	assert_true(ends.server >= 0);
	close(listener);
	return ends;
}

/* One packet for each: the next is written when the last has been read. */
static void send_packets(const struct ends *ends, int count)
{
	char byte = 'x';

	for (int i = 0; i < count; i++) {
		assert_int_equal(write(ends->client, &byte, 1), 1);
		assert_int_equal(read(ends->server, &byte, 1), 1);
	}
}

static void counts(int family)
{
	int fd = lab_tcp_data_open("lo");
	struct ends ends;

	assert_true(fd >= 0);
	ends = connect_ends(family);
	assert_int_equal(lab_tcp_data_count(fd), 0); /* a handshake has no data */
	send_packets(&ends, 300);		     /* more than the queue has room for */
	assert_int_equal(lab_tcp_data_count(fd), 300);
	assert_int_equal(lab_tcp_data_count(fd), 0);
	shutdown(ends.client, SHUT_RDWR);
	close(ends.server);
	close(ends.client);
	assert_int_equal(lab_tcp_data_count(fd), 0); /* nor has its end */
	close(fd);
}

static void test_ipv4(void **state)
{
	(void)state;
	SKIP_UNLESS_ROOT();
	counts(AF_INET);
}

static void test_ipv6(void **state)
{
	(void)state;
	SKIP_UNLESS_ROOT();
	counts(AF_INET6);
}

static void test_other_protocol(void **state)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	char bytes[100] = "";
	int fd, udp;

	(void)state;
	SKIP_UNLESS_ROOT();
	fd = lab_tcp_data_open("lo");
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(sendto(udp, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to)),
			 sizeof(bytes));
	assert_int_equal(lab_tcp_data_count(fd), 0);
	close(udp);
	close(fd);
}

static void test_no_interface(void **state)
{
	(void)state;
	SKIP_UNLESS_ROOT();
	assert_int_equal(lab_tcp_data_open("eth9"), -ENODEV);
	assert_string_equal(lab_fail_line(), "no interface 'eth9' here");
}

static void test_no_count(void **state)
{
	(void)state;
	assert_int_equal(lab_tcp_data_count(-1), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4),	       cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_other_protocol), cmocka_unit_test(test_no_interface),
		cmocka_unit_test(test_no_count),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
