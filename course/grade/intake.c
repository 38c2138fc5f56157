// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What may come in, and how much of it. Nothing is unpacked or followed: names
 * are compared with those that we want, and only their bytes are copied, to
 * paths that we made. Archives are read in intake_archive.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/files.h"
#include "course/grade/digest.h"
#include "course/grade/intake_source.h"

#define DEPTH_MAX 8

void intake_ignore(struct intake *in, const char *name, const char *why)
{
	if (in->n_ignored++ < INTAKE_NAMED_MAX)
		strv_addf(&in->ignored, "%s: %s", name, why);
}

/* A name that leads out of the submission, or is written as nobody's packer writes it. */
static bool strange(const char *name)
{
	if (*name == '/')
		return true;
	for (const char *p = name; *p; p += strcspn(p, "/"), p += *p == '/')
		if (*p == '/' || (p[0] == '.' && p[1] == '.' && (p[2] == '/' || !p[2])))
			return true;
	return false;
}

char *intake_target(const struct tree *tree, const char *name, const struct lesson **lesson)
{
	const char *slash;

	*lesson = NULL;
	if (strange(name))
		return NULL;
	if (starts_with(name, "./"))
		name += 2;
	slash = strchr(name, '/');
	if (slash && !tree_is_lab(name))
		name = slash + 1;
	for (size_t i = 0; i < tree->n; i++) {
		const struct lesson *l = &tree->lessons[i];
		size_t len = strlen(l->name);

		if (strncmp(name, l->name, len) || name[len] != '/' ||
		    !strv_has(&l->conf.edit, name + len + 1))
			continue;
		*lesson = l;
		return xstrdup(name);
	}
	return NULL;
}

/* The first lesson that lets a file of this name edit, and how many do. */
static const struct lesson *lesson_of(const struct tree *tree, const char *base, size_t *n)
{
	const struct lesson *first = NULL;

	*n = 0;
	for (size_t i = 0; i < tree->n; i++)
		if (strv_has(&tree->lessons[i].conf.edit, base) && !(*n)++)
			first = &tree->lessons[i];
	return first;
}

/* In words that help who packed it by hand, or had it packed by a platform. */
static char *why_not(const struct tree *tree, const char *name)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	const struct lesson *lesson;
	size_t n;

	if (submission_is_archive(base))
		return xstrdup("an archive inside is not looked into");
	lesson = lesson_of(tree, base, &n);
	if (n == 1)
		return xasprintf("its place is %s/%s", lesson->name, base);
	if (n)
		return xstrdup("its place is LAB/LESSON/FILE");
	return xstrdup("no lesson's file to edit");
}

int intake_keep(struct intake_source *src, const char *target, const struct strbuf *data)
{
	AUTO_STR path = xasprintf("%s/%s", src->folder, target);
	AUTO_STR folder = xstrndup(path, strrchr(path, '/') - path);
	int err = make_dirs(folder);

	if (!err)
		err = file_replace(path, sb_str(data), data->len);
	if (err)
		sb_addf(src->why, "cannot write %s: %s", path, strerror(-err));
	else
		src->in->files++;
	return err;
}

bool intake_wants(struct intake_source *src, const char *name, char **target)
{
	const struct lesson *lesson;
	AUTO_STR path = NULL;

	*target = intake_target(src->tree, name, &lesson);
	if (!*target) {
		AUTO_STR why = why_not(src->tree, name);

		intake_ignore(src->in, name, why);
		return false;
	}
	path = xasprintf("%s/%s", src->folder, *target);
	if (!is_file(path))
		return true;
	intake_ignore(src->in, name, "it comes twice; the first one counts");
	free_str(target);
	return false;
}

/* Regular, ours alone and small: else why not. */
static const char *unfit(const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return "it is a symbolic link";
	if (!S_ISREG(st->st_mode))
		return "it is not a regular file";
	/* A second name for somebody else's file. */
	if (st->st_nlink != 1)
		return "it is a hard link";
	if (st->st_size > (off_t)INTAKE_FILE_MAX)
		return "it is larger than 1 MiB";
	return NULL;
}

/*
 * The machine's fault, or the disk's: no reason to give anybody 0 points. Not memory: an archive may
 * ask for any amount of it.
 */
int intake_blame(int err)
{
	static const int ours[] = { EIO,    ENOMEM, EMFILE,    ENFILE,	 ESTALE,
				    ENOLCK, EINTR,  ETIMEDOUT, EREMOTEIO };

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (err == ours[i])
			return -err;
	return -EBADMSG;
}

static int cannot_read(struct intake_source *src, const char *name, int err)
{
	sb_addf(src->why, "%s%scannot be read: %s", name, *name ? " " : "it ", strerror(err));
	return intake_blame(err);
}

static int copy_file(struct intake_source *src, int fd, const char *name, const char *target)
{
	char chunk[65536];
	AUTO_SB data = { 0 };
	ssize_t n = 1;

	/* It may grow while we read. */
	while (data.len <= INTAKE_FILE_MAX && (n = read(fd, chunk, sizeof(chunk))) > 0)
		sb_addn(&data, chunk, n);
	return n < 0 ? cannot_read(src, name, errno) : intake_keep(src, target, &data);
}

/*
 * To open a device is to use it, so first comes a descriptor that opens nothing, and then what that is of,
 * whatever the name stands for meanwhile.
 */
