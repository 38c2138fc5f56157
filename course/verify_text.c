// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rule 6, what can be said of README.md without running anything: headings,
 * length, what stands under which heading, TODOs, the learner's lines, and
 * that a translation has the same headings and code. verify_shown.c runs the
 * commands.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/diff.h"
#include "course/files.h"
#include "course/markdown.h"
#include "course/verify.h"

#define MIN_WORDS      900
#define MAX_WORDS      1500
#define MAX_WORDS_DEEP 2500
#define WORDS_TO_RUN   120
#define LEARNER_LINES  40

static const struct {
	const char *en;
	const char *zh;
} headings[] = {
	{ "You will be able to", "学完你能" },
	{ "Run it now", "现在就运行" },
	{ "Predict", "先猜一猜" },
	{ "The picture", "全景图" },
	{ "The code", "代码" },
	{ "Your task", "你的任务" },
	{ "Check it", "检查" },
	{ "Three errors you will meet", "你会遇到的三个错误" },
	{ "Compare", "对照" },
	{ "Go further", "更进一步" },
	{ "Recall", "回忆" },
};

static void check_headings(struct verify *v, const char *file, const struct md *md, bool chinese)
{
	size_t next = 0;

	for (size_t i = 0; i < md->n_sections; i++) {
		const char *expected = "the end of the page";

		if (md->sections[i].level != 2)
			continue;
		if (next < ARRAY_SIZE(headings))
			expected = chinese ? headings[next].zh : headings[next].en;
		if (next >= ARRAY_SIZE(headings) || strcmp(md->sections[i].title, expected)) {
			verify_found(v, RULE_TEXT, "%s: heading \"%s\" stands where \"%s\" belongs",
				     file, md->sections[i].title, expected);
			return;
		}
		next++;
	}
	if (next < ARRAY_SIZE(headings))
		verify_found(v, RULE_TEXT, "%s: heading \"%s\" is missing", file,
			     chinese ? headings[next].zh : headings[next].en);
}

static void check_title(struct verify *v, const struct md *md)
{
	if (md->n_sections < 2 || md->sections[1].level != 1 ||
	    strcmp(md->sections[1].title, v->lesson->conf.title))
		verify_found(v, RULE_TEXT,
			     "README.md: begins with \"# %s\", the title in lesson.conf",
			     v->lesson->conf.title);
}

static void check_length(struct verify *v, const struct md *md)
{
	size_t max = strcmp(v->lesson->conf.level, "depth") ? MAX_WORDS : MAX_WORDS_DEEP;

	if (md->words < MIN_WORDS || md->words > max)
		verify_found(v, RULE_TEXT,
			     "README.md: %zu words, code not counted; %d to %zu are right",
			     md->words, MIN_WORDS, max);
	if (!md->n_blocks || md->blocks[0].words_before > WORDS_TO_RUN)
		verify_found(v, RULE_TEXT,
			     "README.md: the first command comes after %zu words, not %d",
			     md->n_blocks ? md->blocks[0].words_before : md->words, WORDS_TO_RUN);
}

static size_t blocks_in(const struct md *md, const struct md_section *section, const char *info)
{
	size_t n = 0;

	for (size_t i = 0; i < md->n_blocks; i++)
		n += &md->sections[md->blocks[i].section] == section &&
		     (!info || md_is(&md->blocks[i], info));
	return n;
}

/* Paragraphs that begin "**1. ", "**2. ", "**3. ". */
static size_t numbered_errors(const struct md_section *section)
{
	size_t n = 0;

	for (size_t i = 0; i < section->paragraphs.n; i++) {
		AUTO_STR begin = xasprintf("**%zu. ", n + 1);

		n += starts_with(section->paragraphs.v[i], begin);
	}
	return n;
}

static void check_sections(struct verify *v, const struct md *md)
{
	const struct md_section *s;

	s = md_section(md, "You will be able to");
	if (s && s->items != 2)
		verify_found(v, RULE_TEXT, "README.md: \"%s\" has %zu lines \"- ...\", not 2",
			     s->title, s->items);
	s = md_section(md, "Run it now");
	if (s && !blocks_in(md, s, "console"))
		verify_found(v, RULE_TEXT, "README.md: \"%s\" has no console block", s->title);
	s = md_section(md, "Predict");
	if (s && s->folded != 1)
		verify_found(v, RULE_TEXT, "README.md: \"%s\" has %zu folded answers, not 1",
			     s->title, s->folded);
	s = md_section(md, "The picture");
	if (s && !blocks_in(md, s, "mermaid"))
		verify_found(v, RULE_TEXT, "README.md: \"%s\" has no mermaid block", s->title);
	s = md_section(md, "Recall");
	if (s && (s->folded != 3 || s->numbered != 3))
		verify_found(v, RULE_TEXT,
			     "README.md: \"%s\" has %zu questions and %zu folded answers, not 3",
			     s->title, s->numbered, s->folded);
	s = md_section(md, "Three errors you will meet");
	if (s && (numbered_errors(s) != 3 || blocks_in(md, s, "text") != 3))
		verify_found(
			v, RULE_TEXT,
			"README.md: \"%s\" has %zu paragraphs \"**N. ...\" and %zu text blocks, "
			"not 3",
			s->title, numbered_errors(s), blocks_in(md, s, "text"));
}

