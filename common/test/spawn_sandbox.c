// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl spawn --untrusted where there is a sandbox: labctl stands for the command.
 * With --between the fixture "packets" follows it from outside: the command waits for a line
 * from a socket until it does.
 */
#include "common/test/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/deadline.h"
#include "common/test/labctl.h"
#include "common/test/sandboxed.h"

/* Until the command is there. */
#define BEGIN_SECONDS 30

static pid_t sandbox;

static void pass_signal(int sig)
{
	if (sandbox > 0)
		kill(sandbox, sig);
}

static void pass_signals_to(pid_t pid)
{
	static const int passed[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
	struct sigaction action = { .sa_handler = pass_signal };

	sandbox = pid;
	for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++)
		sigaction(passed[i], &action, NULL);
}

/* In the environment's network. */
static int describe(struct sandboxed *s, const struct command *command, int socket)
{
	static char *const waits[] = { "sh", "-c", "read -r line <&3; exec \"$@\" 3<&-", "sh" };
	int err;

	err = sandboxed_begin(s, true, NULL);
	sandboxed_add(s, "--network");
	sandboxed_add(s, "join");
	if (sandboxed_traces()) {
		sandboxed_add(s, "--processes");
		sandboxed_add(s, "join");
	}
	if (strchr(command->argv[0], '/'))
		sandboxed_show(s, command->argv[0]);
	for (int i = 0; i < command->n_shown; i++)
		sandboxed_show(s, command->shown[i]);
	if (command->between) {
		sandboxed_add(s, "--socket");
		sandboxed_add(s, "%d", socket);
	}
	sandboxed_add(s, "--");
	for (size_t i = 0; command->between && i < sizeof(waits) / sizeof(*waits); i++)
		sandboxed_add(s, "%s", waits[i]);
	for (int i = 0; i < command->argc; i++)
		sandboxed_add(s, "%s", command->argv[i]);
	return err;
}

static pid_t start(const struct sandboxed *s)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(sandboxed_exec(s));
	}
	return pid;
}

static pid_t await_program(pid_t pid)
{
	struct deadline deadline = deadline_in(BEGIN_SECONDS);
	pid_t program;

	while (!(program = sandboxed_program(pid)) && !deadline_over(deadline) && !kill(pid, 0))
		deadline_pause(deadline);
	return program;
}

/* Runs "packets around" with its stdout going to out; go is where it writes the line. */
static void follow(const char *bytes, pid_t program, int go, int out)
{
	const char *folder = getenv("LAB_FIXTURES") ?: ".";
	char path[4096], pid[16], fd[16];
	pid_t fixture;

	snprintf(path, sizeof(path), "%s/packets", folder);
	snprintf(pid, sizeof(pid), "%d", program);
	snprintf(fd, sizeof(fd), "%d", go);
	fixture = fork();
	if (!fixture) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out, STDOUT_FILENO);
		fcntl(go, F_SETFD, 0);
		execl(path, "packets", "around", bytes, pid, fd, (char *)NULL);
		fail("cannot run %s: %s", path, strerror(errno));
		_exit(127);
	}
	while (fixture > 0 && waitpid(fixture, NULL, 0) < 0 && errno == EINTR)
		;
}

/* What the fixture has said comes after all that the command has. */
static int run_between(const struct sandboxed *s, const char *bytes, int go)
{
	int out = memfd_create("sent", MFD_CLOEXEC), status;
	off_t from = 0;
	pid_t pid, program;

	if (out < 0)
		return SANDBOXED_NOT_RUN;
	pid = start(s);
	pass_signals_to(pid);
	program = pid > 0 ? await_program(pid) : 0;
	if (program)
		follow(bytes, program, go, out);
	status = pid > 0 ? sandboxed_wait(s, pid) : SANDBOXED_NOT_RUN;
	while (sendfile(STDOUT_FILENO, out, &from, 4096) > 0)
		;
	close(out);
	return status;
}

int spawn_sandbox(const struct command *command)
{
	int status = SANDBOXED_NOT_RUN, ends[2] = { -1, -1 };
	struct sandboxed s;
	pid_t pid;

	/* Ours is not for the sandbox. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || fcntl(ends[0], F_SETFD, FD_CLOEXEC))
		return EXIT_NOT_STARTED;
	if (describe(&s, command, ends[1])) {
		status = SANDBOXED_NOT_RUN;
	} else if (command->between) {
		status = run_between(&s, command->between, ends[0]);
	} else {
		pid = start(&s);
		pass_signals_to(pid);
		if (pid > 0)
			status = sandboxed_wait(&s, pid);
	}
	close(ends[0]);
	close(ends[1]);
	sandboxed_free(&s);
	return status == SANDBOXED_NOT_RUN ? EXIT_NOT_STARTED : status;
}
