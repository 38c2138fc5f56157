// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Merges the class's names into a report. */
#include <stdlib.h>
#include <string.h>

#include "course/grade/submission.h"
#include "course/report/overrides.h"
#include "course/report/roster.h"
#include "course/report/text.h"

enum {
	ID,
	NAME
};

/* whose: of each row the id that it means, or NULL. */
static const char *check_row(const struct table *roster, const char *const *whose, size_t row)
{
	char **cells = roster->rows[row].cells.v;

	if (!*cells[ID] || !*cells[NAME])
		return "a cell is empty";
	for (size_t i = 0; i < row; i++)
		if (!strcmp(roster->rows[i].cells.v[ID], cells[ID]) ||
		    (whose[row] && whose[i] == whose[row]))
			return "this id stands above already";
	return NULL;
}

static void add_absent(struct table *absent, const struct table_row *row)
{
	AUTO_STR id = text_one_line(row->cells.v[ID]);
	AUTO_STR name = text_one_line(row->cells.v[NAME]);

	absent->rows = xrealloc(absent->rows, (absent->n + 1) * sizeof(*absent->rows));
	absent->rows[absent->n] = (struct table_row){ .line = row->line };
	strv_add(&absent->rows[absent->n].cells, id);
	strv_add(&absent->rows[absent->n++].cells, name);
}

/* The row of a submission becomes its name; a row of nobody is somebody absent. */
static void merge(struct report *report, const struct table *roster, const char *const *whose)
{
	for (size_t i = 0; i < report->n; i++) {
		struct report_submission *sub = &report->subs[i];

		for (size_t k = 0; k < roster->n && !*sub->name; k++)
			if (whose[k] && !strcmp(whose[k], sub->id)) {
				AUTO_STR name = text_one_line(roster->rows[k].cells.v[NAME]);

				strv_add(&report->text, name);
				sub->name = report->text.v[report->text.n - 1];
			}
		if (!*sub->name)
			strv_add(&report->unknown, sub->id);
	}
	for (size_t k = 0; k < roster->n; k++)
		if (!whose[k])
			add_absent(&report->absent, &roster->rows[k]);
}

enum course_exit roster_merge(const struct report_source *from, const struct strv *ids,
			      struct report *report, struct strbuf *why)
{
	AUTO_STR path = report_source_file(from->roster, from->results, "roster.csv");
	struct table roster = { 0 };
	enum course_exit code = COURSE_OK;
	const char **whose = NULL;

	if (!path)
		return COURSE_OK;
	if (table_read(path, "id,name", &roster, why))
		code = COURSE_USAGE;
	whose = xrealloc(NULL, (roster.n + 1) * sizeof(*whose));
	for (size_t i = 0; i < roster.n && !code; i++)
		whose[i] = submission_called(ids, roster.rows[i].cells.v[ID]);
	for (size_t i = 0; i < roster.n && !code; i++) {
		const char *wrong = check_row(&roster, whose, i);

		if (wrong) {
			sb_addf(why, "%s:%zu: %s", path, roster.rows[i].line, wrong);
			code = COURSE_USAGE;
		}
	}
	if (!code) {
		report->named = true;
		merge(report, &roster, whose);
	}
	free(whose);
	table_free(&roster);
	return code;
}
