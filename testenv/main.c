// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of testenv's commands. Each command's file has its options. */
#include <stdio.h>
#include <string.h>

#include "testenv/testenv.h"

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "run", cmd_run, "build an environment, run a command in it, remove it" },
	{ "up", cmd_up, "build an environment that stays" },
	{ "down", cmd_down, "remove one, or all" },
	{ "list", cmd_list, "the environments there are" },
	{ "status", cmd_status, "nodes, interfaces, addresses, programs attached" },
	{ "exec", cmd_exec, "run a command in a node" },
	{ "enter", cmd_enter, "start a shell in a node" },
	{ "doctor", cmd_doctor, "what this machine can do, and cures for what it cannot" },
	{ "gc", cmd_gc, "remove what dead commands left" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *out)
{
	fputs("Usage: testenv COMMAND [OPTION...]\n"
	      "Network environments for running and testing BPF programs.\n\n",
	      out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
	fputs("\ntestenv COMMAND --help says more.\n", out);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    strcmp(name, "--usage") == 0) {
		help(stdout);
		return 0;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].main(argc - 1, argv + 1);
	return report(EXIT_USAGE, "unknown command '%s': testenv --help lists them", name);
}
