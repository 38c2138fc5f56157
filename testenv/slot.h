/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The machine-wide register of environments. A slot is a small number that
 * one living environment owns; its addresses follow from it (topo.h).
 */
#ifndef TESTENV_SLOT_H
#define TESTENV_SLOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "testenv/testenv.h"

#define SLOT_DIR TESTENV_RUN "/.slots"
#define SLOT_MAX 2047 /* slots are 1..SLOT_MAX */

struct slot {
	int nr;
	int parent; /* slot of the "testenv run" it was made in, or 0 */
	char name[NAME_LEN + 1];
};

/*
 * Takes the lowest free slot. The caller holds *fd while it builds the
 * environment (named ones) or as long as it lives (TESTENV_SELF): a slot that
 * nobody holds and whose environment is not there is a dead one's.
 * Returns 0; -EEXIST when that parent has the name already; -ENOSPC; -errno.
 */
int slot_take(const char *dir, const char *name, int parent, struct slot *slot, int *fd);

/*
 * Gives back the slot, and those of environments made inside it, which end
 * with it. The caller holds it, or knows that nobody does.
 */
void slot_free(const char *dir, const struct slot *slot);

/*
 * Waits until nobody holds the slot and holds it; with wait false returns
 * -EWOULDBLOCK instead of waiting. -ENOENT: it was given back meanwhile.
 */
int slot_hold(const char *dir, const struct slot *slot, bool wait, int *fd);

/* Finds the slot of a named environment: 0, -ENOENT. */
int slot_find(const char *dir, const char *name, int parent, struct slot *slot);

/*
 * Lists all slots, sorted by number. The caller frees *slots.
 * Returns how many, or -errno; a register that is not there is empty.
 */
int slot_list(const char *dir, struct slot **slots);

/* The process that keeps the slot's environment (TESTENV_SELF), or 0. */
pid_t slot_pid(const char *dir, const struct slot *slot);

#endif
