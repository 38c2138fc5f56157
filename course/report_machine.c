// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Prints the outcome of one lesson's checks as TAP 13 and as JSON. For people: report.c. */
#include <stdio.h>
#include <string.h>

#include "course/report.h"
#include "course/report/text.h"

static const char *status_name(const struct run *run, enum tap_status status)
{
	switch (status) {
	case TAP_OK:
		return "passed";
	case TAP_NOT_OK:
		return "failed";
	case TAP_SKIP:
		return "skipped";
	case TAP_MISSING:
		break;
	}
	return run->code == COURSE_TIME	     ? "timeout"
	       : run->code == COURSE_MACHINE ? "skipped"
					     : "error";
}

static const char *lesson_status(enum course_exit code)
{
	switch (code) {
	case COURSE_OK:
		return "passed";
	case COURSE_FAILED:
		return "failed";
	case COURSE_INVALID:
		return "invalid";
	case COURSE_MACHINE:
		return "skipped";
	case COURSE_TIME:
		return "timeout";
	default:
		return "error";
	}
}

static const char *first_line(const struct strbuf *sb, char *out, size_t size)
{
	const char *s = sb_str(sb);

	snprintf(out, size, "%.*s", (int)strcspn(s, "\n"), s);
	return out;
}

/* A YAML block of one literal text; YAML forbids control characters. */
static void print_yaml(const struct strv *lines)
{
	printf("  ---\n  message: |\n");
	for (size_t i = 0; i < lines->n; i++) {
		AUTO_STR line = text_one_line(lines->v[i]);

		printf("    %s\n", line);
	}
	printf("  ...\n");
}

void report_tap(const struct run *run, size_t first)
{
	AUTO_STRV why = { 0 };
	char reason[512];

	first_line(&run->why, reason, sizeof(reason));
	strv_lines(&why, sb_str(&run->why));
	for (size_t i = 0; i < run->list.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];
		const char *name = run->list.tests[i].name;
		bool skipped = !strcmp(status_name(run, test->status), "skipped");
		bool ok = test->status == TAP_OK || skipped;

		printf("%sok %zu - %s: %s", ok ? "" : "not ", first + i, run->lesson->name, name);
		if (skipped) {
			AUTO_STR why_not = text_one_line(test->reason ? test->reason : reason);

			printf(" # SKIP %s", why_not);
		}
		putchar('\n');
		if (test->status == TAP_NOT_OK)
			print_yaml(test->message.n ? &test->message : &test->bats_says);
		else if (!ok)
			print_yaml(&why);
	}
}

static json_t *text_of(const struct strv *lines)
{
	AUTO_SB sb = { 0 };

	for (size_t i = 0; i < lines->n; i++)
		sb_addf(&sb, "%s%s", i ? "\n" : "", lines->v[i]);
	return json_stringn_nocheck(sb_str(&sb), sb.len);
}

/* A program may print any bytes; JSON holds UTF-8 only. */
static json_t *utf8(json_t *text)
{
	json_t *checked = json_stringn(json_string_value(text), json_string_length(text));
	AUTO_STR ascii = NULL;

	if (!checked) {
		ascii = xstrndup(json_string_value(text), json_string_length(text));
		for (char *p = ascii; *p; p++)
			if (*p & 0x80)
				*p = '?';
		checked = json_string(ascii);
	}
	json_decref(text);
	return checked;
}

static json_t *check_json(const struct run *run, size_t i)
{
	const struct bats_test *check = &run->list.tests[i];
	const struct tap_test *test = &run->tap.tests[i];
	json_t *o = json_pack("{s:s, s:s, s:i, s:i, s:s}", "name", check->name, "status",
			      status_name(run, test->status), "points", check->points, "score",
			      test->status == TAP_OK ? check->points : 0, "visibility",
			      check->visibility);

	if (test->ms >= 0)
		json_object_set_new(o, "milliseconds", json_integer(test->ms));
	if (test->status == TAP_NOT_OK)
		json_object_set_new(o, "message", utf8(text_of(&test->message)));
	if (test->status == TAP_SKIP && test->reason)
		json_object_set_new(o, "message", utf8(json_string_nocheck(test->reason)));
	return o;
}

json_t *report_json(const struct run *run, const struct judgement *j)
{
	json_t *checks = json_array();
	json_t *o = json_pack("{s:s, s:s, s:i, s:i}", "lesson", run->lesson->name, "status",
			      lesson_status(run->code), "points", j->points, "max_points",
			      bats_points(&run->list));

	if (run->lesson->conf.id)
		json_object_set_new(o, "id", json_string(run->lesson->conf.id));
	if (run->why.len)
		json_object_set_new(o, "message", utf8(json_string_nocheck(run->why.s)));
	if (j->refused.n)
		json_object_set_new(o, "refused", utf8(text_of(&j->refused)));
	if (j->pattern_case)
		json_object_set_new(
			o, "pattern",
			json_pack("{s:s, s:s}", "case", j->pattern_case, "says", j->pattern_says));
	for (size_t i = 0; i < run->list.n; i++)
		json_array_append_new(checks, check_json(run, i));
	json_object_set_new(o, "checks", checks);
	return o;
}
