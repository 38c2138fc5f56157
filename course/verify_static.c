// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a lesson's files show without running anything: that they are all
 * there and sound (rule 0), and the part of rule 4 that test.bats shows.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/verify.h"

static void require_file(struct verify *v, const char *name)
{
	AUTO_STR path = xasprintf("%s/%s", v->lesson->dir, name);

	if (!is_file(path))
		verify_found(v, RULE_FILES, "missing: %s", name);
}

/* An overlay holds files that `edit` names, at least one, and perhaps `expect`. */
static void check_overlay(struct verify *v, const char *folder, bool with_expect)
{
	AUTO_STR path = xasprintf("%s/%s", v->lesson->dir, folder);
	AUTO_STRV names = { 0 };
	size_t edited = 0;

	dir_names(path, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (strv_has(&v->lesson->conf.edit, names.v[i]))
			edited++;
		else if (!with_expect || strcmp(names.v[i], "expect"))
			verify_found(v, RULE_FILES, "%s/%s is not among the files in edit", folder,
				     names.v[i]);
	}
	if (!edited)
		verify_found(v, RULE_FILES, "%s holds none of the files in edit", folder);
}

static void read_wrong(struct verify *v, const char *name)
{
	AUTO_STR folder = xasprintf("wrong/%s", name);
	AUTO_STR path = xasprintf("%s/%s/expect", v->lesson->dir, folder);
	AUTO_STR shown = xasprintf("%s/expect", folder);
	AUTO_STR error = NULL;
	struct wrong *w;

	v->wrongs = xrealloc(v->wrongs, (v->n_wrongs + 1) * sizeof(*v->wrongs));
	w = &v->wrongs[v->n_wrongs++];
	*w = (struct wrong){ .name = xstrdup(name) };
	check_overlay(v, folder, true);
	w->sound = !expect_read(path, shown, &v->list, &w->expect, &error);
	if (!w->sound)
		verify_found(v, RULE_WRONG, "%s", error);
}

static void unique_id(struct verify *v)
{
	const struct tree *tree = v->tree;

	for (size_t i = 0; i < tree->n; i++)
		if (&tree->lessons[i] != v->lesson && tree->lessons[i].conf.id &&
		    !strcmp(tree->lessons[i].conf.id, v->lesson->conf.id))
			verify_found(v, RULE_FILES, "%s has the same id, \"%s\"",
				     tree->lessons[i].name, v->lesson->conf.id);
}

void verify_files(struct verify *v)
{
	const struct lesson *lesson = v->lesson;
	AUTO_STR path = xasprintf("%s/test.bats", lesson->dir);
	AUTO_STR wrong = xasprintf("%s/wrong", lesson->dir);
	AUTO_STRV cases = { 0 };
	AUTO_STR error = NULL;

	require_file(v, "README.md");
	require_file(v, "hints.md");
	require_file(v, "Makefile");
	for (size_t i = 0; i < lesson->conf.edit.n; i++)
		require_file(v, lesson->conf.edit.v[i]);
	if (!lesson->conf.edit.n)
		verify_found(v, RULE_FILES, "edit names no file");
	unique_id(v);
	check_overlay(v, "solution", false);
	if (bats_read(path, "test.bats", &v->list, &error)) {
		verify_found(v, RULE_HONEST, "%s", error);
		return;
	}
	v->list_sound = true;
	dir_names(wrong, &cases);
	for (size_t i = 0; i < cases.n; i++)
		read_wrong(v, cases.v[i]);
}

/* Is `word` in the line as a word of its own? */
static bool has_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = line; (s = strstr(s, word)); s++)
		if ((s == line || !(isalnum((unsigned char)s[-1]) || strchr("_-./$", s[-1]))) &&
		    !isalnum((unsigned char)s[n]) && s[n] != '_' && s[n] != '-')
			return true;
	return false;
}

static bool is_comment(const char *line)
{
	return line[strspn(line, " \t")] == '#';
}

static void check_line(struct verify *v, int number, const char *line)
{
	static const char *const waits[] = { "sleep", "usleep", "timeout" };
	static const char *const paths[] = { "build/", "LAB_BUILD", ".bpf.o", "solution/",
					     "work/" };
	static const char *const words[] = { "$RANDOM",	     "${RANDOM", "$SRANDOM",
					     "/dev/urandom", "$(date",	 "$EPOCH" };

	if (is_comment(line))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(waits); i++)
		if (has_word(line, waits[i]))
			verify_found(
				v, RULE_HONEST,
				"test.bats:%d: %s: wait for the event (lab_wait), not for time",
				number, waits[i]);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (strstr(line, paths[i]))
			verify_found(
				v, RULE_HONEST,
				"test.bats:%d: names a built path (%s); lab_load and lab_start "
				"find it",
				number, paths[i]);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(line, words[i]))
			verify_found(v, RULE_HONEST,
				     "test.bats:%d: %s does not come from the seed; use lab_rand",
				     number, words[i]);
}

/* "NAME() {" at the beginning of a line: the length of NAME, else 0. */
static size_t defines(const char *line)
{
	size_t n = 0;

	while (isalnum((unsigned char)line[n]) || line[n] == '_')
		n++;
	return !strncmp(line + n, "() {", 4) ? n : 0;
}

/* The words of a comment or of a check's name call nothing. */
static bool asks(const char *line, const struct strv *helpers)
{
	bool found = strstr(line, "lab_") != NULL;

	if (is_comment(line) || starts_with(line, "@test "))
		return false;
	for (size_t i = 0; i < helpers->n && !found; i++)
		found = has_word(line, helpers->v[i]);
	return found;
}

/* The functions of this file that call a lab_ function, or one that does; the callee comes first. */
static void find_helpers(const struct strv *lines, struct strv *helpers)
{
	const char *name = NULL; /* where the function begins that we are in */

	for (size_t i = 0; i < lines->n; i++) {
		const char *line = lines->v[i];
		size_t n = defines(line);

		if (n)
			name = line;
		if (name && asks(line + n, helpers)) {
			strv_addn(helpers, name, defines(name));
			name = NULL;
		}
		if (*line == '}' || (n && ends_with(line, "}")))
			name = NULL;
	}
}

void verify_honest(struct verify *v)
{
	AUTO_STR path = xasprintf("%s/test.bats", v->lesson->dir);
	AUTO_STRV lines = { 0 };
	AUTO_STRV helpers = { 0 };
	AUTO_STR text = NULL;
	size_t next = 0;
	bool uses = true;

	if (file_read(path, &text, NULL))
		return;
	strv_lines(&lines, text);
	find_helpers(&lines, &helpers);
	for (size_t i = 0; i < lines.n; i++) {
		check_line(v, i + 1, lines.v[i]);
		if (next < v->list.n && (int)i + 1 == v->list.tests[next].line) {
			if (!uses)
				verify_found(v, RULE_HONEST, "check \"%s\" calls no lab_ function",
					     v->list.tests[next - 1].name);
			next++;
			uses = false;
		}
		uses |= asks(lines.v[i], &helpers);
	}
	if (!uses)
		verify_found(v, RULE_HONEST, "check \"%s\" calls no lab_ function",
			     v->list.tests[v->list.n - 1].name);
}
