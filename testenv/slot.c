// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * One file for each slot, named NUMBER.PARENT.NAME, in one folder. Changes are
 * made under a lock on the folder; reading needs none. The folder is removed
 * with its last file, so whoever locks it looks whether it still counts.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/slot.h"

#define SLOT_FILE (2 * 12 + NAME_LEN + 1)
#define NEW_FILE  "new"

static void slot_file(const struct slot *s, char file[SLOT_FILE])
{
	snprintf(file, SLOT_FILE, "%d.%d.%s", s->nr, s->parent, s->name);
}

static bool parse_file(const char *file, struct slot *s)
{
	char again[SLOT_FILE];

	_Static_assert(NAME_LEN == 32, "the width in the format below");
	if (sscanf(file, "%d.%d.%32s", &s->nr, &s->parent, s->name) != 3)
		return false;
	slot_file(s, again);
	return strcmp(file, again) == 0 && name_valid(s->name) && s->nr >= 1 && s->nr <= SLOT_MAX;
}

/* Opens and locks the folder, making it if it is not there. Returns its fd. */
static int lock_dir(const char *dir, bool create)
{
	for (;;) {
		struct stat st;
		int fd;

		if (create && mkdir(dir, 0755) && errno != EEXIST)
			return -errno;
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && create)
			continue;
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
			return fd;
		close(fd);
		if (!create)
			return -ENOENT;
	}
}

static int by_number(const void *a, const void *b)
{
	return ((const struct slot *)a)->nr - ((const struct slot *)b)->nr;
}

int slot_list(const char *dir, struct slot **slots)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int n = 0, room = 0;

	*slots = NULL;
	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(d))) {
		if (n == room) {
			struct slot *more;

			room = room ? 2 * room : 16;
			more = reallocarray(*slots, room, sizeof(**slots));
			if (!more) {
				free(*slots);
				closedir(d);
				return -ENOMEM;
			}
			*slots = more;
		}
		if (parse_file(entry->d_name, &(*slots)[n]))
			n++;
	}
	closedir(d);
	if (n)
		qsort(*slots, n, sizeof(**slots), by_number);
	return n;
}

int slot_find(const char *dir, const char *name, int parent, struct slot *slot)
{
	struct slot *all;
	int n = slot_list(dir, &all);
	int err = n < 0 ? n : -ENOENT;

	for (int i = 0; i < n; i++) {
		if (all[i].parent == parent && strcmp(all[i].name, name) == 0) {
			*slot = all[i];
			err = 0;
			break;
		}
	}
	free(all);
	return err;
}

/* The lowest number that none of the n sorted slots has. */
static int lowest_free(const struct slot *all, int n)
{
	int nr = 1;

	for (int i = 0; i < n && all[i].nr == nr; i++)
		nr++;
	return nr;
}

/*
 * Makes the file under another name and holds it before anyone can see it:
 * a slot that nobody holds is never one that is just being taken. The folder
 * is locked, so a file of that name is what a killed process left.
 */
static int create_file(int dirfd, const struct slot *slot, int *fd)
{
	char file[SLOT_FILE];
	int err = 0;

	slot_file(slot, file);
	*fd = openat(dirfd, NEW_FILE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (*fd < 0)
		return -errno;
	if (flock(*fd, LOCK_EX) || dprintf(*fd, "%d\n", getpid()) < 0 ||
	    renameat(dirfd, NEW_FILE, dirfd, file)) {
		err = -errno;
		unlinkat(dirfd, NEW_FILE, 0);
		close(*fd);
		*fd = -1;
	}
	return err;
}

int slot_take(const char *dir, const char *name, int parent, struct slot *slot, int *fd)
{
	struct slot *all = NULL;
	int dirfd, n, err = 0;

	*fd = -1;
	dirfd = lock_dir(dir, true);
	if (dirfd < 0)
		return dirfd;
	n = slot_list(dir, &all);
	if (n < 0)
		err = n;
	for (int i = 0; i < n && !err; i++)
		if (strcmp(name, TESTENV_SELF) != 0 && all[i].parent == parent &&
		    strcmp(all[i].name, name) == 0)
			err = -EEXIST;
	if (!err) {
		slot->nr = lowest_free(all, n);
		slot->parent = parent;
		snprintf(slot->name, sizeof(slot->name), "%s", name);
		err = slot->nr > SLOT_MAX ? -ENOSPC : create_file(dirfd, slot, fd);
	}
	free(all);
	close(dirfd);
	return err;
}

/* Removes the slot's file and those of all environments made inside it. */
static void free_tree(int dirfd, const struct slot *slot, const struct slot *all, int n)
{
	char file[SLOT_FILE];

	slot_file(slot, file);
	unlinkat(dirfd, file, 0);
	for (int i = 0; i < n; i++)
		if (all[i].parent == slot->nr && all[i].nr != slot->nr)
			free_tree(dirfd, &all[i], all, n);
}

void slot_free(const char *dir, const struct slot *slot)
{
	int dirfd = lock_dir(dir, false);
	struct slot *all;
	int n;

	if (dirfd < 0)
		return;
	n = slot_list(dir, &all);
	free_tree(dirfd, slot, all, n);
	free(all);
	unlinkat(dirfd, NEW_FILE, 0);
	rmdir(dir); /* stays while another environment is in it */
	close(dirfd);
}

static int open_file(const char *dir, const struct slot *slot)
{
	char file[SLOT_FILE], path[512];
	int fd;

	slot_file(slot, file);
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int slot_hold(const char *dir, const struct slot *slot, bool wait, int *fd)
{
	struct stat st;
	int err;

	*fd = open_file(dir, slot);
	if (*fd < 0)
		return *fd;
	if (flock(*fd, LOCK_EX | (wait ? 0 : LOCK_NB)))
		err = -errno;
	else
		err = fstat(*fd, &st) ? -errno : st.st_nlink ? 0 : -ENOENT;
	if (err) {
		close(*fd);
		*fd = -1;
	}
	return err;
}

pid_t slot_pid(const char *dir, const struct slot *slot)
{
	char text[16] = "";
	int fd = open_file(dir, slot);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return atoi(text);
}
