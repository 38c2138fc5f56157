// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From what a person types to a lesson. Stricter readings come first, so that
 * a full name is never ambiguous. Finding the lessons is tree.c.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/str.h"
#include "course/tree.h"

/* "parsing" in "02-parsing", "xdp" in "lab03-xdp" */
static const char *plain_name(const char *part)
{
	const char *dash = strchr(part, '-');

	return dash ? dash + 1 : part;
}

static bool part_is(const char *part, const char *query)
{
	return !strcmp(part, query) || !strcmp(plain_name(part), query);
}

static bool part_begins(const char *part, const char *query)
{
	return starts_with(part, query) || starts_with(plain_name(part), query);
}

/* One reading per level, strictest first. A query without a slash names the lesson. */
static bool matches(const char *name, const char *query, int level)
{
	AUTO_STR lab = xstrdup(name);
	char *base = strchr(lab, '/');
	const char *slash = strchr(query, '/');
	AUTO_STR first = slash ? xstrndup(query, slash - query) : NULL;

	*base++ = '\0';
	switch (level) {
	case 0:
		return !strcmp(name, query);
	case 1:
		return slash ? part_is(lab, first) && part_is(base, slash + 1)
			     : part_is(base, query);
	case 2:
		return slash ? part_begins(lab, first) && part_begins(base, slash + 1)
			     : part_begins(base, query);
	case 3:
		return strstr(name, query) != NULL;
	}
	return false;
}

#define LEVELS 4
#define SHOWN  5 /* names in a message */

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

static size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b), before, kept, row[128];

	if (n >= ARRAY_SIZE(row))
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		before = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			kept = row[j];
			row[j] = smallest(row[j] + 1, row[j - 1] + 1,
					  before + (tolower((unsigned char)a[i - 1]) != b[j - 1]));
			before = kept;
		}
	}
	return row[n];
}

static size_t distance(const char *name, const char *query)
{
	const char *base = strchr(name, '/') + 1;

	return smallest(edit_distance(query, name), edit_distance(query, base),
			edit_distance(query, plain_name(base)));
}

static char *unknown(const struct tree *tree, const char *query)
{
	size_t best = strlen(query) / 3 + 1, found = 0;
	AUTO_SB names = { 0 };

	for (size_t wanted = 0; wanted <= best && found < 3; wanted++)
		for (size_t i = 0; i < tree->n && found < 3; i++)
			if (distance(tree->lessons[i].name, query) == wanted)
				sb_addf(&names, "%s%s", found++ ? ", " : "", tree->lessons[i].name);
	if (!found)
		return xasprintf("no lesson \"%s\"; see them all with: course list", query);
	return xasprintf("no lesson \"%s\"; nearest: %s", query, names.s);
}

/* A lesson that is not there yet, by its name, number or what these begin with; or NULL. */
static char *planned(const struct tree *tree, const char *query)
{
	AUTO_STRV names = { 0 };

	tree_planned(tree, &names);
	for (int level = 0; level < LEVELS - 1; level++)
		for (size_t i = 0; i < names.n; i++)
			if (matches(names.v[i], query, level))
				return xasprintf("%s is planned, not here yet; those that are: "
						 "course list",
						 names.v[i]);
	return NULL;
}

/* A folder of a lesson, or of the learner's work on it, as the shell completes it. */
static struct lesson *by_folder(const struct tree *tree, const char *query)
{
	char path[PATH_MAX];
	size_t n;

	if (!realpath(query, path))
		return NULL;
	for (size_t i = 0; i < tree->n; i++) {
		const char *roots[] = { tree->lessons[i].dir, tree->lessons[i].work };

		for (size_t j = 0; j < ARRAY_SIZE(roots); j++) {
			n = strlen(roots[j]);
			if (!strncmp(path, roots[j], n) && (path[n] == '/' || !path[n]))
				return &tree->lessons[i];
		}
	}
	return NULL;
}

struct lesson *tree_resolve(const struct tree *tree, const char *query, char **error)
{
	AUTO_STR wanted = xstrdup(query);
	struct lesson *found = NULL;
	size_t n = strlen(wanted);

	*error = NULL;
	while (n && wanted[n - 1] == '/')
		wanted[--n] = '\0';
	for (int level = 0; n && level < LEVELS; level++) {
		AUTO_SB names = { 0 };
		size_t count = 0;

		for (size_t i = 0; i < tree->n; i++) {
			if (!matches(tree->lessons[i].name, wanted, level))
				continue;
			found = &tree->lessons[i];
			if (count++ < SHOWN)
				sb_addf(&names, "%s%s", count > 1 ? ", " : "", found->name);
		}
		if (count == 1)
			return found;
		if (count > 1) {
			*error = xasprintf("\"%s\" could be: %s%s", query, names.s,
					   count > SHOWN ? ", ..." : "");
			return NULL;
		}
	}
	found = by_folder(tree, query);
	if (!found)
		*error = n ? planned(tree, wanted) : NULL;
	if (!found && !*error)
		*error = unknown(tree, query);
	return found;
}

bool tree_in_lab(const struct lesson *lesson, const char *query)
{
	size_t n = strlen(query), lab = strchr(lesson->name, '/') - lesson->name;

	while (n && query[n - 1] == '/')
		n--;
	/* "lab03-xdp", or all of it before the dash: "lab03" */
	return n && n <= lab && !strncmp(lesson->name, query, n) &&
	       (n == lab || lesson->name[n] == '-') && starts_with(query, "lab");
}
