/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A generated rule set with its trace, and the same rules in the languages of the others.
 * Which rule each packet of the trace belongs to is the reference matcher's word.
 */
#ifndef ACLBENCH_RULES_H
#define ACLBENCH_RULES_H

#include <stdio.h>

#include "common/acl/acl.h"
#include "frames.h"

/* One packet of a trace file, which is an array of these. */
struct traced {
	struct frame frame;
	__u32 rule;   /* number of the first rule that matches, 0: none */
	__u32 action; /* enum acl_action: what is to happen to it */
};

/* A rule set, and a trace of n packets. */
struct bench_set {
	struct acl_rules rules;
	struct acl_key *keys;
	__u32 *first; /* as traced's rule */
	size_t n;
};

/*
 * What is written for a packet filter: lines with a counter each. A rule may need two
 * lines (for TCP and for UDP), and a line may stand for many rules.
 */
struct filter_text {
	FILE *out;
	size_t lines;
	size_t *line[2]; /* of rule n, line[0][n] (all but UDP) and line[1][n] (UDP); from 0 */
};

/*
 * All of them drop, whatever the rule's action: what comes after a packet that passes is
 * not to be measured. The last line is the default action's. IPv4 and IPv6, by the set's
 * family. nft_sets: rules that do not overlap are one set of concatenated intervals, and
 * those sets are looked up one after the other.
 */
void write_iptables(struct filter_text *text, const struct bench_set *set, int family);
void write_nft_linear(struct filter_text *text, const struct bench_set *set, int family);
/* -ENOMEM; else 0. */
int write_nft_sets(struct filter_text *text, const struct bench_set *set, int family);

/* The parts of an nft file, for both of them. write is called once for each line of rule index + 1. */
void nft_begin(FILE *out, int family);
void nft_chain(FILE *out);
void nft_rule(FILE *out, const struct acl_rule *rule, int family);
void nft_end(struct filter_text *text);
void each_line(struct filter_text *text, const struct bench_set *set, size_t index, int family,
	       void (*write)(FILE *out, const struct acl_rule *rule, int family));

/* Does it ask for ports, so that a packet without ports does not match? */
bool needs_ports(const struct acl_rule *rule);

#endif
