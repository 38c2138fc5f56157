// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv down" and "gc": environments, and what is left of them, go. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "testenv/cli.h"
#include "testenv/down.h"
#include "testenv/env.h"
#include "testenv/testenv.h"

struct down {
	const char *name;
	bool all;
};

static error_t parse_down(int key, char *arg, struct argp_state *state)
{
	struct down *down = state->input;

	switch (key) {
	case 'a':
		down->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (down->name)
			cli_error("down: one NAME, not '%s' as well", arg);
		cli_check_new_name(arg);
		down->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!down->name == !down->all)
			cli_error("down: either NAME or --all");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option down_options[] = {
	{ "all", 'a', NULL, 0, "All named environments, and what dead commands left", 0 },
	{},
};

static const struct argp down_argp = {
	.options = down_options,
	.parser = parse_down,
	.args_doc = "NAME\n--all",
	.doc = "Remove an environment, whatever is left of it, and the processes in it. "
	       "One that is not there is removed already.",
};

int report_down(const char *name, int err)
{
	switch (-err) {
	case 0:
		return 0;
	case EPERM:
		return report(EXIT_INTERNAL, "down %s: %s/%s is not testenv's; leaving it alone",
			      name, TESTENV_RUN, name);
	case EDEADLK:
		return report(EXIT_USAGE, "down %s: you are inside it; leave it first", name);
	case EBUSY:
		return report(EXIT_INTERNAL, "down %s: its processes do not end", name);
	default:
		return report(exit_code(err), "down %s: %s", name, strerror(-err));
	}
}

/*
 * Goes by the folders, not by the slots: those may have been lost. What is
 * not ours is left alone without a word.
 */
static int down_all(void)
{
	DIR *d = opendir(TESTENV_RUN);
	struct dirent *entry;
	int code = 0;

	while (d && (entry = readdir(d))) {
		int failed;

		if (!name_valid(entry->d_name) || strcmp(entry->d_name, TESTENV_SELF) == 0)
			continue;
		failed = env_remove(entry->d_name);
		if (failed && failed != -EPERM)
			code = report_down(entry->d_name, failed);
	}
	if (d)
		closedir(d);
	return code;
}

int cmd_down(int argc, char **argv)
{
	struct down down = {};
	int code;

	cli_parse(&down_argp, argc, argv, false, &down);
	code = cli_elevate(argv);
	if (code)
		return code;
	code = down.all ? down_all() : report_down(down.name, env_remove(down.name));
	env_collect();
	return code;
}

static const struct argp gc_argp = {
	.doc = "Remove what dead testenv commands left: half-built environments, slots, cgroups. "
	       "Nothing that testenv did not make is touched.",
};

int cmd_gc(int argc, char **argv)
{
	int code, n;

	cli_parse(&gc_argp, argc, argv, false, NULL);
	code = cli_elevate(argv);
	if (code)
		return code;
	n = env_collect();
	if (n)
		printf("removed %d\n", n);
	return 0;
}
