// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course list: the lessons, and how far the learner is with each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/bats.h"
#include "course/commands.h"
#include "course/overlay.h"
#include "course/tracks.h"

enum {
	OPT_JSON = 256,
	OPT_TRACK
};

struct input {
	bool json;
	const char *track;
};

static const struct argp_option options[] = {
	{ "track", OPT_TRACK, "TRACK", 0,
	  "Only the lessons of this track, and with a + those of others that they require: first (the "
	  "first sitting), basics, network, sockets, tracing.",
	  0 },
	{ "json", OPT_JSON, NULL, 0, "Print JSON, for programs.", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case OPT_JSON:
		in->json = true;
		return 0;
	case OPT_TRACK:
		in->track = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

struct row {
	const struct lesson *lesson;
	const char *state; /* passed, started, open, broken */
	int points;
	int max_points;
	bool current;
	bool solution_seen;
	bool required; /* of another track, but a lesson of this one requires it */
};

struct table {
	struct row *rows;
	size_t n;
	/* without broken lessons */
	size_t passed;
	size_t lessons;
	int minutes_done;
	int minutes_to_do;
};

static void fill_row(struct row *row, const struct lesson *lesson, const struct state *state)
{
	AUTO_STR path = xasprintf("%s/test.bats", lesson->dir);
	struct bats_list checks;
	AUTO_STR error = NULL;

	row->lesson = lesson;
	if (!bats_read(path, path, &checks, &error))
		row->max_points = bats_points(&checks);
	bats_free(&checks);
	row->points = state_points(state, lesson);
	if (row->points < 0)
		row->points = 0;
	row->solution_seen = state_solution_seen(state, lesson);
	if (lesson->conf_error)
		row->state = "broken";
	else if (state_passed(state, lesson))
		row->state = "passed";
	else
		row->state = overlay_started(lesson) ? "started" : "open";
}

static void count(struct table *table, const struct row *row)
{
	bool passed = !strcmp(row->state, "passed");

	if (row->lesson->conf_error)
		return;
	table->lessons++;
	table->passed += passed;
	*(passed ? &table->minutes_done : &table->minutes_to_do) += row->lesson->conf.minutes;
}

static void make_table(struct table *table, const struct tree *tree, const struct state *state,
		       const char *track)
{
	*table = (struct table){ .rows = xrealloc(NULL, (tree->n + 1) * sizeof(*table->rows)) };
	for (size_t i = 0; i < tree->n; i++) {
		const struct lesson *lesson = &tree->lessons[i];
		struct row row = { .required = track && track_requires(tree, track, lesson),
				   .current = state_current(state, tree) == lesson };

		if (track && !row.required && !track_has(track, lesson))
			continue;
		fill_row(&row, lesson, state);
		count(table, &row);
		table->rows[table->n++] = row;
	}
}

static json_t *names_json(const struct strv *names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < names->n; i++)
		json_array_append_new(list, json_string(names->v[i]));
	return list;
}

static json_t *row_json(const struct row *row)
{
	const struct conf *conf = &row->lesson->conf;
	AUTO_STRV tracks = { 0 };
	json_t *o = json_pack("{s:s, s:s, s:b, s:i, s:i, s:b, s:b}", "name", row->lesson->name,
			      "state", row->state, "current", row->current, "points", row->points,
			      "max_points", row->max_points, "solution_seen", row->solution_seen,
			      "required_only", row->required);

	if (row->lesson->conf_error) {
		json_object_set_new(o, "error", json_string(row->lesson->conf_error));
		return o;
	}
	tracks_of(row->lesson, &tracks);
	json_object_set_new(o, "id", json_string(conf->id));
	json_object_set_new(o, "title", json_string(conf->title));
	json_object_set_new(o, "level", json_string(conf->level));
	json_object_set_new(o, "tracks", names_json(&tracks));
	json_object_set_new(o, "minutes", json_integer(conf->minutes));
	json_object_set_new(o, "requires", names_json(&conf->requires));
	json_object_set_new(o, "teaches", names_json(&conf->teaches));
	json_object_set_new(o, "needs", names_json(&conf->needs));
	return o;
}

static void print_json(const struct table *table)
{
	json_t *list = json_array();
	json_t *o = json_pack("{s:i, s:o, s:i, s:i, s:i}", "version", 1, "lessons", list, "passed",
			      (int)table->passed, "minutes_done", table->minutes_done,
			      "minutes_to_do", table->minutes_to_do);

	for (size_t i = 0; i < table->n; i++)
		json_array_append_new(list, row_json(&table->rows[i]));
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

static const char *mark(const struct row *row)
{
	return !strcmp(row->state, "passed")	? colour(stdout, COLOUR_GREEN)
	       : !strcmp(row->state, "started") ? colour(stdout, COLOUR_YELLOW)
	       : !strcmp(row->state, "broken")	? colour(stdout, COLOUR_RED)
						: "";
}

/* Without a track the lesson's tracks stand in the row; the first sitting's is worth a word. */
static void print_row(const struct row *row, int width, bool tracks)
{
	const struct lesson *lesson = row->lesson;
	AUTO_STRV names = { 0 };
	AUTO_SB joined = { 0 };

	printf("%c%c%-*s  %s%-7s%s", row->current ? '*' : ' ', row->required ? '+' : ' ', width,
	       lesson->name, mark(row), row->state, *mark(row) ? colour(stdout, COLOUR_OFF) : "");
	if (lesson->conf_error) {
		printf("  %s\n", lesson->conf_error);
		return;
	}
	printf("  %2d/%-2d points  %3d min  %-5s", row->points, row->max_points,
	       lesson->conf.minutes, lesson->conf.level);
	tracks_of(lesson, &names);
	for (size_t i = 0; i < names.n; i++)
		sb_addf(&joined, "%s%s", i ? "," : "", names.v[i]);
	if (tracks)
		printf("  %-13s", sb_str(&joined));
	printf("  %s%s\n", lesson->conf.title, row->solution_seen ? "  (solution seen)" : "");
}

static void print_hours(int minutes)
{
	if (minutes >= 60)
		printf("%d h %02d min", minutes / 60, minutes % 60);
	else
		printf("%d min", minutes);
}

static void print_table(const struct table *table, const char *track)
{
	bool required = false;
	int width = 0;

	for (size_t i = 0; i < table->n; i++) {
		int n = strlen(table->rows[i].lesson->name);

		width = n > width ? n : width;
		required |= table->rows[i].required;
	}
	for (size_t i = 0; i < table->n; i++) {
		const char *name = table->rows[i].lesson->name;
		size_t lab = strcspn(name, "/") + 1;

		if (i && strncmp(name, table->rows[i - 1].lesson->name, lab))
			putchar('\n');
		print_row(&table->rows[i], width, !track);
	}
	printf("\n%s%s%zu of %zu lessons passed: ", track ? track : "", track ? ": " : "",
	       table->passed, table->lessons);
	print_hours(table->minutes_done);
	printf(" done, ");
	print_hours(table->minutes_to_do);
	printf(" to do\n");
	if (required)
		printf("+: of another track; lessons of this one require it\n");
}

static bool track_exists(const struct tree *tree, const char *track)
{
	AUTO_STRV tracks = { 0 };
	AUTO_SB names = { 0 };

	tracks_all(tree, &tracks);
	for (size_t i = 0; i < tracks.n; i++)
		sb_addf(&names, "%s%s", i ? ", " : "", tracks.v[i]);
	if (strv_has(&tracks, track))
		return true;
	course_error("no track \"%s\"; there are: %s", track, sb_str(&names));
	return false;
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	struct table table;
	struct state state;

	if (in->track && !track_exists(tree, in->track))
		return COURSE_USAGE;
	state_read(&state, tree);
	make_table(&table, tree, &state, in->track);
	if (in->json)
		print_json(&table);
	else
		print_table(&table, in->track);
	free(table.rows);
	state_free(&state);
	return COURSE_OK;
}

const struct command cmd_list = {
	.name = "list",
	.arguments = "[--track TRACK] [--json]",
	.summary = "the lessons, and how far you are",
	.description =
		"Lists the lessons in order: open, started or passed, the points you have, the minutes "
		"it takes, core lessons (the path everyone walks), extra and depth, and the tracks. The "
		"current lesson has a star. The last line adds the minutes up.",
	.examples = "course list\ncourse list --track first\ncourse list --json",
	.see_also = "course, course start",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
