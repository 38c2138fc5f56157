// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Packets that the builder has made are taken apart into the same layers and values. */
/* cmocka.h needs these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/test/compare.h"
#include "common/test/dissect.h"

static struct packet packet;

/* "eth vlan udp", with the sizes of headers that the packet has not all of. */
static const char *layers_of(const char *words)
{
	static char text[256];
	struct part parts[PARTS_MAX];
	struct packet_error error;
	char copy[256], *argv[32];
	int argc = 0, count;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	assert_int_equal(packet_build(argc, argv, &packet, &error), 0);
	count = dissect(packet.data, packet.len, parts);
	*text = '\0';
	for (int i = 0; i < count; i++) {
		size_t n = strlen(text);

		n += snprintf(text + n, sizeof(text) - n, "%s%s", i ? " " : "",
			      parts[i].type->name);
		if (parts[i].there < parts[i].size)
			snprintf(text + n, sizeof(text) - n, ":%zu/%zu", parts[i].there,
				 parts[i].size);
	}
	return text;
}

static void test_layers(void **state)
{
	(void)state;
	assert_string_equal(layers_of("eth arp"), "eth arp");
	assert_string_equal(layers_of("eth vlan tpid=0x88a8 vlan ipv4 udp"),
			    "eth vlan vlan ipv4 udp");
	assert_string_equal(layers_of("eth ipv4 options=8 tcp options=4 payload=3"),
			    "eth ipv4 tcp payload");
	assert_string_equal(
		layers_of("eth ipv6 hopopts dstopts options=16 routing fragment ah icmpv6"),
		"eth ipv6 hopopts dstopts routing fragment ah icmpv6");
	assert_string_equal(layers_of("eth ipv4 ipv6 udp"), "eth ipv4 ipv6 udp");
}

static void test_what_cannot_be_known(void **state)
{
	(void)state;
	assert_string_equal(layers_of("eth ipv4 frag=185 proto=udp payload=8"), "eth ipv4 payload");
	assert_string_equal(layers_of("eth type=0x1234 payload=8"), "eth payload");
	assert_string_equal(layers_of("eth ipv4 udp cut=38"), "eth ipv4 udp:4/8");
	assert_string_equal(layers_of("eth ipv4 cut=15"), "eth ipv4:1/20");
	assert_string_equal(layers_of("eth cut=5"), "eth:5/14");
	assert_string_equal(layers_of("eth ipv4 ihl=2 proto=udp"), "eth ipv4");
	assert_int_equal(dissect(NULL, 0, (struct part[PARTS_MAX]){}), 0);
}

static void expect_text(int layer, const char *name, const char *expected)
{
	struct part parts[PARTS_MAX];
	const struct field *field;
	char text[64];

	dissect(packet.data, packet.len, parts);
	field = layer_field(parts[layer].type, name);
	assert_non_null(field);
	assert_true(part_has(&parts[layer], field));
	field_text(&parts[layer], field, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void test_values(void **state)
{
	(void)state;
	layers_of("eth vlan id=4094 pcp=5 ipv6 hop=3 tcp flags=SA dport=443 check=0xbeef");
	expect_text(0, "dst", "02:00:00:00:00:0a");
	expect_text(0, "type", "vlan");
	expect_text(1, "id", "4094");
	expect_text(1, "pcp", "5");
	expect_text(2, "src", "2001:db8::b");
	expect_text(2, "next", "tcp");
	expect_text(3, "dport", "443");
	expect_text(3, "flags", "SA");
	expect_text(3, "check", "0xbeef");
	layers_of("eth ipv4 proto=99 src=10.1.2.3");
	expect_text(1, "proto", "99");
	expect_text(1, "src", "10.1.2.3");
	layers_of("eth type=0x88a8 payload=4");
	expect_text(0, "type", "0x88a8");
}

static void test_distance(void **state)
{
	static const uint8_t a[] = { 1, 2, 3, 4 }, b[] = { 1, 9, 3 };
	const struct bytes x = { a, sizeof(a) }, y = { b, sizeof(b) };

	(void)state;
	assert_int_equal(compare_distance(&x, &x), 0);
	assert_int_equal(compare_distance(&x, &y), 2);
	assert_int_equal(compare_distance(&y, &x), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_what_cannot_be_known),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
