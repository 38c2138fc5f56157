// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How a live table looks. On a terminal it stays where it is and every tick
 * draws over it; anywhere else it is plain lines with exact numbers, for grep
 * and awk. What the numbers are is table.c.
 *
 * The cursor is never hidden and the terminal's settings are never changed: it
 * rests below the table. So there is nothing to restore, however the program ends.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/lab/table.h"

/* Terminal control, ECMA-48. */
#define CLEAR_SCREEN "\033[H\033[2J"
#define CLEAR_LINE   "\033[K"
#define CLEAR_BELOW  "\033[J"
#define UP_LINES     "\033[%zuA"
#define PLAIN	     "\033[m"
#define BOLD	     "\033[1m"
#define DIM	     "\033[2m"
#define GREEN	     "\033[32m"

enum {
	GAP = 2,	   /* blanks between columns */
	NUMBER_WIDTH = 10, /* at least, so that columns of small numbers need not grow */
	CELL_SIZE = 512,
	NO_LIMIT = 1 << 16 /* of a line that is no terminal's */
};

void table_draw_init(struct lab_table *table)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	table->screen = isatty(fileno(table->out)) && term && *term && strcmp(term, "dumb");
	table->colours = table->screen && !(no_color && *no_color);
}

/* ---- numbers ---------------------------------------------------------------- */

/* 1234567 -> "1,234,567" */
static void format_grouped(char *buf, size_t size, __u64 number)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", number);
	size_t used = 0;

	for (int i = 0; i < len && used + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			buf[used++] = ',';
		buf[used++] = digits[i];
	}
	buf[used] = '\0';
}

/* 1234567 -> "1.23 M": three digits, and thousands of thousands as on the wire. */
static void format_scaled(char *buf, size_t size, double value, const char *unit)
{
	static const char prefixes[] = " kMGTPE";
	const char *prefix = prefixes;

	/* 999.5 would be rounded to four digits. */
	while (value >= 999.5 && prefix[1]) {
		value /= 1000;
		prefix++;
	}
	if (prefix == prefixes)
		snprintf(buf, size, "%.*f%s%s", *unit ? 0 : 1, value, *unit ? " " : "", unit);
	else
		snprintf(buf, size, "%.*f %c%s", value < 9.995 ? 2 : value < 99.95, value, *prefix,
			 unit);
}

static void format_cell(const struct lab_table *table, enum lab_kind kind,
			const struct table_cell *cell, char *buf, size_t size)
{
	const char *unit = kind == LAB_BYTES || kind == LAB_BYTE_RATE ? "B" : "";
	bool is_rate = kind == LAB_RATE || kind == LAB_BYTE_RATE;

	if (kind == LAB_TEXT)
		snprintf(buf, size, "%s", cell->text);
	else if (is_rate && isnan(cell->rate))
		snprintf(buf, size, "-");
	else if (is_rate && table->screen)
		format_scaled(buf, size, cell->rate, unit);
	else if (is_rate)
		snprintf(buf, size, "%.1f", cell->rate);
	else if (kind == LAB_BYTES && table->screen)
		format_scaled(buf, size, cell->number, unit);
	else if (kind == LAB_COUNT && table->screen)
		format_grouped(buf, size, cell->number);
	else
		snprintf(buf, size, "%llu", cell->number);
}

/* ---- lines ------------------------------------------------------------------ */

/* A line being written: how many characters it may still take. */
struct line {
	FILE *out;
	size_t room;
};

/* Cleared first: behind a line as wide as the screen, a terminal would clear its end. */
static struct line line_begin(const struct lab_table *table, FILE *out)
{
	if (table->screen)
		fputs(CLEAR_LINE, out);
	return (struct line){ out, table->screen ? table->window.ws_col : NO_LIMIT };
}

/* At most what there is room for. */
static void put(struct line *line, const char *text, size_t len)
{
	if (len > line->room)
		len = line->room;
	fwrite(text, 1, len, line->out);
	line->room -= len;
}

static void put_blanks(struct line *line, size_t n)
{
	while (n-- && line->room)
		put(line, " ", 1);
}

static bool is_right(const struct lab_column *column)
{
	return column->align == LAB_ALIGN_RIGHT ||
	       (column->align == LAB_ALIGN_AUTO && column->kind != LAB_TEXT);
}

/* One cell, padded; behind the last one of a line no blanks. colour may be NULL. */
static void put_cell(struct lab_table *table, struct line *line, size_t i, const char *text,
		     const char *colour)
{
	size_t len = strlen(text);
	size_t pad = table->width[i] > len ? table->width[i] - len : 0;
	bool right = is_right(&table->column[i]);

	if (i)
		put_blanks(line, GAP);
	if (right)
		put_blanks(line, pad);
	if (colour)
		fputs(colour, line->out);
	put(line, text, len);
	if (colour)
		fputs(PLAIN, line->out);
	if (!right && i + 1 < table->columns)
		put_blanks(line, pad);
}

