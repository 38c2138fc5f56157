// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Rules as text and as files of all formats: what is read, and what is said of what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/acl/acl.h"
#include "common/acl/words.h"
#include "common/lab/internal.h"

static void rules_are_written_as_they_are_read(void **state)
{
	static const char *const rules[] = {
		"permit any from any to any",
		"deny ip4 any from any to any",
		"deny ip6 tcp from any to any port 80",
		"deny icmp from any to any",
		"deny icmp6 from any to any type 128",
		"deny icmp from any to 192.0.2.0/31 type 0",
		"deny 47 from 192.0.2.1 to any",
		"deny 1 from any to any",
		"deny any from any port 5 to any port 1-65535",
		"permit tcp from 10.0.0.0/8 port 1024-65535 to 192.0.2.1 port 80 flags S/SA",
		"permit tcp from any to any flags 0/FSRPAUEC",
		"permit tcp from 2001:db8::/33 to ::/1",
		"permit udp from 2001:db8::1 to any port 0",
	};
	char copy[ACL_TEXT_MAX], text[ACL_TEXT_MAX];
	struct acl_rule rule;

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		snprintf(copy, sizeof(copy), "%s", rules[i]);
		assert_int_equal(acl_rule_parse(copy, "", &rule), 0);
		assert_string_equal(acl_rule_text(&rule, text), rules[i]);
	}
}

static void rules_in_detail(void **state)
{
	char text[] = "deny  tcp from 192.0.2.77/24\tport 5-6 to any port 0-65535 flags SF/SFA";
	struct acl_rule rule;

	(void)state;
	assert_int_equal(acl_rule_parse(text, "", &rule), 0);
	assert_int_equal(rule.action, ACL_DENY);
	assert_int_equal(rule.family, 4);
	assert_int_equal(rule.proto, IPPROTO_TCP);
	assert_int_equal(ntohl(rule.src.address[0]), 0xc0000200);
	assert_int_equal(rule.src.length, 24);
	assert_int_equal(rule.sport.lo, 5);
	assert_int_equal(rule.sport.hi, 6);
	/* All ports are no condition. */
	assert_int_equal(rule.dport.hi, ACL_NO_PORT);
	assert_int_equal(rule.flags_mask, ACL_NO_FLAGS | 0x13);
	assert_int_equal(rule.flags_value, 0x03);
}

static void bad_rules_say_why(void **state)
{
	static const struct {
		const char *text, *reason;
	} bad[] = {
		{ "drop any from any to any",
		  "f:3: a rule begins with permit or deny, and not with 'drop'" },
		{ "deny", "f:3: '' is not a protocol: any, tcp, udp, icmp, icmp6, or a number (0 "
			  "to 255)" },
		{ "deny tcp any", "f:3: 'any' stands where 'from' is expected" },
		{ "deny tcp from any", "f:3: it ends where 'to' is expected" },
		{ "deny 256 from any to any",
		  "f:3: '256' is not a protocol: any, tcp, udp, icmp, icmp6, or a number (0 to "
		  "255)" },
		{ "deny tcp from 192.0.2 to any",
		  "f:3: '192.0.2' is not an address, and not 'any'" },
		{ "deny tcp from 192.0.2.0/33 to any",
		  "f:3: '33' is not a prefix length (0 to 32)" },
		{ "deny tcp from ::/129 to any", "f:3: '129' is not a prefix length (0 to 128)" },
		{ "deny tcp from ::/ to any", "f:3: '' is not a prefix length (0 to 128)" },
		{ "deny tcp from ::1 to 1.2.3.4",
		  "f:3: '1.2.3.4' is an IPv4 address, and the rule is about IPv6" },
		{ "deny icmp from ::1 to any",
		  "f:3: '::1' is an IPv6 address, and the rule is about IPv4" },
		{ "deny ip6 icmp from any to any", "f:3: icmp is not IPv6's" },
		{ "deny tcp from any port 65536 to any",
		  "f:3: '65536' is not a port (0 to 65535)" },
		{ "deny tcp from any port -1 to any", "f:3: '' is not a port (0 to 65535)" },
		{ "deny tcp from any port 9-8 to any",
		  "f:3: ports 9 to 8: the first is greater than the last" },
		{ "deny icmp from any to any port 5", "f:3: only TCP and UDP have ports" },
		{ "deny udp from any to any type 5", "f:3: only ICMP has a type" },
		{ "deny icmp from any to any type 256",
		  "f:3: '256' is not an ICMP type (0 to 255)" },
		{ "deny udp from any to any flags S", "f:3: only TCP has flags" },
		{ "deny tcp from any to any flags X",
		  "f:3: 'X' are not TCP flags; S/SA is: of SYN and ACK, only SYN is set (letters "
		  "FSRPAUEC)" },
		{ "deny tcp from any to any flags F/SA",
		  "f:3: 'F/SA' are not TCP flags; S/SA is: of SYN and ACK, only SYN is set "
		  "(letters FSRPAUEC)" },
		{ "deny tcp from any to any please", "f:3: 'please' has no meaning here" },
	};
	struct acl_rule rule;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "%s", bad[i].text);
		assert_int_equal(acl_rule_parse(text, "f:3: ", &rule), -EINVAL);
		assert_string_equal(lab_fail_line(), bad[i].reason);
	}
}

