/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The formats of course report. Each is one file: a function from the model to
 * text. What it escapes is said there.
 */
#ifndef COURSE_REPORT_FORMATS_H
#define COURSE_REPORT_FORMATS_H

#include "course/report/model.h"

struct report_format {
	const char *name;
	/* One of the two is set. */
	void (*all)(const struct report *report, struct strbuf *out);
	void (*one)(const struct report *report, const struct report_submission *sub,
		    struct strbuf *out);
	const char *ending; /* with `one`: of the files, ID and this */
};

extern const struct report_format format_csv;
extern const struct report_format format_json;
extern const struct report_format format_junit;
extern const struct report_format format_gradescope;
extern const struct report_format format_classroom;
extern const struct report_format format_exercism;
extern const struct report_format format_moodle;
extern const struct report_format format_canvas;
extern const struct report_format format_html;
extern const struct report_format format_feedback;

/* JUnit of one learner's lessons, as report_json() makes them. Takes no reference. */
void junit_lessons(json_t *lessons, struct strbuf *out);

/* "LAB/LESSON: NAME", which the caller frees. */
char *format_check_name(const struct report_lesson *lesson, const struct report_check *check);
/* What a check says, with an override's reason first. The caller frees it. */
char *format_message(const struct report_lesson *lesson, const struct report_check *check);
/*
 * The same for a student. How the machine failed is not in it: that may name hidden checks, and the
 * grader's files.
 */
char *format_message_shown(const struct report_lesson *lesson, const struct report_check *check);
/* What a student is told of a lesson as a whole; "" for nothing. */
const char *format_lesson_shown(const struct report_lesson *lesson);
/* "3 of 4 checks that are not shown passed"; the caller frees it. */
char *format_unseen(const struct report_unseen *unseen);
/* Adds it as JSON, and a line feed. Takes the reference. */
void format_add_json(struct strbuf *out, json_t *json);

#endif
