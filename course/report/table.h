/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * CSV, read and written. Read strictly: what a person typed is right, or the
 * line that is not is named. Written so that no spreadsheet takes a cell for a
 * formula.
 */
#ifndef COURSE_REPORT_TABLE_H
#define COURSE_REPORT_TABLE_H

#include "course/str.h"

struct table_row {
	size_t line;	   /* the first of the row in its file */
	struct strv cells; /* as many as the heading has */
};

struct table {
	struct table_row *rows;
	size_t n;
};

/*
 * Reads a file whose first row is `heading` ("id,name"). Cells are UTF-8 and one
 * line each; empty lines are left out. 0; -ENOENT when there is no such file;
 * else -errno, and one line in `why` that begins with the file and the line.
 * table_free() in any case.
 */
int table_read(const char *path, const char *heading, struct table *table, struct strbuf *why);
void table_free(struct table *table);

/* Adds one cell, and what separates it from the one before in this row. */
void table_add(struct strbuf *out, const char *text);
void table_addf(struct strbuf *out, const char *fmt, ...) COURSE_PRINTF(2, 3);
void table_end_row(struct strbuf *out);

#endif
