// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rule 6, what the text shows must be so: `console` blocks are run on the
 * solution or the starter; a `text wrong/CASE` block must stand in what
 * `course check -a` prints for that wrong solution under seed 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/console.h"
#include "course/files.h"
#include "course/interrupt.h"
#include "course/judge.h"
#include "course/match.h"
#include "course/report.h"
#include "course/verify.h"

static bool is_starter(const struct md_block *block)
{
	return !strcmp(block->info, "console starter");
}

static bool is_runnable(const struct verify *v, const struct md_block *block)
{
	if (is_starter(block))
		return v->starter_built;
	return !strcmp(block->info, "console") && v->solution_built;
}

static struct console_result *add_result(struct verify *v)
{
	v->consoles = xrealloc(v->consoles, (v->n_consoles + 1) * sizeof(*v->consoles));
	v->consoles[v->n_consoles] = (struct console_result){ .code = COURSE_OK };
	return &v->consoles[v->n_consoles++];
}

void verify_console(struct verify *v)
{
	AUTO_STR path = xasprintf("%s/README.md", v->lesson->dir);
	AUTO_STR text = NULL;
	struct md md;

	if (file_read(path, &text, NULL))
		return;
	md_parse(&md, text);
	for (size_t i = 0; i < md.n_blocks && !interrupted(); i++) {
		const struct md_block *block = &md.blocks[i];
		struct console_result *r;

		if (!md_is(block, "console"))
			continue;
		r = add_result(v);
		if (is_runnable(v, block))
			r->code = console_run(v->tree, v->lesson,
					      is_starter(block) ? "starter" : "solution",
					      v->machine, block, &r->why);
	}
	md_free(&md);
}

static void judge_console(struct verify *v, const struct md_block *block, size_t number)
{
	const struct console_result *r = number < v->n_consoles ? &v->consoles[number] : NULL;

	if (!is_starter(block) && strcmp(block->info, "console"))
		verify_found(v, RULE_TEXT,
			     "README.md:%d: a block is \"console\" or "
			     "\"console starter\", not \"%s\"",
			     block->line, block->info);
	else if (!r || r->code == COURSE_INTERRUPTED)
		v->stopped = COURSE_INTERRUPTED;
	else if (r->code)
		verify_found(v, RULE_TEXT, "README.md:%d: %s", block->line, sb_str(&r->why));
}

/* What a learner who made this mistake would read. */
static char *seen_by_learner(const struct wrong *w)
{
	const struct run *run = w->built ? &w->runs[0] : &w->build;
	struct judgement j;
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!run->lesson)
		return xstrdup("");
	out = open_memstream(&text, &size);
	if (!out)
		return xstrdup("");
	judge(run, &j);
	report_human(out, run, &j, true);
	judgement_free(&j);
	fclose(out);
	return text;
}

static void compare_error(struct verify *v, const struct md_block *block)
{
	const char *name = block->info + strlen("text wrong/");
	const struct wrong *w = NULL;
	AUTO_STRV real = { 0 };
	AUTO_STR text = NULL;
	AUTO_SB why = { 0 };

	for (size_t i = 0; i < v->n_wrongs; i++)
		if (!strcmp(v->wrongs[i].name, name))
			w = &v->wrongs[i];
	if (!w) {
		verify_found(v, RULE_TEXT, "README.md:%d: there is no wrong/%s", block->line, name);
		return;
	}
	text = seen_by_learner(w);
	strv_lines(&real, text);
	if (!match_lines(&block->lines, &real, true, &why))
		verify_found(v, RULE_TEXT, "README.md:%d: not what wrong/%s gives: %s", block->line,
			     name, sb_str(&why));
}

void verify_shown(struct verify *v)
{
	AUTO_STR path = xasprintf("%s/README.md", v->lesson->dir);
	AUTO_STR text = NULL;
	size_t consoles = 0;
	struct md md;

	if (!v->wanted[RULE_TEXT] || file_read(path, &text, NULL))
		return;
	md_parse(&md, text);
	for (size_t i = 0; i < md.n_blocks && !v->stopped; i++) {
		const struct md_block *block = &md.blocks[i];
		const char *title = md.sections[block->section].title;

		if (md_is(block, "console"))
			judge_console(v, block, consoles++);
		else if (starts_with(block->info, "text wrong/"))
			compare_error(v, block);
		else if (md_is(block, "text") && !strcmp(title, "Three errors you will meet"))
			verify_found(v, RULE_TEXT,
				     "README.md:%d: say which wrong solution gives this: "
				     "```text wrong/CASE",
				     block->line);
	}
	md_free(&md);
}
