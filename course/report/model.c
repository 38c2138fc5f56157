// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads the model. What an override or a roster may hold: overrides.c, roster.c. */
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/batch.h"
#include "course/grade/record.h"
#include "course/report/columns.h"
#include "course/report/model.h"
#include "course/report/overrides.h"
#include "course/report/roster.h"
#include "course/report/text.h"

/* The report owns the text; it lives as long. */
static const char *keep(struct report *report, const char *s, bool one_line)
{
	AUTO_STR clean = one_line ? text_one_line(s) : text_harmless(s);

	strv_add(&report->text, clean);
	return report->text.v[report->text.n - 1];
}

static const char *get(struct report *report, const json_t *o, const char *key, bool one_line)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? keep(report, s, one_line) : "";
}

static int number(const json_t *o, const char *key)
{
	return (int)json_integer_value(json_object_get(o, key));
}

/* What is hidden stays hidden; what has a date is shown from it on. */
static bool is_shown(const char *visibility, const char *reveal)
{
	if (!strcmp(visibility, "visible"))
		return true;
	if (!reveal || !strcmp(visibility, "hidden"))
		return false;
	return !strcmp(visibility, reveal) || !strcmp(reveal, "after_published");
}

static void read_check(struct report *report, const json_t *o, const char *reveal,
		       struct report_check *check)
{
	const json_t *override = json_object_get(o, "override");
	const json_t *ms = json_object_get(o, "milliseconds");

	*check = (struct report_check){
		.name = get(report, o, "name", true),
		.visibility = get(report, o, "visibility", true),
		.status = get(report, o, "status", true),
		.message = get(report, o, "message", false),
		.points = number(o, "points"),
		.score = number(o, "score"),
		.milliseconds = ms ? (long)json_number_value(ms) : -1,
		.reason = override ? get(report, override, "reason", true) : NULL,
		.graded_score = number(override ? override : o, "score"),
	};
	check->shown = is_shown(check->visibility, reveal);
}

/* Strings of a list, with commas between. */
static const char *joined(struct report *report, const json_t *list)
{
	AUTO_SB text = { 0 };
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (json_is_string(item))
			sb_addf(&text, "%s%s", text.len ? ", " : "", json_string_value(item));
	return keep(report, sb_str(&text), true);
}

static void read_lesson(struct report *report, const json_t *o, const char *reveal,
			struct report_lesson *lesson)
{
	const json_t *checks = json_object_get(o, "checks");

	*lesson = (struct report_lesson){
		.name = get(report, o, "lesson", true),
		.status = get(report, o, "status", true),
		.message = get(report, o, "message", false),
		.points = number(o, "points"),
		.max_points = number(o, "max_points"),
		.seconds = json_number_value(json_object_get(o, "seconds")),
		.limits = joined(report, json_object_get(o, "limits")),
		.n = json_array_size(checks),
	};
	lesson->checks = xrealloc(NULL, (lesson->n + 1) * sizeof(*lesson->checks));
	for (size_t i = 0; i < lesson->n; i++)
		read_check(report, json_array_get(checks, i), reveal, &lesson->checks[i]);
}

/* Its lessons are missing, but not for the reason that nothing was handed in. */
static void say_of_each(struct report *report, struct report_submission *sub)
{
	bool invalid = !strcmp(sub->status, "invalid");
	AUTO_STR why = xasprintf("%s: %s", invalid ? "Invalid" : "None of the files counts",
				 invalid	  ? sub->message
				 : sub->ignored.n ? sub->ignored.v[0]
						  : "");
	const char *kept = keep(report, why, true);

	for (size_t i = 0; i < sub->n; i++)
		sub->lessons[i].message = kept;
}

static void read_submission(struct report *report, const char *id, json_t *record,
			    const char *reveal)
{
	const json_t *lessons = json_object_get(record, "lessons"), *name;
	struct report_submission *sub;
	size_t i;

	report->subs = xrealloc(report->subs, (report->n + 1) * sizeof(*report->subs));
	sub = &report->subs[report->n++];
	*sub = (struct report_submission){
		.id = keep(report, id, true),
		.name = "",
		.status = get(report, record, "status", true),
		.message = get(report, record, "message", false),
		.log = get(report, record, "log", true),
		.sha256 = get(report, record, "submission_sha256", true),
		.points = record_points(record),
		.max_points = record_max_points(record),
		.errors = record_errors(record),
		.n_ignored = number(record, "ignored_files"),
		.n = json_array_size(lessons),
		.record = record,
	};
	json_array_foreach (json_object_get(record, "ignored"), i, name)
		if (json_is_string(name))
			strv_add(&sub->ignored, keep(report, json_string_value(name), true));
	sub->lessons = xrealloc(NULL, (sub->n + 1) * sizeof(*sub->lessons));
	for (i = 0; i < sub->n; i++)
		read_lesson(report, json_array_get(lessons, i), reveal, &sub->lessons[i]);
	if (!strcmp(sub->status, "invalid") || report_none_counts(sub))
		say_of_each(report, sub);
}

