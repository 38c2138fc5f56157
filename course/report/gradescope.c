// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format gradescope: results.json of one submission. Gradescope hides checks
 * from students by their visibility, so all are in it. Output is plain text
 * there (output_format), escaped by Gradescope.
 */
#include <string.h>

#include "course/report/formats.h"

static json_t *test(const struct report_lesson *lesson, const struct report_check *check,
		    size_t number, size_t of_lesson)
{
	AUTO_STR name = format_check_name(lesson, check);
	AUTO_STR message = format_message_shown(lesson, check);
	AUTO_STR place = xasprintf("%zu.%zu", number, of_lesson);
	json_t *o = json_pack("{s:s, s:s, s:i, s:i, s:s, s:s, s:s}", "name", name, "number", place,
			      "score", check->score, "max_score", check->points, "status",
			      strcmp(check->status, "passed") ? "failed" : "passed",
			      "output_format", "text", "visibility", check->visibility);

	/* Not counted against anybody: no points to be had. */
	if (!strcmp(check->status, "skipped")) {
		json_object_del(o, "status");
		json_object_set_new(o, "max_score", json_integer(0));
	}
	if (*message)
		json_object_set_new(o, "output", json_string(message));
	json_object_set_new(o, "extra_data", json_pack("{s:s}", "status", check->status));
	if (check->reason)
		json_object_set_new(json_object_get(o, "extra_data"), "override",
				    json_string(check->reason));
	return o;
}

static void write_gradescope(const struct report *report, const struct report_submission *sub,
			     struct strbuf *out)
{
	json_t *tests = json_array(), *o, *extra;
	double seconds = 0;

	(void)report;
	for (size_t i = 0; i < sub->n; i++) {
		seconds += sub->lessons[i].seconds;
		for (size_t k = 0; k < sub->lessons[i].n; k++)
			json_array_append_new(
				tests,
				test(&sub->lessons[i], &sub->lessons[i].checks[k], i + 1, k + 1));
	}
	extra = json_pack("{s:s, s:s, s:O}", "id", sub->id, "status", sub->status, "seed",
			  json_object_get(sub->record, "seed"));
	o = json_pack("{s:i, s:f, s:s, s:o, s:o, s:[{s:s, s:i}]}", "score", sub->points,
		      "execution_time", seconds, "stdout_visibility", "hidden", "tests", tests,
		      "extra_data", extra, "leaderboard", "name", "Points", "value", sub->points);
	if (sub->errors)
		json_object_set_new(o, "output",
				    json_string("Some checks have no verdict, because the machine "
						"failed. Nobody is to blame; they will be graded "
						"again."));
	if (*sub->message)
		json_object_set_new(o, "output", json_string(sub->message));
	format_add_json(out, o);
}

const struct report_format format_gradescope = { .name = "gradescope",
						 .one = write_gradescope,
						 .ending = ".json" };
