// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Records as JSON: made of runs, written, read again, compared. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "course/files.h"
#include "course/grade/record.h"

#define TOOL_VERSION "1"

/* JSON holds UTF-8 only; a program may print any bytes. */
static json_t *text(const char *s, size_t len)
{
	json_t *checked = json_stringn(s, len);
	AUTO_STR ascii = NULL;

	if (checked)
		return checked;
	ascii = xstrndup(s, len);
	for (char *p = ascii; p < ascii + len; p++)
		if (*p & 0x80 || !*p)
			*p = '?';
	return json_string(ascii);
}

static bool is(const json_t *record, const char *name, const char *value)
{
	const char *s = json_string_value(json_object_get(record, name));

	return s && !strcmp(s, value);
}

static json_t *lines_text(const struct strv *lines)
{
	AUTO_SB sb = { 0 };

	for (size_t i = 0; i < lines->n; i++)
		sb_addf(&sb, "%s%s", i ? "\n" : "", lines->v[i]);
	return text(sb_str(&sb), sb.len);
}

static json_t *list(const struct strv *items)
{
	json_t *array = json_array();

	for (size_t i = 0; i < items->n; i++)
		json_array_append_new(array, text(items->v[i], strlen(items->v[i])));
	return array;
}

json_t *record_new(const struct record_key *key, const struct intake *in)
{
	struct utsname kernel;
	json_t *record;

	uname(&kernel);
	record = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:i, s:[]}",
			   "schema", RECORD_SCHEMA, "id", key->id, "submission_sha256",
			   key->submission, "suite_sha256", key->suite, "tool_version",
			   TOOL_VERSION, "kernel", kernel.release, "isolation", key->isolation,
			   "seed", json_sprintf("%llu", key->seed), "status", "graded", "ignored",
			   list(&in->ignored), "ignored_files", (int)in->n_ignored, "lessons");
	if (key->guest_kernel)
		json_object_set_new(record, "guest_kernel", json_string(key->guest_kernel));
	return record;
}

static const char *unfinished(enum course_exit code)
{
	switch (code) {
	case COURSE_INVALID:
		return "failed";
	case COURSE_TIME:
		return "timeout";
	default:
		return "error";
	}
}

static const char *check_status(const struct run *run, size_t i)
{
	switch (run->tap.tests[i].status) {
	case TAP_OK:
		return "passed";
	case TAP_NOT_OK:
		return tap_internal(&run->tap.tests[i]) ? "error" : "failed";
	case TAP_SKIP:
		return "skipped";
	case TAP_MISSING:
		break;
	}
	return unfinished(run->code);
}

static json_t *check_record(const struct run *run, size_t i, const char *status)
{
	const struct bats_test *check = &run->list.tests[i];
	const struct tap_test *test = &run->tap.tests[i];
	json_t *o = json_pack("{s:s, s:s, s:s, s:i, s:i}", "name", check->name, "visibility",
			      check->visibility, "status", status, "points", check->points, "score",
			      strcmp(status, "passed") ? 0 : check->points);

	if (test->ms >= 0)
		json_object_set_new(o, "milliseconds", json_integer(test->ms));
	if (test->status == TAP_NOT_OK)
		json_object_set_new(
			o, "message",
			lines_text(test->message.n ? &test->message : &test->bats_says));
	if (test->status == TAP_SKIP && test->reason)
		json_object_set_new(o, "message", text(test->reason, strlen(test->reason)));
	return o;
}

static json_t *lesson_record(const struct run *run, const char *status, json_t *checks)
{
	int points = 0, max = 0;
	json_t *check;
	size_t i;

	json_array_foreach (checks, i, check) {
		points += json_integer_value(json_object_get(check, "score"));
		/* What was skipped is not counted against anybody. */
		if (!is(check, "status", "skipped"))
			max += json_integer_value(json_object_get(check, "points"));
	}
	return json_pack("{s:s, s:s, s:i, s:i, s:o}", "lesson", run->lesson->name, "status", status,
			 "points", points, "max_points", max, "checks", checks);
}

static const char *lesson_status(const struct run *run)
{
	switch (run->code) {
	case COURSE_OK:
		return "passed";
	case COURSE_FAILED:
		return "failed";
	case COURSE_INVALID:
		return "invalid";
	case COURSE_TIME:
		return "timeout";
	default:
		return "error";
	}
}

static void add_limits(json_t *lesson, const struct run *run, const struct run *again)
{
	AUTO_STRV limits = { 0 };

	for (size_t i = 0; i < run->limits.n; i++)
		strv_add(&limits, run->limits.v[i]);
	for (size_t i = 0; again && i < again->limits.n; i++)
		if (!strv_has(&limits, again->limits.v[i]))
			strv_add(&limits, again->limits.v[i]);
	if (limits.n)
		json_object_set_new(lesson, "limits", list(&limits));
}

