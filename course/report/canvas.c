// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format canvas: CSV for the import of Canvas's gradebook. Its first columns and
 * the row "Points Possible" are as Canvas wants them; students are found by
 * their login, which the submission was called by. Each lesson is an assignment. Cells by table.c.
 */
#include <string.h>

#include "course/grade/submission.h"
#include "course/report/formats.h"
#include "course/report/text.h"

static int lesson_points(const struct report *report, const char *lesson)
{
	int points = 0;

	for (size_t i = 0; i < report->n_columns; i++)
		if (!strcmp(report->columns[i].lesson, lesson))
			points += report->columns[i].points;
	return points;
}

static void add_heading(const struct report *report, struct strbuf *out)
{
	static const char *const fixed[] = { "Student", "ID", "SIS User ID", "SIS Login ID",
					     "Section" };

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		table_add(out, fixed[i]);
	for (size_t i = 0; i < report->lessons.n; i++)
		table_add(out, report->lessons.v[i]);
	table_end_row(out);
	table_add(out, "    Points Possible");
	for (size_t i = 1; i < ARRAY_SIZE(fixed); i++)
		table_add(out, "");
	for (size_t i = 0; i < report->lessons.n; i++)
		table_addf(out, "%d", lesson_points(report, report->lessons.v[i]));
	table_end_row(out);
}

static void write_canvas(const struct report *report, struct strbuf *out)
{
	add_heading(report, out);
	for (size_t i = 0; i < report->n; i++) {
		const struct report_submission *sub = &report->subs[i];

		AUTO_STR name = submission_name(sub->id);
		AUTO_STR login = text_one_line(name);

		table_add(out, *sub->name ? sub->name : login);
		table_add(out, "");
		table_add(out, "");
		table_add(out, login);
		table_add(out, "");
		for (size_t k = 0; k < report->lessons.n; k++) {
			const struct report_lesson *lesson =
				report_find_lesson(sub, report->lessons.v[k]);

			/* Canvas leaves alone what is empty. */
			if (lesson && strcmp(lesson->status, "error"))
				table_addf(out, "%d", lesson->points);
			else
				table_add(out, "");
		}
		table_end_row(out);
	}
}

const struct report_format format_canvas = { .name = "canvas", .all = write_canvas };
