// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The part of rule 0 about hints.md: whichever check fails, there is a hint
 * for it, and no section is left behind that nobody will be shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/hints.h"
#include "course/verify.h"

static bool has_check(const struct verify *v, const char *name)
{
	for (size_t i = 0; i < v->list.n; i++)
		if (!strcmp(v->list.tests[i].name, name))
			return true;
	return false;
}

static void check_section(struct verify *v, const struct hints *hints, size_t i, size_t *numbered)
{
	const struct hint_section *s = &hints->sections[i];
	const char *check = hint_check(s);
	AUTO_STR next = xasprintf("%zu", *numbered + 1);

	if (hints_find(hints, s->title) != s)
		verify_found(v, RULE_FILES, "hints.md:%d: a second section \"%s\"", s->line,
			     s->title);
	else if (!strcmp(s->title, next))
		++*numbered;
	else if (check && !has_check(v, check))
		verify_found(v, RULE_FILES, "hints.md:%d: test.bats has no check named: %s",
			     s->line, check);
	else if (!check && strcmp(s->title, "refused"))
		verify_found(v, RULE_FILES,
			     "hints.md:%d: a section is \"%s\", \"check: NAME\" or \"refused\", "
			     "not \"%s\"",
			     s->line, next, s->title);
	if (!s->levels.n)
		verify_found(v, RULE_FILES, "hints.md:%d: section \"%s\" is empty", s->line,
			     s->title);
}

void verify_hints(struct verify *v)
{
	AUTO_STR path = xasprintf("%s/hints.md", v->lesson->dir);
	struct hints hints;
	size_t numbered = 0;

	/* That it is there is asked for with the other files. */
	if (hints_read(path, &hints) || !v->list_sound)
		goto out;
	for (size_t i = 0; i < hints.n; i++)
		check_section(v, &hints, i, &numbered);
	if (!numbered)
		verify_found(v, RULE_FILES, "hints.md: no section \"1\" with a general hint");
	for (size_t i = 0; i < v->list.n; i++)
		if (!hints_for_check(&hints, v->list.tests[i].name))
			verify_found(v, RULE_FILES, "hints.md: no section \"check: %s\"",
				     v->list.tests[i].name);
out:
	hints_free(&hints);
}