/* ---- files ------------------------------------------------------------------------- */

static struct acl_rules rules;

/* Reads a file with this text; 0, or -EINVAL and the reason behind its name is `reason`. */
static void reads(const char *text, struct acl_source source, const char *reason)
{
	char name[] = "/tmp/test_read.XXXXXX", expected[512];
	int fd = mkstemp(name), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	source.path = name;
	err = acl_rules_read(&rules, &source);
	unlink(name);
	assert_int_equal(err, reason ? -EINVAL : 0);
	if (!reason)
		return;
	snprintf(expected, sizeof(expected), "%s%s", name, reason);
	assert_string_equal(lab_fail_line(), expected);
}

static void is(size_t index, unsigned int line, const char *text)
{
	char buffer[ACL_TEXT_MAX];

	assert_true(index < rules.count);
	assert_string_equal(acl_rule_text(&rules.rule[index], buffer), text);
	assert_int_equal(rules.rule[index].line, line);
}

static void plain_files(void **state)
{
	const struct acl_source source = { 0 }, two = { .rules_max = 2 };

	(void)state;
	reads("# rules\n\n permit tcp from any to any port 80 # web\ndefault deny\r\n"
	      "deny any from any to any",
	      source, NULL);
	assert_int_equal(rules.count, 2);
	assert_int_equal(rules.default_action, ACL_DENY);
	is(0, 3, "permit tcp from any to any port 80");
	is(1, 5, "deny any from any to any");
	/* What was there stays after an error. */
	reads("permit any from any to any\ndefault maybe\n", source,
	      ":2: the default is permit or deny, and not 'maybe'");
	assert_int_equal(rules.count, 2);
	reads("deny any from any to any\n\n\ndeny any from any two any\n", source,
	      ":4: 'two' stands where 'to' is expected");
	reads("permit any from any to any\n# x\npermit any from any to any\n"
	      "permit any from any to any\n",
	      two, ":4: this is rule 3, and a list has at most 2 rules");
	reads("", source, NULL);
	assert_int_equal(rules.count, 0);
	assert_int_equal(rules.default_action, ACL_PERMIT);
}

