// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The matrix: all checks of all submissions. */
#include <string.h>

#include "course/report/html.h"
#include "course/report/text.h"

static bool first_of_lesson(const struct report *report, size_t i)
{
	return !i || strcmp(report->columns[i - 1].lesson, report->columns[i].lesson);
}

static void add_head(const struct report *report, struct strbuf *out)
{
	size_t lesson = 0;

	sb_add(out,
	       "<thead><tr><th class=\"who\" rowspan=\"2\" data-by=\"name\"><button>Student"
	       "</button></th><th class=\"sum\" rowspan=\"2\" data-by=\"points\"><button>Points"
	       "</button></th>");
	for (size_t i = 0, n; i < report->n_columns; i += n) {
		for (n = 1; i + n < report->n_columns && !first_of_lesson(report, i + n);)
			n++;
		sb_addf(out,
			"<th class=\"first lesson\" colspan=\"%zu\" data-by=\"lesson\" "
			"data-lesson=\"%zu\" title=\"",
			n, ++lesson);
		text_html(out, report->columns[i].lesson);
		sb_add(out, "\"><button>");
		text_html(out, html_short(report->columns[i].lesson));
		sb_add(out, "</button></th>");
	}
	sb_add(out, "</tr><tr>");
	for (size_t i = 0, n = 0, l = 0; i < report->n_columns; i++) {
		const struct report_column *c = &report->columns[i];
		bool first = first_of_lesson(report, i);

		n = first ? 1 : n + 1;
		l += first;
		sb_addf(out, "<th%s data-by=\"check\" data-lesson=\"%zu\" title=\"",
			first ? " class=\"first\"" : "", l);
		text_html(out, html_short(c->lesson));
		sb_add(out, ": ");
		text_html(out, c->check);
		sb_addf(out, "\"><button>%zu%s</button></th>", n,
			strcmp(c->visibility, "visible") ? "<span class=\"lock\">h</span>" : "");
	}
	sb_add(out, "</tr></thead>");
}

static void add_row(const struct report *report, size_t s, struct strbuf *out)
{
	const struct report_submission *sub = &report->subs[s];

	sb_addf(out, "<tr><th class=\"who\" scope=\"row\"><a href=\"#s%zu\">", s);
	text_html(out, *sub->name ? sub->name : sub->id);
	sb_add(out, "</a>");
	if (*sub->name) {
		sb_add(out, " <span class=\"id\">");
		text_html(out, sub->id);
		sb_add(out, "</span>");
	}
	sb_addf(out, "</th><td class=\"sum\" data-v=\"%d\">%d/%d</td>", sub->points, sub->points,
		sub->max_points);
	for (size_t i = 0; i < report->n_columns; i++) {
		const struct report_column *c = &report->columns[i];
		const struct report_check *check = report_find_check(sub, c);
		const struct html_state *state =
			html_state(report_find_lesson(sub, c->lesson), check);

		sb_addf(out, "<td class=\"c %s%s%s\">%s</td>", state->class,
			check && check->reason ? " set" : "",
			first_of_lesson(report, i) ? " first" : "", state->sign);
	}
	sb_add(out, "</tr>\n");
}

static void add_foot(const struct report *report, struct strbuf *out)
{
	sb_add(out, "<tfoot><tr><th class=\"who\" scope=\"row\">pass, %</th><td></td>");
	for (size_t i = 0; i < report->n_columns; i++) {
		const struct report_column *c = &report->columns[i];

		sb_addf(out, "<td%s>", first_of_lesson(report, i) ? " class=\"first\"" : "");
		if (c->of)
			sb_addf(out, "%zu", c->passed * 100 / c->of);
		sb_add(out, "</td>");
	}
	sb_add(out, "</tr></tfoot>");
}

void html_matrix(const struct report *report, struct strbuf *out)
{
	sb_add(out, "<table id=\"matrix\"");
	for (size_t i = 0; i < html_n_states; i++)
		sb_addf(out, " data-%s=\"%s\"", html_states[i].class, html_states[i].words);
	sb_add(out, ">");
	add_head(report, out);
	sb_add(out, "<tbody>\n");
	for (size_t i = 0; i < report->n; i++)
		add_row(report, i, out);
	sb_add(out, "</tbody>");
	add_foot(report, out);
	sb_add(out, "</table>");
}
