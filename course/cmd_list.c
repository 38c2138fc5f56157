// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course list: the lessons, and how far the learner is with each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/bats.h"
#include "course/commands.h"
#include "course/overlay.h"

enum {
	OPT_JSON = 256
};

struct input {
	bool json;
};

static const struct argp_option options[] = {
	{ "json", OPT_JSON, NULL, 0, "Print JSON, for programs.", 0 }, { 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	(void)arg;
	if (key != OPT_JSON)
		return ARGP_ERR_UNKNOWN;
	in->json = true;
	return 0;
}

struct row {
	const struct lesson *lesson;
	const char *state; /* passed, started, open, broken */
	int points;
	int max_points;
};

static struct row row_of(const struct lesson *lesson, const struct state *state)
{
	AUTO_STR path = xasprintf("%s/test.bats", lesson->dir);
	struct row row = { .lesson = lesson };
	struct bats_list checks;
	AUTO_STR error = NULL;

	if (!bats_read(path, path, &checks, &error))
		row.max_points = bats_points(&checks);
	bats_free(&checks);
	row.points = state_points(state, lesson);
	if (row.points < 0)
		row.points = 0;
	if (lesson->conf_error)
		row.state = "broken";
	else if (state_passed(state, lesson))
		row.state = "passed";
	else
		row.state = overlay_started(lesson) ? "started" : "open";
	return row;
}

static json_t *names_json(const struct strv *names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < names->n; i++)
		json_array_append_new(list, json_string(names->v[i]));
	return list;
}

static json_t *row_json(const struct row *row, bool current)
{
	const struct conf *conf = &row->lesson->conf;
	json_t *o = json_pack("{s:s, s:s, s:b, s:i, s:i}", "name", row->lesson->name, "state",
			      row->state, "current", current, "points", row->points, "max_points",
			      row->max_points);

	if (row->lesson->conf_error) {
		json_object_set_new(o, "error", json_string(row->lesson->conf_error));
		return o;
	}
	json_object_set_new(o, "id", json_string(conf->id));
	json_object_set_new(o, "title", json_string(conf->title));
	json_object_set_new(o, "level", json_string(conf->level));
	json_object_set_new(o, "minutes", json_integer(conf->minutes));
	json_object_set_new(o, "requires", names_json(&conf->requires));
	json_object_set_new(o, "teaches", names_json(&conf->teaches));
	json_object_set_new(o, "needs", names_json(&conf->needs));
	return o;
}

static void print_json(const struct tree *tree, const struct state *state)
{
	json_t *list = json_array();
	json_t *o = json_pack("{s:i, s:o}", "version", 1, "lessons", list);

	for (size_t i = 0; i < tree->n; i++) {
		struct row row = row_of(&tree->lessons[i], state);

		json_array_append_new(
			list, row_json(&row, state_current(state, tree) == &tree->lessons[i]));
	}
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

static void print_table(const struct tree *tree, const struct state *state)
{
	int width = 0;
	size_t lab = 0;

	for (size_t i = 0; i < tree->n; i++) {
		int n = strlen(tree->lessons[i].name);

		width = n > width ? n : width;
	}
	for (size_t i = 0; i < tree->n; i++) {
		const struct lesson *lesson = &tree->lessons[i];
		struct row row = row_of(lesson, state);
		size_t n = strcspn(lesson->name, "/");

		if (i && (n != lab || strncmp(lesson->name, lesson[-1].name, n)))
			putchar('\n');
		lab = n;
		printf("%c %-*s  %s%-7s%s", state_current(state, tree) == lesson ? '*' : ' ', width,
		       lesson->name, mark(&row), row.state,
		       *mark(&row) ? colour(stdout, COLOUR_OFF) : "");
		if (lesson->conf_error)
			printf("  %s\n", lesson->conf_error);
		else
			printf("  %2d/%-2d points  %3d min  %-5s  %s\n", row.points, row.max_points,
			       lesson->conf.minutes, lesson->conf.level, lesson->conf.title);
	}
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	struct state state;

	state_read(&state, tree);
	if (in->json)
		print_json(tree, &state);
	else
		print_table(tree, &state);
	state_free(&state);
	return COURSE_OK;
}

const struct command cmd_list = {
	.name = "list",
	.arguments = "[--json]",
	.summary = "the lessons, and how far you are",
	.description = "Lists the lessons in order: open, started or passed, the points you have, "
		       "the minutes it takes, core lessons (the path everyone walks), extra and "
		       "depth. The current lesson has a star.",
	.examples = "course list\ncourse list --json",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
