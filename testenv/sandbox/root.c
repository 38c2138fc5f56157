// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Prepares the sandbox's files, see root.h. Nothing here runs a submission's code,
 * and nothing is mounted where anyone else could see it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/root.h"
#include "testenv/write.h"

/* Newer than the headers of some distributions. */
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

#define step(root, ...) snprintf((root)->step, sizeof((root)->step), __VA_ARGS__)

/* The machine's own files that programs need. What is not there is left out. */
static const char *const shown[] = {
	"/usr",
	"/etc/alternatives",
	"/etc/ld.so.cache",
	"/etc/ld.so.conf",
	"/etc/ld.so.conf.d",
	"/etc/protocols",
	"/etc/services",
	"/dev/null",
	"/dev/zero",
	"/dev/full",
	"/dev/random",
	"/dev/urandom",
	"/sys/devices/system/cpu", /* libbpf: how many processors */
	"/sys/kernel/btf",	   /* libbpf: the kernel's types */
};

/* Where /usr is merged these are links, elsewhere folders. */
static const char *const roots[] = { "bin", "sbin", "lib", "lib32", "lib64", "libx32" };

static const char *const folders[] = { "box", "dev",	"etc",	      "proc",	      "sys",
				       "run", "sys/fs", "sys/fs/bpf", "sys/fs/cgroup" };

static const struct {
	const char *at, *to;
} links[] = {
	{ "tmp", "box" },
	{ "dev/shm", "../box" },
	{ "dev/fd", "/proc/self/fd" },
	{ "dev/stdin", "/proc/self/fd/0" },
	{ "dev/stdout", "/proc/self/fd/1" },
	{ "dev/stderr", "/proc/self/fd/2" },
};

