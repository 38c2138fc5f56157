// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format exercism: results.json of Exercism's test runners, version 3. A student
 * reads it, so checks that are not shown are one test without names. A skipped
 * check has no status there and is left out.
 */
#include <string.h>

#include "course/report/formats.h"
#include "course/report/text.h"

#define MESSAGE_MAX 65000 /* the interface's limit for a message is 65535 characters */

static void add_test(json_t *tests, const char *name, const char *status, const char *message,
		     size_t task)
{
	json_t *o = json_pack("{s:s, s:s, s:n, s:n, s:i}", "name", name, "status", status,
			      "message", "output", "task_id", (int)task);

	if (*message && strcmp(status, "pass"))
		json_object_set_new(o, "message", json_string(message));
	json_array_append_new(tests, o);
}

static const char *status(const struct report_check *check)
{
	if (!strcmp(check->status, "passed"))
		return "pass";
	return !strcmp(check->status, "error") || !strcmp(check->status, "timeout") ? "error"
										    : "fail";
}

/* Each lesson is a task. */
static void add_lesson(json_t *tests, const struct report_lesson *lesson, size_t task)
{
	struct report_unseen unseen = report_unseen(lesson);

	for (size_t i = 0; i < lesson->n; i++) {
		const struct report_check *check = &lesson->checks[i];
		AUTO_STR name = format_check_name(lesson, check);
		AUTO_STR message = format_message_shown(lesson, check);

		if (check->shown && strcmp(check->status, "skipped"))
			add_test(tests, name, status(check), message, task);
	}
	if (unseen.checks) {
		AUTO_STR name = xasprintf("%s: checks that are not shown", lesson->name);
		AUTO_STR message = format_unseen(&unseen);

		add_test(tests, name, unseen.passed == unseen.checks ? "pass" : "fail", message,
			 task);
	}
}

/* "error" is for what could not be run at all; its message is all that is shown then. */
static bool nothing_ran(const struct report_submission *sub, struct strbuf *message)
{
	if (*sub->message) {
		sb_add(message, sub->message);
		return true;
	}
	for (size_t i = 0; i < sub->n; i++) {
		const struct report_lesson *lesson = &sub->lessons[i];

		if (strcmp(lesson->status, "invalid") && strcmp(lesson->status, "error"))
			return false;
		sb_addf(message, "%s:\n%s\n", lesson->name, format_lesson_shown(lesson));
	}
	return sub->n;
}

static void write_exercism(const struct report *report, const struct report_submission *sub,
			   struct strbuf *out)
{
	json_t *tests = json_array(), *o, *test;
	const char *is = "pass";
	AUTO_SB message = { 0 };
	size_t i;

	(void)report;
	for (i = 0; i < sub->n; i++)
		add_lesson(tests, &sub->lessons[i], i + 1);
	json_array_foreach (tests, i, test)
		if (strcmp(json_string_value(json_object_get(test, "status")), "pass"))
			is = "fail";
	o = json_pack("{s:i, s:s, s:n, s:o}", "version", 3, "status", is, "message", "tests",
		      tests);
	if (nothing_ran(sub, &message)) {
		AUTO_STR cut = text_cut(sb_str(&message), 1000, MESSAGE_MAX);

		json_object_set_new(o, "status", json_string("error"));
		json_object_set_new(o, "message", json_string(cut));
	}
	format_add_json(out, o);
}

const struct report_format format_exercism = { .name = "exercism",
					       .one = write_exercism,
					       .ending = ".json" };
