// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv exec" and "testenv enter": a command in a node. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/enter.h"
#include "testenv/env.h"
#include "testenv/lesson.h"
#include "testenv/shell.h"
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

int node_enter(struct env *env, const char *name, const char *node)
{
	int err = env_load(env, name), nr;

	if (err)
		return cli_no_env(name, err);
	nr = topo_node(&env->topo, node);
	if (nr < 0)
		return report(EXIT_USAGE, "%s has no node '%s': testenv status %s shows them", name,
			      node, name);
	err = env_enter(env, nr);
	return err ? report(exit_code(err), "cannot %s: %s", env->step, strerror(-err)) : 0;
}

static int become(struct enter *enter)
{
	struct env env;
	int code = node_enter(&env, enter->name, enter->node);

	if (code)
		return code;
	if (enter->shell)
		return shell_exec(&env);
	execvp(enter->cmd[0], enter->cmd);
	return report_no_command(enter->cmd[0]);
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
	.doc = "Start your shell in a node of an environment. Its prompt names both.",
};

int cmd_enter(int argc, char **argv)
{
	struct enter enter = { .shell = true };
	int code;

	cli_parse(&enter_argp, argc, argv, true, &enter);
	code = cli_elevate(argv);
	return code ? code : become(&enter);
}
