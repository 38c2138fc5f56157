// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The page's students: each with all checks and messages. */
#include <string.h>

#include "course/report/formats.h"
#include "course/report/html.h"
#include "course/report/text.h"

#define MESSAGE_LINES 40
#define MESSAGE_BYTES 4096

static void add_pre(const char *text, struct strbuf *out)
{
	AUTO_STR cut = text_cut(text, MESSAGE_LINES, MESSAGE_BYTES);

	if (!*cut)
		return;
	sb_add(out, "<pre>");
	text_html(out, cut);
	sb_add(out, "</pre>");
}

static void add_check(const struct report_lesson *lesson, const struct report_check *check,
		      struct strbuf *out)
{
	const struct html_state *state = html_state(lesson, check);

	sb_addf(out, "<li><span class=\"state %s%s\" title=\"%s\">%s</span> ", state->class,
		check->reason ? " set" : "", state->words, state->sign);
	text_html(out, check->name);
	html_badge(check->visibility, out);
	sb_addf(out, " <span class=\"id\">%d/%d</span>", check->score, check->points);
	if (check->reason) {
		sb_addf(out,
			"<div class=\"note\">Set by the teacher, was %d: ", check->graded_score);
		text_html(out, check->reason);
		sb_add(out, "</div>");
	}
	if (strcmp(check->status, "passed"))
		add_pre(check->message, out);
	sb_add(out, "</li>\n");
}

/* <TAG>NAME, to which the table's cells lead. */
static void add_name(const char *tag, size_t s, const struct report *report,
		     const struct report_lesson *lesson, struct strbuf *out)
{
	size_t number = 0;

	while (number < report->lessons.n && strcmp(report->lessons.v[number], lesson->name))
		number++;
	sb_addf(out, "<%s id=\"s%zu-%zu\">", tag, s, number + 1);
	text_html(out, lesson->name);
}

static void add_lesson(size_t s, const struct report *report, const struct report_lesson *lesson,
		       struct strbuf *out)
{
	add_name("h3", s, report, lesson, out);
	sb_addf(out, ": %d of %d</h3>", lesson->points, lesson->max_points);
	if (*lesson->limits) {
		sb_add(out, "<p class=\"note\">It reached its limit of ");
		text_html(out, lesson->limits);
		sb_add(out, ".</p>");
	}
	/* Of a submission that cannot be read it stands above. */
	if (strcmp(lesson->status, "missing"))
		add_pre(lesson->message, out);
	sb_add(out, "<ul>\n");
	for (size_t i = 0; i < lesson->n; i++)
		add_check(lesson, &lesson->checks[i], out);
	sb_add(out, "</ul>");
}

/* Of it there is no more to say than that. */
static bool is_missing(const struct report_submission *sub, const struct report_lesson *lesson)
{
	if (strcmp(sub->status, "graded") || report_none_counts(sub) ||
	    strcmp(lesson->status, "missing"))
		return false;
	for (size_t i = 0; i < lesson->n; i++)
		if (lesson->checks[i].reason)
			return false;
	return true;
}

/* Who has begun few lessons of many has one line for the others. */
static void add_missing(size_t s, const struct report *report, struct strbuf *out)
{
	const struct report_submission *sub = &report->subs[s];
	AUTO_SB names = { 0 };
	size_t n = 0;
	int points = 0;

	for (size_t i = 0; i < sub->n; i++) {
		if (!is_missing(sub, &sub->lessons[i]))
			continue;
		sb_add(&names, n++ ? ", " : "");
		add_name("span", s, report, &sub->lessons[i], &names);
		sb_add(&names, "</span>");
		points += sub->lessons[i].max_points;
	}
	if (n)
		sb_addf(out,
			"<p class=\"note\">Nothing was handed in of %zu lesson%s (%d point%s): %s.</p>\n",
			n, n == 1 ? "" : "s", points, points == 1 ? "" : "s", sb_str(&names));
}

static void add_ignored(const struct report_submission *sub, struct strbuf *out)
{
	if (!sub->n_ignored)
		return;
	sb_addf(out, "<p class=\"note\">Files that do not count (%zu):</p><pre>", sub->n_ignored);
	for (size_t i = 0; i < sub->ignored.n; i++) {
		text_html(out, sub->ignored.v[i]);
		sb_add(out, "\n");
	}
	sb_add(out, "</pre>");
}

/* Those who handed in the same files, byte for byte; nothing handed in is not a copy. */
static void add_same(const struct report *report, size_t s, struct strbuf *out)
{
	const struct report_submission *sub = &report->subs[s];
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct report_submission *other = &report->subs[i];

		if (i == s || !sub->points || !*sub->sha256 || strcmp(sub->sha256, other->sha256))
			continue;
		sb_addf(out, "%s<a href=\"#s%zu\">",
			n++ ? ", " : "<p class=\"note\">The same files as: ", i);
		html_name(other, out);
		sb_add(out, "</a>");
	}
	if (n)
		sb_add(out, "</p>");
}

static void add_student(const struct report *report, size_t s, struct strbuf *out)
{
	const struct report_submission *sub = &report->subs[s];

	sb_addf(out, "<details class=\"student\" id=\"s%zu\"><summary><span class=\"name\">", s);
	html_name(sub, out);
	if (*sub->name) {
		sb_add(out, " <span class=\"id\">");
		text_html(out, sub->id);
		sb_add(out, "</span>");
	}
	if (strcmp(sub->status, "graded"))
		html_badge(sub->status, out);
	else if (report_none_counts(sub))
		html_badge("no file counts", out);
	sb_addf(out,
		"</span><span><meter min=\"0\" max=\"%d\" value=\"%d\"></meter>%d of "
		"%d</span></summary><div>\n",
		sub->max_points ? sub->max_points : 1, sub->points, sub->points, sub->max_points);
	add_pre(sub->message, out);
	add_same(report, s, out);
	add_ignored(sub, out);
	for (size_t i = 0; i < sub->n; i++)
		if (!is_missing(sub, &sub->lessons[i]))
			add_lesson(s, report, &sub->lessons[i], out);
	add_missing(s, report, out);
	if (*sub->log) {
		sb_add(out, "<p class=\"note\">What was built and printed: ");
		text_html(out, sub->log);
		sb_add(out, "</p>");
	}
	sb_add(out, "</div></details>\n");
}

static void add_names(const char *what, const struct strv *ids, struct strbuf *out)
{
	if (!ids->n)
		return;
	sb_addf(out, "<p class=\"note\">%s: ", what);
	for (size_t i = 0; i < ids->n; i++) {
		sb_add(out, i ? ", " : "");
		text_html(out, ids->v[i]);
	}
	sb_add(out, "</p>\n");
}

void html_students(const struct report *report, struct strbuf *out)
{
	AUTO_STRV absent = { 0 };

	for (size_t i = 0; i < report->absent.n; i++)
		strv_addf(&absent, "%s (%s)", report->absent.rows[i].cells.v[1],
			  report->absent.rows[i].cells.v[0]);
	add_names("In the roster, nothing handed in", &absent, out);
	add_names("No result yet", &report->missing, out);
	add_names("Graded with other checks or another seed than the last ones", &report->stale,
		  out);
	add_names("Not in the roster", &report->unknown, out);
	for (size_t i = 0; i < report->n; i++)
		add_student(report, i, out);
}
