/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the tool keeps in the kernel between its calls: programs, maps and links,
 * pinned, and the list itself in a map of its own. For the files of the tool only.
 */
#ifndef ACL_STATE_H
#define ACL_STATE_H

#include "common/acl/acl.h"

enum {
	ACL_MAPS_MAX = 64,
	ACL_DIR_MAX = 200,
};

struct acl_state {
	const struct acl_engine *engine;
	char dir[ACL_DIR_MAX];
	bool there;		/* something is loaded: all below is of it */
	unsigned int slow_ms;	/* places.c waits so long after each map that it has put in place */
	int lock;		/* fd of the folder; -1: there is none yet */
	int acl, which;		/* fds of the programs; -1 */
	__u64 object;		/* hash of the object file that they are from */
	char owner[32];		/* name of the engine that has loaded it */
	struct acl_rules rules; /* the list, with its slots */
	struct {
		char name[64];
		int fd;
	} maps[ACL_MAPS_MAX];
	int map_count;
};

/* ---- state.c: programs and maps ---- */

/*
 * Opens what is pinned in the folder, and waits for its lock until another call of the
 * tool has ended. Nothing there is no error. -EBADF: it is not in a BPF filesystem. To be
 * closed in any case; closing changes nothing in the kernel that is pinned.
 */
int acl_state_open(struct acl_state *state, const struct acl_engine *engine, const char *dir);
void acl_state_close(struct acl_state *state);

/* Is the program that is pinned the one that this tool was built with? */
bool acl_state_current(const struct acl_state *state);

/*
 * Makes this list the one that packets are judged by: all of it, or nothing is changed.
 * Loads and pins the program where it is not there, or another one is. *rules gets its
 * slots, and stays the caller's.
 */
int acl_state_replace(struct acl_state *state, struct acl_rules *rules);

/* Takes everything away: links, programs, maps, the folder. */
int acl_state_remove(struct acl_state *state);

/* ---- load.c: an object file into the kernel ---- */

/* A state of which nothing is there. */
void acl_state_init(struct acl_state *state, const struct acl_engine *engine, const char *dir);
/* Takes over fd, also after an error; fd < 0: -errno. */
int acl_state_add_map(struct acl_state *state, const char *name, int fd);
/* Tells one object file from another. */
__u64 acl_object_hash(const struct acl_engine *engine);
/*
 * Loads the object of old's engine; pins nothing. Where old has counters that fit, they
 * are those of the new programs, too. *state is to be closed, also after an error.
 */
int acl_state_load(struct acl_state *state, const struct acl_state *old);

/* ---- pins.c: the folder ---- */

/* DIR/KIND/NAME with dots replaced; kind "": DIR/NAME. Returns path. */
char *acl_pin_path(char path[512], const char *dir, const char *kind, const char *name);
/* Makes DIR and its folders. -EBADF: not in a BPF filesystem, the reason is kept. */
int acl_pins_make(const char *dir);
/* Pins in the place of what had the name before. 0 or -errno, the reason is kept. */
int acl_pin(const char *dir, const char *kind, const char *name, int fd);
/* Calls fn with every name in DIR/KIND, in their order, until it returns not 0, and returns that. */
int acl_pins_each(const char *dir, const char *kind, int (*fn)(void *ctx, const char *name),
		  void *ctx);
/* Detaches, at once, and removes the pin. -ENOENT: there is no such link. */
int acl_link_remove(const char *dir, const char *ifname);
/* Removes all that is pinned, and the folders. */
int acl_pins_remove(const char *dir);

/* ---- store.c: the list in a map ---- */

/* Writes the list beside the one that is there; acl_store_commit() puts it in its place. */
int acl_store_prepare(const struct acl_state *state, const struct acl_rules *rules);
int acl_store_commit(const struct acl_state *state);
void acl_store_abort(const struct acl_state *state);
/* Reads the list, whose object and who loaded it. -ENOENT: there is none. */
int acl_store_read(struct acl_state *state);
/* Was a call ended between writing and putting in place? Then *rules is that list. */
bool acl_store_pending(const struct acl_state *state, struct acl_rules *rules);

/* ---- counters.c ---- */

/* Of one slot, added up over all CPUs. */
int acl_counter_read(const struct acl_state *state, __u32 slot, struct acl_count *count);
int acl_counter_clear(const struct acl_state *state, __u32 slot);
/* Bytes of kernel memory of all maps, inner ones too; as the kernel counts them. */
size_t acl_memory(const struct acl_state *state, unsigned int *maps);

/* ---- check.c ---- */

/* acl check: prints the verdict on a packet, given in words. */
int acl_check(const struct acl_state *state, char *packet);

#endif