static int open_again(int path)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", path);
	return open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static int take_file(struct intake_source *src, int dir, const char *base, const char *name)
{
	AUTO_FD path = openat(dir, base, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	AUTO_FD fd = -1;
	int err = path < 0 ? errno : 0;
	const struct lesson *lesson;
	AUTO_STR target = NULL;
	struct stat st = { 0 };
	const char *why = NULL;

	if (!err && fstat(path, &st))
		err = errno;
	if (!err)
		why = unfit(&st);
	if (why) {
		intake_ignore(src->in, name, why);
		return 0;
	}
	if (!err && (fd = open_again(path)) < 0)
		err = errno;
	if (err) {
		target = intake_target(src->tree, name, &lesson);
		/* One that counts is not passed over in silence. */
		if (target)
			return cannot_read(src, name, err);
		intake_ignore(src->in, name, strerror(err));
		return 0;
	}
	return intake_wants(src, name, &target) ? copy_file(src, fd, name, target) : 0;
}

/* Sorted, so that of two files for one place the same one counts wherever they are read. */
static int list(struct intake_source *src, DIR *dir, const char *name, struct strv *names)
{
	struct dirent *entry;

	while ((errno = 0, entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (++src->entries > INTAKE_ENTRIES_MAX) {
			sb_addf(src->why, "more than %d files and folders", INTAKE_ENTRIES_MAX);
			return -E2BIG;
		}
		strv_add(names, entry->d_name);
	}
	if (errno)
		return cannot_read(src, name, errno);
	strv_sort(names);
	return 0;
}

static int take_folder(struct intake_source *src, int fd, const char *name, int depth);

static int take(struct intake_source *src, int dir, const char *base, const char *name, int depth)
{
	struct stat st;
	int fd;

	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : cannot_read(src, name, errno);
	if (!S_ISDIR(st.st_mode))
		return take_file(src, dir, base, name);
	if (depth == DEPTH_MAX) {
		intake_ignore(src->in, name, "no lesson's file lies so deep");
		return 0;
	}
	fd = openat(dir, base, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	return fd < 0 ? cannot_read(src, name, errno) : take_folder(src, fd, name, depth + 1);
}

/* Closes fd. */
static int take_folder(struct intake_source *src, int fd, const char *name, int depth)
{
	DIR *dir = fdopendir(fd);
	AUTO_STRV names = { 0 };
	int err;

	if (!dir) {
		err = cannot_read(src, name, errno);
		close_fd(&fd);
		return err;
	}
	err = list(src, dir, name, &names);
	for (size_t i = 0; i < names.n && !err; i++) {
		AUTO_STR path = xasprintf("%s%s%s", name, *name ? "/" : "", names.v[i]);

		err = take(src, fd, names.v[i], path, depth);
	}
	closedir(dir);
	return err;
}

/* In the order of the lessons, whatever order they came in. */
static void hash_files(const struct tree *tree, const char *folder, struct intake *in)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < tree->n; i++)
		for (size_t j = 0; j < tree->lessons[i].conf.edit.n; j++) {
			AUTO_STR name = xasprintf("%s/%s", tree->lessons[i].name,
						  tree->lessons[i].conf.edit.v[j]);
			AUTO_STR path = xasprintf("%s/%s", folder, name);
			AUTO_STR text = NULL;
			AUTO_STR size = NULL;
			size_t len;

			if (file_read(path, &text, &len))
				continue;
			size = xasprintf("%s %zu\n", name, len);
			sha256_update(&ctx, strlen(size), (const uint8_t *)size);
			sha256_update(&ctx, len, (const uint8_t *)text);
		}
	in->sha256 = digest_hex(&ctx);
}

/* A link in a class's folder may lead to somebody else's work; one that the teacher names is followed. */
static int take_submission(struct intake_source *src, const struct submission *sub)
{
	AUTO_FD path = open(sub->path, O_PATH | O_CLOEXEC | (sub->found ? O_NOFOLLOW : 0));
	AUTO_FD fd = -1;
	struct stat st;
	int dir;

	if (path < 0 || fstat(path, &st))
		return cannot_read(src, "", errno);
	if (S_ISLNK(st.st_mode)) {
		sb_add(src->why, "it is a symbolic link");
		return -EBADMSG;
	}
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
		fd = open_again(path);
		if (fd < 0)
			return cannot_read(src, "", errno);
	}
	if (S_ISREG(st.st_mode) && submission_is_archive(sub->path))
		return intake_archive(src, fd);
	if (S_ISDIR(st.st_mode)) {
		dir = fd;
		fd = -1;
		return take_folder(src, dir, "", 0);
	}
	sb_add(src->why, "it is neither a folder nor an archive (.tar.gz, .zip and others)");
	return -EBADMSG;
}

enum course_exit intake_take(const struct tree *tree, const struct submission *sub,
			     const char *folder, struct intake *in, struct strbuf *why)
{
	struct intake_source src = { .tree = tree, .folder = folder, .in = in, .why = why };
	int err;

	*in = (struct intake){ 0 };
	err = take_submission(&src, sub);
	hash_files(tree, folder, in);
	if (!err)
		return COURSE_OK;
	return err == -EBADMSG || err == -E2BIG ? COURSE_INVALID : COURSE_MACHINE;
}

void intake_free(struct intake *in)
{
	strv_free(&in->ignored);
	free(in->sha256);
	*in = (struct intake){ 0 };
}
