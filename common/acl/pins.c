// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The folder in bpffs where the tool keeps what it has loaded (state.h). */
#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/lab/lab.h"

static const char *const kinds[] = { "link", "prog", "map" };

#define NR_KINDS (sizeof(kinds) / sizeof(*kinds))

char *acl_pin_path(char path[512], const char *dir, const char *kind, const char *name)
{
	int start = snprintf(path, 512, "%s/%s%s", dir, kind, *kind ? "/" : "");

	if (start > 511)
		start = 511;
	snprintf(path + start, 512 - start, "%s", name);
	/* bpffs allows no dots. */
	for (char *c = path + start; *c; c++)
		if (*c == '.')
			*c = '_';
	return path;
}

static int make_folder(const char *path)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	return 0;
}

/* A folder that is not there yet is where the one above it is. */
static int check_filesystem(const char *dir)
{
	char above[ACL_DIR_MAX], *slash;
	struct statfs fs;

	snprintf(above, sizeof(above), "%s", dir);
	if (statfs(dir, &fs)) {
		slash = strrchr(above, '/');
		if (slash)
			*slash = '\0';
		if (statfs(slash && *above ? above : "/", &fs))
			return lab_fail(-errno, "%s: %s", above, strerror(errno));
	}
	if (fs.f_type != BPF_FS_MAGIC)
		return lab_fail(-EBADF,
				"%s is not in a BPF filesystem; mount -t bpf bpf /sys/fs/bpf, or "
				"say --pins DIR",
				dir);
	return 0;
}

int acl_pins_make(const char *dir)
{
	char path[512];
	int err;

	err = check_filesystem(dir) ?: make_folder(dir);
	for (size_t i = 0; !err && i < NR_KINDS; i++)
		err = make_folder(acl_pin_path(path, dir, "", kinds[i]));
	return err;
}

int acl_pin(const char *dir, const char *kind, const char *name, int fd)
{
	char path[512], new[512];

	acl_pin_path(path, dir, kind, name);
	snprintf(new, sizeof(new), "%.500s_new", path);
	unlink(new);
	/* Pinned aside and moved: there is no moment without it. */
	if (bpf_obj_pin(fd, new))
		return lab_fail(-errno, "cannot pin %s: %s", path, strerror(errno));
	if (rename(new, path)) {
		int err = -errno;

		unlink(new);
		return lab_fail(err, "cannot pin %s: %s", path, strerror(-err));
	}
	return 0;
}

int acl_pins_each(const char *dir, const char *kind, int (*fn)(void *ctx, const char *name),
		  void *ctx)
{
	struct dirent **entries;
	char path[512];
	int count, err = 0;

	count = scandir(acl_pin_path(path, dir, "", kind), &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (!err && *entries[i]->d_name != '.')
			err = fn(ctx, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return err;
}

struct place {
	const char *dir, *kind;
};

int acl_link_remove(const char *dir, const char *ifname)
{
	char path[512];
	int fd = bpf_obj_get(acl_pin_path(path, dir, "link", ifname));

	if (fd < 0)
		return errno == ENOENT ? lab_fail(-ENOENT, "it is not attached to %s", ifname)
				       : lab_fail(-errno, "%s: %s", path, strerror(errno));
	/* When the last pin goes, the kernel detaches some time later; this is now. */
	bpf_link_detach(fd);
	close(fd);
	if (unlink(path))
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int remove_one(void *ctx, const char *name)
{
	const struct place *place = ctx;
	char path[512];

	if (strcmp(place->kind, "link") == 0)
		return acl_link_remove(place->dir, name);
	if (unlink(acl_pin_path(path, place->dir, place->kind, name)))
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	return 0;
}

int acl_pins_remove(const char *dir)
{
	char path[512];
	int err = 0;

	/* Links first: nothing is judged by what is half gone. */
	for (size_t i = 0; !err && i < NR_KINDS; i++) {
		struct place place = { dir, kinds[i] };

		err = acl_pins_each(dir, kinds[i], remove_one, &place);
		if (!err && rmdir(acl_pin_path(path, dir, "", kinds[i])) && errno != ENOENT)
			err = lab_fail(-errno, "%s: %s", path, strerror(errno));
	}
	if (!err && rmdir(dir) && errno != ENOENT)
		err = lab_fail(-errno, "%s: %s", dir, strerror(errno));
	return err;
}
