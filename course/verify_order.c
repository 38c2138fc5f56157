// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rule 7: what a lesson requires exists and has no cycle, and no term is used
 * before a lesson that teaches it; rule 8: what it needs is known to testenv
 * doctor. README.md beside this file has rule 7 in words.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "course/files.h"
#include "course/markdown.h"
#include "course/verify.h"
#include "course/vm.h"

enum mark {
	NEW,
	OPEN,
	DONE
};

struct walk {
	struct verify *v;
	enum mark *marks; /* per lesson of the tree */
	struct strbuf path;
};

static size_t index_of(const struct tree *tree, const struct lesson *lesson)
{
	return lesson - tree->lessons;
}

/* Marks everything that `lesson` requires, itself included. */
static void visit(struct walk *w, const struct lesson *lesson)
{
	enum mark *mark = &w->marks[index_of(w->v->tree, lesson)];
	size_t kept = w->path.len;

	if (*mark == OPEN)
		verify_found(w->v, RULE_ORDER, "requires goes in a circle: %s%s", sb_str(&w->path),
			     lesson->name);
	if (*mark != NEW)
		return;
	*mark = OPEN;
	sb_addf(&w->path, "%s -> ", lesson->name);
	for (size_t i = 0; i < lesson->conf.requires.n; i++) {
		const char *name = lesson->conf.requires.v[i];
		const struct lesson *required = tree_lesson(w->v->tree, name);

		if (required)
			visit(w, required);
		else if (lesson == w->v->lesson)
			verify_found(w->v, RULE_ORDER, "requires %s, which does not exist", name);
	}
	w->path.len = kept;
	w->path.s[kept] = '\0';
	*mark = DONE;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "skel->bss->calls" names a member, as C has it, and no term. */
static bool is_member(const char *text, const char *s)
{
	return s - text >= 2 && s[-2] == '-' && s[-1] == '>';
}

/* The term as words of its own; upper and lower case are one, and so is a plural s. */
static bool mentions(const char *text, const char *term)
{
	size_t n = strlen(term);

	for (const char *s = text; (s = strcasestr(s, term)); s++) {
		size_t end = n + (tolower((unsigned char)s[n]) == 's');

		if ((s == text || !is_word(s[-1])) && !is_member(text, s) &&
		    (!is_word(s[n]) || !is_word(s[end])))
			return true;
	}
	return false;
}

static bool teaches(const struct lesson *lesson, const char *term)
{
	for (size_t i = 0; i < lesson->conf.teaches.n; i++)
		if (!strcasecmp(lesson->conf.teaches.v[i], term))
			return true;
	return false;
}

/* By this lesson, or by one that it requires. */
static bool is_taught(const struct walk *w, const char *term)
{
	const struct tree *tree = w->v->tree;

	for (size_t i = 0; i < tree->n; i++)
		if (w->marks[i] == DONE && teaches(&tree->lessons[i], term))
			return true;
	return false;
}

/* A look ahead, with the way there: only where a learner expects one. */
static bool may_look_ahead(const struct md_section *section, const char *paragraph,
			   const struct lesson *teacher)
{
	const char *base = strchr(teacher->name, '/');

	return (!strcmp(section->title, "Go further") || !strcmp(section->title, "Compare")) &&
	       strstr(paragraph, "](") && strstr(paragraph, base);
}

static void check_term(struct walk *w, const struct md *md, const char *term,
		       const struct lesson *teacher)
{
	for (size_t i = 0; i < md->n_sections; i++) {
		const struct md_section *section = &md->sections[i];

		for (size_t j = 0; j < section->paragraphs.n; j++) {
			const char *paragraph = section->paragraphs.v[j];

			if (!mentions(paragraph, term) ||
			    may_look_ahead(section, paragraph, teacher))
				continue;
			verify_found(w->v, RULE_ORDER,
				     "README.md: \"%s\" in \"%s\" is used before %s teaches it",
				     term, section->title, teacher->name);
			return;
		}
	}
}

void verify_order(struct verify *v)
{
	const struct tree *tree = v->tree;
	AUTO_STR path = xasprintf("%s/README.md", v->lesson->dir);
	struct walk w = { .v = v };
	AUTO_STR text = NULL;
	struct md md;

	w.marks = xrealloc(NULL, tree->n * sizeof(*w.marks));
	memset(w.marks, 0, tree->n * sizeof(*w.marks));
	visit(&w, v->lesson);
	if (file_read(path, &text, NULL))
		goto out;
	md_parse(&md, text);
	for (size_t i = 0; i < tree->n; i++) {
		const struct lesson *teacher = &tree->lessons[i];

		for (size_t j = 0; w.marks[i] != DONE && j < teacher->conf.teaches.n; j++)
			if (!is_taught(&w, teacher->conf.teaches.v[j]))
				check_term(&w, &md, teacher->conf.teaches.v[j], teacher);
	}
	md_free(&md);
out:
	sb_free(&w.path);
	free(w.marks);
}

/* Where to run the lesson: here, or where this machine lacks something, in a virtual one. */
static enum course_exit find_place(struct verify *v, struct strbuf *why)
{
	struct run run;
	enum course_exit code;

	run_init(&run, v->lesson, v->seeds[0]);
	code = vm_place(&run, v->tree);
	sb_add(why, sb_str(&run.why));
	if (!code && run.machine)
		code = vm_probe(v->tree, v->lesson, run.machine, why);
	if (!code && run.machine) {
		v->machine = xstrdup(run.machine);
		v->note = xstrdup(run.note);
	}
	run_free(&run);
	return code;
}

void verify_needs(struct verify *v)
{
	AUTO_SB why = { 0 };
	enum course_exit code = v->runs ? find_place(v, &why) : run_probe(v->tree, v->lesson, &why);
	const char *line = sb_str(&why);
	int n = strcspn(line, "\n");

	if (code == COURSE_INTERRUPTED)
		v->stopped = code;
	else if (code == COURSE_MACHINE)
		sb_addf(&v->skip_reason, "%.*s", n, line);
	else if (code)
		verify_found(v, RULE_NEEDS, "%.*s", n, line);
}
