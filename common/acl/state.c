// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Opening what earlier calls have pinned, and putting a new list in the old one's place. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/lab/lab.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What is of the object; the list and the lock stay. */
static void close_object(struct acl_state *state)
{
	close_fd(&state->acl);
	close_fd(&state->which);
	while (state->map_count)
		close_fd(&state->maps[--state->map_count].fd);
}

void acl_state_close(struct acl_state *state)
{
	close_object(state);
	acl_rules_free(&state->rules);
	close_fd(&state->lock);
}

int acl_state_map(const struct acl_state *state, const char *name)
{
	for (int i = 0; i < state->map_count; i++)
		if (strcmp(state->maps[i].name, name) == 0)
			return state->maps[i].fd;
	return lab_fail(-ENOENT, "the program has no map '%s'", name);
}

bool acl_state_current(const struct acl_state *state)
{
	return state->there && (!state->object || state->object == acl_object_hash(state->engine));
}

/* ---- what is pinned ------------------------------------------------------------------ */

/* -1: there is no folder. */
static int lock(const char *dir)
{
	struct stat locked, there;
	int fd;

	for (;;) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return errno == ENOENT ? -1
					       : lab_fail(-errno, "%s: %s", dir, strerror(errno));
		if (flock(fd, LOCK_EX) || fstat(fd, &locked)) {
			int err = -errno;

			close(fd);
			return lab_fail(err, "cannot lock %s: %s", dir, strerror(-err));
		}
		/* Whoever had the lock may have removed the folder. */
		if (stat(dir, &there) == 0 && there.st_ino == locked.st_ino)
			return fd;
		close(fd);
	}
}

static int open_map(void *ctx, const char *name)
{
	struct acl_state *state = ctx;
	char path[512];
	int fd;

	if (strncmp(name, "list", 4) == 0)
		return 0;
	fd = bpf_obj_get(acl_pin_path(path, state->dir, "map", name));
	if (fd < 0)
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	return acl_state_add_map(state, name, fd);
}

static int open_pinned(struct acl_state *state)
{
	char path[512];
	int err;

	state->acl = bpf_obj_get(acl_pin_path(path, state->dir, "prog", "acl"));
	if (state->acl < 0)
		return errno == ENOENT ? 0 : lab_fail(-errno, "%s: %s", path, strerror(errno));
	state->there = true;
	state->which = bpf_obj_get(acl_pin_path(path, state->dir, "prog", "acl_which"));
	err = acl_pins_each(state->dir, "map", open_map, state);
	if (!err)
		err = acl_store_read(state);
	/* Pinned by somebody else: an empty list. */
	return err == -ENOENT ? 0 : err;
}

/* Completes what a call has begun that was ended in the middle. */
static int go_on(struct acl_state *state)
{
	struct acl_rules rules;
	int err = 0;

	acl_rules_init(&rules);
	if (acl_state_current(state) && acl_store_pending(state, &rules)) {
		err = state->engine->install(state, &rules) ?: acl_store_commit(state);
		if (!err) {
			acl_rules_free(&state->rules);
			err = acl_rules_copy(&state->rules, &rules);
		}
	}
	acl_rules_free(&rules);
	return err;
}

int acl_state_open(struct acl_state *state, const struct acl_engine *engine, const char *dir)
{
	int err;

	acl_state_init(state, engine, dir);
	if (strlen(dir) >= sizeof(state->dir))
		return lab_fail(-ENAMETOOLONG, "%s: the name is too long", dir);
	state->lock = lock(dir);
	if (state->lock < 0)
		return state->lock == -1 ? 0 : state->lock;
	err = open_pinned(state);
	return err ?: go_on(state);
}

/* ---- one program for another ---------------------------------------------------------- */

/* What stays attached is judged by the new program from now on. */
static int update_link(void *ctx, const char *name)
{
	struct acl_state *state = ctx;
	char path[512];
	int fd, err;

	fd = bpf_obj_get(acl_pin_path(path, state->dir, "link", name));
	if (fd < 0)
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	err = bpf_link_update(fd, state->acl, NULL);
	close(fd);
	return err ? lab_fail(err, "%s: cannot replace the program: %s", path, strerror(-err)) : 0;
}

