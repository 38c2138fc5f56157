// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The live table's rows: which there are, and how fast their counters grow from
 * one tick to the next. How it looks is table_draw.c.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "common/lab/table.h"

enum {
	/* A tick this soon after another (the one at the end) has no rates of its own. */
	TOO_SOON_NS = 100 * 1000 * 1000
};

int64_t table_clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static bool is_rate(enum lab_kind kind)
{
	return kind == LAB_RATE || kind == LAB_BYTE_RATE;
}

/* ---- rows ------------------------------------------------------------------- */

static void row_free(struct table_row *row)
{
	for (size_t i = 0; row && i < row->table->columns; i++)
		free(row->cells[i].text);
	free(row);
}

static void rows_clear(struct table_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		row_free(rows->v[i]);
	rows->n = 0;
}

static int rows_add(struct table_rows *rows, struct table_row *row)
{
	if (rows->n == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 16;
		struct table_row **v = reallocarray(rows->v, room, sizeof(*v));

		if (!v)
			return -ENOMEM;
		rows->v = v;
		rows->room = room;
	}
	rows->v[rows->n++] = row;
	return 0;
}

static struct table_row *row_new(const struct lab_table *table, const union lab_cell *cells)
{
	struct table_row *row = calloc(1, sizeof(*row) + table->columns * sizeof(row->cells[0]));

	if (!row)
		return NULL;
	row->table = table;
	for (size_t i = 0; i < table->columns; i++) {
		struct table_cell *cell = &row->cells[i];

		if (table->column[i].kind == LAB_TEXT) {
			cell->text = strdup(cells[i].text ?: "");
			if (!cell->text) {
				row_free(row);
				return NULL;
			}
			lab_printable(cell->text);
		} else {
			cell->number = cells[i].number;
		}
	}
	return row;
}

/* The order of rows by what names them, for qsort() and bsearch(). */
static int compare_names(const void *one, const void *other)
{
	const struct table_row *a = *(struct table_row *const *)one;
	const struct table_row *b = *(struct table_row *const *)other;
	const struct lab_table *table = a->table;
	int order = 0;

	for (size_t i = 0; i < table->columns && !order; i++) {
		const struct table_cell *x = &a->cells[i], *y = &b->cells[i];

		if (table->column[i].kind == LAB_TEXT)
			order = strcmp(x->text, y->text);
		else if (table->column[i].kind == LAB_ID)
			order = (x->number > y->number) - (x->number < y->number);
	}
	return order;
}

/* ---- rates ------------------------------------------------------------------ */

/* old NULL: the row is new, its counters began at 0. */
static void set_rates(struct table_row *row, const struct table_row *old, double seconds)
{
	const struct lab_table *table = row->table;
	bool too_soon = table->shown && seconds * 1e9 < TOO_SOON_NS;

	for (size_t i = 0; i < table->columns; i++) {
		struct table_cell *cell = &row->cells[i];
		__u64 from = old ? old->cells[i].number : 0;

		cell->rate = NAN;
		if (!is_rate(table->column[i].kind))
			continue;
		if (too_soon)
			cell->rate = old ? old->cells[i].rate : NAN;
		else if (table->compares && seconds > 0 && cell->number >= from)
			cell->rate = (cell->number - from) / seconds;
	}
}

static void find_rates(struct lab_table *table, int64_t now_ns)
{
	double seconds = (now_ns - table->before_ns) / 1e9;

	for (size_t i = 0; i < table->now.n; i++) {
		struct table_row **old =
			table->before.n ? bsearch(&table->now.v[i], table->before.v,
						  table->before.n, sizeof(*old), compare_names)
					: NULL;

		set_rates(table->now.v[i], old ? *old : NULL, seconds);
	}
}

int table_settle(struct lab_table *table, int64_t now_ns)
{
	struct table_rows old = table->before;
	int err = table->err;

	table->err = 0;
	table->before = table->now;
	table->before_ns = now_ns;
	table->compares = true;
	rows_clear(&old);
	table->now = old;
	if (table->before.n)
		qsort(table->before.v, table->before.n, sizeof(*table->before.v), compare_names);
	return err;
}

int table_show(struct lab_table *table, int64_t now_ns)
{
	int err;

	find_rates(table, now_ns);
	err = table_draw(table);
	table->shown = true;
	return table_settle(table, now_ns) ?: err;
}

/* ---- for loaders ------------------------------------------------------------ */

struct lab_table *table_new(const struct lab_column *columns, size_t n, FILE *out)
{
	struct lab_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = n;
	table->out = out;
	table->column = calloc(n, sizeof(*columns));
	table->width = calloc(n, sizeof(*table->width));
	if (!table->column || !table->width) {
		lab_table_free(table);
		errno = ENOMEM;
		return NULL;
	}
	memcpy(table->column, columns, n * sizeof(*columns));
	table_draw_init(table);
	return table;
}

struct lab_table *lab_table_new(const struct lab_column *columns, size_t n)
{
	return table_new(columns, n, stdout);
}

void lab_table_row(struct lab_table *table, const union lab_cell *cells)
{
	struct table_row *row = row_new(table, cells);

	if (row && !rows_add(&table->now, row))
		return;
	row_free(row);
	table->err = -ENOMEM;
}

int lab_table_show(struct lab_table *table)
{
	return table_show(table, table_clock_ns());
}

struct loop {
	struct lab_table *table;
	int (*fill)(struct lab_table *table, void *ctx);
	void *ctx;
};

static int tick(void *ctx)
{
	const struct loop *loop = ctx;
	int err = loop->fill(loop->table, loop->ctx);

	return err < 0 ? err : lab_table_show(loop->table);
}

int lab_table_loop(struct lab_table *table, unsigned int interval_ms,
		   int (*fill)(struct lab_table *table, void *ctx), void *ctx,
		   struct lab_child *child)
{
	struct loop loop = { table, fill, ctx };
	int err = fill(table, ctx);

	if (err >= 0)
		err = table_settle(table, table_clock_ns());
	return err < 0 ? err : lab_tick_loop(interval_ms, tick, &loop, child);
}

void lab_table_free(struct lab_table *table)
{
	if (!table)
		return;
	rows_clear(&table->now);
	rows_clear(&table->before);
	free(table->now.v);
	free(table->before.v);
	free(table->column);
	free(table->width);
	free(table);
}
