// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Lists of rules in memory: growing, comparing, and which slot counts which rule (acl.h). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/acl.h"
#include "common/lab/lab.h"

void acl_rules_init(struct acl_rules *rules)
{
	*rules = (struct acl_rules){ .default_action = ACL_PERMIT };
}

void acl_rules_free(struct acl_rules *rules)
{
	free(rules->rule);
	acl_rules_init(rules);
}

void acl_rule_init(struct acl_rule *rule, enum acl_action action)
{
	memset(rule, 0, sizeof(*rule));
	rule->sport.hi = rule->dport.hi = ACL_NO_PORT;
	rule->proto = rule->icmp_type = ACL_ANY;
	rule->action = action;
}

static int make_room(struct acl_rules *rules, size_t count)
{
	size_t room = rules->room ?: 16;
	struct acl_rule *rule;

	if (count <= rules->room)
		return 0;
	while (room < count)
		room *= 2;
	rule = reallocarray(rules->rule, room, sizeof(*rule));
	if (!rule)
		return -ENOMEM;
	rules->rule = rule;
	rules->room = room;
	return 0;
}

int acl_rules_insert(struct acl_rules *rules, const struct acl_rule *rule, size_t at)
{
	struct acl_rule copy = *rule;
	int err;

	at = at ?: rules->count + 1;
	if (at > rules->count + 1)
		return lab_fail(-EINVAL, "there is no place %zu in a list of %zu rules", at,
				rules->count);
	err = make_room(rules, rules->count + 1);
	if (err)
		return err;
	memmove(&rules->rule[at], &rules->rule[at - 1],
		(rules->count - (at - 1)) * sizeof(*rules->rule));
	rules->rule[at - 1] = copy;
	rules->count++;
	return 0;
}

int acl_rules_remove(struct acl_rules *rules, size_t at)
{
	if (at < 1 || at > rules->count)
		return lab_fail(-ENOENT, "there is no rule %zu; the list has %zu", at,
				rules->count);
	memmove(&rules->rule[at - 1], &rules->rule[at], (rules->count - at) * sizeof(*rules->rule));
	rules->count--;
	return 0;
}

int acl_rules_copy(struct acl_rules *copy, const struct acl_rules *rules)
{
	int err = make_room(copy, rules->count);

	if (err)
		return err;
	if (rules->count)
		memcpy(copy->rule, rules->rule, rules->count * sizeof(*rules->rule));
	copy->count = rules->count;
	copy->default_action = rules->default_action;
	return 0;
}

int acl_refuse(const struct acl_rules *rules, size_t index, const char *fmt, ...)
{
	char reason[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	if (rules->source && rules->rule[index].line)
		return lab_fail(-EINVAL, "%s:%u: %s", rules->source, rules->rule[index].line,
				reason);
	return lab_fail(-EINVAL, "rule %zu: %s", index + 1, reason);
}

/* Everything before the line: conditions and action. */
static int compare(const struct acl_rule *a, const struct acl_rule *b)
{
	return memcmp(a, b, offsetof(struct acl_rule, line));
}

bool acl_rule_equal(const struct acl_rule *a, const struct acl_rule *b)
{
	return compare(a, b) == 0;
}

/* ---- slots -------------------------------------------------------------------- */

/* Equal rules in the order of the list, so that the first of two keeps the first one's slot. */
static int by_rule(const void *x, const void *y)
{
	const struct acl_rule *const *a = x, *const *b = y;
	int order = compare(*a, *b);

	return order ?: (*a > *b) - (*a < *b);
}

/* Those from index first to end - 1. */
static const struct acl_rule **sorted(const struct acl_rules *rules, size_t first, size_t end)
{
	const struct acl_rule **list = calloc(end - first + 1, sizeof(*list));

	if (!list)
		return NULL;
	for (size_t i = first; i < end; i++)
		list[i - first] = &rules->rule[i];
	qsort(list, end - first, sizeof(*list), by_rule);
	return list;
}

/* Walks through both sorted lists; rules that are in both keep their slots. */
static void match_sorted(const struct acl_rule **new, size_t new_count, const struct acl_rule **old,
			 size_t old_count)
{
	for (size_t i = 0, k = 0; i < new_count && k < old_count;) {
		int order = compare(new[i], old[k]);

		if (order == 0)
			((struct acl_rule *)new[i])->slot = old[k]->slot;
		if (order <= 0)
			i++;
		if (order >= 0)
			k++;
	}
}

static void mark(bool *used, const struct acl_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		used[rules->rule[i].slot] = true;
}

/* Rule number n gets slot n if that is free: easier to read. */
static void new_slots(struct acl_rules *rules, const bool *used)
{
	__u32 next = ACL_SLOT_FIRST;

	for (size_t i = 0; i < rules->count; i++) {
		if (rules->rule[i].slot)
			continue;
		while (used[next])
			next++;
		rules->rule[i].slot = next++;
	}
}

/* A rule's slot is that of the old rule if both are the same. */
static bool keep_slot(struct acl_rule *rule, const struct acl_rule *old)
{
	if (compare(rule, old) != 0)
		return false;
	rule->slot = old->slot;
	return true;
}

/* Gives those rules a slot that are in the old list, too; the others get slot 0. */
static int keep_slots(struct acl_rules *rules, const struct acl_rules *old)
{
	size_t first = 0, end = rules->count, old_end = old->count;
	const struct acl_rule **new_list, **old_list;
	int err = -ENOMEM;

	/* Who adds a rule or takes one out changes none before it and none behind it. */
	while (first < end && first < old_end && keep_slot(&rules->rule[first], &old->rule[first]))
		first++;
	while (end > first && old_end > first &&
	       keep_slot(&rules->rule[end - 1], &old->rule[old_end - 1])) {
		end--;
		old_end--;
	}
	for (size_t i = first; i < end; i++)
		rules->rule[i].slot = 0;
	new_list = sorted(rules, first, end);
	old_list = sorted(old, first, old_end);
	if (new_list && old_list) {
		match_sorted(new_list, end - first, old_list, old_end - first);
		err = 0;
	}
	free(old_list);
	free(new_list);
	return err;
}

int acl_rules_assign(struct acl_rules *rules, const struct acl_rules *old)
{
	static const struct acl_rules none;
	bool *used;
	int err;

	old = old ?: &none;
	if (rules->count > ACL_RULES_MAX || old->count > ACL_RULES_MAX)
		return lab_fail(-E2BIG, "a list has at most %d rules", ACL_RULES_MAX);
	used = calloc(ACL_SLOTS, sizeof(*used));
	err = used ? keep_slots(rules, old) : -ENOMEM;
	if (!err) {
		/* Not those of the old list either: it may still be counting. */
		mark(used, old);
		mark(used, rules);
		new_slots(rules, used);
	}
	free(used);
	return err;
}

/* ---- prefixes ------------------------------------------------------------------- */

void acl_prefix_mask(const struct acl_prefix *prefix, int family, __be32 mask[4])
{
	for (int i = 0; i < 4; i++) {
		int bits = (int)prefix->length - 32 * i;

		/* Shifting 32 bits by 32 is not defined. */
		mask[i] = bits >= 32 ? 0xffffffff : bits > 0 ? htonl(~0U << (32 - bits)) : 0;
		if (family == 4 && i)
			mask[i] = 0xffffffff;
	}
}

void acl_prefix_trim(struct acl_prefix *prefix, int family)
{
	__be32 mask[4];

	acl_prefix_mask(prefix, family, mask);
	for (int i = 0; i < 4; i++)
		prefix->address[i] &= mask[i];
}
