/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Growing strings and lists of strings. Running out of memory ends the
 * program: nothing here returns an error.
 */
#ifndef COURSE_STR_H
#define COURSE_STR_H

#include "course/course.h"

char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xrealloc(void *p, size_t size);
char *xasprintf(const char *fmt, ...) COURSE_PRINTF(1, 2);

struct strbuf {
	char *s; /* NULL while empty; see sb_str() */
	size_t len;
	size_t cap;
};

void sb_addn(struct strbuf *sb, const char *s, size_t n);
void sb_add(struct strbuf *sb, const char *s);
void sb_addf(struct strbuf *sb, const char *fmt, ...) COURSE_PRINTF(2, 3);
const char *sb_str(const struct strbuf *sb); /* never NULL */
void sb_free(struct strbuf *sb);

struct strv {
	char **v; /* NULL-terminated once it holds something */
	size_t n;
};

void strv_add(struct strv *sv, const char *s); /* copies */
void strv_addn(struct strv *sv, const char *s, size_t n);
void strv_addf(struct strv *sv, const char *fmt, ...) COURSE_PRINTF(2, 3);
bool strv_has(const struct strv *sv, const char *s);
void strv_sort(struct strv *sv);
void strv_free(struct strv *sv);
/* Splits at any of `separators`, trims blanks, drops empty items. */
void strv_split(struct strv *sv, const char *s, const char *separators);
/* One item per line, without line ends. */
void strv_lines(struct strv *sv, const char *text);

void free_str(char **s); /* for COURSE_CLEANUP */
bool starts_with(const char *s, const char *prefix);
bool ends_with(const char *s, const char *suffix);
char *trim(char *s); /* in place; returns the first non-blank */

/* Freed when they go out of scope. One variable each line: "*" binds to the first only. */
#define AUTO_STR  COURSE_CLEANUP(free_str) char *
#define AUTO_SB	  COURSE_CLEANUP(sb_free) struct strbuf
#define AUTO_STRV COURSE_CLEANUP(strv_free) struct strv

#endif
