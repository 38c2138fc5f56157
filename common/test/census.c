// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl census: prints what is on the machine, one thing a line: KIND ID NAME.
 * labctl census diff FILE: prints what is there now, was not there when FILE was
 * written, and is not held by a process outside the case. The case's processes are
 * those in --cgroup; without it, those that outlived the environment they come from.
 * The kernel removes much of what a test used in the background; so what looks
 * left over is looked at again until it is gone, or the time (5 seconds) is over.
 * What was not there at the first look, or was held by another at any look, is
 * not left over: others use the machine, too.
 */
#include "common/test/census.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/test/deadline.h"
#include "common/test/labctl.h"
#include "common/test/proc.h"

const char *const item_kinds[ITEM_KINDS] = {
	"program", "map", "link", "pin", "netns", "interface", "cgroup", "process",
};

int census_add(struct census *census, enum item_kind kind, uint64_t id, const char *format, ...)
{
	struct item *item;
	va_list args;

	if (census->count == census->room) {
		size_t room = census->room ? 2 * census->room : 64;
		struct item *items = realloc(census->items, room * sizeof(*items));

		if (!items)
			return -ENOMEM;
		census->items = items;
		census->room = room;
	}
	item = &census->items[census->count++];
	*item = (struct item){ .kind = kind, .id = id };
	va_start(args, format);
	vsnprintf(item->name, sizeof(item->name), format, args);
	va_end(args);
	return 0;
}

void census_free(struct census *census)
{
	free(census->items);
	census->items = NULL;
	census->count = census->room = 0;
}

bool census_is_ours(const struct census *census, pid_t pid)
{
	return census->cgroup ? process_in_cgroup(pid, census->cgroup) : process_has_escaped(pid);
}

static int read_census(const char *path, struct census *census)
{
	FILE *file = fopen(path, "re");
	char line[400], kind[16], name[256];
	unsigned long long id;
	int err = 0;

	if (!file)
		return -errno;
	while (!err && fgets(line, sizeof(line), file)) {
		*name = 0;
		if (sscanf(line, "%15s %llu %255[^\n]", kind, &id, name) < 2)
			err = -EINVAL;
		for (int i = 0; i < ITEM_KINDS && !err; i++)
			if (!strcmp(kind, item_kinds[i]))
				err = census_add(census, i, id, "%s", name);
	}
	fclose(file);
	return err;
}

/* Inode numbers are only unique within a file system; the path is needed too. */
static bool same(const struct item *a, const struct item *b)
{
	return a->kind == b->kind && a->id == b->id &&
	       ((a->kind != ITEM_PIN && a->kind != ITEM_CGROUP) || !strcmp(a->name, b->name));
}

/* Keeps what is in other too, or (keep_known false) what is not. */
static void filter(struct census *census, const struct census *other, bool keep_known)
{
	size_t kept = 0;

	for (size_t i = 0; i < census->count; i++) {
		bool known = false;

		for (size_t j = 0; j < other->count && !known; j++)
			known = same(&census->items[i], &other->items[j]);
		if (known == keep_known)
			census->items[kept++] = census->items[i];
	}
	census->count = kept;
}

static void drop_foreign(struct census *census)
{
	size_t kept = 0;

	for (size_t i = 0; i < census->count; i++)
		if (!census->items[i].foreign)
			census->items[kept++] = census->items[i];
	census->count = kept;
}

/* What is left over at this look and was at the last one, if there was one. */
static int look(const struct census *before, struct census *left, bool first)
{
	struct census now = { .cgroup = left->cgroup };
	int err;

	err = census_take(&now);
	if (!err)
		filter(&now, before, false);
	if (!err && !first)
		filter(&now, left, true);
	if (!err && now.count)
		err = holders_find(&now);
	drop_foreign(&now);
	census_free(left);
	*left = now;
	return err;
}

static void print_leftover(const struct item *item)
{
	char holder[32];

	printf("%s %llu %s", item_kinds[item->kind], (unsigned long long)item->id, item->name);
	if (item->holder) {
		process_name(item->holder, holder);
		printf(", held by process %d (%s)", item->holder, holder);
	}
	putchar('\n');
}

static int diff(const char *path, const char *cgroup, double seconds)
{
	struct deadline deadline = deadline_exactly_in(seconds);
	struct census before = {}, left = { .cgroup = cgroup };
	double pause = 0.005;
	int err;

	err = read_census(path, &before);
	if (err)
		return fail("%s: %s", path, strerror(-err));
	err = look(&before, &left, true);
	while (!err && left.count && !deadline_over(deadline)) {
		deadline_pause_for(deadline, pause);
		pause = pause < 0.2 ? 2 * pause : pause;
		err = look(&before, &left, false);
	}
	for (size_t i = 0; i < left.count && !err; i++)
		print_leftover(&left.items[i]);
	if (!err)
		err = left.count ? EXIT_FAILED : EXIT_OK;
	else
		err = fail("cannot look: %s", strerror(-err));
	census_free(&left);
	census_free(&before);
	return err;
}

static int list(void)
{
	struct census census = {};
	int err = census_take(&census);

	for (size_t i = 0; i < census.count && !err; i++)
		printf("%s %llu %s\n", item_kinds[census.items[i].kind],
		       (unsigned long long)census.items[i].id, census.items[i].name);
	census_free(&census);
	return err ? fail("cannot look: %s", strerror(-err)) : EXIT_OK;
}

int cmd_census(int argc, char **argv)
{
	const char *seconds = "5", *cgroup = NULL;
	const struct option_value table[] = { { .name = "seconds", .value = &seconds },
					      { .name = "cgroup", .value = &cgroup },
					      {} };
	int first = options(argc, argv, table);

	if (first < 0)
		return EXIT_USAGE;
	if (argc == first)
		return list();
	if (argc - first == 2 && !strcmp(argv[first], "diff"))
		return diff(argv[first + 1], cgroup, atof(seconds));
	return usage();
}
