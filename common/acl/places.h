/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A list that needs several maps, replaced as one. Each of them is an inner map; its
 * outer map, an array of maps, has two places. A packet looks up the outer map `current`
 * once: its one inner map says which place counts, and a new list goes into the other.
 *
 *	place = acl_place_idle(state);
 *	err = acl_place_fill(state, place, inner, n);
 *	err = err ?: acl_place_turn(state, &generation, sizeof(generation));
 *
 * An update of an outer map returns when no run of a program can have the old inner map
 * any more. So after acl_place_turn() nobody looks into the other place.
 */
#ifndef ACL_PLACES_H
#define ACL_PLACES_H

#include "common/acl/acl.h"

/* An inner map for the outer map of this name. */
struct acl_inner {
	const char *outer;
	int fd; /* the caller's */
};

enum {
	ACL_INNER_MAX = 16
};

/* The place that does not count now, 0 or 1. Negative: -errno. */
int acl_place_idle(const struct acl_state *state);

/*
 * Puts the inner maps into this place of their outer maps. At most ACL_INNER_MAX. 0 or
 * -errno; then some may be in place. Each of these updates also waits for the programs that
 * run, some 10 ms, though none of them looks here: that waiting goes on beside the caller,
 * and acl_place_turn() ends it. In slow motion (acl load --slow-ms) the maps come one after the
 * other, with a pause behind each.
 */
int acl_place_fill(const struct acl_state *state, __u32 place, const struct acl_inner *inner,
		   size_t n);

/*
 * Makes a generation the one that counts: a struct of size bytes, the value of the inner
 * map of `current`, which begins with the place, a __u32.
 */
int acl_place_turn(const struct acl_state *state, const void *generation, size_t size);

#endif