static int remove_old_map(void *ctx, const char *name)
{
	struct acl_state *state = ctx;
	char path[512];

	for (int i = 0; i < state->map_count; i++)
		if (strcmp(name, state->maps[i].name) == 0)
			return 0;
	if (strncmp(name, "list", 4) != 0)
		unlink(acl_pin_path(path, state->dir, "map", name));
	return 0;
}

static int pin_all(struct acl_state *state)
{
	int err = 0;

	for (int i = 0; !err && i < state->map_count; i++)
		err = acl_pin(state->dir, "map", state->maps[i].name, state->maps[i].fd);
	if (!err)
		err = acl_pin(state->dir, "prog", "acl_which", state->which);
	if (!err)
		err = acl_pin(state->dir, "prog", "acl", state->acl);
	if (!err)
		err = acl_pins_each(state->dir, "link", update_link, state);
	if (!err)
		err = acl_pins_each(state->dir, "map", remove_old_map, state);
	return err;
}

/* *from takes the place of what *state has open; the list and the lock stay. */
static void take_over(struct acl_state *state, struct acl_state *from)
{
	close_object(state);
	state->acl = from->acl;
	state->which = from->which;
	memcpy(state->maps, from->maps, sizeof(state->maps));
	state->map_count = from->map_count;
	state->object = from->object;
	state->there = true;
	from->acl = from->which = -1;
	from->map_count = 0;
}

/* ---- one list for another --------------------------------------------------------------- */

static int check(const struct acl_state *state, const struct acl_rules *rules)
{
	const struct acl_engine *engine = state->engine;

	if (rules->count > engine->rules_max)
		return acl_refuse(rules, engine->rules_max, "%s takes at most %zu rules",
				  engine->name, engine->rules_max);
	return engine->check ? engine->check(rules) : 0;
}

/* Slots that no rule of the old list has count from 0. */
static int clear_new(const struct acl_state *state, const struct acl_rules *rules,
		     const struct acl_rules *old)
{
	bool *used = calloc(ACL_SLOTS, sizeof(*used));
	int err = 0;

	if (!used)
		return -ENOMEM;
	for (size_t i = 0; i < old->count; i++)
		used[old->rule[i].slot] = true;
	for (size_t i = 0; !err && i < rules->count; i++)
		if (!used[rules->rule[i].slot])
			err = acl_counter_clear(state, rules->rule[i].slot);
	free(used);
	return err ? lab_fail(err, "cannot clear a counter: %s", strerror(-err)) : 0;
}

/* *target is *state, or a program that is not pinned yet. */
static int install(struct acl_state *state, struct acl_state *target, struct acl_rules *rules)
{
	const struct acl_rules *old = &state->rules;
	int err;

	err = acl_rules_assign(rules, old);
	if (!err && state->there)
		err = clear_new(target, rules, old);
	if (!err)
		err = acl_store_prepare(target, rules);
	if (err)
		return err;
	err = state->engine->install(target, rules);
	if (!err && target != state)
		err = pin_all(target);
	if (err) {
		acl_store_abort(target);
		return err;
	}
	return acl_store_commit(target);
}

/* The folder, and its lock. */
static int make_folder(struct acl_state *state)
{
	int err = acl_pins_make(state->dir);

	if (!err && state->lock < 0) {
		state->lock = lock(state->dir);
		err = state->lock < 0 ? state->lock : 0;
	}
	return err;
}

int acl_state_replace(struct acl_state *state, struct acl_rules *rules)
{
	bool fresh = !acl_state_current(state), was_there = state->there;
	struct acl_state loaded;
	int err = check(state, rules);

	if (err)
		return err;
	acl_state_init(&loaded, state->engine, state->dir);
	if (fresh)
		err = acl_state_load(&loaded, state);
	else
		state->object = acl_object_hash(state->engine);
	if (!err)
		err = make_folder(state);
	if (!err) {
		err = install(state, fresh ? &loaded : state, rules);
		if (err && !was_there)
			acl_pins_remove(state->dir);
	}
	if (!err) {
		if (fresh)
			take_over(state, &loaded);
		acl_rules_free(&state->rules);
		err = acl_rules_copy(&state->rules, rules);
	}
	acl_state_close(&loaded);
	return err;
}

int acl_state_remove(struct acl_state *state)
{
	close_object(state);
	return acl_pins_remove(state->dir);
}
