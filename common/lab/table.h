/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the two halves of the live table share: table.c knows the rows and
 * their rates, table_draw.c how they look. Loaders need lab.h only.
 */
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "common/lab/internal.h"

struct table_cell {
	char *text;   /* LAB_TEXT: printable, the row's own */
	__u64 number; /* all others */
	double rate;  /* LAB_RATE, LAB_BYTE_RATE: NAN if not known */
};

struct table_row {
	const struct lab_table *table;
	struct table_cell cells[]; /* one for each column */
};

struct table_rows {
	struct table_row **v;
	size_t n, room;
};

struct lab_table {
	size_t columns;
	struct lab_column *column;
	struct table_rows now;	  /* given since the last tick, in the caller's order */
	struct table_rows before; /* the last tick's, sorted by what names them */
	int64_t before_ns;
	bool compares; /* there was a tick to compare with */
	bool shown;    /* at least once */
	int err;       /* of a row that could not be kept */

	/* table_draw.c */
	FILE *out;
	bool screen; /* drawn in place, not line after line */
	bool colours;
	size_t *width;	       /* of each column; they only grow, so that nothing jumps */
	size_t lines;	       /* on the screen, right above the cursor */
	struct winsize window; /* when they were drawn */
};

/* Monotonic time. */
int64_t table_clock_ns(void);

/* lab_table_new() for any stream, lab_table_show() at any time. */
struct lab_table *table_new(const struct lab_column *columns, size_t n, FILE *out);
int table_show(struct lab_table *table, int64_t now_ns);

/* What the next tick is compared with: the rows given so far. They are not shown. */
int table_settle(struct lab_table *table, int64_t now_ns);

/* Is out a terminal to draw on, and are colours wanted? */
void table_draw_init(struct lab_table *table);

/* Writes the rows of this tick. 0 or -errno. */
int table_draw(struct lab_table *table);

#endif /* LAB_TABLE_H */
