// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads TAP as `bats --formatter tap --timing` writes it. The tested program
 * may have written into the stream as well (a child that inherits fd 3 can):
 * so the plan must come first and be the parsed list's, every test must come
 * exactly once, in order and under its name. Anything else is an error, and an
 * error is never a pass.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/tap.h"

void tap_init(struct tap *tap, const struct bats_list *list)
{
	*tap = (struct tap){ .list = list };
	tap->tests = xrealloc(NULL, (list->n + 1) * sizeof(*tap->tests));
	for (size_t i = 0; i < list->n; i++)
		tap->tests[i] = (struct tap_test){ .ms = -1 };
}

static void wrong(struct tap *tap, const char *expected, const char *line)
{
	if (!tap->error)
		tap->error = xasprintf("line %d of the results is \"%s\", expected %s", tap->line,
				       line, expected);
}

/*
 * After "ok N " comes the name, " in 12ms", " # skip reason". Returns false
 * when it is another name. The name is compared first, so that a name which
 * looks like a suffix does no harm.
 */
static bool parse_rest(struct tap_test *test, const char *rest, const char *name, bool *skip)
{
	size_t n = strlen(name);
	int used = 0;

	*skip = false;
	if (strncmp(rest, name, n))
		return false;
	rest += n;
	if (sscanf(rest, " in %dms%n", &test->ms, &used) == 1 && used)
		rest += used;
	if (!*rest)
		return true;
	if (starts_with(rest, " # timeout after "))
		return true;
	if (!starts_with(rest, " # skip"))
		return false;
	*skip = true;
	rest += strlen(" # skip");
	free(test->reason);
	test->reason = xstrdup(rest + strspn(rest, " "));
	return true;
}

static void parse_test(struct tap *tap, const char *line)
{
	const struct bats_list *list = tap->list;
	bool not_ok = starts_with(line, "not ");
	const char *s = line + (not_ok ? strlen("not ok ") : strlen("ok "));
	AUTO_STR expected = NULL;
	struct tap_test *test;
	char *end;
	bool skip;

	if (!tap->planned || tap->seen >= list->n) {
		wrong(tap, tap->planned ? "the end" : "the plan", line);
		return;
	}
	test = &tap->tests[tap->seen];
	expected = xasprintf("the result of check %zu, \"%s\"", tap->seen + 1,
			     list->tests[tap->seen].name);
	if (!isdigit((unsigned char)*s) || strtoul(s, &end, 10) != tap->seen + 1 || *end != ' ' ||
	    !parse_rest(test, end + 1, list->tests[tap->seen].name, &skip) || (skip && not_ok)) {
		wrong(tap, expected, line);
		return;
	}
	test->status = skip ? TAP_SKIP : not_ok ? TAP_NOT_OK : TAP_OK;
	tap->seen++;
}

/* "(from function `f' in file x, line 3," / " in test file y, line 4)" / "  `false' failed" */
static bool is_bats_own(const char *s)
{
	return starts_with(s, "(from function `") || starts_with(s, "(in test file ") ||
	       ((starts_with(s, " from function `") || starts_with(s, " in test file ") ||
		 starts_with(s, " in file ")) &&
		strstr(s, ", line ")) ||
	       (starts_with(s, "  `") &&
		(ends_with(s, "' failed") || strstr(s, "' failed with "))) ||
	       starts_with(s, "bats warning: ");
}

/* What a tested program printed is shown on terminals: no control characters get through. */
static void parse_comment(struct tap *tap, const char *line)
{
	struct tap_test *test = tap->seen ? &tap->tests[tap->seen - 1] : NULL;
	AUTO_STR s = xstrdup(line + (line[1] == ' ' ? 2 : 1));

	for (char *p = s; *p; p++)
		if (iscntrl((unsigned char)*p) && *p != '\t')
			*p = '?';
	if (!test)
		strv_add(&tap->stray, s);
	else
		strv_add(is_bats_own(s) ? &test->bats_says : &test->message, s);
}

static void parse_plan(struct tap *tap, const char *line)
{
	AUTO_STR plan = xasprintf("1..%zu", tap->list->n);
	AUTO_STR expected = xasprintf("the plan \"%s\"", plan);

	if (tap->planned || tap->seen || strcmp(line, plan))
		wrong(tap, expected, line);
	tap->planned = true;
}

void tap_line(struct tap *tap, const char *line)
{
	tap->line++;
	if (starts_with(line, "1.."))
		parse_plan(tap, line);
	else if (starts_with(line, "ok ") || starts_with(line, "not ok "))
		parse_test(tap, line);
	else if (*line == '#')
		parse_comment(tap, line);
	else
		wrong(tap, "TAP", line);
}

void tap_text(struct tap *tap, const char *text)
{
	AUTO_STRV lines = { 0 };

	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++)
		tap_line(tap, lines.v[i]);
}

void tap_end(struct tap *tap)
{
	if (tap->error)
		return;
	if (!tap->planned)
		tap->error = xstrdup("the results are empty");
	else if (tap->seen < tap->list->n)
		tap->error = xasprintf("the results end before check %zu, \"%s\"", tap->seen + 1,
				       tap->list->tests[tap->seen].name);
}

void tap_free(struct tap *tap)
{
	for (size_t i = 0; i < tap->list->n; i++) {
		free(tap->tests[i].reason);
		strv_free(&tap->tests[i].message);
		strv_free(&tap->tests[i].bats_says);
	}
	free(tap->tests);
	free(tap->error);
	strv_free(&tap->stray);
}

const char *tap_internal(const struct tap_test *test)
{
	const char *line = NULL;

	for (size_t i = 0; test->status == TAP_NOT_OK && i < test->message.n; i++) {
		const char *s = test->message.v[i];

		if (starts_with(s, "seen:") || starts_with(s, "refused:"))
			return NULL;
		if (!line && starts_with(s, "internal: "))
			line = s;
	}
	return line;
}

void tap_words(const struct tap_test *test, struct strbuf *words)
{
	const struct strv *const said[] = { &test->message, &test->bats_says };
	const char *between = ": ";

	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		for (size_t j = 0; j < said[i]->n; j++) {
			sb_addf(words, "%s%s", between, said[i]->v[j]);
			between = " | ";
		}
	}
}
