// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The columns of tables, found in the records; finding a cell again. */
#include <string.h>

#include "course/report/columns.h"

const struct report_lesson *report_find_lesson(const struct report_submission *sub,
					       const char *lesson)
{
	for (size_t i = 0; i < sub->n; i++)
		if (!strcmp(sub->lessons[i].name, lesson))
			return &sub->lessons[i];
	return NULL;
}

const struct report_check *report_find_check(const struct report_submission *sub,
					     const struct report_column *column)
{
	const struct report_lesson *lesson = report_find_lesson(sub, column->lesson);

	for (size_t i = 0; lesson && i < lesson->n; i++)
		if (!strcmp(lesson->checks[i].name, column->check))
			return &lesson->checks[i];
	return NULL;
}

struct report_unseen report_unseen(const struct report_lesson *lesson)
{
	struct report_unseen unseen = { 0 };

	for (size_t i = 0; i < lesson->n; i++) {
		const struct report_check *check = &lesson->checks[i];

		if (check->shown)
			continue;
		unseen.checks++;
		unseen.passed += !strcmp(check->status, "passed");
		unseen.points += check->points;
		unseen.score += check->score;
	}
	return unseen;
}

/* Lessons of the tree come in its order, those that it no longer has after them. */
static void find_lessons(const struct tree *tree, struct report *report)
{
	AUTO_STRV found = { 0 };

	for (size_t i = 0; i < report->n; i++)
		for (size_t k = 0; k < report->subs[i].n; k++)
			if (!strv_has(&found, report->subs[i].lessons[k].name))
				strv_add(&found, report->subs[i].lessons[k].name);
	for (size_t i = 0; i < tree->n; i++)
		if (strv_has(&found, tree->lessons[i].name))
			strv_add(&report->lessons, tree->lessons[i].name);
	for (size_t i = 0; i < found.n; i++)
		if (!strv_has(&report->lessons, found.v[i]))
			strv_add(&report->lessons, found.v[i]);
}

static struct report_column *find_column(struct report *report, const char *lesson,
					 const struct report_check *check)
{
	struct report_column *c;

	for (size_t i = 0; i < report->n_columns; i++) {
		c = &report->columns[i];
		if (!strcmp(c->lesson, lesson) && !strcmp(c->check, check->name))
			return c;
	}
	report->columns =
		xrealloc(report->columns, (report->n_columns + 1) * sizeof(*report->columns));
	c = &report->columns[report->n_columns++];
	*c = (struct report_column){ .lesson = lesson,
				     .check = check->name,
				     .visibility = check->visibility,
				     .points = check->points,
				     .shown = check->shown };
	return c;
}

void columns_find(const struct tree *tree, struct report *report)
{
	find_lessons(tree, report);
	for (size_t l = 0; l < report->lessons.n; l++)
		for (size_t i = 0; i < report->n; i++) {
			const char *name = report->lessons.v[l];
			const struct report_lesson *lesson =
				report_find_lesson(&report->subs[i], name);

			for (size_t k = 0; lesson && k < lesson->n; k++) {
				const struct report_check *check = &lesson->checks[k];
				struct report_column *c = find_column(report, name, check);

				c->passed += !strcmp(check->status, "passed");
				c->of += strcmp(check->status, "error") &&
					 strcmp(check->status, "skipped");
			}
		}
}