static const struct {
	const char *at, *text;
} files[] = {
	{ "etc/passwd", "root:x:0:0:sandbox:/box:/bin/sh\n" },
	{ "etc/group", "root:x:0:\n" },
	{ "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n" },
	{ "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct setting {
	const char *key, *value;
};

/* A file system that is mounted nowhere. Returns an fd of it, or -errno. */
static int make_fs(const char *type, const struct setting *settings, unsigned int attributes)
{
	int fs = fsopen(type, FSOPEN_CLOEXEC);
	int fd = -1, err = 0;

	if (fs < 0)
		return -errno;
	for (; settings->key && !err; settings++)
		err = fsconfig(fs, FSCONFIG_SET_STRING, settings->key, settings->value, 0);
	if (!err)
		err = fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (!err)
		fd = fsmount(fs, FSMOUNT_CLOEXEC, attributes);
	err = fd < 0 ? -errno : 0;
	close(fs);
	return err ? err : fd;
}

static int make_tmpfses(struct box_root *root, const struct box_options *o, uid_t uid)
{
	char size[24], owner[16], inodes[16];
	/* With room for the numbers of all events (broker/events.c). */
	const struct setting of_root[] = {
		{ "size", "64M" }, { "nr_inodes", "32768" }, { "mode", "755" }, {}
	};
	const struct setting of_box[] = { { "size", size },  { "nr_inodes", inodes },
					  { "mode", "700" }, { "uid", owner },
					  { "gid", owner },  {} };

	step(root, "make a file system in memory");
	root->fd = make_fs("tmpfs", of_root, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (root->fd < 0)
		return root->fd;
	/* A disk bomb meets these two limits. Each inode is some kernel memory, too. */
	snprintf(size, sizeof(size), "%dM", o->files_mb);
	snprintf(inodes, sizeof(inodes), "%d", 4096 + o->files_mb * 16);
	snprintf(owner, sizeof(owner), "%u", uid);
	root->box = make_fs("tmpfs", of_box, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return root->box < 0 ? root->box : 0;
}

/* Makes the folders on the way to path below dir; with folder path itself, too. */
static int make_way(int dir, const char *path, bool folder, uid_t uid)
{
	char part[PATH_MAX];
	size_t len = 0;

	while (path[len]) {
		len += strcspn(path + len, "/");
		if (!path[len] && !folder)
			break;
		snprintf(part, sizeof(part), "%.*s", (int)len, path);
		if (mkdirat(dir, part, 0755) == 0) {
			if (uid && fchownat(dir, part, uid, uid, AT_SYMLINK_NOFOLLOW))
				return -errno;
		} else if (errno != EEXIST) {
			return -errno;
		}
		len += path[len] == '/';
	}
	return 0;
}

/* An empty file or folder for something to be mounted on. */
static int make_mount_point(struct box_root *root, const char *at, bool folder, uid_t uid)
{
	bool in_box = strncmp(at, BOX_DIR "/", strlen(BOX_DIR "/")) == 0;
	const char *path = in_box ? at + strlen(BOX_DIR "/") : at + 1;
	int dir = in_box ? root->box : root->fd;
	int fd, err = make_way(dir, path, folder, in_box ? uid : 0);

	if (err || folder)
		return err;
	fd = openat(dir, path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/*
 * A detached copy of what is at a path: no setuid program in it works, and no
 * device but those of the table above.
 */
static int clone_tree(int dir, const char *from, __u64 attributes)
{
	unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
	struct mount_attr attr = {
		.attr_set = attributes,
		.propagation = MS_PRIVATE,
	};
	int err, fd = syscall(SYS_open_tree, dir, from, flags | (*from ? 0 : AT_EMPTY_PATH));

	if (fd < 0)
		return -errno;
	if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) ==
	    0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int add_tree(struct box_root *root, int fd, const char *at, bool folder)
{
	struct box_tree *trees = realloc(root->trees, (root->nr_trees + 1) * sizeof(*trees));

	if (!trees) {
		close(fd);
		return -ENOMEM;
	}
	root->trees = trees;
	trees[root->nr_trees++] = (struct box_tree){ fd, at, folder };
	return 0;
}

static int show_path(struct box_root *root, const char *from, const char *at, uid_t uid)
{
	__u64 attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
	struct stat st;
	int fd, err;

	step(root, "show %s", from);
	if (stat(from, &st))
		return -errno;
	err = make_mount_point(root, at, S_ISDIR(st.st_mode), uid);
	if (err)
		return err;
	attributes |= S_ISCHR(st.st_mode) ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_NODEV;
	fd = clone_tree(AT_FDCWD, from, attributes);
	return fd < 0 ? fd : add_tree(root, fd, at, S_ISDIR(st.st_mode));
}

int root_show(struct box_root *root, int folder, const char *at, bool writable)
{
	__u64 attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	int fd, err = make_mount_point(root, at, true, 0);

	step(root, "show %s", at);
	if (err)
		return err;
	fd = clone_tree(folder, "", attributes | (writable ? 0 : MOUNT_ATTR_RDONLY));
	return fd < 0 ? fd : add_tree(root, fd, at, true);
}

static int show_machine(struct box_root *root)
{
	int err = 0;

	for (size_t i = 0; i < COUNT(shown) && !err; i++)
		if (access(shown[i], F_OK) == 0)
			err = show_path(root, shown[i], shown[i], 0);
	for (size_t i = 0; i < COUNT(roots) && !err; i++) {
		/* Not on the stack: the list of trees points to it. */
		static char paths[COUNT(roots)][16];
		char *path = paths[i], to[PATH_MAX] = "";
		struct stat st;

		snprintf(path, sizeof(paths[i]), "/%s", roots[i]);
		if (lstat(path, &st))
			continue;
		if (!S_ISLNK(st.st_mode))
			err = show_path(root, path, path, 0);
		else if (readlink(path, to, sizeof(to) - 1) < 0 ||
			 symlinkat(to, root->fd, roots[i]))
			err = -errno;
	}
	return err;
}

static int fill_root(struct box_root *root)
{
	int err = 0;

	step(root, "fill the sandbox's root folder");
	for (size_t i = 0; i < COUNT(folders) && !err; i++)
		err = mkdirat(root->fd, folders[i], 0755) ? -errno : 0;
	for (size_t i = 0; i < COUNT(links) && !err; i++)
		err = symlinkat(links[i].to, root->fd, links[i].at) ? -errno : 0;
	for (size_t i = 0; i < COUNT(files) && !err; i++)
		err = write_text_at(root->fd, files[i].at, O_CREAT | O_EXCL, files[i].text);
	return err;
}

static int copy_bytes(int from, int to)
{
	char block[65536];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0)
		for (ssize_t done = 0, m; done < n; done += m) {
			m = write(to, block + done, n - done);
			if (m < 0)
				return -errno;
		}
	return n < 0 ? -errno : 0;
}

/* Only regular files: a FIFO would block us, a link lead to somebody else's file. */
static int copy_file(struct box_root *root, const struct box_pair *pair, uid_t uid)
{
	int from, to = -1, err;
	struct stat st;

	step(root, "copy %s", pair->from);
	from = open(pair->from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (from < 0)
		return -errno;
	err = fstat(from, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (!err)
		err = make_way(root->box, pair->to, false, uid);
	if (!err)
		to = openat(root->box, pair->to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			    st.st_mode & 0100 ? 0755 : 0644);
	if (!err && to < 0)
		err = -errno;
	if (!err)
		err = copy_bytes(from, to);
	if (!err && fchown(to, uid, uid))
		err = -errno;
	if (to >= 0)
		close(to);
	close(from);
	return err;
}

/*
 * Where process numbers are the caller's, processes are not hidden by a namespace: this
 * /proc shows to each user only what is its own. Else init mounts one (inside.c).
 */
static int show_processes(struct box_root *root)
{
	const struct setting settings[] = { { "subset", "pid" }, { "hidepid", "invisible" }, {} };
	int fd =
		make_fs("proc", settings, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);

	step(root, "make a /proc");
	return fd < 0 ? fd : add_tree(root, fd, "/proc", true);
}

int root_make(struct box_root *root, const struct box_options *o, uid_t uid)
{
	int err;

	*root = (struct box_root){ .fd = -1, .box = -1 };
	err = make_tmpfses(root, o, uid);
	if (!err)
		err = fill_root(root);
	if (!err)
		err = show_machine(root);
	if (!err && o->join_processes)
		err = show_processes(root);
	for (int i = 0; i < o->binds.nr && !err; i++)
		err = show_path(root, o->binds.at[i].from, o->binds.at[i].to, uid);
	for (int i = 0; i < o->copies.nr && !err; i++)
		err = copy_file(root, &o->copies.at[i], uid);
	return err;
}

void root_close_trees(struct box_root *root)
{
	for (int i = 0; i < root->nr_trees; i++)
		close(root->trees[i].fd);
	free(root->trees);
	root->trees = NULL;
	root->nr_trees = 0;
	if (root->fd >= 0)
		close(root->fd);
	root->fd = -1;
}

void root_close(struct box_root *root)
{
	root_close_trees(root);
	if (root->box >= 0)
		close(root->box);
	root->box = -1;
}
