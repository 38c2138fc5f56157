// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* checksum.h in user space, against the definition in RFC 1071 and against known values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/types.h>
#include <cmocka.h>

#include "common/bpf/checksum.h"

/* As the RFC says it: 16-bit words in network byte order, the carry goes around. */
static unsigned int reference(const unsigned char *data, size_t size)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < size; i += 2) {
		sum += data[i] << 8 | data[i + 1];
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return ~sum & 0xffff;
}

static unsigned int full(const void *data, size_t size)
{
	return ntohs(checksum_finish(checksum_add(0, data, size)));
}

/* A message of 16-bit words that holds its own checksum in the first. */
enum {
	WORDS = 30
};

static void fill(__u16 *words)
{
	for (int i = 1; i < WORDS; i++) {
		/* 0 and 0xffff are where ones' complement is treacherous */
		int kind = rand() % 4;

		words[i] = kind == 0 ? 0 : kind == 1 ? 0xffff : rand();
	}
	words[0] = 0;
	words[0] = htons(reference((unsigned char *)words, WORDS * 2));
}

/* Equal but for the two ways to write zero, which receivers cannot tell apart. */
static void assert_same_checksum(__u16 a, __u16 b)
{
	assert_int_equal(a == 0xffff ? 0 : a, b == 0xffff ? 0 : b);
}

static void assert_valid(__u16 *words)
{
	__u16 updated = words[0];

	words[0] = 0;
	assert_same_checksum(updated, htons(reference((unsigned char *)words, WORDS * 2)));
	words[0] = updated;
}

static void test_known_header(void **state)
{
	/* the IPv4 header that RFC 1624's readers know from Wikipedia: 0xb861 */
	static const unsigned char header[20] = { 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40,
						  0x00, 0x40, 0x11, 0x00, 0x00, 0xc0, 0xa8,
						  0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7 };
	__u16 copy[10];

	(void)state;
	memcpy(copy, header, sizeof(copy));
	assert_int_equal(full(copy, sizeof(copy)), 0xb861);
}

/* RFC 1624, section 4: the example that the older equation gets wrong. */
static void test_rfc1624_example(void **state)
{
	__u16 check = htons(0xdd2f);

	(void)state;
	checksum_replace16(&check, htons(0x5555), htons(0x3285));
	assert_int_equal(ntohs(check), 0x0000);
}

static void test_fold(void **state)
{
	(void)state;
	assert_int_equal(checksum_fold(0), 0);
	assert_int_equal(checksum_fold(0xffff), 0xffff);
	assert_int_equal(checksum_fold(0x10000), 1);
	assert_int_equal(checksum_fold(0x1ffff), 1);
	assert_int_equal(checksum_fold(0xffffffff), 0xffff);
	assert_int_equal(checksum_fold(0xffffffffffffffff), 0xffff);
	assert_int_equal(checksum_fold(0x0001000100010001), 4);
	assert_int_equal(checksum_finish(0xfffe), 1);
}

static void test_full(void **state)
{
	__u16 words[WORDS];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		fill(words);
		assert_int_equal(full(words, sizeof(words)),
				 reference((unsigned char *)words, sizeof(words)));
	}
}

static void test_replace(void **state)
{
	__u16 words[WORDS];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		__u16 new[WORDS], old = 0;
		__u32 old32, new32;

		fill(words);
		fill(new);
		old = words[3];
		words[3] = new[3];
		checksum_replace16(&words[0], old, new[3]);
		assert_valid(words);

		memcpy(&old32, &words[4], 4);
		memcpy(&new32, &new[4], 4);
		memcpy(&words[4], &new32, 4);
		checksum_replace32(&words[0], old32, new32);
		assert_valid(words);

		checksum_replace(&words[0], &words[8], &new[8], 16);
		memcpy(&words[8], &new[8], 16);
		assert_valid(words);
	}
}

static void test_udp_zero(void **state)
{
	__u16 check = 0;

	(void)state;
	/* none stays none */
	checksum_replace16_udp(&check, 1, 2);
	checksum_replace32_udp(&check, 1, 2);
	assert_int_equal(check, 0);
	/* one that comes out as 0 does not become "none" */
	check = htons(0xdd2f);
	checksum_replace16_udp(&check, htons(0x5555), htons(0x3285));
	assert_int_equal(check, 0xffff);
	check = htons(0xdd2f);
	checksum_replace32_udp(&check, htonl(0x5555), htonl(0x3285));
	assert_int_equal(check, 0xffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_header), cmocka_unit_test(test_rfc1624_example),
		cmocka_unit_test(test_fold),	     cmocka_unit_test(test_full),
		cmocka_unit_test(test_replace),	     cmocka_unit_test(test_udp_zero),
	};

	srand(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
