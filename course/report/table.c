// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* CSV by libcsv: strict reading with line numbers, cells that are no formulas. */
#include <csv.h>
#include <errno.h>
#include <libxml/xmlstring.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/report/table.h"

struct reading {
	struct table *table;
	struct strv cells; /* of the row that is being read */
	size_t line;	   /* the one that is being read */
	size_t began;	   /* where the row began; 0: between rows */
	const char *error; /* what is wrong with a cell of the row */
};

static void take_cell(void *cell, size_t len, void *arg)
{
	struct reading *r = arg;
	AUTO_STR text = xstrndup(cell ? cell : "", len);

	if (strlen(text) != len || !xmlCheckUTF8((const unsigned char *)text))
		r->error = "a cell is no UTF-8 text: save the file as UTF-8";
	else if (strchr(text, '\n'))
		r->error = "a cell goes on in the next line: is a \" missing?";
	strv_add(&r->cells, trim(text));
}

static void take_row(int end, void *arg)
{
	struct reading *r = arg;
	struct table *t = r->table;

	(void)end;
	if (r->cells.n > 1 || (r->cells.n && *r->cells.v[0])) {
		t->rows = xrealloc(t->rows, (t->n + 1) * sizeof(*t->rows));
		t->rows[t->n++] = (struct table_row){ .line = r->began, .cells = r->cells };
		r->cells = (struct strv){ 0 };
	}
	strv_free(&r->cells);
	r->began = 0;
}

/* Line by line, as the parser does not tell where it is. */
static const char *parse(struct csv_parser *p, struct reading *r, const char *text, size_t len)
{
	for (const char *end = text + len; text < end && !r->error;) {
		const char *nl = memchr(text, '\n', end - text);
		size_t n = nl ? (size_t)(nl - text + 1) : (size_t)(end - text);

		r->line++;
		if (!r->began)
			r->began = r->line;
		if (csv_parse(p, text, n, take_cell, take_row, r) != n)
			return csv_error(p) == CSV_EPARSE
				       ? "a \" stands where none may be: quote the whole cell, double those in it"
				       : csv_strerror(csv_error(p));
		text += n;
	}
	if (!r->error && csv_fini(p, take_cell, take_row, r))
		return "a \" is not closed";
	return r->error;
}

static const char *check_heading(struct table *table, const struct strv *names, size_t *line)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct strv *cells = &table->rows[i].cells;

		*line = table->rows[i].line;
		if (!i && cells->n == 1 && strchr(cells->v[0], ';'))
			return "there are semicolons between the cells: save it with commas";
		if (cells->n != names->n)
			return cells->n < names->n ? "cells are missing" : "too many cells";
		for (size_t k = 0; !i && k < names->n; k++)
			if (strcasecmp(cells->v[k], names->v[k]))
				return "this is not the heading";
	}
	if (table->n) {
		strv_free(&table->rows[0].cells);
		memmove(table->rows, table->rows + 1, --table->n * sizeof(*table->rows));
		return NULL;
	}
	*line = 1;
	return "the heading is missing";
}

int table_read(const char *path, const char *heading, struct table *table, struct strbuf *why)
{
	struct reading r = { .table = table };
	AUTO_STRV names = { 0 };
	AUTO_STR text = NULL;
	const char *wrong, *from;
	struct csv_parser p;
	size_t len;
	int err;

	err = file_read(path, &text, &len);
	if (err) {
		sb_addf(why, "%s: %s", path, strerror(-err));
		return err;
	}
	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL))
		return -ENOMEM;
	/* Spreadsheets put a byte order mark in front. */
	from = starts_with(text, "\xef\xbb\xbf") ? text + 3 : text;
	wrong = parse(&p, &r, from, len - (from - text));
	csv_free(&p);
	strv_free(&r.cells);
	strv_split(&names, heading, ",");
	if (!wrong) {
		r.line = 0;
		wrong = check_heading(table, &names, &r.line);
	} else if (r.began) {
		r.line = r.began;
	}
	if (!wrong)
		return 0;
	sb_addf(why, "%s:%zu: %s (a row is \"%s\")", path, r.line, wrong, heading);
	return -EINVAL;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n; i++)
		strv_free(&table->rows[i].cells);
	free(table->rows);
	*table = (struct table){ 0 };
}

/*
 * Spreadsheets compute what begins like this, also in quotes; an apostrophe in
 * front makes it text. Numbers of ours are never negative.
 */
static bool looks_like_formula(const char *text)
{
	return *text && strchr("=+-@\t\r", *text);
}

void table_add(struct strbuf *out, const char *text)
{
	AUTO_STR safe = xasprintf("%s%s", looks_like_formula(text) ? "'" : "", text);
	size_t len = strlen(safe), size;
	AUTO_STR quoted = NULL;
	bool first = !out->len || out->s[out->len - 1] == '\n';

	if (!first)
		sb_add(out, ",");
	/* An empty first cell has to leave something that the next one can tell. */
	if (!safe[strcspn(safe, ",;\"\n\r\t")] && *safe != ' ' && (*safe || !first)) {
		sb_add(out, safe);
		return;
	}
	size = csv_write(NULL, 0, safe, len);
	quoted = xrealloc(NULL, size);
	csv_write(quoted, size, safe, len);
	sb_addn(out, quoted, size);
}

void table_addf(struct strbuf *out, const char *fmt, ...)
{
	AUTO_STR text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	table_add(out, text);
}

void table_end_row(struct strbuf *out)
{
	sb_add(out, "\n");
}
