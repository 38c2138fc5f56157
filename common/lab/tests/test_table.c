// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The live table: its lines in a pipe, its rates, and what a terminal shows. The
 * terminal is a pty, read by an emulator of the few sequences that are allowed.
 */
#include <errno.h>
#include <pty.h>

#include "common/lab/table.h"
#include "common/lab/tests/support.h"

#define SECOND 1000000000LL

static const struct lab_column columns[] = {
	{ "proto", LAB_TEXT, LAB_ALIGN_AUTO },
	{ "port", LAB_ID, LAB_ALIGN_LEFT },
	{ "packets", LAB_COUNT, 0 },
	{ "packets/s", LAB_RATE, 0 },
	{ "bytes", LAB_BYTES, 0 },
	{ "bytes/s", LAB_BYTE_RATE, 0 },
};

static void row(struct lab_table *table, const char *proto, __u64 port, __u64 packets, __u64 bytes)
{
	lab_table_row(table, (union lab_cell[]){ { .text = proto },
						 { .number = port },
						 { .number = packets },
						 { .number = packets },
						 { .number = bytes },
						 { .number = bytes } });
}

/* ---- in a pipe -------------------------------------------------------------------- */

struct sink {
	char *text;
	size_t size, seen;
	FILE *out;
};

static struct lab_table *piped(struct sink *sink)
{
	struct lab_table *table;

	*sink = (struct sink){ 0 };
	sink->out = open_memstream(&sink->text, &sink->size);
	fflush(sink->out); /* text is set by that */
	table = table_new(columns, ARRAY_SIZE(columns), sink->out);
	assert_non_null(table);
	return table;
}

/* Exactly this has come since the last time; so it was flushed, too. */
static void expect(struct sink *sink, const char *text)
{
	assert_string_equal(sink->text + sink->seen, text);
	sink->seen = sink->size;
}

static void sink_free(struct sink *sink, struct lab_table *table)
{
	lab_table_free(table);
	fclose(sink->out);
	free(sink->text);
}

#define HEADER "proto  port     packets   packets/s       bytes     bytes/s\n"

static void test_lines(void **state)
{
	struct lab_table *table;
	struct sink sink;

	(void)state;
	table = piped(&sink);
	row(table, "udp", 53, 1234567, 18446744073709551615ULL);
	assert_int_equal(table_show(table, SECOND), 0);
	/* nothing to compare with yet; the largest number moves the column */
	expect(&sink, "proto  port     packets   packets/s                 bytes     bytes/s\n"
		      "udp    53       1234567           -  18446744073709551615           -\n");
	assert_int_equal(table_show(table, 2 * SECOND), 0);
	expect(&sink, "");
	sink_free(&sink, table);
}

static void test_rates(void **state)
{
	struct lab_table *table;
	struct sink sink;

	(void)state;
	table = piped(&sink);
	row(table, "udp", 53, 100, 1000);
	row(table, "udp", 67, 5, 50);
	assert_int_equal(table_settle(table, SECOND), 0);
	expect(&sink, "");

	/* half a second; the other way round; a new one counts from 0; one has shrunk */
	row(table, "udp", 67, 4, 60);
	row(table, "tcp", 53, 7, 70);
	row(table, "udp", 53, 103, 1000);
	assert_int_equal(table_show(table, SECOND + SECOND / 2), 0);
	expect(&sink, HEADER "udp    67             4           -          60        20.0\n"
			     "tcp    53             7        14.0          70       140.0\n"
			     "udp    53           103         6.0        1000         0.0\n");

	/* 50 ms later, at the end: the numbers of now, the rates of before */
	row(table, "udp", 53, 104, 1010);
	row(table, "udp", 80, 1, 10);
	assert_int_equal(table_show(table, SECOND + SECOND * 55 / 100), 0);
	expect(&sink, "udp    53           104         6.0        1010         0.0\n"
		      "udp    80             1           -          10           -\n");

	/* four seconds later; what was not given at the last tick is gone */
	row(table, "udp", 53, 104, 2010);
	row(table, "tcp", 53, 8, 80);
	assert_int_equal(table_show(table, SECOND * 555 / 100), 0);
	expect(&sink, "udp    53           104         0.0        2010       250.0\n"
		      "tcp    53             8         2.0          80        20.0\n");
	sink_free(&sink, table);
}

