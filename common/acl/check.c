// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* acl check: the program that is loaded judges a packet that is given in words. */
#include <errno.h>
#include <string.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/acl/words.h"
#include "common/lab/lab.h"

/* The slot that the program would count the frame in; -errno. */
static long ask(const struct acl_state *state, unsigned char *frame, size_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = size, .repeat = 1);
	int err = bpf_prog_test_run_opts(state->which, &opts);

	if (err)
		return lab_fail(err, "the kernel did not run the program: %s", strerror(-err));
	return opts.retval;
}

/* The index of the rule that is counted there; count: none. */
static size_t find(const struct acl_rules *rules, __u32 slot)
{
	size_t i = 0;

	while (i < rules->count && rules->rule[i].slot != slot)
		i++;
	return i;
}

static void print_rule(const struct acl_rules *rules, size_t index)
{
	char text[ACL_TEXT_MAX];

	if (index < rules->count)
		printf("%s: rule %zu: %s\n", acl_action_name(rules->rule[index].action), index + 1,
		       acl_rule_text(&rules->rule[index], text));
	else
		printf("%s: no rule matches, and this is the default\n",
		       acl_action_name(rules->default_action));
}

/* What plain C says of the same packet: a learner's program may be wrong. */
static int compare(const struct acl_rules *rules, const struct acl_key *key, size_t index)
{
	size_t expected = acl_match(rules, key);

	if (expected == index)
		return 0;
	if (expected < rules->count)
		return lab_fail(-EILSEQ, "the first rule that matches is rule %zu", expected + 1);
	return lab_fail(-EILSEQ, "no rule matches");
}

int acl_check(const struct acl_state *state, char *packet)
{
	const struct acl_rules *rules = &state->rules;
	unsigned char frame[ACL_FRAME_MAX];
	struct acl_shape shape;
	struct acl_key key;
	size_t index;
	long slot;
	int err;

	err = acl_packet_parse(packet, &key, &shape);
	if (err)
		return err;
	slot = ask(state, frame, acl_frame(&key, &shape, frame));
	if (slot < 0)
		return slot;
	if (slot == ACL_SLOT_BAD) {
		printf("deny: the packet cannot be read\n");
		return lab_fail(-EILSEQ, "it can: %s",
				acl_key_text(&key, (char[ACL_TEXT_MAX]){ 0 }));
	}
	index = find(rules, slot);
	if (slot == ACL_SLOT_OTHER || (slot != ACL_SLOT_DEFAULT && index == rules->count)) {
		printf("?: the program counts it in slot %ld, which is no rule's\n", slot);
		index = rules->count + 1;
	} else {
		print_rule(rules, index);
	}
	return compare(rules, &key, index);
}
