/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The parts of the HTML page. All text goes through text_html(); there is no style attribute. */
#ifndef COURSE_REPORT_HTML_H
#define COURSE_REPORT_HTML_H

#include "course/report/model.h"

/* How a check of a submission looks: a class of page.css, one character, words. */
struct html_state {
	const char *class;
	const char *sign;
	const char *words;
};
extern const struct html_state html_states[];
extern const size_t html_n_states;
/* NULL check: the submission has no such check. */
const struct html_state *html_state(const struct report_lesson *lesson,
				    const struct report_check *check);

void html_summary(const struct report *report, struct strbuf *out);
void html_matrix(const struct report *report, struct strbuf *out);
void html_checks(const struct report *report, struct strbuf *out);
void html_students(const struct report *report, struct strbuf *out);

/* The name, or the id without one. */
void html_name(const struct report_submission *sub, struct strbuf *out);
/* Marks what students do not see; nothing for "visible". */
void html_badge(const char *visibility, struct strbuf *out);

/* The part of a lesson's name behind its lab. */
const char *html_short(const char *lesson);

#endif
