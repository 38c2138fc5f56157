// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a student gets to read. Messages may hold anything: they stand as code, line by line. */
#include <string.h>

#include "course/files.h"
#include "course/grade/feedback.h"
#include "course/grade/record.h"

static const char *string(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s ? s : "";
}

static int number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

/* Control characters would reach a terminal; in an indented block all else is plain text. */
static void add_code(struct strbuf *page, const char *text)
{
	AUTO_STRV lines = { 0 };

	strv_lines(&lines, text);
	sb_add(page, "\n");
	for (size_t i = 0; i < lines.n; i++) {
		for (char *c = lines.v[i]; *c; c++)
			if ((unsigned char)*c < ' ' && *c != '\t')
				*c = '?';
		sb_addf(page, "    %s\n", lines.v[i]);
	}
	sb_add(page, "\n");
}

static void add_lesson(struct strbuf *page, const json_t *lesson)
{
	static const char *const says[][2] = {
		{ "missing", "Nothing was handed in." },
		{ "invalid", "It does not compile:" },
		{ "timeout", "It reached the time limit:" },
		{ "error", "It could not be graded; this is not your fault, ask your teacher." },
		{ "unstable", "Some checks came out differently when they were run again." },
	};
	const char *status = string(lesson, "status");
	size_t hidden = 0, hidden_passed = 0, i;
	json_t *check;

	sb_addf(page, "\n## %s: %d of %d points\n\n", string(lesson, "lesson"),
		number(lesson, "points"), number(lesson, "max_points"));
	for (i = 0; i < ARRAY_SIZE(says); i++)
		if (!strcmp(status, says[i][0]))
			sb_addf(page, "%s\n", says[i][1]);
	if (!strcmp(status, "invalid") || !strcmp(status, "timeout"))
		add_code(page, string(lesson, "message"));
	if (!strcmp(status, "missing") || !strcmp(status, "invalid"))
		return;
	json_array_foreach (json_object_get(lesson, "checks"), i, check) {
		if (strcmp(string(check, "visibility"), "visible")) {
			hidden++;
			hidden_passed += !strcmp(string(check, "status"), "passed");
			continue;
		}
		sb_addf(page, "- %s: %s (%d of %d)\n", string(check, "name"),
			string(check, "status"), number(check, "score"), number(check, "points"));
		if (*string(check, "message"))
			add_code(page, string(check, "message"));
	}
	if (hidden)
		sb_addf(page, "- %zu of %zu checks that are not shown passed\n", hidden_passed,
			hidden);
}

int feedback_write(const json_t *record, const char *path)
{
	AUTO_SB page = { 0 };
	json_t *lesson, *name;
	size_t i;

	sb_addf(&page, "# %s: %d of %d points\n", string(record, "id"), record_points(record),
		record_max_points(record));
	if (!strcmp(string(record, "status"), "invalid")) {
		sb_add(&page, "\nYour submission cannot be read:\n");
		add_code(&page, string(record, "message"));
	}
	if (number(record, "ignored_files")) {
		sb_addf(&page, "\nOf your files these do not count (%d):\n",
			number(record, "ignored_files"));
		json_array_foreach (json_object_get(record, "ignored"), i, name)
			add_code(&page, json_string_value(name));
	}
	json_array_foreach (json_object_get(record, "lessons"), i, lesson)
		add_lesson(&page, lesson);
	return file_replace(path, page.s, page.len);
}
