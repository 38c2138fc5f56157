// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format moodle: CSV for Moodle's grade import. For each lesson a grade and a
 * feedback; Moodle wants both mapped, or loses one. Students read the
 * feedback, and Moodle takes it for HTML: names of checks that are not shown are
 * not in it, and it is escaped, then again as a cell (table.c).
 */
#include <string.h>

#include "course/grade/submission.h"
#include "course/report/formats.h"
#include "course/report/text.h"

static void add_name(struct strbuf *text, const struct report_check *check)
{
	sb_addf(text, "%s ", check->name);
	if (check->reason)
		sb_addf(text, "(set to %d of %d points: %s)", check->score, check->points,
			check->reason);
	else
		sb_addf(text, "(%s)", check->status);
}

static void add_feedback(const struct report_lesson *lesson, struct strbuf *out)
{
	struct report_unseen unseen = report_unseen(lesson);
	AUTO_SB text = { 0 };
	AUTO_SB html = { 0 };

	sb_addf(&text, "%d of %d points", lesson->points, lesson->max_points);
	if (!strcmp(lesson->status, "missing") && *lesson->message)
		sb_addf(&text, ". %s", lesson->message);
	else if (!strcmp(lesson->status, "missing"))
		sb_add(&text, "; nothing was handed in");
	else if (!strcmp(lesson->status, "invalid"))
		sb_add(&text, "; it does not compile");
	else
		for (size_t i = 0; i < lesson->n; i++) {
			const struct report_check *check = &lesson->checks[i];

			if (check->shown && (check->reason || strcmp(check->status, "passed"))) {
				sb_add(&text, "; ");
				add_name(&text, check);
			}
		}
	if (unseen.checks) {
		AUTO_STR says = format_unseen(&unseen);

		sb_addf(&text, "; %s", says);
	}
	text_html(&html, text.s);
	table_add(out, html.s);
}

static void add_row(const struct report *report, const struct report_submission *sub,
		    struct strbuf *out)
{
	AUTO_STR name = submission_name(sub->id);
	AUTO_STR login = text_one_line(name);

	table_add(out, login);
	table_add(out, sub->name);
	for (size_t i = 0; i < report->lessons.n; i++) {
		const struct report_lesson *lesson = report_find_lesson(sub, report->lessons.v[i]);

		/* Without a verdict there is no grade: an empty cell leaves what is there. */
		if (lesson && strcmp(lesson->status, "error")) {
			table_addf(out, "%d", lesson->points);
			add_feedback(lesson, out);
		} else {
			table_add(out, "");
			table_add(out, "");
		}
	}
	table_end_row(out);
}

static void write_moodle(const struct report *report, struct strbuf *out)
{
	table_add(out, "ID number");
	table_add(out, "Name");
	for (size_t i = 0; i < report->lessons.n; i++) {
		table_addf(out, "%s (Real)", report->lessons.v[i]);
		table_addf(out, "%s (Feedback)", report->lessons.v[i]);
	}
	table_end_row(out);
	for (size_t i = 0; i < report->n; i++)
		add_row(report, &report->subs[i], out);
}

const struct report_format format_moodle = { .name = "moodle", .all = write_moodle };
