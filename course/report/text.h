/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Text of others on its way into a report. Names and messages may hold anything
 * that fits into UTF-8: an attacker wrote them. What a format itself has to
 * escape is that format's business; this is what none of them may see.
 */
#ifndef COURSE_REPORT_TEXT_H
#define COURSE_REPORT_TEXT_H

#include "course/str.h"

/*
 * A copy in which "?" stands for every control character but line feed and tab,
 * for characters that turn the writing direction around, for what XML forbids
 * and for bytes that are no UTF-8. The caller frees it.
 */
char *text_harmless(const char *s);
/* The same, on one line: line feeds and tabs are blanks. */
char *text_one_line(const char *s);

/*
 * The first `lines` lines, not more than `bytes` bytes in all, and how many lines were left out.
 * A check's message is still of use then: its last lines "expected:", "seen:" and "look:" stand
 * behind, besides.
 */
char *text_cut(const char *s, size_t lines, size_t bytes);

/* For HTML and its attributes in double quotes. */
void text_html(struct strbuf *out, const char *s);

#endif
