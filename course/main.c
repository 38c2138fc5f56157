// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The course tool: the table of commands, and nothing else. */
#include <stdio.h>
#include <string.h>

#include "course/commands.h"

static const struct command *const commands[] = {
	&cmd_list, &cmd_start, &cmd_check, &cmd_reset, &cmd_verify,
};

static int help(void)
{
	cli_help(&cmd_where);
	printf("\n%sCOMMANDS%s\n", colour(stdout, COLOUR_BOLD), colour(stdout, COLOUR_OFF));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("       %-8s %s\n", commands[i]->name, commands[i]->summary);
	return COURSE_OK;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return cli_run(&cmd_where, argc, argv);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help();
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i]->name))
			return cli_run(commands[i], argc - 1, argv + 1);
	if (!strcmp(argv[1], "help"))
		return help();
	course_error("no command \"%s\"; see them all with: course --help", argv[1]);
	return COURSE_USAGE;
}
