// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads and writes the learner's state. Lessons stand in it under their id, so
 * that a renamed folder loses nothing. The learner's files are overlay.c.
 *
 *   { "version": 1, "current": ID,
 *     "lessons": { ID: { "started": T, "checked": T, "checks": N, "points": N,
 *                        "passed": T, "solution": T, "hints": { SECTION: N },
 *                        "last": { "outcome": NAME, "check": NAME, "passed": N,
 *                                  "checks": N, "seed": "N", "files": HASH } } } }
 *
 * T: seconds since 1970. "points" are the most there were; "last" is the newest check.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "course/files.h"
#include "course/state.h"

#define STATE_VERSION 1

static json_t *empty(void)
{
	return json_pack("{s:i, s:{}}", "version", STATE_VERSION, "lessons");
}

static void put_aside(struct state *state, const char *problem)
{
	AUTO_STR aside = xasprintf("%s.bad", state->path);

	if (!rename(state->path, aside))
		course_error("%s is damaged (%s); it is kept as %s, and your progress starts anew",
			     state->path, problem, aside);
}

int state_read(struct state *state, const struct tree *tree)
{
	AUTO_STR text = NULL;
	json_error_t error;
	int err;

	*state = (struct state){ .folder = xasprintf("%s/.course", tree->work) };
	state->path = xasprintf("%s/state.json", state->folder);
	err = file_read(state->path, &text, NULL);
	if (!err) {
		state->root = json_loads(text, 0, &error);
		if (!state->root)
			put_aside(state, error.text);
		else if (!json_is_object(json_object_get(state->root, "lessons")))
			put_aside(state, "no \"lessons\"");
	}
	if (!json_is_object(json_object_get(state->root, "lessons"))) {
		json_decref(state->root);
		state->root = empty();
	}
	return err == -ENOENT ? 0 : err;
}

void state_free(struct state *state)
{
	json_decref(state->root);
	free(state->path);
	free(state->folder);
	*state = (struct state){ 0 };
}

static json_t *entry(const struct state *state, const struct lesson *lesson)
{
	if (!lesson->conf.id)
		return NULL;
	return json_object_get(json_object_get(state->root, "lessons"), lesson->conf.id);
}

struct lesson *state_current(const struct state *state, const struct tree *tree)
{
	const char *id = json_string_value(json_object_get(state->root, "current"));

	return id ? tree_lesson_by_id(tree, id) : NULL;
}

bool state_begun(const struct state *state, const struct lesson *lesson)
{
	return json_object_get(entry(state, lesson), "started") != NULL;
}

bool state_passed(const struct state *state, const struct lesson *lesson)
{
	return json_object_get(entry(state, lesson), "passed") != NULL;
}

int state_points(const struct state *state, const struct lesson *lesson)
{
	json_t *points = json_object_get(entry(state, lesson), "points");

	return points ? (int)json_integer_value(points) : -1;
}

typedef void (*change_fn)(struct state *state, json_t *entry, const void *arg);

static int write_state(const struct state *state)
{
	AUTO_STR text = json_dumps(state->root, JSON_INDENT(1) | JSON_SORT_KEYS);

	return text ? file_replace(state->path, text, strlen(text)) : -ENOMEM;
}

static int change(const struct tree *tree, const struct lesson *lesson, change_fn fn,
		  const void *arg)
{
	AUTO_STR folder = xasprintf("%s/.course", tree->work);
	AUTO_STR lock_path = xasprintf("%s/lock", folder);
	struct state state = { 0 };
	AUTO_FD lock = -1;
	json_t *lessons;
	int err;

	err = make_dirs(folder);
	if (err)
		return err;
	lock = file_lock(lock_path, true);
	if (lock < 0)
		return lock;
	err = state_read(&state, tree);
	if (err)
		goto out;
	lessons = json_object_get(state.root, "lessons");
	if (!entry(&state, lesson))
		json_object_set_new(lessons, lesson->conf.id, json_object());
	fn(&state, entry(&state, lesson), arg);
	err = write_state(&state);
out:
	state_free(&state);
	return err;
}

static void set_current(struct state *state, json_t *entry, const void *arg)
{
	const struct lesson *lesson = arg;

	json_object_set_new(state->root, "current", json_string(lesson->conf.id));
	if (!json_object_get(entry, "started"))
		json_object_set_new(entry, "started", json_integer(time(NULL)));
}

