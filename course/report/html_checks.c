// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The page's checks: how many pass each, and who does not. */
#include <string.h>

#include "course/report/html.h"
#include "course/report/text.h"

void html_name(const struct report_submission *sub, struct strbuf *out)
{
	text_html(out, *sub->name ? sub->name : sub->id);
}

void html_badge(const char *visibility, struct strbuf *out)
{
	if (!strcmp(visibility, "visible"))
		return;
	sb_add(out, " <span class=\"badge\">");
	text_html(out, visibility);
	sb_add(out, "</span>");
}

static void add_who(const struct report *report, const struct report_column *c, struct strbuf *out)
{
	AUTO_SB names = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct report_submission *sub = &report->subs[i];
		const struct report_check *check = report_find_check(sub, c);
		const struct html_state *state =
			html_state(report_find_lesson(sub, c->lesson), check);

		if (!strcmp(state->class, "passed") || !strcmp(state->class, "skipped"))
			continue;
		sb_addf(&names, "%s<a href=\"#s%zu\">", n++ ? ", " : "", i);
		html_name(sub, &names);
		sb_addf(&names, "</a>&nbsp;%s", state->sign);
	}
	if (n)
		sb_addf(out, "<details><summary>%zu do not</summary>%s</details>", n, names.s);
}

static void add_column(const struct report *report, size_t i, struct strbuf *out)
{
	const struct report_column *c = &report->columns[i];

	sb_addf(out, "<tr id=\"c%zu\"><th scope=\"row\">", i);
	text_html(out, c->check);
	html_badge(c->visibility, out);
	sb_addf(out,
		"</th><td class=\"n\">%d</td><td class=\"rate\"><meter min=\"0\" max=\"%zu\" "
		"value=\"%zu\"></meter>%zu of %zu</td><td>",
		c->points, c->of ? c->of : 1, c->passed, c->passed, c->of);
	add_who(report, c, out);
	sb_add(out, "</td></tr>\n");
}

void html_checks(const struct report *report, struct strbuf *out)
{
	for (size_t l = 0; l < report->lessons.n; l++) {
		sb_add(out, "<h3>");
		text_html(out, report->lessons.v[l]);
		sb_add(out, "</h3><table class=\"list\"><thead><tr><th>check</th><th "
			    "class=\"n\">points</th><th class=\"rate\">pass</th><th>who does not"
			    "</th></tr></thead><tbody>\n");
		for (size_t i = 0; i < report->n_columns; i++)
			if (!strcmp(report->columns[i].lesson, report->lessons.v[l]))
				add_column(report, i, out);
		sb_add(out, "</tbody></table>\n");
	}
}
