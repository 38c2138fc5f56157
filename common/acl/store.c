// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The list in a map of its own, so that a later call knows it: one value, written
 * at once. A new list is first pinned as "list_next"; when the kernel's programs
 * follow it, it takes the place of "list". A call that is ended in between leaves
 * "list_next", and the next one completes what that one began.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/lab/lab.h"

#define LIST "list"
#define NEXT "list_next"

struct stored {
	__u32 size; /* of all of it: another layout is another size */
	__u32 default_action;
	__u64 count;
	__u64 object;
	char owner[32];
	struct acl_rule rule[];
};

static size_t size_of(size_t count)
{
	return sizeof(struct stored) + count * sizeof(struct acl_rule);
}

int acl_store_prepare(const struct acl_state *state, const struct acl_rules *rules)
{
	size_t size = size_of(rules->count);
	struct stored *stored = calloc(1, size);
	const __u32 zero = 0;
	int fd, err;

	if (!stored)
		return -ENOMEM;
	stored->size = size;
	stored->default_action = rules->default_action;
	stored->count = rules->count;
	stored->object = state->object;
	snprintf(stored->owner, sizeof(stored->owner), "%s", state->engine->name);
	if (rules->count)
		memcpy(stored->rule, rules->rule, rules->count * sizeof(*rules->rule));

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "acl_list", sizeof(zero), size, 1, NULL);
	err = fd < 0 ? fd : bpf_map_update_elem(fd, &zero, stored, BPF_ANY);
	if (err)
		lab_fail(err, "cannot keep a list of %zu rules: %s", rules->count, strerror(-err));
	else
		err = acl_pin(state->dir, "map", NEXT, fd);
	if (fd >= 0)
		close(fd);
	free(stored);
	return err;
}

int acl_store_commit(const struct acl_state *state)
{
	char next[512], list[512];

	acl_pin_path(next, state->dir, "map", NEXT);
	acl_pin_path(list, state->dir, "map", LIST);
	if (rename(next, list))
		return lab_fail(-errno, "%s: %s", list, strerror(errno));
	return 0;
}

void acl_store_abort(const struct acl_state *state)
{
	char next[512];

	unlink(acl_pin_path(next, state->dir, "map", NEXT));
}

/* All of it, to be freed; NULL: errno says why. */
static struct stored *read_stored(const struct acl_state *state, const char *name)
{
	struct bpf_map_info info = { 0 };
	struct stored *stored = NULL;
	__u32 len = sizeof(info);
	const __u32 zero = 0;
	char path[512];
	int fd, err;

	fd = bpf_obj_get(acl_pin_path(path, state->dir, "map", name));
	if (fd < 0)
		return NULL;
	err = bpf_obj_get_info_by_fd(fd, &info, &len);
	if (!err && info.value_size >= sizeof(*stored))
		stored = calloc(1, info.value_size);
	if (stored)
		err = bpf_map_lookup_elem(fd, &zero, stored);
	close(fd);
	if (!stored || err || stored->size != info.value_size || stored->count > ACL_RULES_MAX ||
	    size_of(stored->count) != stored->size) {
		free(stored);
		errno = EINVAL;
		return NULL;
	}
	return stored;
}

static int to_rules(const struct stored *stored, struct acl_rules *rules)
{
	/* Borrowed for the copy only. */
	const struct acl_rules all = { .rule = (struct acl_rule *)stored->rule,
				       .count = stored->count,
				       .default_action = stored->default_action };

	return acl_rules_copy(rules, &all);
}

int acl_store_read(struct acl_state *state)
{
	struct stored *stored = read_stored(state, LIST);
	int err;

	if (!stored && errno == ENOENT)
		return -ENOENT;
	if (!stored)
		return lab_fail(-errno,
				"what is pinned in %s is not a list that this program "
				"can read; acl unload takes it away",
				state->dir);
	state->object = stored->object;
	snprintf(state->owner, sizeof(state->owner), "%.31s", stored->owner);
	err = to_rules(stored, &state->rules);
	free(stored);
	return err;
}

bool acl_store_pending(const struct acl_state *state, struct acl_rules *rules)
{
	struct stored *stored = read_stored(state, NEXT);
	bool pending;

	/* One for another program was about to replace that, too: it is given up. */
	pending = stored && stored->object == state->object && to_rules(stored, rules) == 0;
	free(stored);
	return pending;
}