static void test_names(void **state)
{
	struct lab_table *table;
	struct sink sink;

	(void)state;
	table = piped(&sink);
	row(table, "a\033[2J\nb\xc2\x9b", 1, 0, 0);
	row(table, NULL, 2, 0, 0);
	assert_int_equal(table_show(table, SECOND), 0);
	expect(&sink, "proto      port     packets   packets/s       bytes     bytes/s\n"
		      "a?[2J?b??  1              0           -           0           -\n"
		      "           2              0           -           0           -\n");
	sink_free(&sink, table);
}

static void test_left(void **state)
{
	const struct lab_column left[] = { { "n", LAB_COUNT, LAB_ALIGN_LEFT },
					   { "name", LAB_TEXT, LAB_ALIGN_RIGHT },
					   { "file", LAB_TEXT, LAB_ALIGN_AUTO } };
	struct sink sink = { 0 };
	struct lab_table *table;

	(void)state;
	sink.out = open_memstream(&sink.text, &sink.size);
	table = table_new(left, ARRAY_SIZE(left), sink.out);
	lab_table_row(table,
		      (union lab_cell[]){ { .number = 7 }, { .text = "x" }, { .text = "/y" } });
	assert_int_equal(table_show(table, SECOND), 0);
	/* and no blanks at the end */
	expect(&sink, "n           name  file\n7              x  /y\n");
	sink_free(&sink, table);
}

static void test_many(void **state)
{
	enum {
		ROWS = 3000
	};
	struct lab_table *table;
	struct sink sink;
	char name[16];

	(void)state;
	table = piped(&sink);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < ROWS; i++) {
			int n = round ? ROWS - 1 - i : i;

			snprintf(name, sizeof(name), "p%d", n);
			row(table, name, n, round * n, 0);
		}
		assert_int_equal(
			round ? table_show(table, 2 * SECOND) : table_settle(table, SECOND), 0);
	}
	assert_non_null(strstr(sink.text, "p2999  2999        2999      2999.0 "));
	assert_non_null(strstr(sink.text, "p17    17            17        17.0 "));
	sink_free(&sink, table);
}

/* ---- on a terminal ---------------------------------------------------------------- */

enum {
	ROWS_MAX = 30,
	COLS_MAX = 100
};

struct screen {
	char cell[ROWS_MAX][COLS_MAX + 1];
	int rows, cols, row, col;
	int master, slave;
	bool coloured;
	FILE *out;
};

static void screen_resize(struct screen *s, int rows, int cols)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	s->rows = rows;
	s->cols = cols;
	assert_int_equal(ioctl(s->slave, TIOCSWINSZ, &size), 0);
}

static void screen_open(struct screen *s, int rows, int cols)
{
	memset(s, 0, sizeof(*s));
	assert_int_equal(openpty(&s->master, &s->slave, NULL, NULL, NULL), 0);
	s->out = fdopen(s->slave, "w");
	assert_non_null(s->out);
	screen_resize(s, rows, cols);
}

static void screen_close(struct screen *s)
{
	fclose(s->out);
	close(s->master);
}

static void new_line(struct screen *s)
{
	if (++s->row < s->rows)
		return;
	memmove(s->cell[0], s->cell[1], sizeof(s->cell[0]) * (s->rows - 1));
	memset(s->cell[s->rows - 1], 0, sizeof(s->cell[0]));
	s->row = s->rows - 1;
}

static void put_char(struct screen *s, char c)
{
	if (c == '\r') {
		s->col = 0;
	} else if (c == '\n') {
		new_line(s);
	} else {
		assert_in_range(c, ' ', '~');
		assert_true(s->col < s->cols); /* nothing wraps */
		for (int i = 0; i < s->col; i++)
			if (!s->cell[s->row][i])
				s->cell[s->row][i] = ' ';
		s->cell[s->row][s->col++] = c;
	}
}

static void sequence(struct screen *s, char command, int n)
{
	switch (command) {
	case 'H':
		s->row = s->col = 0;
		break;
	case 'A':
		assert_true(n >= 1 && n <= s->row);
		s->row -= n;
		break;
	case 'J':
		memset(s->cell[s->row] + s->col, 0, sizeof(s->cell[0]) - s->col);
		for (int i = n == 2 ? 0 : s->row + 1; i < ROWS_MAX; i++)
			memset(s->cell[i], 0, sizeof(s->cell[0]));
		break;
	case 'K':
		memset(s->cell[s->row] + s->col, 0, sizeof(s->cell[0]) - s->col);
		break;
	case 'm':
		s->coloured = true;
		break;
	default:
		fail_msg("the sequence ESC [ %d %c is not expected", n, command);
	}
}

