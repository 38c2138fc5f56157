// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "testenv doctor": what this machine can do, which lessons suffer from what
 * it cannot, and what cures that. The table is in caps.c.
 */
#include <errno.h>
#include <glob.h>
#include <ini.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/caps.h"
#include "testenv/cli.h"
#include "testenv/testenv.h"

/* The tree's top, from build/bin/testenv; empty when there is no tree. */
static char top[4096];

static void find_top(void)
{
	ssize_t len = readlink("/proc/self/exe", top, sizeof(top) - 1);

	top[len > 0 ? len : 0] = '\0';
	for (int i = 0; i < 3; i++) {
		char *slash = strrchr(top, '/');

		if (slash)
			*slash = '\0';
	}
	/* A build folder elsewhere: then we are run from the top. */
	if (strlen(top) < sizeof(top) - 32) {
		char path[4096];

		snprintf(path, sizeof(path), "%.4000s/common/lesson.mk", top);
		if (access(path, R_OK) && !getcwd(top, sizeof(top)))
			top[0] = '\0';
	}
	setenv("TOP", top, 1); /* for the tools' commands in the table */
}

/* Is word one of those in list, which commas or blanks separate? */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += len)
		if ((p == list || strchr(", \t\n", p[-1])) && strchr(", \t\n", p[len]))
			return true;
	return false;
}

struct needs {
	const char *capability;
	bool found;
};

static int on_key(void *data, const char *section, const char *key, const char *value)
{
	struct needs *needs = data;

	(void)section;
	if (strcmp(key, "needs") == 0 && has_word(value, needs->capability))
		needs->found = true;
	return 1;
}

/* "lab05-tracing/03-fentry", from ".../lab05-tracing/03-fentry/lesson.conf" */
static json_t *lesson_name(const char *path)
{
	size_t skip = strlen(top) + 1;

	return json_stringn(path + skip, strlen(path) - skip - strlen("/lesson.conf"));
}

static json_t *affected_lessons(const char *capability)
{
	json_t *lessons = json_array();
	char pattern[sizeof(top) + 32];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/lab*/*/lesson.conf", top);
	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			struct needs needs = { .capability = capability };

			ini_parse(found.gl_pathv[i], on_key, &needs);
			if (needs.found)
				json_array_append_new(lessons, lesson_name(found.gl_pathv[i]));
		}
		globfree(&found);
	}
	return lessons;
}

struct doctor {
	bool as_json;
	bool all;     /* in full, what no lesson needs, too */
	char **names; /* NULL: all capabilities */
};

static json_t *examine(const struct capability *cap)
{
	int err = capability_probe(cap);
	json_t *result =
		json_pack("{s:s, s:s, s:b}", "name", cap->name, "what", cap->what, "works", !err);

	if (err) {
		json_object_set_new(result, "error", json_string(strerror(-err)));
		json_object_set_new(result, "cure", json_string(cap->cure));
		json_object_set_new(result, "lessons", affected_lessons(cap->name));
	}
	return result;
}

#define string(object, key) json_string_value(json_object_get(object, key))
#define works(object)	    json_is_true(json_object_get(object, "works"))

static void print_lessons(json_t *result)
{
	json_t *lesson;
	size_t i;

	fputs("               lessons:", stdout);
	json_array_foreach (json_object_get(result, "lessons"), i, lesson)
		printf(" %s", json_string_value(lesson));
	puts(i ? "" : " none");
}

static void print_full(json_t *result)
{
	if (works(result)) {
		printf("%-14s ok       %s\n", string(result, "name"), string(result, "what"));
		return;
	}
	printf("%-14s lacking  %s: %s\n", string(result, "name"), string(result, "what"),
	       string(result, "error"));
	print_lessons(result);
	printf("               cure: %s\n", string(result, "cure"));
}

/* One line for each lack, for those who asked for certain capabilities. */
static void print_lack(json_t *result)
{
	if (!works(result))
		printf("%s: lacking (%s: %s); cure: %s\n", string(result, "name"),
		       string(result, "what"), string(result, "error"), string(result, "cure"));
}

static bool has_lessons(void)
{
	char pattern[sizeof(top) + 32];
	glob_t found;
	bool any;

	snprintf(pattern, sizeof(pattern), "%s/lab*/*/lesson.conf", top);
	any = glob(pattern, 0, NULL, &found) == 0;
	if (any)
		globfree(&found);
	return any;
}

static bool is_needed(json_t *result)
{
	const struct capability *cap = capability_find(string(result, "name"));

	return capability_basic(cap) || json_array_size(json_object_get(result, "lessons"));
}

/* A lack that keeps nobody from a lesson worries beginners: those in one line. */
static void print_table(const struct doctor *doctor, json_t *results)
{
	bool in_full = doctor->all || !has_lessons();
	json_t *not_needed = json_array(), *result, *name;
	size_t i;

	json_array_foreach (results, i, result) {
		if (works(result) || in_full || is_needed(result))
			print_full(result);
		else
			json_array_append(not_needed, json_object_get(result, "name"));
	}
	json_array_foreach (not_needed, i, name)
		printf("%s%s", i ? ", " : "\nLacking, but no lesson here needs it: ",
		       json_string_value(name));
	if (i)
		puts("\n  why, and the cure: testenv doctor --all");
	json_decref(not_needed);
}

static json_t *examine_all(const struct doctor *doctor)
{
	json_t *results = json_array();

	for (const struct capability *cap = capabilities; cap->name && !doctor->names; cap++)
		json_array_append_new(results, examine(cap));
	for (char **name = doctor->names; name && *name; name++)
		json_array_append_new(results, examine(capability_find(*name)));
	return results;
}

static int report_all(const struct doctor *doctor)
{
	json_t *results = examine_all(doctor), *result;
	int lacks = 0;
	size_t i;

	if (doctor->as_json) {
		json_dumpf(results, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_array_foreach (results, i, result) {
		lacks += !works(result);
		if (!doctor->as_json && doctor->names)
			print_lack(result);
	}
	if (!doctor->as_json && !doctor->names)
		print_table(doctor, results);
	json_decref(results);
	return doctor->names && lacks ? EXIT_MACHINE : 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct doctor *doctor = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		doctor->as_json = true;
		return 0;
	case 'a':
		doctor->all = true;
		return 0;
	case ARGP_KEY_ARGS:
		doctor->names = state->argv + state->next;
		for (char **name = doctor->names; *name; name++)
			if (!capability_find(*name))
				cli_error("doctor: unknown capability '%s'; testenv doctor lists "
					  "them",
					  *name);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON, which is always complete", 0 },
	{ "all", 'a', NULL, 0, "Show in full what is lacking and no lesson needs, too", 0 },
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[CAPABILITY...]",
	.doc = "Try what this machine can do. For each lack: the lessons affected, and the cure.\v"
	       "With names, only these are tried and only lacks are printed; exit status 4 if "
	       "there is one.",
};

int cmd_doctor(int argc, char **argv)
{
	struct doctor doctor = {};
	int code;

	cli_parse(&argp, argc, argv, false, &doctor);
	code = cli_elevate(argv);
	if (code)
		return code;
	find_top();
	return report_all(&doctor);
}
