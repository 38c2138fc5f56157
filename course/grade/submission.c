// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From paths to submissions with ids. */
#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "course/files.h"
#include "course/grade/submission.h"
#include "course/tree.h"

#define ID_MAX 64

static const char *const endings[] = { ".tar.gz",  ".tgz",     ".tar.xz", ".txz", ".tar.bz2",
				       ".tar.zst", ".tar.lz4", ".tar",	  ".zip", ".7z" };

/* How long the ending of an archive's name is; 0: it is none. */
static size_t archive_ending(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t end = strlen(endings[i]);

		if (len > end && !strcasecmp(name + len - end, endings[i]))
			return end;
	}
	return 0;
}

bool submission_is_archive(const char *name)
{
	return archive_ending(name) != 0;
}

/*
 * "." and ".." would be folders, a dot in front a hidden file, and what begins
 * with "-" an option to other programs and a formula in a table. What is longer
 * than a file name may be is cut, and told apart by a hash.
 */
char *submission_id(const char *name, bool archive)
{
	size_t len = strlen(name) - (archive ? archive_ending(name) : 0);
	unsigned int hash = 2166136261u;
	AUTO_SB id = { 0 };

	for (size_t i = 0; i < len; i++) {
		unsigned char c = name[i];

		hash = (hash ^ c) * 16777619u;
		if (isalnum(c) || c == '_' || ((c == '-' || c == '.') && i))
			sb_addn(&id, name + i, 1);
		else
			sb_addf(&id, "%%%02X", c);
	}
	if (id.len <= ID_MAX)
		return xstrdup(sb_str(&id));
	return xasprintf("%.*s%%%08X", ID_MAX - 9, id.s, hash);
}

static const char *same(const struct strv *ids, const char *id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (!strcmp(ids->v[i], id))
			return ids->v[i];
	return NULL;
}

const char *submission_called(const struct strv *ids, const char *written)
{
	AUTO_STR folder = submission_id(written, false);
	AUTO_STR archive = submission_id(written, true);
	const char *id = same(ids, written);

	if (!id)
		id = same(ids, folder);
	return id ? id : same(ids, archive);
}

char *submission_name(const char *id)
{
	AUTO_SB name = { 0 };
	AUTO_STR again = NULL;

	for (const char *p = id; *p; p++) {
		unsigned int c;

		if (*p == '%' && sscanf(p + 1, "%2X", &c) == 1 && c) {
			sb_addn(&name, &(char){ c }, 1);
			p += 2;
		} else {
			sb_addn(&name, p, 1);
		}
	}
	/* One that was cut has a hash at its end. */
	again = submission_id(sb_str(&name), false);
	return xstrdup(strcmp(again, id) ? id : sb_str(&name));
}

static void add(struct submissions *subs, const char *path, bool found)
{
	AUTO_STR copy = xstrdup(path);
	const char *name = basename(copy);

	subs->v = xrealloc(subs->v, (subs->n + 1) * sizeof(*subs->v));
	subs->v[subs->n++] = (struct submission){
		.id = submission_id(name, !is_dir(path)),
		.path = xstrdup(path),
		.found = found,
	};
}

static bool holds_lab(const struct strv *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (tree_is_lab(names->v[i]))
			return true;
	return false;
}

static int by_id(const void *a, const void *b)
{
	const struct submission *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static int find(const char *path, struct submissions *subs, struct strbuf *why)
{
	AUTO_STRV names = { 0 };
	int err;

	if (!is_dir(path)) {
		if (is_file(path)) {
			add(subs, path, false);
			return 0;
		}
		sb_addf(why, "%s: no such file or folder", path);
		return -ENOENT;
	}
	err = dir_names(path, &names);
	if (err) {
		sb_addf(why, "%s: %s", path, strerror(-err));
		return err;
	}
	if (holds_lab(&names)) {
		add(subs, path, false);
		return 0;
	}
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR entry = xasprintf("%s/%s", path, names.v[i]);

		add(subs, entry, true);
	}
	return 0;
}

int submissions_find(const struct strv *arguments, struct submissions *subs, struct strbuf *why)
{
	int err = 0;

	*subs = (struct submissions){ 0 };
	for (size_t i = 0; i < arguments->n && !err; i++) {
		AUTO_STR path = xstrdup(arguments->v[i]);

		while (strlen(path) > 1 && ends_with(path, "/"))
			path[strlen(path) - 1] = '\0';
		err = find(path, subs, why);
	}
	if (subs->n)
		qsort(subs->v, subs->n, sizeof(*subs->v), by_id);
	for (size_t i = 1; i < subs->n && !err; i++) {
		if (strcmp(subs->v[i - 1].id, subs->v[i].id))
			continue;
		sb_addf(why, "%s and %s are both called %s: rename one", subs->v[i - 1].path,
			subs->v[i].path, subs->v[i].id);
		err = -EINVAL;
	}
	if (!err && !subs->n) {
		sb_addf(why, "there is no submission in %s", arguments->v[0]);
		err = -ENOENT;
	}
	return err;
}

void submissions_free(struct submissions *subs)
{
	for (size_t i = 0; i < subs->n; i++) {
		free(subs->v[i].id);
		free(subs->v[i].path);
	}
	free(subs->v);
	*subs = (struct submissions){ 0 };
}
