// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv up" and "reset": named environments come. They go in down.c. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "testenv/cli.h"
#include "testenv/down.h"
#include "testenv/env.h"
#include "testenv/testenv.h"

struct up {
	const char *name; /* NULL: find one that is free, and print it */
	bool new_name;
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
	case 'N':
		up->new_name = true;
		return 0;
	case ARGP_KEY_END:
		if (!up->name == !up->new_name)
			cli_error("up: either NAME or --new");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option up_options[] = {
	{ "new", 'N', NULL, 0, "Find a name that is free, and print it", 0 },
	{},
};

static const struct argp_child up_children[] = { { &plan_argp, 0, NULL, 0 }, {} };

static const struct argp up_argp = {
	.options = up_options,
	.parser = parse_up,
	.children = up_children,
	.args_doc = "NAME\n--new",
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

/* Builds it, or undoes all. */
static int build(struct env *env, const struct plan *plan, const char *name)
{
	sigset_t old;
	int err;

	env_init(env, plan, name);
	hold_signals(&old);
	err = env_build(env);
	if (!err && interrupted())
		env_undo(env);
	env_release(env);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return err;
}

static int build_named(const struct plan *plan, const char *name)
{
	struct env env;
	int err = build(&env, plan, name);

	if (err == -EEXIST)
		return report(EXIT_USAGE, "%s is there already: testenv down %s removes it", name,
			      name);
	if (err)
		return report(exit_code(err), "up %s: cannot %s: %s", name, env.step,
			      strerror(-err));
	return 0;
}

static int build_new(const struct plan *plan)
{
	int err = -EEXIST;
	char name[16];
	struct env env;

	for (int i = 1; i <= SLOT_MAX && err == -EEXIST; i++) {
		snprintf(name, sizeof(name), "env%d", i);
		err = build(&env, plan, name);
	}
	if (err)
		return report(exit_code(err), "up: cannot %s: %s", env.step, strerror(-err));
	puts(name);
	return 0;
}

int cmd_up(int argc, char **argv)
{
	struct up up = {};
	int code;

	plan_init(&up.plan);
	cli_parse(&up_argp, argc, argv, false, &up);
	code = cli_elevate(argv);
	if (code)
		return code;
	return up.name ? build_named(&up.plan, up.name) : build_new(&up.plan);
}

static error_t parse_reset(int key, char *arg, struct argp_state *state)
{
	const char **name = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*name)
			cli_error("reset: one NAME, not '%s' as well", arg);
		cli_check_new_name(arg);
		*name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!*name)
			cli_error("reset: which NAME?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp reset_argp = {
	.parser = parse_reset,
	.args_doc = "NAME",
	.doc = "Remove an environment, and the processes in it, and build it again as it was first.",
};

int cmd_reset(int argc, char **argv)
{
	const char *name = NULL;
	struct env env;
	int code, err;

	cli_parse(&reset_argp, argc, argv, false, &name);
	code = cli_elevate(argv);
	if (code)
		return code;
	err = env_load(&env, name);
	if (err)
		return cli_no_env(name, err);
	code = report_down(name, env_remove(name));
	return code ? code : build_named(&env.plan, name);
}
