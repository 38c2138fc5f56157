/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What is on this machine that a test could have left behind. census.c compares
 * two such lists, census_list.c makes one, census_holders.c says who holds what.
 */
#ifndef LAB_TEST_CENSUS_H
#define LAB_TEST_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum item_kind {
	ITEM_PROG,
	ITEM_MAP,
	ITEM_LINK,
	ITEM_PIN,
	ITEM_NETNS,
	ITEM_INTERFACE,
	ITEM_CGROUP,
	ITEM_PROCESS,
	ITEM_KINDS,
};

extern const char *const item_kinds[ITEM_KINDS];

struct item {
	enum item_kind kind;
	uint64_t id; /* the kernel's id, inode number, interface index or process id */
	char name[256];
	/* Filled in by holders_find(). */
	pid_t holder; /* a process that holds it, 0 if none was found */
	bool foreign; /* that process is not the case's */
};

struct census {
	struct item *items;
	size_t count, room;
	const char *cgroup; /* of the case; NULL: it has ended, only what escaped is its */
};

/* All of these return 0 or -errno. What cannot be looked at is left out. */
int census_take(struct census *census);
int census_add(struct census *census, enum item_kind kind, uint64_t id, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void census_free(struct census *census);

/*
 * Finds who holds the programs, maps, links, network namespaces and cgroups of the list: by a
 * file descriptor, by a pin or an interface in a namespace of its own, by being in it, or through
 * a link or program that is held.
 */
int holders_find(struct census *census);

/* Whether a process belongs to the case that is looked at; all others are foreign. */
bool census_is_ours(const struct census *census, pid_t pid);

#endif