/* With any other code a run has said nothing of the submission. */
static bool is_verdict(const struct run *run)
{
	return run->code == COURSE_OK || run->code == COURSE_FAILED ||
	       run->code == COURSE_INVALID || run->code == COURSE_TIME;
}

static const char too_busy[] =
	"The machine was so busy that checks waited in vain: grade again when it is not.\n";

void record_add(json_t *record, const struct run *run, const struct run *again, long milliseconds,
		const char *isolation)
{
	/* What the machine failed in the second run was not found to be unstable. */
	const struct run *says = again && !is_verdict(again) ? again : run;
	json_t *checks = json_array(), *lesson;
	bool failed = says->code == COURSE_FAILED || says->code == COURSE_TIME;
	bool late = failed && (run->late || (again && again->late)), unstable = false;

	for (size_t i = 0; i < says->list.n; i++) {
		const char *status = check_status(says, i);

		bool differs = says == run && again && strcmp(check_status(again, i), status);

		unstable |= differs;
		/* On a machine that was too busy nobody knows what it was. */
		if (late && (differs || !strcmp(status, "failed")))
			status = "timeout";
		else if (differs)
			status = "unstable";
		json_array_append_new(checks, check_record(says, i, status));
	}
	lesson = lesson_record(says,
			       late	  ? "timeout"
			       : unstable ? "unstable"
					  : lesson_status(says),
			       checks);
	if (late)
		json_object_set_new(lesson, "busy", json_true());
	if (late && !says->why.len)
		json_object_set_new(lesson, "message", json_string(too_busy));
	else if (says->why.len)
		json_object_set_new(lesson, "message", text(says->why.s, says->why.len));
	json_object_set_new(lesson, "seconds", json_real(milliseconds / 1000.0));
	json_object_set_new(lesson, "isolation", json_string(isolation));
	add_limits(lesson, run, again);
	json_array_append_new(json_object_get(record, "lessons"), lesson);
}

void record_add_missing(json_t *record, const struct run *run)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < run->list.n; i++)
		json_array_append_new(checks, check_record(run, i, "failed"));
	json_array_append_new(json_object_get(record, "lessons"),
			      lesson_record(run, "missing", checks));
}

void record_invalid(json_t *record, const char *why)
{
	json_object_set_new(record, "status", json_string("invalid"));
	json_object_set_new(record, "message", text(why, strlen(why)));
}

int record_write(json_t *record, const char *path)
{
	AUTO_STR dump = json_dumps(record, JSON_INDENT(1));

	return dump ? file_replace(path, dump, strlen(dump)) : -ENOMEM;
}

json_t *record_read(const char *path)
{
	json_t *record = json_load_file(path, 0, NULL);

	if (json_integer_value(json_object_get(record, "schema")) == RECORD_SCHEMA &&
	    json_is_array(json_object_get(record, "lessons")))
		return record;
	json_decref(record);
	return NULL;
}

/* What the verdicts depend on, and what was taken in: all but the verdicts. */
static json_t *basis(const json_t *record)
{
	json_t *o = json_copy((json_t *)record);

	json_object_del(o, "lessons");
	json_object_del(o, "log");
	return o;
}

bool record_holds(const json_t *record, const json_t *now, struct lesson *const *lessons, size_t n)
{
	const json_t *list = json_object_get(record, "lessons");
	json_t *was = basis(record), *is_now = basis(now);
	bool holds = record && json_equal(was, is_now) && !record_errors(record) &&
		     json_array_size(list) == n;

	for (size_t i = 0; i < n && holds; i++)
		holds = is(json_array_get(list, i), "lesson", lessons[i]->name) &&
			!json_is_true(json_object_get(json_array_get(list, i), "busy"));
	json_decref(was);
	json_decref(is_now);
	return holds;
}

static int sum(const json_t *record, const char *name)
{
	int total = 0;
	json_t *lesson;
	size_t i;

	json_array_foreach (json_object_get(record, "lessons"), i, lesson)
		total += json_integer_value(json_object_get(lesson, name));
	return total;
}

int record_points(const json_t *record)
{
	return sum(record, "points");
}

int record_max_points(const json_t *record)
{
	return sum(record, "max_points");
}

size_t record_errors(const json_t *record)
{
	size_t errors = 0, i, j;
	json_t *lesson, *check;

	json_array_foreach (json_object_get(record, "lessons"), i, lesson) {
		errors += is(lesson, "status", "error");
		json_array_foreach (json_object_get(lesson, "checks"), j, check)
			errors += is(check, "status", "error");
	}
	return errors;
}
