/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The parts of a lesson's text that the rules speak of. */
#ifndef COURSE_MARKDOWN_H
#define COURSE_MARKDOWN_H

#include "course/str.h"

struct md_block {
	char *info; /* what stands behind the opening fence: "console starter" */
	struct strv lines;
	int line;	     /* of the opening fence */
	size_t section;	     /* index */
	size_t words_before; /* words of prose above it, from the top of the page */
};

struct md_section {
	char *title;
	int level;		/* 1 for "# "; 0 for what stands above all headings */
	struct strv paragraphs; /* a list item is one of its own */
	size_t items;		/* items of unnumbered lists */
	size_t numbered;	/* items of numbered lists */
	size_t folded;		/* <details> */
};

struct md {
	struct md_section *sections;
	size_t n_sections;
	struct md_block *blocks;
	size_t n_blocks;
	size_t words; /* prose only: no code blocks */
};

void md_parse(struct md *md, const char *text);
void md_free(struct md *md);
const struct md_section *md_section(const struct md *md, const char *title); /* or NULL */
/* Does the block's info string consist of this word, or begin with it and a blank? */
bool md_is(const struct md_block *block, const char *word);

#endif