static void classbench_files(void **state)
{
	const struct acl_source source = { 0 };

	(void)state;
	reads("@192.151.11.17/32\t15.0.120.4/32\t10 : 655\t1221 : 1221\t0x06/0xff\t0x0000/0x0200\t\n"
	      "@10.0.0.0/8 0.0.0.0/0 0 : 65535 0 : 65535 0x00/0x00\n"
	      "@2001:db8::/32 ::/0 0 : 65535 53 : 53 0x11/0xFF 0x0000/0x0000\n",
	      source, NULL);
	assert_int_equal(rules.count, 3);
	assert_int_equal(rules.default_action, ACL_DENY);
	is(0, 1, "permit tcp from 192.151.11.17 port 10-655 to 15.0.120.4 port 1221");
	is(1, 2, "permit any from 10.0.0.0/8 to any");
	is(2, 3, "permit udp from 2001:db8::/32 to any port 53");
	reads("@10.0.0.0/8 0.0.0.0/0 0 : 65535 0 : 65535\n", source,
	      ":1: a filter has two prefixes, two ranges LO : HI and a protocol; here are 8 words "
	      "instead of 9");
	reads("@10.0.0.0/8 0.0.0.0/0 0 : 65535 0 - 65535 0x06/0xff\n", source,
	      ":1: '-' stands where ':' is expected");
	reads("@10.0.0.0/8 0.0.0.0/0 0 : 65535 0 : 65536 0x06/0xff\n", source,
	      ":1: '65536' is not a port (0 to 65535)");
	reads("@10.0.0.0/8 0.0.0.0/0 0 : 1 0 : 5 0x06/0x0f\n", source,
	      ":1: the mask of a protocol is 0xFF or 0x00, and not 0x0F");
	reads("@10.0.0.0/8 ::/0 0 : 1 0 : 5 0x06/0xff\n", source,
	      ":1: '::/0' is an IPv6 address, and the rule is about IPv4");
	reads("@10.0.0.0/8 0.0.0.0/0 0 : 1 0 : 5 0x06/0xff\n10.0.0.0/8\n", source,
	      ":2: a filter begins with '@'");
}

static void iptables_files(void **state)
{
	const struct acl_source source = { 0 }, forward = { .chain = "FORWARD" };
	const struct acl_source six = { .format = ACL_FORMAT_IP6TABLES };

	(void)state;
	reads("# Generated by iptables-save v1.8.9\n*raw\n:PREROUTING ACCEPT [0:0]\n"
	      "-A PREROUTING -j CT --notrack\nCOMMIT\n*filter\n:INPUT DROP [1:40]\n"
	      ":FORWARD ACCEPT [0:0]\n[3:180] -A INPUT -s 10.0.0.0/8 -p tcp -m tcp --sport 1024:65535 "
	      "--dport 22 -m comment --comment \"from the \\\"inside\\\" net\" -j ACCEPT\n"
	      "-A FORWARD -d 192.0.2.1/32 -j DROP\n"
	      "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n"
	      "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP\n"
	      "-A INPUT -p tcp -m tcp --syn -j DROP\n"
	      "-A INPUT -p tcp -m tcp --tcp-flags ALL NONE -j DROP\nCOMMIT\n",
	      source, NULL);
	assert_int_equal(rules.count, 5);
	assert_int_equal(rules.default_action, ACL_DENY);
	is(0, 9, "permit tcp from 10.0.0.0/8 port 1024-65535 to any port 22");
	is(1, 11, "permit icmp from any to any type 8");
	is(2, 12, "deny ip4 tcp from any to any flags S/FSRA");
	is(3, 13, "deny ip4 tcp from any to any flags S/FSRA");
	is(4, 14, "deny ip4 tcp from any to any flags 0/FSRPAU");
	reads("*filter\n:INPUT DROP [1:40]\n:FORWARD ACCEPT [0:0]\n"
	      "-A FORWARD -d 192.0.2.1/32 -j DROP\n",
	      forward, NULL);
	assert_int_equal(rules.default_action, ACL_PERMIT);
	is(0, 4, "deny any from any to 192.0.2.1");
	reads("-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT\n"
	      "-A INPUT -s 2001:db8::/32 -j DROP\n",
	      six, NULL);
	is(0, 1, "permit icmp6 from any to any type 128");
	is(1, 2, "deny any from 2001:db8::/32 to any");
	reads("# Generated by ip6tables-save v1\n*filter\n-A INPUT -p udp -j DROP\n", source, NULL);
	is(0, 3, "deny ip6 udp from any to any");
}

