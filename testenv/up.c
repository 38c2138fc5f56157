// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv up", "down" and "gc": named environments come and go. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/env.h"
#include "testenv/testenv.h"

struct up {
	const char *name;
	struct plan plan;
};

static error_t parse_up(int key, char *arg, struct argp_state *state)
{
	struct up *up = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &up->plan;
		return 0;
	case ARGP_KEY_ARG:
		if (up->name)
			cli_error("up: one NAME, not '%s' as well", arg);
		cli_check_new_name(arg);
		up->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!up->name)
			cli_error("up: which NAME?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child up_children[] = { { &plan_argp, 0, NULL, 0 }, {} };

static const struct argp up_argp = {
	.parser = parse_up,
	.children = up_children,
	.args_doc = "NAME",
	.doc = "Build an environment that stays until \"testenv down NAME\". All or nothing.",
};

/* Signals wait until all or nothing is there. */
static void hold_signals(sigset_t *old)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaddset(&set, sigs[i]);
	sigprocmask(SIG_BLOCK, &set, old);
}

static bool interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
		sigismember(&pending, SIGHUP) || sigismember(&pending, SIGQUIT));
}

static int build(const struct up *up)
{
	struct env env;
	sigset_t old;
	int err;

	env_init(&env, &up->plan, up->name);
	hold_signals(&old);
	err = env_build(&env);
	if (!err && interrupted())
		env_undo(&env);
	env_release(&env);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (err == -EEXIST)
		return report(EXIT_USAGE, "%s is there already: testenv down %s removes it",
			      up->name, up->name);
	if (err)
		return report(exit_code(err), "up %s: cannot %s: %s", up->name, env.step,
			      strerror(-err));
	return 0;
}

int cmd_up(int argc, char **argv)
{
	struct up up = {};
	int code;

	plan_init(&up.plan);
	cli_parse(&up_argp, argc, argv, false, &up);
	code = cli_elevate(argv);
	return code ? code : build(&up);
}

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

static int report_down(const char *name, int err)
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
