// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Lessons that do not exist yet: the labs' README.md list them, in the rows of
 * their tables that say "planned".
 */
#include <ctype.h>
#include <string.h>

#include "course/files.h"
#include "course/tree.h"

/* "| 01-cgroup | core | planned | question |": the first cell, NULL if it is no such row. */
static char *planned_in(const char *row)
{
	const char *end;

	if (!starts_with(row, "| ") || !isdigit((unsigned char)row[2]) ||
	    !strstr(row, "| planned |"))
		return NULL;
	end = strchr(row + 2, ' ');
	return end ? xstrndup(row + 2, end - row - 2) : NULL;
}

static void add_planned(const struct tree *tree, const char *lab, struct strv *names)
{
	AUTO_STR path = xasprintf("%s/%s/README.md", tree->top, lab);
	AUTO_STR text = NULL;
	AUTO_STRV lines = { 0 };
	size_t len;

	if (file_read(path, &text, &len))
		return;
	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++) {
		AUTO_STR base = planned_in(lines.v[i]);

		if (base)
			strv_addf(names, "%s/%s", lab, base);
	}
}

void tree_planned(const struct tree *tree, struct strv *names)
{
	AUTO_STRV labs = { 0 };

	dir_names(tree->top, &labs);
	for (size_t i = 0; i < labs.n; i++)
		if (tree_is_lab(labs.v[i]))
			add_planned(tree, labs.v[i], names);
}
