// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of testenv's commands. Each command's file has its options. */
#include <stdio.h>
#include <string.h>

#include "common/tool/complete.h"
#include "common/tool/manual.h"
#include "testenv/cli.h"
#include "testenv/testenv.h"

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "run", cmd_run, "build an environment, run a command in it, remove it" },
	{ "up", cmd_up, "build an environment that stays" },
	{ "reset", cmd_reset, "remove one and build it again as it was" },
	{ "down", cmd_down, "remove one, or all" },
	{ "list", cmd_list, "the environments there are" },
	{ "status", cmd_status, "nodes, interfaces, addresses, programs attached" },
	{ "exec", cmd_exec, "run a command in a node" },
	{ "enter", cmd_enter, "start a shell in a node" },
	{ "ping", cmd_ping, "ping from one node to another" },
	{ "capture", cmd_capture, "show the packets at a node (tcpdump)" },
	{ "load", cmd_load, "put an XDP program onto a node's interface" },
	{ "unload", cmd_unload, "take it off again" },
	{ "stats", cmd_stats, "packets received and sent, and what XDP did with them" },
	{ "doctor", cmd_doctor, "what this machine can do, and cures for what it cannot" },
	{ "sandbox", cmd_sandbox, "run untrusted code, without rights and within limits" },
	{ "vm", cmd_vm, "run commands under other kernels, in virtual machines" },
	{ "gc", cmd_gc, "remove what dead commands left" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int usage(void)
{
	fputs("Usage: testenv COMMAND [OPTION...]\n"
	      "Network environments for running and testing BPF programs.\n\n",
	      stderr);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stderr, "  %-8s %s\n", commands[i].name, commands[i].what);
	fputs("\ntestenv COMMAND --help says more.\n", stderr);
	return EXIT_USAGE;
}

static int help(void)
{
	static const struct argp argp = {
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Builds small networks inside this machine, each node with a network "
		       "namespace of its own, and removes them again without a trace. testenv "
		       "COMMAND --help explains a command.",
	};

	cli_manual("", "network environments for running and testing BPF programs", &argp);
	manual_heading("COMMANDS");
	for (size_t i = 0; i < NR_COMMANDS; i++)
		manual_row(commands[i].name, commands[i].what);
	return 0;
}

static int complete_names(const char *prefix)
{
	struct complete c = { .prefix = prefix, .before = "" };

	for (size_t i = 0; i < NR_COMMANDS; i++)
		complete_add(&c, commands[i].name, commands[i].what);
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name)
		return usage();
	if (strcmp(name, COMPLETE_COMMAND) == 0) {
		if (argc < 4)
			return complete_names(argc == 3 ? argv[2] : "");
		cli_completing = true;
		argc--, argv++;
		name = argv[1];
	}
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    strcmp(name, "--usage") == 0)
		return help();
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (strcmp(name, commands[i].name) != 0)
			continue;
		cli_summary = commands[i].what;
		return commands[i].main(argc - 1, argv + 1);
	}
	return report(EXIT_USAGE, "unknown command '%s': testenv --help lists them", name);
}
