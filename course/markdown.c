// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads headings, fenced blocks, paragraphs and list items of a Markdown
 * page, and counts its words. Not a renderer: what the rules do not speak of
 * is text.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "course/markdown.h"

struct parser {
	struct md *md;
	struct strbuf paragraph;
	const char *fence; /* inside a block: its fence; else NULL */
	size_t fence_length;
};

static struct md_section *last_section(struct md *md)
{
	return &md->sections[md->n_sections - 1];
}

static void add_section(struct md *md, int level, const char *title)
{
	md->sections = xrealloc(md->sections, (md->n_sections + 1) * sizeof(*md->sections));
	md->sections[md->n_sections++] =
		(struct md_section){ .title = xstrdup(title), .level = level };
}

/* Words hold a letter or a digit; "|---|" and "<details>" are none. */
static size_t count_words(const char *s)
{
	size_t words = 0;
	bool word = false;

	for (;; s++) {
		if (*s == '<' && (isalpha((unsigned char)s[1]) || s[1] == '/') && strchr(s, '>'))
			s = strchr(s, '>');
		else if (isalnum((unsigned char)*s) || (*s & 0x80))
			word = true;
		if (*s && !isspace((unsigned char)*s))
			continue;
		words += word;
		word = false;
		if (!*s)
			return words;
	}
}

static void end_paragraph(struct parser *p)
{
	if (p->paragraph.len)
		strv_add(&last_section(p->md)->paragraphs, p->paragraph.s);
	sb_free(&p->paragraph);
}

/* Three or more ` or ~ begin and end a block; the end has at least as many. */
static size_t fence_length(const char *s)
{
	size_t n = *s == '`' || *s == '~' ? strspn(s, *s == '`' ? "`" : "~") : 0;

	return n >= 3 ? n : 0;
}

static void begin_block(struct parser *p, const char *s, int line)
{
	struct md *md = p->md;
	AUTO_STR info = xstrdup(s + fence_length(s));

	end_paragraph(p);
	p->fence = *s == '`' ? "`" : "~";
	p->fence_length = fence_length(s);
	md->blocks = xrealloc(md->blocks, (md->n_blocks + 1) * sizeof(*md->blocks));
	md->blocks[md->n_blocks++] = (struct md_block){
		.info = xstrdup(trim(info)),
		.line = line,
		.section = md->n_sections - 1,
		.words_before = md->words,
	};
}

static bool ends_block(const struct parser *p, const char *s)
{
	size_t n = fence_length(s);

	return n >= p->fence_length && *s == *p->fence && !s[n + strspn(s + n, " \t")];
}

static bool begins_item(const char *s, struct md_section *section)
{
	size_t digits = strspn(s, "0123456789");

	if ((*s == '-' || *s == '*') && s[1] == ' ')
		return ++section->items;
	if (digits && s[digits] == '.' && s[digits + 1] == ' ')
		return ++section->numbered;
	return false;
}

static void parse_text(struct parser *p, const char *line)
{
	struct md_section *section;
	const char *s = line + strspn(line, " \t");
	size_t level = strspn(s, "#");
	const char *details = s;

	if (level && level <= 6 && s[level] == ' ') {
		end_paragraph(p);
		add_section(p->md, level, s + level + strspn(s + level, " "));
		p->md->words += count_words(s);
		return;
	}
	section = last_section(p->md);
	if (!*s || begins_item(s, section))
		end_paragraph(p);
	if (!*s)
		return;
	while ((details = strstr(details, "<details"))) {
		section->folded++;
		details++;
	}
	sb_addf(&p->paragraph, "%s%s", p->paragraph.len ? " " : "", s);
	p->md->words += count_words(s);
}

void md_parse(struct md *md, const char *text)
{
	struct parser p = { .md = md };
	AUTO_STRV lines = { 0 };

	*md = (struct md){ 0 };
	add_section(md, 0, "");
	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++) {
		const char *s = lines.v[i] + strspn(lines.v[i], " \t");

		if (p.fence && ends_block(&p, s))
			p.fence = NULL;
		else if (p.fence)
			strv_add(&md->blocks[md->n_blocks - 1].lines, lines.v[i]);
		else if (fence_length(s))
			begin_block(&p, s, i + 1);
		else
			parse_text(&p, lines.v[i]);
	}
	end_paragraph(&p);
}

void md_free(struct md *md)
{
	for (size_t i = 0; i < md->n_sections; i++) {
		free(md->sections[i].title);
		strv_free(&md->sections[i].paragraphs);
	}
	for (size_t i = 0; i < md->n_blocks; i++) {
		free(md->blocks[i].info);
		strv_free(&md->blocks[i].lines);
	}
	free(md->sections);
	free(md->blocks);
	*md = (struct md){ 0 };
}

const struct md_section *md_section(const struct md *md, const char *title)
{
	for (size_t i = 0; i < md->n_sections; i++)
		if (!strcmp(md->sections[i].title, title))
			return &md->sections[i];
	return NULL;
}

bool md_is(const struct md_block *block, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(block->info, word, n) && (!block->info[n] || block->info[n] == ' ');
}
