// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What all commands' argument parsing shares. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/testenv.h"
#include "testenv/cli.h"

/* The caller's parser, and how the command is called in its help. */
struct parse {
	const struct argp *argp;
	char name[32];
	void *input;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;

	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->name = p->name;
	state->child_inputs[0] = p->input;
	return 0;
}

void cli_parse(const struct argp *argp, int argc, char **argv, bool in_order, void *input)
{
	struct argp_child children[] = { { argp, 0, NULL, 0 }, {} };
	struct argp outer = {
		.parser = parse,
		.children = children,
	};
	struct parse p = { .argp = argp, .input = input };
	char *command = argv[0];

	snprintf(p.name, sizeof(p.name), "testenv %s", command);
	argp_err_exit_status = EXIT_USAGE;
	argv[0] = "testenv"; /* what messages begin with */
	if (argp_parse(&outer, argc, argv, in_order ? ARGP_IN_ORDER : 0, NULL, &p))
		exit(EXIT_USAGE);
	argv[0] = command;
}

void cli_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("testenv: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(EXIT_USAGE);
}

void cli_check_name(const char *name)
{
	if (!name_valid(name))
		cli_error("'%s' is not a name: use a letter, then letters, digits, '-' and '_', "
			  "at most %d",
			  name, NAME_LEN);
}

const struct topo *cli_topology(const char *name)
{
	const struct topo *topology = topo_find(name);

	if (!topology)
		cli_error("there is no topology '%s'; there are pair and none", name);
	return topology;
}
