// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The course tool: the table of commands, and nothing else. */
#include <stdio.h>
#include <string.h>

#include "common/tool/complete.h"
#include "common/tool/manual.h"
#include "course/commands.h"

static const struct command *const commands[] = {
	&cmd_list,  &cmd_start, &cmd_check,  &cmd_watch,   &cmd_hint,  &cmd_explain, &cmd_solution,
	&cmd_reset, &cmd_pack,	&cmd_verify, &cmd_handout, &cmd_grade, &cmd_report,
};

static int help(void)
{
	cli_help(&cmd_where);
	manual_heading("COMMANDS");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		manual_row(commands[i]->name, commands[i]->summary);
	return COURSE_OK;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(name, commands[i]->name))
			return commands[i];
	return NULL;
}

/* argv: the words behind "course", of which the last one is to be completed. */
static int complete(int argc, char **argv)
{
	struct complete c = { .prefix = argc ? argv[0] : "", .before = "" };
	const struct command *command = argc ? find(argv[0]) : NULL;

	if (argc > 1)
		return command ? cli_complete(command, argc, argv) : COURSE_OK;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		complete_add(&c, commands[i]->name, commands[i]->summary);
	return COURSE_OK;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return cli_run(&cmd_where, argc, argv);
	command = find(argv[1]);
	if (command)
		return cli_run(command, argc - 1, argv + 1);
	if (!strcmp(argv[1], COMPLETE_COMMAND))
		return complete(argc - 2, argv + 2);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "--usage") ||
	    !strcmp(argv[1], "help"))
		return help();
	course_error("no command \"%s\"; see them all with: course --help", argv[1]);
	return COURSE_USAGE;
}
