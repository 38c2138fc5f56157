// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv exec" and "testenv enter": a command in a node. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/env.h"
#include "testenv/testenv.h"

struct enter {
	char *name;
	char *node;
	char **cmd;
	bool shell; /* enter: CMD is the user's shell */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct enter *enter = state->input;
	char **args = state->argv + state->next;
	int n = state->argc - state->next;

	(void)arg;
	switch (key) {
	case ARGP_KEY_ARGS:
		enter->name = args[0];
		if (n > 1)
			enter->node = args[1];
		if (n > 2)
			enter->cmd = args + 2;
		/* "--" is only recognised before the first other argument. */
		if (n > 2 && strcmp(args[2], "--") == 0)
			enter->cmd++;
		return 0;
	case ARGP_KEY_END:
		if (!enter->node || (enter->shell ? !!enter->cmd : !enter->cmd || !*enter->cmd))
			cli_error("%s: usage: testenv %s", enter->shell ? "enter" : "exec",
				  enter->shell ? "enter NAME NODE" : "exec NAME NODE -- CMD");
		cli_check_name(enter->name);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int become(struct enter *enter)
{
	struct env env;
	int node, err;

	err = env_load(&env, enter->name);
	if (err == -ENOENT)
		return report(EXIT_USAGE, "there is no environment '%s': testenv list shows them",
			      enter->name);
	if (err)
		return report(EXIT_INTERNAL, "%s is damaged: testenv down %s", enter->name,
			      enter->name);
	node = topo_node(&env.topo, enter->node);
	if (node < 0)
		return report(EXIT_USAGE, "%s has no node '%s'", enter->name, enter->node);
	err = env_enter(&env, node);
	if (err)
		return report(exit_code(err), "cannot %s: %s", env.step, strerror(-err));
	execvp(enter->cmd[0], enter->cmd);
	return report(EXIT_USAGE, "cannot run %s: %s", enter->cmd[0], strerror(errno));
}

static const struct argp exec_argp = {
	.parser = parse,
	.args_doc = "NAME NODE -- CMD [ARG...]",
	.doc = "Run CMD in a node of a named environment, or of \"self\" inside \"testenv run\". "
	       "The exit status is CMD's.",
};

int cmd_exec(int argc, char **argv)
{
	struct enter enter = {};
	int code;

	cli_parse(&exec_argp, argc, argv, true, &enter);
	code = cli_elevate(argv);
	return code ? code : become(&enter);
}

static const struct argp enter_argp = {
	.parser = parse,
	.args_doc = "NAME NODE",
	.doc = "Start your shell in a node of an environment.",
};

int cmd_enter(int argc, char **argv)
{
	char *shell[] = { getenv("SHELL") ?: "/bin/sh", NULL };
	struct enter enter = { .shell = true };
	int code;

	cli_parse(&enter_argp, argc, argv, true, &enter);
	code = cli_elevate(argv);
	enter.cmd = shell;
	return code ? code : become(&enter);
}