/* Bit N - 1 for each "TODO N". */
static unsigned int todos_in(const char *text)
{
	unsigned int found = 0;

	for (const char *s = text; (s = strstr(s, "TODO ")); s++) {
		int n = atoi(s + strlen("TODO "));

		if (n >= 1 && n <= 32)
			found |= 1u << (n - 1);
	}
	return found;
}

static void check_task(struct verify *v, const char *readme)
{
	const struct lesson *lesson = v->lesson;
	unsigned int todos = 0, mentioned = todos_in(readme);
	size_t lines = 0;

	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->dir, lesson->conf.edit.v[i]);
		AUTO_STR solution =
			xasprintf("%s/solution/%s", lesson->dir, lesson->conf.edit.v[i]);
		AUTO_STR before = NULL;
		AUTO_STR after = NULL;

		if (file_read(path, &before, NULL))
			continue;
		todos |= todos_in(before);
		if (!file_read(solution, &after, NULL))
			lines += diff_added(before, after);
	}
	if (!todos || (todos & (todos + 1)))
		verify_found(v, RULE_TEXT,
			     "the files in edit have no TODO 1, TODO 2 ... without a gap");
	else if ((mentioned & todos) != todos)
		verify_found(v, RULE_TEXT, "README.md: does not name every TODO of the files");
	else if (mentioned != todos)
		verify_found(v, RULE_TEXT, "README.md: names a TODO that no file has");
	if (lines > LEARNER_LINES)
		verify_found(v, RULE_TEXT, "the learner has to write %zu lines; at most %d", lines,
			     LEARNER_LINES);
}

/* The labels of a picture are translated, code is not. */
static const struct md_block *next_code(const struct md *md, size_t *i)
{
	while (*i < md->n_blocks && md_is(&md->blocks[*i], "mermaid"))
		(*i)++;
	return *i < md->n_blocks ? &md->blocks[(*i)++] : NULL;
}

static bool same_block(const struct md_block *a, const struct md_block *b)
{
	if (strcmp(a->info, b->info) || a->lines.n != b->lines.n)
		return false;
	for (size_t i = 0; i < a->lines.n; i++)
		if (strcmp(a->lines.v[i], b->lines.v[i]))
			return false;
	return true;
}

static void check_translation(struct verify *v, const struct md *md, const char *text)
{
	size_t i = 0, j = 0;
	struct md zh;

	md_parse(&zh, text);
	check_headings(v, "README.zh.md", &zh, true);
	for (;;) {
		const struct md_block *a = next_code(md, &i), *b = next_code(&zh, &j);

		if (!a && !b)
			break;
		if (a && b && same_block(a, b))
			continue;
		verify_found(v, RULE_TEXT, "README.zh.md:%d: not the code block of README.md:%d",
			     b ? b->line : 0, a ? a->line : 0);
		break;
	}
	md_free(&zh);
}

/* verify_shown() will want to know what these give. */
static void note_shown_errors(struct verify *v, const struct md *md)
{
	for (size_t i = 0; i < md->n_blocks; i++) {
		AUTO_STRV words = { 0 };

		strv_split(&words, md->blocks[i].info, " ");
		for (size_t j = 0; j < v->n_wrongs; j++) {
			AUTO_STR name = xasprintf("wrong/%s", v->wrongs[j].name);

			v->wrongs[j].shown |= strv_has(&words, name);
		}
	}
}

void verify_text(struct verify *v)
{
	AUTO_STR path = xasprintf("%s/README.md", v->lesson->dir);
	AUTO_STR zh_path = xasprintf("%s/README.zh.md", v->lesson->dir);
	AUTO_STR text = NULL;
	AUTO_STR zh = NULL;
	struct md md;

	if (file_read(path, &text, NULL))
		return;
	md_parse(&md, text);
	check_title(v, &md);
	check_headings(v, "README.md", &md, false);
	check_length(v, &md);
	check_sections(v, &md);
	check_task(v, text);
	note_shown_errors(v, &md);
	if (!file_read(zh_path, &zh, NULL))
		check_translation(v, &md, zh);
	md_free(&md);
}