/* Takes what has been written, as a terminal would. */
static void screen_read(struct screen *s)
{
	static const char end = '\005';
	char buf[16384];
	size_t n = 0;
	char *at = buf;

	/* It comes in pieces, and not at once. */
	fputc(end, s->out);
	fflush(s->out);
	do {
		ssize_t got = read(s->master, buf + n, sizeof(buf) - n);

		assert_true(got > 0);
		n += got;
	} while (buf[n - 1] != end);
	buf[n - 1] = '\0';

	while (*at) {
		int number;

		if (*at != '\033') {
			put_char(s, *at++);
			continue;
		}
		assert_int_equal(at[1], '[');
		number = strtol(at + 2, &at, 10);
		sequence(s, *at++, number);
	}
}

static void expect_line(const struct screen *s, int line, const char *text)
{
	assert_string_equal(s->cell[line], text);
}

static struct lab_table *on_screen(struct screen *s, int rows, int cols)
{
	struct lab_table *table;

	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	screen_open(s, rows, cols);
	table = table_new(columns, ARRAY_SIZE(columns), s->out);
	assert_non_null(table);
	return table;
}

static void test_in_place(void **state)
{
	struct lab_table *table;
	struct screen s;

	(void)state;
	table = on_screen(&s, 10, 80);
	fputs("attached\n", s.out);
	row(table, "udp", 53, 1234567, 999);
	row(table, "tcp", 80, 0, 1000);
	assert_int_equal(table_settle(table, 0), 0);
	row(table, "udp", 53, 1234667, 9999999);
	row(table, "tcp", 80, 1, 99960);
	assert_int_equal(table_show(table, 2 * SECOND), 0);
	screen_read(&s);
	expect_line(&s, 0, "attached");
	expect_line(&s, 1, "proto  port     packets   packets/s       bytes     bytes/s");
	expect_line(&s, 2, "udp    53     1,234,667        50.0     10.0 MB     5.00 MB");
	expect_line(&s, 3, "tcp    80             1         0.5      100 kB     49.5 kB");
	expect_line(&s, 4, "");
	assert_true(s.coloured);
	assert_int_equal(s.row, 4);

	/* over the first one, and no rest of it */
	row(table, "udp", 53, 1234667, 9999999);
	assert_int_equal(table_show(table, 3 * SECOND), 0);
	screen_read(&s);
	expect_line(&s, 0, "attached");
	expect_line(&s, 1, "proto  port     packets   packets/s       bytes     bytes/s");
	expect_line(&s, 2, "udp    53     1,234,667         0.0     10.0 MB         0 B");
	expect_line(&s, 3, "");
	assert_int_equal(s.row, 3);
	lab_table_free(table);
	screen_close(&s);
}

static void test_no_color(void **state)
{
	struct lab_table *table;
	struct screen s;

	(void)state;
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	screen_open(&s, 10, 80);
	table = table_new(columns, ARRAY_SIZE(columns), s.out);
	for (int i = 1; i <= 2; i++) {
		row(table, "udp", 53, i, i);
		assert_int_equal(table_show(table, i * SECOND), 0);
		screen_read(&s);
	}
	assert_false(s.coloured);
	expect_line(&s, 1, "udp    53             2         1.0         2 B         1 B");
	expect_line(&s, 2, "");
	lab_table_free(table);
	screen_close(&s);
	unsetenv("NO_COLOR");
}

static void test_dumb(void **state)
{
	struct lab_table *table;
	struct screen s;

	(void)state;
	for (int round = 0; round < 2; round++) {
		if (round)
			unsetenv("TERM");
		else
			setenv("TERM", "dumb", 1);
		screen_open(&s, 10, 80);
		table = table_new(columns, ARRAY_SIZE(columns), s.out);
		for (int i = 1; i <= 2; i++) {
			row(table, "udp", 53, 5000, 5000);
			assert_int_equal(table_show(table, i * SECOND), 0);
		}
		screen_read(&s);
		/* lines as in a pipe */
		expect_line(&s, 1, "udp    53          5000           -        5000           -");
		expect_line(&s, 2, "udp    53          5000         0.0        5000         0.0");
		lab_table_free(table);
		screen_close(&s);
	}
}

