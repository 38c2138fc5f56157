// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of "testenv vm" commands. Each command's file has its options. */
#include <stdio.h>
#include <string.h>

#include "common/tool/complete.h"
#include "common/tool/manual.h"
#include "testenv/cli.h"
#include "testenv/testenv.h"
#include "testenv/vm/vm.h"

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "fetch", vm_cmd_fetch, "get a kernel from Debian" },
	{ "list", vm_cmd_list, "the kernels and machines there are" },
	{ "run", vm_cmd_run, "run a command under another kernel" },
	{ "start", vm_cmd_start, "start a machine that stays" },
	{ "exec", vm_cmd_exec, "run a command in it" },
	{ "stop", vm_cmd_stop, "end it" },
	{ "usage", vm_cmd_usage, "how much processor time it had, and waited for" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int usage(void)
{
	fputs("Usage: testenv vm COMMAND [OPTION...]\n"
	      "Virtual machines with other kernels, without root.\n\n",
	      stderr);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stderr, "  %-8s %s\n", commands[i].name, commands[i].what);
	fputs("\ntestenv vm COMMAND --help says more.\n", stderr);
	return EXIT_USAGE;
}

static int help(void)
{
	static const struct argp argp = {
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Runs commands under other kernels, in virtual machines that see your files "
		       "and cannot change them. testenv vm COMMAND --help explains a command.",
	};

	cli_manual("vm", cli_summary, &argp);
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

int cmd_vm(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	char full[32];

	if (!name)
		return usage();
	if (cli_completing && argc == 2)
		return complete_names(name);
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return help();
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (strcmp(name, commands[i].name) != 0)
			continue;
		snprintf(full, sizeof(full), "vm %s", name);
		argv[1] = full; /* for the manual page */
		cli_summary = commands[i].what;
		return commands[i].main(argc - 1, argv + 1);
	}
	return report(EXIT_USAGE, "unknown command 'vm %s': testenv vm --help lists them", name);
}