static void read_records(struct report *report, const struct report_source *from,
			 const struct batch_known *batch, const struct overrides *overrides)
{
	const struct strv *ids = &batch->ids;

	for (size_t i = 0; i < ids->n; i++) {
		AUTO_STR path = xasprintf("%s/%s.json", from->results, ids->v[i]);
		json_t *record = record_read(path);

		if (!record) {
			AUTO_STR id = text_one_line(ids->v[i]);

			strv_add(&report->missing, id);
			continue;
		}
		if (!batch_is_current(batch, record))
			strv_add(&report->stale, ids->v[i]);
		overrides_apply(overrides, ids->v[i], record);
		read_submission(report, ids->v[i], record, from->reveal);
	}
}

static void free_submission(struct report_submission *sub)
{
	for (size_t i = 0; i < sub->n; i++)
		free(sub->lessons[i].checks);
	free(sub->lessons);
	strv_free(&sub->ignored);
	json_decref(sub->record);
}

/* Of a list of ids this one, where it is in it. */
static void narrow_ids(struct strv *ids, const char *id)
{
	bool has = strv_has(ids, id);

	strv_free(ids);
	if (has)
		strv_add(ids, id);
}

/* All have been read, so that a mistake in a table is found whoever is asked for. */
static void narrow(struct report *report, const char *id)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++)
		if (strcmp(report->subs[i].id, id))
			free_submission(&report->subs[i]);
		else
			report->subs[n++] = report->subs[i];
	report->n = n;
	narrow_ids(&report->missing, id);
	narrow_ids(&report->stale, id);
	strv_free(&report->unknown);
	table_free(&report->absent);
}

static enum course_exit read_all(const struct tree *tree, const struct report_source *from,
				 const char *id, const struct batch_known *batch,
				 struct report *report, struct strbuf *why)
{
	struct overrides overrides = { 0 };
	enum course_exit code;

	if (id && !strv_has(&batch->ids, id)) {
		sb_addf(why, "no submission is called %s", id);
		return COURSE_USAGE;
	}
	code = overrides_read(from, &batch->ids, &overrides, why);
	if (!code) {
		read_records(report, from, batch, &overrides);
		report->overridden = overrides.table.n;
		code = overrides_all_used(&overrides, &report->missing, why);
	}
	overrides_free(&overrides);
	if (!code)
		code = roster_merge(from, &batch->ids, report, why);
	if (!code && id)
		narrow(report, id);
	if (!code)
		columns_find(tree, report);
	return code;
}

enum course_exit report_read(const struct tree *tree, const struct report_source *from,
			     const char *id, struct report *report, struct strbuf *why)
{
	enum course_exit code = COURSE_USAGE;
	struct batch_known batch;

	if (batch_read(from->results, &batch))
		sb_addf(why, "%s holds no results of course grade", from->results);
	else
		code = read_all(tree, from, id, &batch, report, why);
	batch_free(&batch);
	return code;
}

void report_of_record(json_t *record, struct report *report)
{
	const char *id = json_string_value(json_object_get(record, "id"));

	read_submission(report, id ? id : "", json_incref(record), NULL);
}

bool report_none_counts(const struct report_submission *sub)
{
	for (size_t i = 0; i < sub->n; i++)
		if (strcmp(sub->lessons[i].status, "missing"))
			return false;
	return sub->n_ignored && strcmp(sub->status, "invalid");
}

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->n; i++)
		free_submission(&report->subs[i]);
	free(report->subs);
	free(report->columns);
	strv_free(&report->missing);
	strv_free(&report->stale);
	strv_free(&report->unknown);
	strv_free(&report->lessons);
	strv_free(&report->text);
	table_free(&report->absent);
	*report = (struct report){ 0 };
}