int state_set_current(const struct tree *tree, const struct lesson *lesson)
{
	return change(tree, lesson, set_current, lesson);
}

static const char *const outcomes[] = {
	[OUTCOME_PASSED] = "passed", [OUTCOME_FAILED] = "failed", [OUTCOME_REFUSED] = "refused",
	[OUTCOME_BUILD] = "build",   [OUTCOME_TIME] = "time",
};

/* The newest check; the most points of all checks; the first pass. */
static void record(struct state *state, json_t *entry, const void *arg)
{
	const struct result *r = arg;
	json_int_t best = json_integer_value(json_object_get(entry, "points"));
	json_int_t checks = json_integer_value(json_object_get(entry, "checks"));
	json_t *last =
		json_pack("{s:s, s:s*, s:i, s:i, s:o, s:s}", "outcome", outcomes[r->outcome],
			  "check", r->check, "passed", (int)r->passed, "checks", (int)r->checks,
			  "seed", json_sprintf("%llu", r->seed), "files", r->files);

	(void)state;
	json_object_set_new(entry, "last", last);
	json_object_set_new(entry, "checked", json_integer(time(NULL)));
	json_object_set_new(entry, "checks", json_integer(checks + 1));
	json_object_set_new(entry, "points", json_integer(r->points > best ? r->points : best));
	if (r->outcome == OUTCOME_PASSED && !json_object_get(entry, "passed"))
		json_object_set_new(entry, "passed", json_integer(time(NULL)));
}

int state_record(const struct tree *tree, const struct lesson *lesson, const struct result *result)
{
	return change(tree, lesson, record, result);
}

struct hints_given {
	const char *section;
	size_t levels;
};

static void set_hints(struct state *state, json_t *entry, const void *arg)
{
	const struct hints_given *given = arg;

	(void)state;
	if (!json_is_object(json_object_get(entry, "hints")))
		json_object_set_new(entry, "hints", json_object());
	json_object_set_new(json_object_get(entry, "hints"), given->section,
			    json_integer(given->levels));
}

int state_set_hints(const struct tree *tree, const struct lesson *lesson, const char *section,
		    size_t levels)
{
	struct hints_given given = { .section = section, .levels = levels };

	return change(tree, lesson, set_hints, &given);
}

static void set_solution_seen(struct state *state, json_t *entry, const void *arg)
{
	(void)state, (void)arg;
	if (!json_object_get(entry, "solution"))
		json_object_set_new(entry, "solution", json_integer(time(NULL)));
}

int state_set_solution_seen(const struct tree *tree, const struct lesson *lesson)
{
	return change(tree, lesson, set_solution_seen, NULL);
}

bool state_solution_seen(const struct state *state, const struct lesson *lesson)
{
	return json_object_get(entry(state, lesson), "solution") != NULL;
}

size_t state_hints(const struct state *state, const struct lesson *lesson, const char *section)
{
	json_t *hints = json_object_get(entry(state, lesson), "hints");
	json_int_t n = json_integer_value(json_object_get(hints, section));

	return n > 0 ? n : 0;
}

/* Whoever shows such a result names the check. */
static bool has_check(enum outcome outcome)
{
	return outcome == OUTCOME_FAILED || outcome == OUTCOME_TIME;
}

bool state_result(const struct state *state, const struct lesson *lesson, struct result *r)
{
	json_t *last = json_object_get(entry(state, lesson), "last");
	const char *outcome = json_string_value(json_object_get(last, "outcome"));
	const char *files = json_string_value(json_object_get(last, "files"));
	const char *seed = json_string_value(json_object_get(last, "seed"));

	*r = (struct result){
		.check = json_string_value(json_object_get(last, "check")),
		.passed = json_integer_value(json_object_get(last, "passed")),
		.checks = json_integer_value(json_object_get(last, "checks")),
		.seed = seed ? strtoull(seed, NULL, 10) : 0,
		.files = files ? files : "",
	};
	for (size_t i = 0; outcome && i < ARRAY_SIZE(outcomes); i++) {
		r->outcome = i;
		if (!strcmp(outcomes[i], outcome))
			return r->check || !has_check(i);
	}
	return false;
}
