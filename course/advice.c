// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The order of hints: those for the failing check, or for a refused program,
 * then the general ones. Reading hints.md is hints.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool/manual.h"
#include "course/advice.h"

#define INDENT	2
#define REFUSED "refused"

static void add(struct advice *advice, const struct hint_section *section)
{
	if (!section)
		return;
	advice->sections = xrealloc(advice->sections, (advice->n + 1) * sizeof(*advice->sections));
	advice->sections[advice->n++] = section;
	advice->levels += section->levels.n;
}

bool advice_is_general(const struct hint_section *section)
{
	return !hint_check(section) && strcmp(section->title, REFUSED);
}

void advice_make(struct advice *advice, const struct hints *hints, const struct result *result)
{
	*advice = (struct advice){ 0 };
	if (result->outcome == OUTCOME_REFUSED)
		add(advice, hints_find(hints, REFUSED));
	else if (result->check)
		add(advice, hints_for_check(hints, result->check));
	for (size_t i = 0; i < hints->n; i++)
		if (advice_is_general(&hints->sections[i]))
			add(advice, &hints->sections[i]);
}

void advice_free(struct advice *advice)
{
	free(advice->sections);
	*advice = (struct advice){ 0 };
}

const char *advice_level(const struct advice *advice, size_t nr,
			 const struct hint_section **section, size_t *level)
{
	for (size_t i = 0; i < advice->n; i++) {
		const struct strv *levels = &advice->sections[i]->levels;

		if (nr < levels->n) {
			*section = advice->sections[i];
			*level = nr;
			return levels->v[nr];
		}
		nr -= levels->n;
	}
	return NULL;
}

size_t advice_next(const struct advice *advice, const struct state *state,
		   const struct lesson *lesson, size_t from)
{
	const struct hint_section *section;
	size_t nr, level;

	for (nr = from; advice_level(advice, nr, &section, &level); nr++)
		if (level >= state_hints(state, lesson, section->title))
			return nr;
	return advice->levels;
}

static void flush(struct strbuf *paragraph)
{
	if (paragraph->len)
		manual_fill(paragraph->s, INDENT);
	sb_free(paragraph);
}

static bool begins_item(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	return starts_with(s, "- ") || starts_with(s, "* ") ||
	       (digits && starts_with(s + digits, ". "));
}

void advice_print(const char *text)
{
	AUTO_SB paragraph = { 0 };
	AUTO_STRV lines = { 0 };
	bool fenced = false;

	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++) {
		const char *s = lines.v[i];
		bool fence = starts_with(s, "```");

		if (fence || fenced || !*s || begins_item(s))
			flush(&paragraph);
		if (fence)
			fenced = !fenced;
		else if (fenced)
			printf("%*s%s\n", INDENT + 2, "", s);
		else if (!*s)
			putchar('\n');
		else
			sb_addf(&paragraph, "%s%s", paragraph.len ? " " : "", s);
	}
	flush(&paragraph);
}
