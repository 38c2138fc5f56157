// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl: the C side of the test seam. The lab_* functions of lab.bash call
 * it; tests do not. Here is decided where a command is carried out.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/test/labctl.h"
#include "common/test/remote.h"

/* A client's stdin is read by a command that reads it, and by no other. */
static void leave_stdin(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	close(null);
}

static int run(const struct labctl_command *command, int argc, char **argv)
{
	/* Learners read our messages, and have never heard of us. */
	program_invocation_short_name = "";
	cli_begin(command->name, command->usage);
	if (!remote_is_used() || command->kind == KIND_HERE || command->kind == KIND_SERVER)
		return command->run(argc, argv);
	if (command->kind != KIND_MACHINE_READ)
		leave_stdin();
	if (command->kind == KIND_PROCESS && argc > 1)
		return remote_run_on_process(argc, argv);
	return remote_run(argc, argv);
}

int main(int argc, char **argv)
{
	const struct labctl_command *command = argc > 1 ? command_find(argv[1]) : NULL;

	if (command)
		return run(command, argc - 1, argv + 1);
	return command_list();
}
