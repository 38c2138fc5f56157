// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What may come in, and how much of it. Nothing is unpacked or followed: names
 * are compared with those that we want, and only their bytes are copied, to
 * paths that we made. Archives are read in intake_archive.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/files.h"
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
		intake_ignore(src->in, name, "no lesson's file to edit");
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
	if (!S_ISREG(st->st_mode))
		return "it is not a regular file";
	/* A second name for somebody else's file. */
	if (st->st_nlink != 1)
		return "it is a hard link";
	if (st->st_size > (off_t)INTAKE_FILE_MAX)
		return "it is larger than 1 MiB";
	return NULL;
}

static int take_file(struct intake_source *src, int dir, const char *base, const char *name)
{
	AUTO_FD fd = openat(dir, base, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char chunk[65536];
	AUTO_SB data = { 0 };
	AUTO_STR target = NULL;
	const char *why;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st)) {
		intake_ignore(src->in, name,
			      errno == ELOOP ? "it is a symbolic link" : strerror(errno));
		return 0;
	}
	why = unfit(&st);
	if (why) {
		intake_ignore(src->in, name, why);
		return 0;
	}
	if (!intake_wants(src, name, &target))
		return 0;
	/* It may grow while we read. */
	while (data.len <= INTAKE_FILE_MAX && (n = read(fd, chunk, sizeof(chunk))) > 0)
		sb_addn(&data, chunk, n);
	return intake_keep(src, target, &data);
}

static int take_folder(struct intake_source *src, int parent, const char *base, const char *name,
		       int depth)
{
	int fd = openat(parent, base, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int err = 0;

	if (!dir) {
		close_fd(&fd);
		intake_ignore(src->in, name, strerror(errno));
		return 0;
	}
	while (!err && (entry = readdir(dir))) {
		AUTO_STR path = xasprintf("%s%s%s", name, *name ? "/" : "", entry->d_name);
		struct stat st;

		if (entry->d_name[0] == '.' || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (++src->entries > INTAKE_ENTRIES_MAX) {
			sb_addf(src->why, "more than %d files and folders", INTAKE_ENTRIES_MAX);
			err = -E2BIG;
		} else if (!S_ISDIR(st.st_mode)) {
			err = take_file(src, fd, entry->d_name, path);
		} else if (depth < DEPTH_MAX) {
			err = take_folder(src, fd, entry->d_name, path, depth + 1);
		} else {
			intake_ignore(src->in, path, "no lesson's file lies so deep");
		}
	}
	closedir(dir);
	return err;
}

/* In the order of the lessons, whatever order they came in. */
static void hash_files(const struct tree *tree, const char *folder, struct intake *in)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	AUTO_SB hex = { 0 };

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
	sha256_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sb_addf(&hex, "%02x", digest[i]);
	in->sha256 = xstrdup(hex.s);
}

enum course_exit intake_take(const struct tree *tree, const struct submission *sub,
			     const char *folder, struct intake *in, struct strbuf *why)
{
	struct intake_source src = { .tree = tree, .folder = folder, .in = in, .why = why };
	int err;

	*in = (struct intake){ 0 };
	if (is_dir(sub->path)) {
		err = take_folder(&src, AT_FDCWD, sub->path, "", 0);
	} else if (submission_is_archive(sub->path)) {
		err = intake_archive(&src, sub->path);
	} else {
		sb_add(why, "it is neither a folder nor an archive (.tar.gz, .zip and others)");
		err = -EBADMSG;
	}
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
