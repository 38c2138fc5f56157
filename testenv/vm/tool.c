// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Running apt and its like, and keeping what they print. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/fetch.h"

static void become(const struct vm_tool *tool, const char *const *argv, int out, int err)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(null, 0);
	dup2(out, 1);
	dup2(err, 2);
	if (tool->dir && chdir(tool->dir))
		_exit(126);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static void collect(struct vm_tool *tool, int out, int err)
{
	struct pollfd fds[] = { { .fd = out, .events = POLLIN }, { .fd = err, .events = POLLIN } };
	struct vm_buf *bufs[] = { &tool->out, &tool->err };

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents && vm_buf_read(bufs[i], fds[i].fd) <= 0)
				fds[i].fd = -1;
	}
}

int vm_tool_run(struct vm_tool *tool, const char *const *argv)
{
	int out[2], err[2], status = 0;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return 127;
	pid = fork();
	if (pid == 0)
		become(tool, argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	if (pid > 0)
		collect(tool, out[0], err[0]);
	close(out[0]);
	close(err[0]);
	vm_buf_add(&tool->out, "", 1);
	vm_buf_add(&tool->err, "", 1);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNALLED + WTERMSIG(status);
}

void vm_tool_free(struct vm_tool *tool)
{
	vm_buf_free(&tool->out);
	vm_buf_free(&tool->err);
}
