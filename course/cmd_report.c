// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course report: the records of a batch, merged. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/commands.h"
#include "course/files.h"
#include "course/grade/batch.h"
#include "course/grade/record.h"

enum {
	OPT_FORMAT = 256
};

struct input {
	const char *results;
	bool json;
};

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "FORMAT", 0,
	  "csv (the default): a row for each submission, a column for each lesson; or json: the "
	  "records as they are.",
	  0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case OPT_FORMAT:
		in->json = !strcmp(arg, "json");
		if (!in->json && strcmp(arg, "csv"))
			argp_error(state, "--format is csv or json, not \"%s\"", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (in->results)
			argp_error(state, "one folder at a time");
		in->results = arg;
		return 0;
	case ARGP_KEY_END:
		if (!in->results)
			argp_error(state,
				   "whose results? Name the folder that course grade -o wrote");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Lessons that any record has, in the order of the tree: columns. */
static void find_lessons(const struct tree *tree, const json_t *records, struct strv *lessons)
{
	json_t *record, *lesson;
	size_t i, j;

	for (size_t k = 0; k < tree->n; k++)
		json_array_foreach (records, i, record)
			json_array_foreach (json_object_get(record, "lessons"), j, lesson) {
				const char *name =
					json_string_value(json_object_get(lesson, "lesson"));

				if (name && !strcmp(name, tree->lessons[k].name) &&
				    !strv_has(lessons, name))
					strv_add(lessons, name);
			}
}

/* Nothing here needs quotes: ids and lessons' names are plain, the rest are numbers and our words. */
static void print_csv_row(const json_t *record, const struct strv *lessons)
{
	json_t *lesson;
	size_t i;

	printf("%s,%s,%d,%d", json_string_value(json_object_get(record, "id")),
	       record_errors(record) ? "error"
				     : json_string_value(json_object_get(record, "status")),
	       record_points(record), record_max_points(record));
	for (size_t k = 0; k < lessons->n; k++) {
		putchar(',');
		json_array_foreach (json_object_get(record, "lessons"), i, lesson)
			if (!strcmp(json_string_value(json_object_get(lesson, "lesson")),
				    lessons->v[k]))
				printf("%lld", (long long)json_integer_value(
						       json_object_get(lesson, "points")));
	}
	putchar('\n');
}

static void print_csv(const struct tree *tree, const json_t *records)
{
	AUTO_STRV lessons = { 0 };
	json_t *record;
	size_t i;

	find_lessons(tree, records, &lessons);
	fputs("id,status,points,max_points", stdout);
	for (i = 0; i < lessons.n; i++)
		printf(",%s", lessons.v[i]);
	putchar('\n');
	json_array_foreach (records, i, record)
		print_csv_row(record, &lessons);
}

static void print_json(json_t *records, const struct strv *missing)
{
	json_t *names = json_array(), *o;

	for (size_t i = 0; i < missing->n; i++)
		json_array_append_new(names, json_string(missing->v[i]));
	o = json_pack("{s:i, s:O, s:o}", "schema", RECORD_SCHEMA, "submissions", records, "missing",
		      names);
	json_dumpf(o, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(o);
}

static void say_missing(const struct strv *missing, size_t all)
{
	AUTO_SB names = { 0 };

	for (size_t i = 0; i < missing->n && i < 10; i++)
		sb_addf(&names, " %s", missing->v[i]);
	if (missing->n)
		course_error("%zu of %zu submissions have no result yet:%s%s; the same course "
			     "grade goes on with them",
			     missing->n, all, sb_str(&names), missing->n > 10 ? " ..." : "");
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	json_t *records = json_array();
	AUTO_STRV missing = { 0 };
	AUTO_STRV ids = { 0 };

	if (batch_ids(in->results, &ids)) {
		course_error("%s holds no results of course grade", in->results);
		json_decref(records);
		return COURSE_USAGE;
	}
	for (size_t i = 0; i < ids.n; i++) {
		AUTO_STR path = xasprintf("%s/%s.json", in->results, ids.v[i]);
		json_t *record = record_read(path);

		if (record)
			json_array_append_new(records, record);
		else
			strv_add(&missing, ids.v[i]);
	}
	if (in->json)
		print_json(records, &missing);
	else
		print_csv(tree, records);
	json_decref(records);
	say_missing(&missing, ids.n);
	return missing.n ? COURSE_FAILED : COURSE_OK;
}

const struct command cmd_report = {
	.name = "report",
	.arguments = "DIR [--format FORMAT]",
	.summary = "the results of course grade, merged",
	.description =
		"Prints what course grade -o DIR wrote, of all shards together. Submissions that "
		"have no result yet are named, and the exit code is 1.",
	.examples = "course report results/ >marks.csv\ncourse report results/ --format json",
	.see_also = "course grade",
	.options = options,
	.values =
		(const struct cli_values[]){
			{ "FORMAT", (const char *const[]){ "csv", "json", NULL } }, { 0 } },
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
