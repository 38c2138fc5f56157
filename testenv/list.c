// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv list": which environments there are. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/env.h"
#include "testenv/testenv.h"

/* An environment's line. Those of "testenv run" can be seen from inside only. */
struct line {
	const char *name;
	const char *topology;
	const char *state; /* up, running, building, broken, dead */
	pid_t pid;
};

static bool is_held(const struct slot *slot)
{
	int fd;

	if (slot_hold(SLOT_DIR, slot, false, &fd))
		return true;
	close(fd);
	return false;
}

static const char *named_state(const struct slot *slot, struct env *env)
{
	if (env_load(env, slot->name) == 0)
		return "up";
	return is_held(slot) ? "building" : "broken";
}

static struct line describe(const struct slot *slot, int parent, struct env *env)
{
	struct line line = { .name = slot->name, .topology = "-", .state = "running" };
	bool self = strcmp(slot->name, TESTENV_SELF) == 0;

	if (self) {
		if (!is_held(slot))
			line.state = "dead";
		line.pid = slot_pid(SLOT_DIR, slot);
		/* Ours, if we are inside of it. */
		if (slot->nr == parent && env_load(env, TESTENV_SELF) == 0)
			line.topology = env->topo.kind->name;
		return line;
	}
	line.state = named_state(slot, env);
	if (strcmp(line.state, "up") == 0)
		line.topology = env->topo.kind->name;
	return line;
}

static void print_line(const struct line *line)
{
	if (line->pid)
		printf("%-20s %-10s %s, process %d\n", line->name, line->topology, line->state,
		       line->pid);
	else
		printf("%-20s %-10s %s\n", line->name, line->topology, line->state);
}

static json_t *json_line(const struct line *line, int slot)
{
	json_t *object = json_pack("{s:s, s:s, s:i}", "name", line->name, "state", line->state,
				   "slot", slot);

	if (strcmp(line->topology, "-") != 0)
		json_object_set_new(object, "topology", json_string(line->topology));
	if (line->pid)
		json_object_set_new(object, "pid", json_integer(line->pid));
	return object;
}

/* Inside a run one sees the run, and what was made inside it. */
static bool in_view(const struct slot *slot, int parent)
{
	return slot->parent == parent || slot->nr == parent;
}

static int list(bool as_json)
{
	int parent = env_parent();
	json_t *array = json_array();
	struct slot *all;
	int n = slot_list(SLOT_DIR, &all);

	for (int i = 0; i < n; i++) {
		struct line line;
		struct env env;

		if (!in_view(&all[i], parent))
			continue;
		line = describe(&all[i], parent, &env);
		if (as_json)
			json_array_append_new(array, json_line(&line, all[i].nr));
		else
			print_line(&line);
	}
	if (as_json) {
		json_dumpf(array, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(array);
	free(all);
	return n < 0 ? report(exit_code(n), "list: %s", strerror(-n)) : 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	*(bool *)state->input = true;
	return 0;
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "List the environments: name, topology, and whether it is up, running (testenv "
	       "run), building, broken (testenv down) or dead (testenv gc).",
};

int cmd_list(int argc, char **argv)
{
	bool as_json = false;
	int code;

	cli_parse(&argp, argc, argv, false, &as_json);
	code = cli_elevate(argv);
	return code ? code : list(as_json);
}
