// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Applies a teacher's overrides to records, in memory: the files stay as they were graded. */
#include <stdlib.h>
#include <string.h>

#include "course/cli.h"
#include "course/files.h"
#include "course/grade/submission.h"
#include "course/report/overrides.h"

enum {
	ID,
	CHECK,
	POINTS,
	REASON
};

char *report_source_file(const char *asked, const char *results, const char *name)
{
	char *path = asked ? xstrdup(asked) : xasprintf("%s/%s", results, name);

	if (asked || is_file(path))
		return path;
	free(path);
	return NULL;
}

static void fail(const struct overrides *o, size_t row, const char *what, struct strbuf *why)
{
	sb_addf(why, "%s:%zu: %s", o->path, o->table.rows[row].line, what);
}

static const char *check_row(const struct overrides *o, size_t row)
{
	char **cells = o->table.rows[row].cells.v;
	unsigned long long points;

	if (!*cells[ID] || !*cells[CHECK])
		return "whose, and which check? A cell is empty";
	if (!cli_number(cells[POINTS], &points) || points > 1000)
		return "points are a number from 0 to 1000";
	if (!*cells[REASON])
		return "the reason is missing; the report shows it";
	return NULL;
}

enum course_exit overrides_read(const struct report_source *from, const struct strv *ids,
				struct overrides *o, struct strbuf *why)
{
	o->own_path = report_source_file(from->overrides, from->results, "overrides.csv");
	o->path = o->own_path;
	if (!o->path)
		return COURSE_OK;
	if (table_read(o->path, "id,check,points,reason", &o->table, why))
		return COURSE_USAGE;
	o->used = xrealloc(NULL, o->table.n + 1);
	memset(o->used, 0, o->table.n + 1);
	o->errors = xrealloc(NULL, (o->table.n + 1) * sizeof(*o->errors));
	memset(o->errors, 0, (o->table.n + 1) * sizeof(*o->errors));
	o->whose = xrealloc(NULL, (o->table.n + 1) * sizeof(*o->whose));
	for (size_t i = 0; i < o->table.n; i++) {
		const char *wrong = check_row(o, i);

		o->whose[i] = submission_called(ids, o->table.rows[i].cells.v[ID]);

		if (wrong) {
			fail(o, i, wrong, why);
			return COURSE_USAGE;
		}
	}
	return COURSE_OK;
}

static const char *string(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static bool named(const json_t *lesson, const json_t *check, const char *wanted)
{
	AUTO_STR full = xasprintf("%s: %s", string(lesson, "lesson"), string(check, "name"));

	return !strcmp(wanted, full) || !strcmp(wanted, string(check, "name"));
}

/* How many checks of the record have the name; the last of them, and its lesson. */
static size_t find(json_t *record, const char *wanted, json_t **lesson, json_t **check)
{
	json_t *l, *c;
	size_t found = 0, i, j;

	json_array_foreach (json_object_get(record, "lessons"), i, l)
		json_array_foreach (json_object_get(l, "checks"), j, c)
			if (named(l, c, wanted)) {
				found++;
				*lesson = l;
				*check = c;
			}
	return found;
}

/* A lesson that does not compile or was not handed in stays one, unless all is given for it. */
static void sum_up(json_t *lesson)
{
	const char *status = string(lesson, "status");
	json_int_t points = 0, max = 0;
	bool all = true, errors = false;
	json_t *check;
	size_t i;

	json_array_foreach (json_object_get(lesson, "checks"), i, check) {
		const char *is = string(check, "status");

		points += json_integer_value(json_object_get(check, "score"));
		if (strcmp(is, "skipped"))
			max += json_integer_value(json_object_get(check, "points"));
		all &= !strcmp(is, "passed") || !strcmp(is, "skipped");
		errors |= !strcmp(is, "error");
	}
	json_object_set_new(lesson, "points", json_integer(points));
	json_object_set_new(lesson, "max_points", json_integer(max));
	if (all)
		status = "passed";
	else if (!strcmp(status, "error") && !errors)
		status = "failed";
	json_object_set_new(lesson, "status", json_string(status));
}

static void apply(json_t *lesson, json_t *check, long points, const char *reason)
{
	json_t *override = json_pack("{s:O, s:O, s:s}", "score", json_object_get(check, "score"),
				     "status", json_object_get(check, "status"), "reason", reason);
	bool full = points >= json_integer_value(json_object_get(check, "points"));

	json_object_set_new(check, "override", override);
	json_object_set_new(check, "score", json_integer(points));
	json_object_set_new(check, "status", json_string(full ? "passed" : "failed"));
	sum_up(lesson);
}

void overrides_apply(const struct overrides *o, const char *id, json_t *record)
{
	json_t *lesson = NULL, *check = NULL;

	for (size_t i = 0; i < o->table.n; i++) {
		char **cells = o->table.rows[i].cells.v;
		long points = atol(cells[POINTS]), max;
		size_t found;

		if (!o->whose[i] || strcmp(o->whose[i], id))
			continue;
		o->used[i] = true;
		found = find(record, cells[CHECK], &lesson, &check);
		max = found ? json_integer_value(json_object_get(check, "points")) : 0;
		if (!found)
			o->errors[i] = xasprintf("%s has no check \"%s\"", id, cells[CHECK]);
		else if (found > 1)
			o->errors[i] = xasprintf("several lessons have a check \"%s\": write "
						 "LAB/LESSON: NAME",
						 cells[CHECK]);
		else if (json_object_get(check, "override"))
			o->errors[i] =
				xstrdup("this check of this submission stands above already");
		else if (points > max)
			o->errors[i] = xasprintf("the check has %ld points, not %ld", max, points);
		else
			apply(lesson, check, points, cells[REASON]);
	}
}

enum course_exit overrides_all_used(const struct overrides *o, const struct strv *missing,
				    struct strbuf *why)
{
	for (size_t i = 0; i < o->table.n; i++) {
		const char *id = o->table.rows[i].cells.v[ID];

		if (o->used[i] && !o->errors[i])
			continue;
		/* Its turn comes when it has been graded. */
		if (!o->used[i] && o->whose[i] && strv_has(missing, o->whose[i]))
			continue;
		if (o->errors[i])
			fail(o, i, o->errors[i], why);
		else {
			AUTO_STR what = xasprintf("no submission is called %s", id);

			fail(o, i, what, why);
		}
		return COURSE_USAGE;
	}
	return COURSE_OK;
}

void overrides_free(struct overrides *o)
{
	for (size_t i = 0; o->errors && i < o->table.n; i++)
		free(o->errors[i]);
	free(o->errors);
	free(o->whose);
	free(o->used);
	free(o->own_path);
	table_free(&o->table);
	*o = (struct overrides){ 0 };
}
