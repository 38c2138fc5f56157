// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The learner's files: copied from the starter, backed up, put back. Nothing
 * here removes a file of theirs.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "course/files.h"
#include "course/overlay.h"
#include "course/proc.h"

bool overlay_started(const struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);

		if (is_file(path))
			return true;
	}
	return false;
}

char *overlay_missing(const struct tree *tree, const struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);

		if (!is_file(path))
			return xstrdup(tree_relative(tree, path));
	}
	return NULL;
}

void overlay_strays(const struct lesson *lesson, struct strv *names)
{
	AUTO_STRV all = { 0 };

	dir_names(lesson->work, &all);
	for (size_t i = 0; i < all.n; i++) {
		const char *name = all.v[i];
		bool ours = name[0] == '.' || ends_with(name, "~") || ends_with(name, ".swp");

		for (size_t j = 0; j < lesson->conf.edit.n; j++)
			ours |= !strcmp(name, lesson->conf.edit.v[j]);
		if (!ours)
			strv_add(names, name);
	}
}

/* FNV-1a over the contents; a file that is not there counts as such. */
static uint64_t hash_file(uint64_t hash, const char *path)
{
	AUTO_STR text = NULL;
	size_t len = 0;
	bool there = !file_read(path, &text, &len);

	hash = (hash ^ there) * 0x100000001b3;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	/* Where one file ends and the next begins makes a difference. */
	return (hash ^ len) * 0x100000001b3;
}

char *overlay_fingerprint(const struct lesson *lesson)
{
	AUTO_STR test = xasprintf("%s/test.bats", lesson->dir);
	uint64_t hash = hash_file(0xcbf29ce484222325, test);

	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);

		hash = hash_file(hash, path);
	}
	return xasprintf("%016" PRIx64, hash);
}

static int copy_starter(const struct lesson *lesson, bool over, size_t *copied, char **failed)
{
	int err = make_dirs(lesson->work);

	*failed = NULL;
	if (err)
		*failed = xstrdup(lesson->work);
	for (size_t i = 0; !err && i < lesson->conf.edit.n; i++) {
		const char *name = lesson->conf.edit.v[i];
		AUTO_STR from = xasprintf("%s/%s", lesson->dir, name);
		AUTO_STR to = xasprintf("%s/%s", lesson->work, name);

		if (!over && !access(to, F_OK))
			continue;
		err = file_copy(from, to);
		if (err)
			*failed = xstrdup(to);
		else
			(*copied)++;
	}
	return err;
}

int overlay_start(const struct lesson *lesson, size_t *copied, char **failed)
{
	*copied = 0;
	return copy_starter(lesson, false, copied, failed);
}

int overlay_reset(const struct lesson *lesson, char **failed)
{
	size_t copied = 0;

	return copy_starter(lesson, true, &copied, failed);
}

/* WORK/.course/backup/TIME/LAB/LESSON; a number is added when two come in one second. */
static char *backup_folder(const struct tree *tree, const struct lesson *lesson)
{
	time_t now = time(NULL);
	char stamp[32];
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	for (int n = 1;; n++) {
		AUTO_STR folder = n == 1 ? xasprintf("%s/.course/backup/%s/%s", tree->work, stamp,
						     lesson->name)
					 : xasprintf("%s/.course/backup/%s.%d/%s", tree->work,
						     stamp, n, lesson->name);

		if (access(folder, F_OK))
			return xstrdup(folder);
	}
}

int overlay_backup(const struct tree *tree, const struct lesson *lesson, char **folder)
{
	AUTO_STRV names = { 0 };
	int err;

	*folder = backup_folder(tree, lesson);
	err = make_dirs(*folder);
	if (!err)
		err = dir_names(lesson->work, &names);
	for (size_t i = 0; !err && i < names.n; i++) {
		AUTO_STR from = xasprintf("%s/%s", lesson->work, names.v[i]);
		AUTO_STR to = xasprintf("%s/%s", *folder, names.v[i]);

		if (is_file(from))
			err = file_copy(from, to);
	}
	return err;
}

int overlay_make_current(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR folder = xasprintf("%s/run", tree->build);
	AUTO_STR target = xasprintf("%s/work", lesson->name);
	AUTO_STR path = xasprintf("%s/current", folder);
	AUTO_STR temporary = xasprintf("%s/.current.%d", folder, getpid());
	int err = make_dirs(folder);

	if (err)
		return err;
	unlink(temporary);
	if (symlink(target, temporary))
		return -errno;
	if (rename(temporary, path)) {
		err = -errno;
		unlink(temporary);
	}
	return err;
}

char *overlay_edited_starter(const struct tree *tree, const struct lesson *lesson)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = 10000 };
	char *edited = NULL;

	strv_add(&argv, "git");
	strv_add(&argv, "-C");
	strv_add(&argv, tree->top);
	strv_add(&argv, "diff");
	strv_add(&argv, "--name-only");
	strv_add(&argv, "HEAD");
	strv_add(&argv, "--");
	for (size_t i = 0; i < lesson->conf.edit.n; i++)
		strv_addf(&argv, "%s/%s", lesson->name, lesson->conf.edit.v[i]);
	if (!proc_run(&proc, &r) && !r.status && r.out.len)
		edited = xstrndup(r.out.s, strcspn(r.out.s, "\n"));
	proc_result_free(&r);
	return edited;
}
