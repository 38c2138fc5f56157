// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * aclbench rules: a rule set and its trace, into the files of a folder:
 *
 *	rules.acl			our own syntax
 *	trace				frames, and what the reference says of each
 *	iptables, nft-linear, nft-sets	the same rules for others, and in NAME.expect how
 *					many packets of the trace each of its counters must count
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/lab/lab.h"
#include "bench.h"
#include "rules.h"

/* Enough for a filter that looks for ports where there are none. */
#define PAYLOAD 6

static FILE *open_in(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file)
		lab_fail(-errno, "%s: %s", path, strerror(errno));
	return file;
}

static int close_written(FILE *file)
{
	int bad = ferror(file);

	return fclose(file) || bad ? lab_fail(-EIO, "a file cannot be written") : 0;
}

static int write_rules(const struct bench_set *set, const char *folder)
{
	FILE *file = open_in(folder, "rules.acl");
	char text[ACL_TEXT_MAX];

	if (!file)
		return -errno;
	fprintf(file, "default %s\n", acl_action_name(set->rules.default_action));
	for (size_t i = 0; i < set->rules.count; i++)
		fprintf(file, "%s\n", acl_rule_text(&set->rules.rule[i], text));
	return close_written(file);
}

static int write_trace(const struct bench_set *set, const char *folder)
{
	const struct acl_shape shape = { .payload = PAYLOAD };
	FILE *file = open_in(folder, "trace");

	if (!file)
		return -errno;
	for (size_t i = 0; i < set->n; i++) {
		struct traced packet = { .rule = set->first[i] };
		unsigned char frame[ACL_FRAME_MAX];
		size_t size = acl_frame(&set->keys[i], &shape, frame);

		memcpy(&packet.frame, frame, size < FRAME_SIZE ? size : FRAME_SIZE);
		packet.action = packet.rule ? set->rules.rule[packet.rule - 1].action
					    : set->rules.default_action;
		fwrite(&packet, sizeof(packet), 1, file);
	}
	return close_written(file);
}

static int write_expected(const struct filter_text *text, const struct bench_set *set,
			  const char *folder, const char *name)
{
	size_t *count = calloc(text->lines, sizeof(*count));
	char expect[64];
	FILE *file;

	if (!count)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++) {
		size_t rule = set->first[i];

		count[rule ? text->line[set->keys[i].proto == IPPROTO_UDP][rule]
			   : text->lines - 1]++;
	}
	snprintf(expect, sizeof(expect), "%s.expect", name);
	file = open_in(folder, expect);
	for (size_t i = 0; file && i < text->lines; i++)
		fprintf(file, "%zu\n", count[i]);
	free(count);
	return file ? close_written(file) : -errno;
}

static int write_filter(const char *name, const struct bench_set *set, int family,
			const char *folder)
{
	struct filter_text text = { .out = open_in(folder, name) };
	int err = 0;

	if (!text.out)
		return -errno;
	for (int i = 0; i < 2; i++)
		text.line[i] = calloc(set->rules.count + 1, sizeof(*text.line[i]));
	if (!text.line[0] || !text.line[1])
		err = -ENOMEM;
	else if (strcmp(name, "iptables") == 0)
		write_iptables(&text, set, family);
	else if (strcmp(name, "nft-linear") == 0)
		write_nft_linear(&text, set, family);
	else
		err = write_nft_sets(&text, set, family);
	if (fclose(text.out) && !err)
		err = -errno;
	if (!err)
		err = write_expected(&text, set, folder, name);
	free(text.line[0]);
	free(text.line[1]);
	return err;
}

/* No later fragments: nft's sets, which ask for ports, would not find them. */
static void make_whole(struct acl_key *key)
{
	bool ports = key->proto == IPPROTO_TCP || key->proto == IPPROTO_UDP;

	if (ports && key->sport == ACL_NO_PORT) {
		key->sport = 40000;
		key->dport = 50000;
	}
	if (key->proto == IPPROTO_TCP && key->tcp_flags == ACL_NO_FLAGS)
		key->tcp_flags = 0x10;
	if (key->proto == (key->family == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) &&
	    key->icmp_type == ACL_NO_TYPE)
		key->icmp_type = 8;
}

/* IPv6 drops these before any hook of a filter: groups as a source, or the host's own alone. */
static void make_welcome(struct acl_key *key)
{
	unsigned char *src = (unsigned char *)key->src, *dst = (unsigned char *)key->dst;

	if (key->family != 6)
		return;
	if (src[0] == 0xff || !key->src[0])
		src[0] = 0x20;
	if (dst[0] == 0xff || !key->dst[0])
		dst[0] = 0x20;
}

static int find_first(struct bench_set *set)
{
	set->first = calloc(set->n, sizeof(*set->first));
	if (!set->keys || !set->first)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++) {
		size_t at;

		make_whole(&set->keys[i]);
		make_welcome(&set->keys[i]);
		at = acl_match(&set->rules, &set->keys[i]);
		set->first[i] = at < set->rules.count ? at + 1 : 0;
	}
	return 0;
}

static int write_all(const struct bench_set *set, int family, const char *folder)
{
	int err = write_rules(set, folder);

	if (!err)
		err = write_trace(set, folder);
	if (!err)
		err = write_filter("iptables", set, family, folder);
	if (!err)
		err = write_filter("nft-linear", set, family, folder);
	if (!err)
		err = write_filter("nft-sets", set, family, folder);
	return err;
}

int make_rules(const struct rules_wanted *wanted)
{
	struct bench_set set = { .n = wanted->packets };
	enum acl_kind kind;
	int err;

	acl_rules_init(&set.rules);
	err = acl_kind_parse(wanted->kind, &kind);
	if (!err)
		err = acl_generate(&set.rules, kind, wanted->family, wanted->rules, wanted->seed);
	if (!err && mkdir(wanted->folder, 0777) && errno != EEXIST)
		err = -errno;
	if (!err) {
		/* Every packet fits a rule, all rules as often: no luck for short ways. */
		set.keys = acl_trace(&set.rules, set.n, 100, wanted->seed + 1);
		err = find_first(&set);
	}
	if (!err)
		err = write_all(&set, wanted->family, wanted->folder);
	if (!err)
		printf("%zu\n", set.rules.count);
	free(set.keys);
	free(set.first);
	acl_rules_free(&set.rules);
	return err;
}
