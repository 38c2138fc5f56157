// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Two places for the maps of a list, and the turn from one to the other (places.h).
 */
#include "common/acl/places.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/acl/state.h"
#include "common/lab/lab.h"

/* ---- filling a place --------------------------------------------------------- */

/* One update of an outer map, by a thread of its own. */
struct update {
	pthread_t thread;
	int outer, inner; /* fds */
	__u32 place;
	__u32 id; /* of the inner map */
	int err;  /* 0 or -errno, when it is done */
	atomic_bool done;
};

/* Those that still wait. The maps they have put in place are there for all. */
static struct update updates[ACL_INNER_MAX];
static size_t going_on;

static void *update(void *argument)
{
	struct update *u = argument;

	u->err = bpf_map_update_elem(u->outer, &u->place, &u->inner, BPF_ANY) ? -errno : 0;
	u->done = true;
	return NULL;
}

static int start_update(const struct acl_state *state, __u32 place, const struct acl_inner *inner)
{
	struct update *u = &updates[going_on];
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int err;

	*u = (struct update){ .inner = inner->fd, .place = place };
	u->outer = acl_state_map(state, inner->outer);
	if (u->outer < 0)
		return u->outer;
	if (bpf_obj_get_info_by_fd(inner->fd, &info, &size))
		return -errno;
	u->id = info.id;
	err = -pthread_create(&u->thread, NULL, update, u);
	going_on += !err;
	return err;
}

/*
 * The kernel puts the map there at once, and then waits for the programs that run. Who sees
 * the map there need not wait with it.
 */
static int until_there(struct update *u)
{
	__u32 id;

	while (!u->done) {
		if (!bpf_map_lookup_elem(u->outer, &u->place, &id) && id == u->id)
			return 0;
		sched_yield();
	}
	return u->err;
}

static void until_all_done(void)
{
	while (going_on)
		pthread_join(updates[--going_on].thread, NULL);
}

static void pause_ms(unsigned int ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&pause, NULL);
}

int acl_place_fill(const struct acl_state *state, __u32 place, const struct acl_inner *inner,
		   size_t n)
{
	int err = n > ACL_INNER_MAX ? -E2BIG : 0;

	until_all_done();
	for (size_t i = 0; !err && i < n; i++) {
		err = start_update(state, place, &inner[i]);
		if (err || !state->slow_ms)
			continue;
		/* One after the other. What has gone wrong is said below. */
		until_there(&updates[i]);
		pause_ms(state->slow_ms);
	}
	for (size_t i = 0; !err && i < n; i++) {
		err = until_there(&updates[i]);
		if (err)
			lab_fail(err, "cannot put a map into %s: %s", inner[i].outer,
				 strerror(-err));
	}
	if (err)
		until_all_done();
	return err;
}

/* ---- which place counts --------------------------------------------------------- */

int acl_place_idle(const struct acl_state *state)
{
	int outer = acl_state_map(state, "current");
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), first = 0, id;
	unsigned char generation[256];
	__u32 place;
	int fd, err;

	if (outer < 0)
		return outer;
	/* Before the first list there is none. */
	if (bpf_map_lookup_elem(outer, &first, &id))
		return errno == ENOENT ? 0 : -errno;
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return -errno;
	err = bpf_obj_get_info_by_fd(fd, &info, &size) ? -errno : 0;
	if (!err && info.value_size > sizeof(generation))
		err = -EINVAL;
	if (!err && bpf_map_lookup_elem(fd, &first, generation))
		err = -errno;
	close(fd);
	if (err)
		return err;
	memcpy(&place, generation, sizeof(place));
	return !place;
}

int acl_place_turn(const struct acl_state *state, const void *generation, size_t size)
{
	int outer = acl_state_map(state, "current");
	const __u32 first = 0;
	int fd, err = 0;

	if (outer < 0)
		return outer;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "now", sizeof(first), size, 1, NULL);
	if (fd < 0)
		return lab_fail(-errno, "cannot make a map: %s", strerror(errno));
	if (bpf_map_update_elem(fd, &first, generation, BPF_ANY) ||
	    bpf_map_update_elem(outer, &first, &fd, BPF_ANY))
		err = lab_fail(-errno, "cannot turn to the new list: %s", strerror(errno));
	close(fd);
	until_all_done();
	return err;
}
