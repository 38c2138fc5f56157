// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads wrong/CASE/expect. One statement a line:
 *
 *   # comment
 *   says = One sentence for the learner.
 *   must NAME OF A CHECK
 *   may NAME OF A CHECK
 *   refused [TEXT]     (the verifier refuses the program, and says TEXT)
 *   build [TEXT]       (the compiler does)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/expect.h"
#include "course/files.h"

struct parser {
	const char *shown;
	const struct bats_list *list;
	struct expect *expect;
	char *error;
};

static void fail_at(struct parser *p, size_t line, const char *what, const char *detail)
{
	if (!p->error)
		p->error = xasprintf("%s:%zu: %s%s", p->shown, line, what, detail);
}

static void add_check(struct parser *p, size_t line, struct strv *to, const char *name)
{
	bool known = false;

	for (size_t i = 0; i < p->list->n; i++)
		known |= !strcmp(p->list->tests[i].name, name);
	if (!known)
		fail_at(p, line, "test.bats has no check named: ", name);
	if (strv_has(&p->expect->must, name) || strv_has(&p->expect->may, name))
		fail_at(p, line, "named twice: ", name);
	strv_add(to, name);
}

/* "refused" or "refused TEXT"; of several texts each must stand there. */
static bool parse_kind(struct parser *p, size_t line, char *s, const char *word, int kind)
{
	struct expect *e = p->expect;
	size_t n = strlen(word);

	if (!starts_with(s, word) || (s[n] && s[n] != ' '))
		return false;
	if (e->kind != EXPECT_CHECKS && (int)e->kind != kind)
		fail_at(p, line, "refused and build exclude each other", "");
	e->kind = kind;
	if (s[n])
		strv_add(&e->texts, trim(s + n));
	return true;
}

static void parse_line(struct parser *p, size_t line, char *s)
{
	struct expect *e = p->expect;

	if (!*s || *s == '#' || parse_kind(p, line, s, "refused", EXPECT_REFUSED) ||
	    parse_kind(p, line, s, "build", EXPECT_BUILD))
		return;
	if (starts_with(s, "must ")) {
		add_check(p, line, &e->must, trim(s + strlen("must ")));
	} else if (starts_with(s, "may ")) {
		add_check(p, line, &e->may, trim(s + strlen("may ")));
	} else if (starts_with(s, "says =") && !e->says) {
		e->says = xstrdup(trim(s + strlen("says =")));
	} else {
		fail_at(p, line,
			"must NAME, may NAME, refused, build or one says = SENTENCE, not: ", s);
	}
}

int expect_read(const char *path, const char *shown, const struct bats_list *list,
		struct expect *expect, char **error)
{
	struct parser p = { .shown = shown, .list = list, .expect = expect };
	AUTO_STRV lines = { 0 };
	AUTO_STR text = NULL;
	bool named;
	int err;

	*expect = (struct expect){ 0 };
	*error = NULL;
	err = file_read(path, &text, NULL);
	if (err) {
		*error = xasprintf("%s: %s", shown, strerror(-err));
		return err;
	}
	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++)
		parse_line(&p, i + 1, trim(lines.v[i]));
	named = expect->must.n || expect->may.n;
	if (expect->kind == EXPECT_CHECKS && !expect->must.n)
		fail_at(&p, lines.n, "no must NAME, refused or build", "");
	if (expect->kind != EXPECT_CHECKS && named)
		fail_at(&p, lines.n, "refused and build leave no check to name", "");
	if (!expect->says || !*expect->says)
		fail_at(&p, lines.n, "no says = SENTENCE", "");
	*error = p.error;
	return p.error ? -EINVAL : 0;
}

void expect_free(struct expect *expect)
{
	strv_free(&expect->must);
	strv_free(&expect->may);
	strv_free(&expect->texts);
	free(expect->says);
	*expect = (struct expect){ 0 };
}
