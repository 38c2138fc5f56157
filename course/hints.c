// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads hints.md: "## TITLE" begins a section, a line "---" the next level in
 * it, except inside a fenced block. What stands above the first section is no
 * hint. Which sections there must be is a rule of verify; which to show next,
 * a matter of course hint.
 */
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/hints.h"

static const char check_prefix[] = "check: ";

struct parser {
	struct hints *hints;
	struct strbuf level;
	bool fenced;
};

static void end_level(struct parser *p)
{
	struct hints *hints = p->hints;
	char *text = p->level.s;

	while (p->level.len && text[p->level.len - 1] == '\n')
		text[--p->level.len] = '\0';
	if (p->level.len && hints->n)
		strv_add(&hints->sections[hints->n - 1].levels, text + strspn(text, "\n"));
	sb_free(&p->level);
}

static void begin_section(struct parser *p, const char *title, int line)
{
	struct hints *hints = p->hints;
	AUTO_STR copy = xstrdup(title);

	end_level(p);
	hints->sections = xrealloc(hints->sections, (hints->n + 1) * sizeof(*hints->sections));
	hints->sections[hints->n++] =
		(struct hint_section){ .title = xstrdup(trim(copy)), .line = line };
}

int hints_read(const char *path, struct hints *hints)
{
	struct parser p = { .hints = hints };
	AUTO_STRV lines = { 0 };
	AUTO_STR text = NULL;
	int err;

	*hints = (struct hints){ 0 };
	err = file_read(path, &text, NULL);
	if (err)
		return err;
	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++) {
		const char *s = lines.v[i];

		if (starts_with(s, "```"))
			p.fenced = !p.fenced;
		if (!p.fenced && starts_with(s, "## "))
			begin_section(&p, s + strlen("## "), i + 1);
		else if (!p.fenced && !strcmp(s, "---"))
			end_level(&p);
		else
			sb_addf(&p.level, "%s\n", s);
	}
	end_level(&p);
	return 0;
}

void hints_free(struct hints *hints)
{
	for (size_t i = 0; i < hints->n; i++) {
		free(hints->sections[i].title);
		strv_free(&hints->sections[i].levels);
	}
	free(hints->sections);
	*hints = (struct hints){ 0 };
}

const struct hint_section *hints_find(const struct hints *hints, const char *title)
{
	for (size_t i = 0; i < hints->n; i++)
		if (!strcmp(hints->sections[i].title, title))
			return &hints->sections[i];
	return NULL;
}

const struct hint_section *hints_for_check(const struct hints *hints, const char *check)
{
	AUTO_STR title = xasprintf("%s%s", check_prefix, check);

	return hints_find(hints, title);
}

const char *hint_check(const struct hint_section *section)
{
	return starts_with(section->title, check_prefix) ? section->title + strlen(check_prefix)
							 : NULL;
}
