// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format csv: a row for each submission, a column for each lesson; with a
 * roster the names, with overrides what was overridden. Cells by table.c.
 */
#include <string.h>

#include "course/report/formats.h"

static void add_overridden(const struct report_submission *sub, struct strbuf *out)
{
	AUTO_SB cell = { 0 };

	for (size_t i = 0; i < sub->n; i++)
		for (size_t k = 0; k < sub->lessons[i].n; k++) {
			const struct report_lesson *lesson = &sub->lessons[i];
			const struct report_check *check = &lesson->checks[k];

			if (check->reason)
				sb_addf(&cell, "%s%s: %s: %d instead of %d (%s)",
					cell.len ? "; " : "", lesson->name, check->name,
					check->score, check->graded_score, check->reason);
		}
	table_add(out, sb_str(&cell));
}

static void add_row(const struct report *report, const struct report_submission *sub,
		    struct strbuf *out)
{
	table_add(out, sub->id);
	if (report->named)
		table_add(out, sub->name);
	table_add(out, sub->errors ? "error" : sub->status);
	table_addf(out, "%d", sub->points);
	table_addf(out, "%d", sub->max_points);
	for (size_t i = 0; i < report->lessons.n; i++) {
		const struct report_lesson *lesson = report_find_lesson(sub, report->lessons.v[i]);

		if (lesson)
			table_addf(out, "%d", lesson->points);
		else
			table_add(out, "");
	}
	if (report->overridden)
		add_overridden(sub, out);
	table_end_row(out);
}

static void add_absent(const struct report *report, struct strbuf *out)
{
	for (size_t i = 0; i < report->absent.n; i++) {
		table_add(out, report->absent.rows[i].cells.v[0]);
		table_add(out, report->absent.rows[i].cells.v[1]);
		table_add(out, "absent");
		table_add(out, "0");
		for (size_t k = 0; k < report->lessons.n + 1 + report->overridden; k++)
			table_add(out, "");
		table_end_row(out);
	}
}

static void write_csv(const struct report *report, struct strbuf *out)
{
	table_add(out, "id");
	if (report->named)
		table_add(out, "name");
	table_add(out, "status");
	table_add(out, "points");
	table_add(out, "max_points");
	for (size_t i = 0; i < report->lessons.n; i++)
		table_add(out, report->lessons.v[i]);
	if (report->overridden)
		table_add(out, "overridden");
	table_end_row(out);
	for (size_t i = 0; i < report->n; i++)
		add_row(report, &report->subs[i], out);
	add_absent(report, out);
}

const struct report_format format_csv = { .name = "csv", .all = write_csv };
