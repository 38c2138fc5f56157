// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format classroom: the result that GitHub Classroom's reporter takes from a
 * grader, JSON in base64. It has no visibility and students read it, so what is not shown
 * is one entry without names. The reporter prints names and messages into a
 * log in which "::" and "##[" begin commands to the runner.
 */
#include <nettle/base64.h>
#include <string.h>

#include "course/report/formats.h"

/* A line that the runner would obey gets a blank inside its first mark. */
static char *no_commands(const char *text)
{
	AUTO_SB out = { 0 };
	bool begins = true;

	for (const char *p = text; *p; p++) {
		bool obeyed = (begins && starts_with(p, "::")) || starts_with(p, "##[");

		sb_addn(&out, p, 1);
		if (obeyed)
			sb_add(&out, " ");
		begins = *p == '\n' || (begins && strchr(" \t", *p));
	}
	return xstrdup(sb_str(&out));
}

static const char *status(const char *of)
{
	if (!strcmp(of, "passed") || !strcmp(of, "skipped"))
		return "pass";
	return strcmp(of, "error") ? "fail" : "error";
}

static void add_test(json_t *tests, const char *name, const char *is, int score,
		     const char *message, const char *file, double seconds)
{
	AUTO_STR safe_name = no_commands(name);
	AUTO_STR safe_message = no_commands(message);

	json_array_append_new(tests, json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:f}", "name",
					       safe_name, "status", is, "score", score, "message",
					       safe_message, "test_code", "", "filename", file,
					       "line_no", 0, "duration", seconds));
}

static void add_lesson(json_t *tests, const struct report_lesson *lesson)
{
	struct report_unseen unseen = report_unseen(lesson);
	AUTO_STR file = xasprintf("%s/test.bats", lesson->name);

	for (size_t i = 0; i < lesson->n; i++) {
		const struct report_check *check = &lesson->checks[i];
		AUTO_STR name = format_check_name(lesson, check);
		AUTO_STR message = format_message_shown(lesson, check);

		if (check->shown)
			add_test(tests, name, status(check->status), check->score, message, file,
				 check->milliseconds < 0 ? 0 : check->milliseconds / 1000.0);
	}
	if (unseen.checks) {
		AUTO_STR name = xasprintf("%s: checks that are not shown", lesson->name);
		AUTO_STR message = format_unseen(&unseen);

		add_test(tests, name, unseen.passed == unseen.checks ? "pass" : "fail",
			 unseen.score, message, file, 0);
	}
}

static void add_base64(struct strbuf *out, const char *text)
{
	size_t len = strlen(text), size = BASE64_ENCODE_RAW_LENGTH(len);
	AUTO_STR encoded = xrealloc(NULL, size + 1);

	base64_encode_raw(encoded, len, (const uint8_t *)text);
	sb_addn(out, encoded, size);
	sb_add(out, "\n");
}

static void write_classroom(const struct report *report, const struct report_submission *sub,
			    struct strbuf *out)
{
	json_t *tests = json_array(), *o, *test;
	const char *is = "pass";
	AUTO_STR dump = NULL;
	size_t i;

	(void)report;
	for (i = 0; i < sub->n; i++)
		add_lesson(tests, &sub->lessons[i]);
	json_array_foreach (tests, i, test)
		if (strcmp(json_string_value(json_object_get(test, "status")), "pass"))
			is = "fail";
	if (sub->errors)
		is = "error";
	o = json_pack("{s:i, s:s, s:i, s:o}", "version", 1, "status", is, "max_score",
		      sub->max_points, "tests", tests);
	dump = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	add_base64(out, dump ? dump : "");
}

const struct report_format format_classroom = { .name = "classroom",
						.one = write_classroom,
						.ending = ".base64" };