static void test_more_rows(void **state)
{
	struct lab_table *table;
	struct screen s;

	(void)state;
	table = on_screen(&s, 6, 80);
	fputs("one\ntwo\nthree\n", s.out);
	for (int tick = 1; tick <= 3; tick++) {
		for (int port = 1; port <= 9; port++)
			row(table, "udp", port, tick, 0);
		assert_int_equal(table_show(table, tick * SECOND), 0);
		screen_read(&s);
		/* it fills the screen, and begins where it began */
		assert_int_equal(strncmp(s.cell[0], "proto  port ", 12), 0);
		assert_int_equal(strncmp(s.cell[1], "udp    1 ", 9), 0);
		assert_int_equal(strncmp(s.cell[3], "udp    3 ", 9), 0);
		expect_line(&s, 4, "... and 6 more; enlarge the window");
		expect_line(&s, 5, "");
	}
	/* as many as there is room for are all there */
	for (int port = 1; port <= 4; port++)
		row(table, "udp", port, 9, 0);
	assert_int_equal(table_show(table, 9 * SECOND), 0);
	screen_read(&s);
	assert_int_equal(strncmp(s.cell[4], "udp    4 ", 9), 0);
	lab_table_free(table);
	screen_close(&s);
}

static void test_resized(void **state)
{
	struct lab_table *table;
	struct screen s;

	(void)state;
	table = on_screen(&s, 10, 80);
	fputs("attached\n", s.out);
	for (int port = 1; port <= 3; port++)
		row(table, "udp", port, 1, 0);
	assert_int_equal(table_show(table, SECOND), 0);
	screen_read(&s);

	/* narrow and low: cut, not wrapped, and drawn anew */
	screen_resize(&s, 4, 20);
	for (int port = 1; port <= 3; port++)
		row(table, "udp", port, 1, 0);
	assert_int_equal(table_show(table, 2 * SECOND), 0);
	s.row = 3;
	screen_read(&s);
	expect_line(&s, 0, "proto  port     pack");
	expect_line(&s, 1, "udp    1            ");
	expect_line(&s, 2, "... and 2 more; enla");
	expect_line(&s, 3, "");

	/* no room for anything but the headings */
	screen_resize(&s, 1, 5);
	row(table, "udp", 1, 1, 0);
	assert_int_equal(table_show(table, 3 * SECOND), 0);
	s.row = s.col = 0;
	screen_read(&s);
	lab_table_free(table);
	screen_close(&s);
}

/* ---- the loop --------------------------------------------------------------------- */

struct counter {
	int calls;
	int end_at; /* the call that returns -EDOM */
};

static int fill(struct lab_table *table, void *ctx)
{
	struct counter *counter = ctx;

	row(table, "udp", 53, ++counter->calls, 0);
	return counter->calls == counter->end_at ? -EDOM : 0;
}

static void test_loop(void **state)
{
	struct counter counter = { .end_at = 4 };
	struct lab_table *table;
	struct sink sink;
	int lines = 0;

	(void)state;
	lab_signals_init();
	table = piped(&sink);
	assert_int_equal(lab_table_loop(table, 1, fill, &counter, NULL), -EDOM);
	/* the first call is not shown, nor the one that failed */
	for (char *c = sink.text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 3);
	assert_int_equal(strncmp(sink.text, HEADER "udp    53             2 ", sizeof(HEADER) + 22),
			 0);
	/* and the first one shown has a rate */
	assert_null(strstr(strtok(sink.text + sizeof(HEADER) - 1, "\n"), " -"));
	sink_free(&sink, table);

	counter = (struct counter){ .end_at = 1 };
	table = piped(&sink);
	assert_int_equal(lab_table_loop(table, 1, fill, &counter, NULL), -EDOM);
	expect(&sink, "");
	sink_free(&sink, table);
	lab_table_free(NULL);
}

/* A full disk is reported, not passed over. */
static void test_full(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct lab_table *table;

	(void)state;
	assert_non_null(full);
	table = table_new(columns, ARRAY_SIZE(columns), full);
	row(table, "udp", 53, 1, 0);
	assert_int_equal(table_show(table, SECOND), -ENOSPC);
	lab_table_free(table);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),	  cmocka_unit_test(test_rates),
		cmocka_unit_test(test_names),	  cmocka_unit_test(test_left),
		cmocka_unit_test(test_many),	  cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_no_color),  cmocka_unit_test(test_dumb),
		cmocka_unit_test(test_more_rows), cmocka_unit_test(test_resized),
		cmocka_unit_test(test_loop),	  cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
