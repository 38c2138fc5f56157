// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What all commands' argument parsing shares. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/testenv.h"
#include "testenv/cli.h"

/* --help, for the command; messages begin with argv[0], "testenv:". */
struct help {
	const char *command;
	const struct argp *argp;
	void *input; /* of the command's own parser */
};

enum {
	OPT_USAGE = 0x1000 /* argp's error messages point to it */
};

static error_t parse_help(int key, char *arg, struct argp_state *state)
{
	struct help *help = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = help->input;
		return 0;
	case 'h':
	case OPT_USAGE:
		cli_manual(help->command, cli_summary, help->argp);
		exit(0);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void cli_parse(const struct argp *argp, int argc, char **argv, bool in_order, void *input)
{
	static const struct argp_option options[] = {
		{ "help", 'h', NULL, 0, "Show this", -1 },
		{ "usage", OPT_USAGE, NULL, OPTION_HIDDEN, "The same", -1 },
		{},
	};
	struct argp_child children[] = { { argp, 0, NULL, 0 }, {} };
	struct argp outer = { .options = options, .parser = parse_help, .children = children };
	struct help help = { .command = argv[0], .argp = argp, .input = input };
	char *command = argv[0];

	if (cli_completing)
		cli_complete(argp, argc, argv);
	argp_err_exit_status = EXIT_USAGE;
	argv[0] = "testenv";
	if (argp_parse(&outer, argc, argv, ARGP_NO_HELP | (in_order ? ARGP_IN_ORDER : 0), NULL,
		       &help))
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

int cli_number(const char *option, const char *text, int min, int max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text || n < min || n > max)
		cli_error("--%s wants a number from %d to %d, not '%s'", option, min, max, text);
	return n;
}

void cli_check_name(const char *name)
{
	if (!name_valid(name))
		cli_error("'%s' is not a name: use a letter, then letters, digits, '-' and '_', "
			  "at most %d",
			  name, NAME_LEN);
}

void cli_check_new_name(const char *name)
{
	cli_check_name(name);
	if (strcmp(name, TESTENV_SELF) == 0)
		cli_error(
			"'%s' is the name of a run's environment, seen from inside: choose another",
			name);
}

int cli_no_env(const char *name, int err)
{
	if (err == -ENOENT)
		return report(EXIT_USAGE, "there is no environment '%s': testenv list shows them",
			      name);
	return report(EXIT_INTERNAL, "%s is damaged: testenv down %s", name, name);
}
