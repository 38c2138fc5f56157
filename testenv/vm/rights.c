// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Less than root's rights for QEMU. See rights.h. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/kernel.h"
#include "testenv/vm/rights.h"

#define NOBODY 65534

/* A folder that only root can enter, and what is laid over it. */
struct cover {
	char path[PATH_MAX];
	int hidden; /* the folder itself */
};

/* More would be strange; what does not fit stays out of sight. */
#define COVERS_MAX 8
static struct cover covers[COVERS_MAX];
static int n_covers;
static bool can_cover;

bool vm_rights(uid_t *uid, gid_t *gid)
{
	const struct passwd *nobody;
	struct stat st;

	if (geteuid())
		return false;
	if (stat("/proc/self/exe", &st) == 0 && st.st_uid) {
		*uid = st.st_uid;
		*gid = st.st_gid;
		return true;
	}
	nobody = getpwnam("nobody");
	*uid = nobody ? nobody->pw_uid : NOBODY;
	*gid = nobody ? nobody->pw_gid : NOBODY;
	return true;
}

int vm_rights_drop(bool kvm)
{
	struct stat st;
	uid_t uid;
	gid_t gid;

	if (!vm_rights(&uid, &gid))
		return 0;
	if (setgroups(kvm && stat("/dev/kvm", &st) == 0, &st.st_gid) || setgid(gid) || setuid(uid))
		return -errno;
	return 0;
}

int vm_rights_give(const char *path)
{
	uid_t uid;
	gid_t gid;

	return vm_rights(&uid, &gid) && lchown(path, uid, gid) ? -errno : 0;
}

/* ---- ways ------------------------------------------------------------------ */

/* Is path the folder, or in it? What follows the folder's name is returned. */
static const char *rest_in(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	return strncmp(folder, path, len) == 0 && (!path[len] || path[len] == '/') ? path + len
										   : NULL;
}

static struct cover *cover_of(const char *path)
{
	for (int i = 0; i < n_covers; i++)
		if (rest_in(covers[i].path, path))
			return &covers[i];
	return NULL;
}

static int lay_cover(const char *path)
{
	struct cover *c = &covers[n_covers];

	if (!can_cover || n_covers == COVERS_MAX)
		return -EPERM;
	c->hidden = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->hidden < 0)
		return -errno;
	if (mount(TESTENV_MARK, path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")) {
		close(c->hidden);
		return -errno;
	}
	snprintf(c->path, sizeof(c->path), "%s", path);
	n_covers++;
	return 0;
}

/* QEMU enters no folder that it cannot read. */
static bool can_enter(const struct stat *st)
{
	uid_t uid;
	gid_t gid;

	if (!vm_rights(&uid, &gid))
		return true; /* as well as we can */
	if (st->st_uid == uid)
		return (st->st_mode & 0500) == 0500;
	return st->st_gid == gid ? (st->st_mode & 050) == 050 : (st->st_mode & 05) == 05;
}

/* Covers the first folder on the way that cannot be entered. */
static int cover_on_way(const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	for (const char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		if (stat(part, &st))
			return -errno;
		if (!can_enter(&st))
			return lay_cover(part);
	}
	return 0;
}

/* Makes the folders in the cover that lead to path, and path. */
static int make_way(const struct cover *c, const char *path)
{
	char part[PATH_MAX];
	const char *end = path + strlen(c->path);

	while (*end) {
		end += 1 + strcspn(end + 1, "/");
		snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		/* In spite of the umask. */
		if (mkdir(part, 0755) ? errno != EEXIST : chmod(part, 0755))
			return -errno;
	}
	return 0;
}

static int bind_folder(const struct cover *c, int folder, const char *path)
{
	char from[32];
	int err = make_way(c, path);

	snprintf(from, sizeof(from), "/proc/self/fd/%d", folder);
	if (!err && mount(from, path, NULL, MS_BIND | MS_REC, NULL))
		err = -errno;
	return err;
}

/* path: a folder, without symbolic links. */
static int open_way(const char *path)
{
	struct stat wanted, there;
	const struct cover *c;
	const char *rest;
	int err = 0, folder;

	if (!cover_of(path))
		err = cover_on_way(path);
	c = cover_of(path);
	rest = c ? rest_in(c->path, path) : "";
	if (err || !*rest)
		return err; /* it can be entered, or it is the cover itself */
	folder = openat(c->hidden, rest + 1, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	fstat(folder, &wanted);
	if (stat(path, &there) || wanted.st_ino != there.st_ino || wanted.st_dev != there.st_dev) {
		/* What was there once, and is another folder now. */
		umount2(path, MNT_DETACH);
		err = bind_folder(c, folder, path);
	}
	close(folder);
	return err;
}

/* The folder that testenv's own is in: bin/, and what the guest runs besides. */
static int build_folder(char path[PATH_MAX])
{
	int err = vm_self(path);

	if (err)
		return err;
	for (int i = 0; i < 2 && strrchr(path, '/') > path; i++)
		*strrchr(path, '/') = '\0';
	return 0;
}

int vm_rights_begin(const char *kernel_dir)
{
	char build[PATH_MAX], named[PATH_MAX], cache[PATH_MAX], kernel[PATH_MAX];
	const char *const wanted[] = { build, cache, kernel };
	int err;
	uid_t uid;
	gid_t gid;

	if (!vm_rights(&uid, &gid))
		return 0;
	/* All names are resolved before the first cover. */
	err = build_folder(build) ?: vm_cache(named, ".");
	if (!err && (!realpath(named, cache) || !realpath(kernel_dir, kernel)))
		err = -errno;
	if (err)
		return err;
	/* Where we may not, all goes well as long as everything can be entered. */
	can_cover = !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted) && !err; i++)
		err = open_way(wanted[i]);
	return err;
}

void vm_rights_for(const struct vm_frame *start)
{
	static const char *const keys[] = { "cwd=", "env=BUILD=", "env=TMPDIR=" };
	uid_t uid;
	gid_t gid;

	if (!vm_rights(&uid, &gid))
		return;
	for (const char *s = vm_string(start, NULL); s; s = vm_string(start, s))
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (strncmp(s, keys[i], strlen(keys[i])) == 0 && s[strlen(keys[i])] == '/')
				/* What the guest cannot see, it says itself. */
				(void)open_way(s + strlen(keys[i]));
}
