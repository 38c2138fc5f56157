// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The page's top: the class in numbers. */
#include <string.h>

#include "course/report/html.h"
#include "course/report/text.h"

#define BINS	10
#define HARDEST 5

static void tile(struct strbuf *out, const char *class, const char *number, const char *what)
{
	sb_addf(out, "<div class=\"tile%s\"><b>%s</b><span>%s</span></div>", class, number, what);
}

static void tile_count(struct strbuf *out, bool warn, size_t n, const char *what)
{
	AUTO_STR number = xasprintf("%zu", n);

	if (n || !warn)
		tile(out, warn ? " warn" : "", number, what);
}

/* How many submissions have 0 to 10 %, 10 to 20 %, ... of the points. */
static void add_histogram(const struct report *report, struct strbuf *out)
{
	size_t bins[BINS] = { 0 }, most = 1;

	for (size_t i = 0; i < report->n; i++) {
		const struct report_submission *sub = &report->subs[i];
		int bin = sub->max_points ? sub->points * BINS / sub->max_points : 0;
		size_t *n = &bins[bin >= BINS ? BINS - 1 : bin < 0 ? 0 : bin];

		if (++*n > most)
			most = *n;
	}
	sb_add(out, "<div class=\"tile\"><svg viewBox=\"0 0 200 56\" role=\"img\" "
		    "aria-label=\"How many have how much\">");
	for (size_t i = 0; i < BINS; i++) {
		size_t height = bins[i] * 54 / most;

		if (bins[i] && height < 2)
			height = 2;
		sb_addf(out,
			"<rect x=\"%zu\" y=\"%zu\" width=\"18\" height=\"%zu\"><title>%zu to %zu %%: "
			"%zu</title></rect>",
			i * 20 + 1, 56 - height, height, i * 10, i * 10 + 10, bins[i]);
	}
	sb_add(out, "</svg><span>share of the points, from 0 to 100 %</span></div>");
}

static bool handed_in(const struct report *report, const char *name)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct report_lesson *lesson = report_find_lesson(&report->subs[i], name);

		if (lesson && strcmp(lesson->status, "missing"))
			return true;
	}
	return false;
}

/* Those that somebody fails, hardest first; that nobody did a lesson yet says nothing of its checks. */
static const struct report_column *next_hardest(const struct report *report,
						const struct report_column *after)
{
	const struct report_column *best = NULL;

	for (size_t i = 0; i < report->n_columns; i++) {
		const struct report_column *c = &report->columns[i];

		if (!c->of || c->passed == c->of || !handed_in(report, c->lesson))
			continue;
		if (after && (c->passed * after->of < after->passed * c->of ||
			      (c->passed * after->of == after->passed * c->of && c <= after)))
			continue;
		if (!best || c->passed * best->of < best->passed * c->of)
			best = c;
	}
	return best;
}

static void add_hardest(const struct report *report, struct strbuf *out)
{
	const struct report_column *c = next_hardest(report, NULL);

	if (!c)
		return;
	sb_add(out, "<div class=\"tile wide\"><span>fewest pass</span><ol>");
	for (size_t i = 0; c && i < HARDEST; i++, c = next_hardest(report, c)) {
		sb_addf(out, "<li><a href=\"#c%zu\">", (size_t)(c - report->columns));
		text_html(out, html_short(c->lesson));
		sb_add(out, ": ");
		text_html(out, c->check);
		sb_addf(out, "</a> <span>%zu of %zu</span></li>", c->passed, c->of);
	}
	sb_add(out, "</ol></div>");
}

void html_summary(const struct report *report, struct strbuf *out)
{
	size_t full = 0, errors = 0, invalid = 0;
	double share = 0;
	AUTO_STR mean = NULL;

	for (size_t i = 0; i < report->n; i++) {
		const struct report_submission *sub = &report->subs[i];

		full += sub->points == sub->max_points;
		errors += sub->errors != 0;
		invalid += !strcmp(sub->status, "invalid");
		share += sub->max_points ? 100.0 * sub->points / sub->max_points : 0;
	}
	mean = xasprintf("%.0f %%", report->n ? share / report->n : 0);
	tile_count(out, false, report->n, "submissions");
	tile(out, "", mean, "of the points, on average");
	tile_count(out, false, full, "have all points");
	tile_count(out, true, report->absent.n, "of the roster handed nothing in");
	tile_count(out, true, invalid, "cannot be read");
	tile_count(out, true, report->missing.n, "have no result yet");
	tile_count(out, true, errors, "have checks without a verdict");
	add_histogram(report, out);
	add_hardest(report, out);
}