/* What is zero stays in the background, what moves is seen. */
static const char *colour_of(const struct lab_table *table, enum lab_kind kind,
			     const struct table_cell *cell)
{
	bool is_rate = kind == LAB_RATE || kind == LAB_BYTE_RATE;

	if (!table->colours || kind == LAB_TEXT || kind == LAB_ID)
		return NULL;
	if (is_rate)
		return cell->rate > 0 ? GREEN : DIM;
	return cell->number ? NULL : DIM;
}

static void put_header(struct lab_table *table, FILE *out)
{
	struct line line = line_begin(table, out);

	for (size_t i = 0; i < table->columns; i++)
		put_cell(table, &line, i, table->column[i].name, table->colours ? BOLD : NULL);
	fputc('\n', out);
}

static void put_row(struct lab_table *table, FILE *out, const struct table_row *row)
{
	struct line line = line_begin(table, out);
	char buf[CELL_SIZE];

	for (size_t i = 0; i < table->columns; i++) {
		enum lab_kind kind = table->column[i].kind;

		format_cell(table, kind, &row->cells[i], buf, sizeof(buf));
		put_cell(table, &line, i, buf, colour_of(table, kind, &row->cells[i]));
	}
	fputc('\n', out);
}

static void grow_widths(struct lab_table *table)
{
	char buf[CELL_SIZE];

	for (size_t i = 0; i < table->columns; i++) {
		enum lab_kind kind = table->column[i].kind;
		size_t width = strlen(table->column[i].name);

		if (kind != LAB_TEXT && kind != LAB_ID && width < NUMBER_WIDTH)
			width = NUMBER_WIDTH;
		for (size_t r = 0; r < table->now.n; r++) {
			format_cell(table, kind, &table->now.v[r]->cells[i], buf, sizeof(buf));
			if (width < strlen(buf))
				width = strlen(buf);
		}
		if (table->width[i] < width)
			table->width[i] = width;
	}
}

/* ---- the table -------------------------------------------------------------- */

static void draw_lines(struct lab_table *table, FILE *frame)
{
	if (!table->shown)
		put_header(table, frame);
	for (size_t i = 0; i < table->now.n; i++)
		put_row(table, frame, table->now.v[i]);
}

static struct winsize window_size(FILE *out)
{
	struct winsize window = { 0 };

	ioctl(fileno(out), TIOCGWINSZ, &window);
	if (!window.ws_row || !window.ws_col)
		window = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	return window;
}

/* To where the table begins. */
static void go_back(struct lab_table *table, FILE *frame)
{
	struct winsize window = window_size(table->out);

	/* What a terminal makes of old lines when it is resized, no two agree on. */
	if (table->lines &&
	    (window.ws_row != table->window.ws_row || window.ws_col != table->window.ws_col))
		fputs(CLEAR_SCREEN, frame);
	else if (table->lines)
		fprintf(frame, "\r" UP_LINES, table->lines);
	table->window = window;
}

static void put_more(struct lab_table *table, FILE *out, size_t n)
{
	struct line line = line_begin(table, out);
	char text[64];

	put(&line, text, snprintf(text, sizeof(text), "... and %zu more; enlarge the window", n));
	fputc('\n', out);
}

static void draw_screen(struct lab_table *table, FILE *frame)
{
	size_t rows = table->now.n, fit;

	go_back(table, frame);
	/* One line is the header's, one the cursor's. */
	fit = table->window.ws_row > 2 ? table->window.ws_row - 2 : 0;
	if (rows > fit)
		rows = fit ? fit - 1 : 0;

	put_header(table, frame);
	for (size_t i = 0; i < rows; i++)
		put_row(table, frame, table->now.v[i]);
	table->lines = 1 + rows;
	if (rows < table->now.n && fit) {
		put_more(table, frame, table->now.n - rows);
		table->lines++;
	}
	fputs(CLEAR_BELOW, frame);
}

int table_draw(struct lab_table *table)
{
	char *text = NULL;
	size_t size = 0;
	FILE *frame = open_memstream(&text, &size);
	int err = 0;

	if (!frame)
		return -errno;
	grow_widths(table);
	if (table->screen)
		draw_screen(table, frame);
	else
		draw_lines(table, frame);
	if (fclose(frame))
		err = -errno;
	/* All of it at once, so that nobody sees half a table. */
	if (!err && (fwrite(text, 1, size, table->out) != size || fflush(table->out)))
		err = -errno;
	free(text);
	return err;
}
