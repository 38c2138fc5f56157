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
#include "course/judge.h"
#include "course/match.h"
#include "course/report.h"
#include "course/verify.h"

static void run_console(struct verify *v, const struct md_block *block)
{
	bool starter = !strcmp(block->info, "console starter");
	AUTO_SB why = { 0 };
	enum course_exit code;

	if (!starter && strcmp(block->info, "console")) {
		verify_found(v, RULE_TEXT,
			     "README.md:%d: a block is \"console\" or "
			     "\"console starter\", not \"%s\"",
			     block->line, block->info);
		return;
	}
	if (starter ? !v->starter_built : !v->solution_built)
		return;
	code = console_run(v->tree, v->lesson, starter ? "starter" : "solution", block, &why);
	if (code == COURSE_INTERRUPTED)
		v->stopped = code;
	else if (code)
		verify_found(v, RULE_TEXT, "README.md:%d: %s", block->line, sb_str(&why));
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
	struct md md;

	if (file_read(path, &text, NULL))
		return;
	md_parse(&md, text);
	for (size_t i = 0; i < md.n_blocks && !v->stopped; i++) {
		const struct md_block *block = &md.blocks[i];
		const char *title = md.sections[block->section].title;

		if (md_is(block, "console"))
			run_console(v, block);
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
