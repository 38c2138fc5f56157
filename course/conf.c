// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads lesson.conf with inih. inih itself would silently cut a value at " ;"
 * and a line at 200 bytes, and would take a key twice; here all three are
 * errors with file and line, and so is a key that nobody knows.
 */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/conf.h"
#include "course/files.h"

enum kind {
	TEXT,
	NUMBER,
	NAMES,
	TERMS
};

static const struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	bool required;
} keys[] = {
	{ "id", TEXT, offsetof(struct conf, id), true },
	{ "title", TEXT, offsetof(struct conf, title), true },
	{ "minutes", NUMBER, offsetof(struct conf, minutes), true },
	{ "level", TEXT, offsetof(struct conf, level), true },
	{ "requires", NAMES, offsetof(struct conf, requires), false },
	{ "teaches", TERMS, offsetof(struct conf, teaches), false },
	{ "tracks", NAMES, offsetof(struct conf, tracks), false },
	{ "edit", NAMES, offsetof(struct conf, edit), true },
	{ "needs", NAMES, offsetof(struct conf, needs), false },
	{ "programs", NAMES, offsetof(struct conf, programs), false },
	{ "helpers", NAMES, offsetof(struct conf, helpers), false },
	{ "kfuncs", NAMES, offsetof(struct conf, kfuncs), false },
	{ "sandbox", NAMES, offsetof(struct conf, sandbox), false },
	{ "timeout", NUMBER, offsetof(struct conf, timeout), false },
	{ "topology", TEXT, offsetof(struct conf, topology), false },
};

struct reader {
	const char *shown;
	struct strv lines;
	size_t next;	   /* line that inih reads next, counted from 0 */
	unsigned int seen; /* bit i: keys[i] */
	struct conf *conf;
	char *error;
};

static int fail_at(struct reader *r, size_t line, const char *what, const char *detail)
{
	if (!r->error)
		r->error = xasprintf("%s:%zu: %s%s", r->shown, line, what, detail);
	return 0;
}

/* fgets-style, as ini_parse_stream() wants it. */
static char *read_line(char *out, int size, void *arg)
{
	struct reader *r = arg;

	if (r->next >= r->lines.n)
		return NULL;
	snprintf(out, size, "%s\n", r->lines.v[r->next++]);
	return out;
}

/* What inih would take away without a word. */
static void refuse_what_inih_cuts(struct reader *r)
{
	for (size_t i = 0; i < r->lines.n; i++) {
		const char *line = r->lines.v[i];
		const char *first = line + strspn(line, " \t");

		/* Newer ones refuse a long comment, too, older ones do not. */
		if (strlen(line) > (size_t)ini_max_line - 3)
			fail_at(r, i + 1, "line too long: write on in the next line, indented", "");
		if (*first == ';' || *first == '#')
			continue;
		if (strstr(line, " ;") || strstr(line, "\t;"))
			fail_at(r, i + 1, "\" ;\" would begin a comment and cut the value off", "");
	}
}

static int set_number(struct reader *r, int *out, const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (*end || end == value || n < 1 || n > 3600)
		return fail_at(r, r->next, "not a number between 1 and 3600: ", value);
	*out = n;
	return 1;
}

static int set_text(struct reader *r, char **out, const char *value)
{
	char *joined;

	if (!*value)
		return fail_at(r, r->next, "the value is empty", "");
	joined = *out ? xasprintf("%s %s", *out, value) : xstrdup(value);
	free(*out);
	*out = joined;
	return 1;
}

static int handle(void *arg, const char *section, const char *name, const char *value)
{
	struct reader *r = arg;
	bool continued = isspace((unsigned char)*r->lines.v[r->next - 1]);

	if (strcmp(section, "lesson"))
		return fail_at(r, r->next, "the only section is [lesson], not ", section);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		void *field = (char *)r->conf + keys[i].offset;

		if (strcmp(keys[i].name, name))
			continue;
		if ((r->seen & 1u << i) && !continued)
			return fail_at(r, r->next, "set twice: ", name);
		r->seen |= 1u << i;
		switch (keys[i].kind) {
		case TEXT:
			return set_text(r, field, value);
		case NUMBER:
			return set_number(r, field, value);
		case NAMES:
			strv_split(field, value, ", \t");
			return 1;
		case TERMS:
			strv_split(field, value, ",");
			return 1;
		}
	}
	return fail_at(r, r->next, "unknown key: ", name);
}

static void check_values(struct reader *r)
{
	static const char *const levels[] = { "core", "extra", "depth" };
	struct conf *conf = r->conf;
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].required && !(r->seen & 1u << i))
			fail_at(r, 1, "missing key: ", keys[i].name);
	for (size_t i = 0; conf->level && i < ARRAY_SIZE(levels); i++)
		known |= !strcmp(conf->level, levels[i]);
	if (conf->level && !known)
		fail_at(r, 1, "level is core, extra or depth, not ", conf->level);
	for (size_t i = 0; i < conf->edit.n; i++)
		if (strchr(conf->edit.v[i], '/') || conf->edit.v[i][0] == '.')
			fail_at(r, 1, "edit holds plain file names, not ", conf->edit.v[i]);
	if (!conf->timeout)
		conf->timeout = 30;
	if (!conf->topology)
		conf->topology = xstrdup("pair");
}

int conf_read(const char *path, const char *shown, struct conf *conf, char **error)
{
	struct reader r = { .shown = shown, .conf = conf };
	AUTO_STR text = NULL;
	int line, err;

	*conf = (struct conf){ 0 };
	*error = NULL;
	err = file_read(path, &text, NULL);
	if (err) {
		*error = xasprintf("%s: %s", shown, strerror(-err));
		return err;
	}
	strv_lines(&r.lines, text);
	refuse_what_inih_cuts(&r);
	line = r.error ? 0 : ini_parse_stream(read_line, &r, handle, &r);
	if (line)
		fail_at(&r, line, "neither [section] nor KEY = VALUE", "");
	if (!r.error)
		check_values(&r);
	strv_free(&r.lines);
	*error = r.error;
	return r.error ? -EINVAL : 0;
}

void conf_free(struct conf *conf)
{
	free(conf->id);
	free(conf->title);
	free(conf->level);
	free(conf->topology);
	strv_free(&conf->requires);
	strv_free(&conf->teaches);
	strv_free(&conf->tracks);
	strv_free(&conf->edit);
	strv_free(&conf->needs);
	strv_free(&conf->programs);
	strv_free(&conf->helpers);
	strv_free(&conf->kfuncs);
	strv_free(&conf->sandbox);
	*conf = (struct conf){ 0 };
}