static void iptables_files_that_say_more(void **state)
{
	static const struct {
		const char *rule, *reason;
	} bad[] = {
		{ "! -s 10.0.0.0/8 -j DROP",
		  ":2: a rule here has no '!'; say what matches instead" },
		{ "-i eth0 -j DROP", ":2: '-i' has no counterpart here" },
		{ "-m conntrack --ctstate NEW -j DROP",
		  ":2: the match 'conntrack' has no counterpart here" },
		{ "-j REJECT", ":2: the target is ACCEPT or DROP, and not 'REJECT'" },
		{ "-s 10.0.0.0/8", ":2: the rule has no -j ACCEPT or -j DROP" },
		{ "-s", ":2: it ends behind -s" },
		{ "-p tcp --dport 80:70 -j DROP",
		  ":2: ports 80 to 70: the first is greater than the last" },
		{ "-p icmp --icmp-type 3/4 -j DROP", ":2: '3/4': ICMP codes are not looked at" },
		{ "--dport 80 -p icmp -j DROP", ":2: only TCP and UDP have ports" },
		{ "-s ::1 -j DROP", ":2: '::1' is an IPv6 address, and the rule is about IPv4" },
		{ "-p tcp --tcp-flags SYN -j DROP",
		  ":2: --tcp-flags has two lists, like SYN,ACK SYN: those that are looked at, and "
		  "those that must be set" },
	};
	const struct acl_source source = { 0 };
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "*filter\n-A INPUT %s\n", bad[i].rule);
		reads(text, source, bad[i].reason);
	}
	reads("*filter\n:FORWARD ACCEPT [0:0]\n", source,
	      ": there is no chain INPUT in its table filter");
	reads("*filter\n-N X\n", source, ":2: '-N' stands where -A is expected");
}

static void packets(void **state)
{
	static const struct {
		const char *words, *text;
	} good[] = {
		{ "tcp from 192.0.2.2 port 5 to 192.0.2.1 port 80",
		  "tcp from 192.0.2.2 port 5 to 192.0.2.1 port 80 flags S" },
		{ "vlan vlan udp from ::1 port 5 to ::2 port 80 extensions 2",
		  "udp from ::1 port 5 to ::2 port 80" },
		{ "icmp from 192.0.2.2 to 192.0.2.1", "icmp from 192.0.2.2 to 192.0.2.1 type 8" },
		{ "tcp from 192.0.2.2 to 192.0.2.1 fragment",
		  "tcp from 192.0.2.2 to 192.0.2.1 fragment" },
		{ "tcp from ::1 port 5 to ::2 port 80 flags 0",
		  "tcp from ::1 port 5 to ::2 port 80 flags 0" },
	};
	static const char *const bad[] = {
		"tcp from 192.0.2.2 to 192.0.2.1",
		"tcp from 192.0.2.2 port 5-6 to 192.0.2.1 port 80",
		"tcp from 192.0.2.0/24 port 5 to 192.0.2.1 port 80",
		"any from 192.0.2.2 to 192.0.2.1",
		"tcp from any port 5 to any port 80",
		"tcp from 192.0.2.2 port 5 to 192.0.2.1 port 80 fragment",
		"udp from 192.0.2.2 port 5 to 192.0.2.1 port 80 fragmented",
	};
	char copy[128], text[ACL_TEXT_MAX];
	struct acl_shape shape;
	struct acl_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(copy, sizeof(copy), "%s", good[i].words);
		assert_int_equal(acl_packet_parse(copy, &key, &shape), 0);
		assert_string_equal(acl_key_text(&key, text), good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(copy, sizeof(copy), "%s", bad[i]);
		assert_int_equal(acl_packet_parse(copy, &key, &shape), -EINVAL);
	}
}

static int free_rules(void **state)
{
	(void)state;
	acl_rules_free(&rules);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_written_as_they_are_read),
		cmocka_unit_test(rules_in_detail),
		cmocka_unit_test(bad_rules_say_why),
		cmocka_unit_test_teardown(plain_files, free_rules),
		cmocka_unit_test_teardown(classbench_files, free_rules),
		cmocka_unit_test_teardown(iptables_files, free_rules),
		cmocka_unit_test_teardown(iptables_files_that_say_more, free_rules),
		cmocka_unit_test(packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
