// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads the checks out of test.bats, and their tags, which bats itself does
 * not pass on. A line is a check exactly when bats takes it for one; what bats
 * would take differently (a name with $ or quotes in it) is an error here.
 * Running the checks is run.c, reading the outcome is tap.c.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/bats.h"
#include "course/files.h"

struct parser {
	const char *shown;
	const char *forced; /* the visibility of all; NULL: as the tags say */
	struct bats_list *list;
	int points;
	char *visibility;
	char *error;
};

static void fail_at(struct parser *p, int line, const char *what, const char *detail)
{
	if (!p->error)
		p->error = xasprintf("%s:%d: %s%s", p->shown, line, what, detail);
}

static void reset_tags(struct parser *p)
{
	p->points = 1;
	free(p->visibility);
	p->visibility = xstrdup("visible");
}

static void parse_tag(struct parser *p, int line, const char *tag)
{
	static const char *const known[] = { "visible", "hidden", "after_due_date",
					     "after_published" };
	const char *value;
	char *end;
	long n;

	if (starts_with(tag, "points:")) {
		value = tag + strlen("points:");
		n = strtol(value, &end, 10);
		if (*end || end == value || n < 0 || n > 1000)
			fail_at(p, line, "points are a number from 0 to 1000, not ", value);
		p->points = n;
		return;
	}
	if (!starts_with(tag, "visibility:")) {
		fail_at(p, line, "unknown tag (points:N or visibility:V): ", tag);
		return;
	}
	value = tag + strlen("visibility:");
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(value, known[i]))
			continue;
		free(p->visibility);
		p->visibility = xstrdup(value);
		return;
	}
	fail_at(p, line, "unknown visibility: ", value);
}

/* "# bats test_tags=points:2,visibility:visible" */
static bool parse_comment(struct parser *p, int line, const char *s)
{
	AUTO_STRV tags = { 0 };

	if (*s++ != '#')
		return false;
	s += strspn(s, " \t");
	if (strncmp(s, "bats", 4) || !isblank((unsigned char)s[4]))
		return true;
	s += 4;
	s += strspn(s, " \t");
	if (starts_with(s, "file_tags=")) {
		fail_at(p, line, "tags stand above each test (test_tags=), not for the file", "");
		return true;
	}
	if (!starts_with(s, "test_tags="))
		return true;
	strv_split(&tags, s + strlen("test_tags="), ",");
	for (size_t i = 0; i < tags.n; i++)
		parse_tag(p, line, tags.v[i]);
	return true;
}

static void add_test(struct parser *p, int line, const char *name, size_t len)
{
	AUTO_STR copy = xstrndup(name, len);
	struct bats_list *list = p->list;

	if (!len)
		fail_at(p, line, "the test has no name", "");
	/* bats writes the name into a double-quoted string; TAP ends it at "#". */
	if (strpbrk(copy, "\"$`\\#"))
		fail_at(p, line, "a test's name is literal, without \" $ ` \\ #: ", copy);
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->tests[i].name, copy))
			fail_at(p, line, "two tests have this name: ", copy);
	list->tests = xrealloc(list->tests, (list->n + 1) * sizeof(*list->tests));
	list->tests[list->n++] = (struct bats_test){
		.name = xstrdup(copy),
		.line = line,
		.points = p->points,
		.visibility = xstrdup(p->forced ?: p->visibility),
	};
	reset_tags(p);
}

/* @test "NAME" { */
static void parse_test(struct parser *p, int line, const char *s)
{
	const char *close;
	size_t blanks;
	char quote;

	s += strlen("@test");
	s += strspn(s, " \t");
	quote = *s++;
	close = quote == '"' || quote == '\'' ? strchr(s, quote) : NULL;
	/* A second "{" would make bats see another name than a reader does. */
	blanks = close ? strspn(close + 1, " \t") : 0;
	if (!blanks || close[1 + blanks] != '{' || strstr(close + 2 + blanks, " {")) {
		fail_at(p, line, "write it as: @test \"NAME\" {", "");
		return;
	}
	add_test(p, line, s, close - s);
}

static void parse_line(struct parser *p, int line, const char *s)
{
	const char *comment = strstr(s, "# @test");

	s += strspn(s, " \t");
	if (starts_with(s, "@test") && isblank((unsigned char)s[5]))
		parse_test(p, line, s);
	else if (!parse_comment(p, line, s) && comment && strchr(s, '{'))
		fail_at(p, line, "write it as: @test \"NAME\" {", "");
}

int bats_add(const char *path, const char *shown, const char *visibility, struct bats_list *list,
	     char **error)
{
	struct parser p = { .shown = shown, .forced = visibility, .list = list };
	size_t before = list->n;
	AUTO_STRV lines = { 0 };
	AUTO_STR text = NULL;
	int err;

	*error = NULL;
	err = file_read(path, &text, NULL);
	if (err) {
		*error = xasprintf("%s: %s", shown, strerror(-err));
		return err;
	}
	reset_tags(&p);
	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++)
		parse_line(&p, i + 1, lines.v[i]);
	if (list->n == before)
		fail_at(&p, 1, "no tests", "");
	free(p.visibility);
	*error = p.error;
	return p.error ? -EINVAL : 0;
}

int bats_read(const char *path, const char *shown, struct bats_list *list, char **error)
{
	*list = (struct bats_list){ 0 };
	return bats_add(path, shown, NULL, list, error);
}

void bats_free(struct bats_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->tests[i].name);
		free(list->tests[i].visibility);
	}
	free(list->tests);
	*list = (struct bats_list){ 0 };
}

int bats_points(const struct bats_list *list)
{
	int sum = 0;

	for (size_t i = 0; i < list->n; i++)
		sum += list->tests[i].points;
	return sum;
}
