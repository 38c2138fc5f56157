// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Becoming root through sudo. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/testenv.h"

extern char **environ;

#define THROUGH_SUDO "TESTENV_THROUGH_SUDO"
#define NO_SUDO	     127 /* exit status of what could not be executed */

/* sudo drops the environment; these go with us (by beginning). */
static const char *const kept[] = { "PATH=", "BUILD=", "LAB_", "COURSE_", "TESTENV",
				    "BATS_", "LANG=",  "LC_",  "TERM=",	  "NO_COLOR=" };

static bool is_kept(const char *variable)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
			return true;
	return false;
}

static int count(char **list)
{
	int n = 0;

	while (list[n])
		n++;
	return n;
}

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Without a terminal sudo cannot ask. Returns 0 if it need not, else its status. */
static int try_sudo(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(126);
		execlp("sudo", "sudo", "-n", "true", NULL);
		_exit(NO_SUDO);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/*
 * The process that the user started has become sudo. Whoever kills that one means
 * us, and a SIGKILL is nothing that sudo could pass on.
 */
static void end_with_sudo(void)
{
	if (!getenv(THROUGH_SUDO))
		return;
	unsetenv(THROUGH_SUDO);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == 1)
		raise(SIGKILL);
}

/* Here we are root, whose programs (bpftool, tc) an ordinary user's PATH may not reach. */
static void reach_sbin(void)
{
	const char *path = getenv("PATH");
	char *longer;

	if (!path || strstr(path, "/sbin"))
		return;
	if (asprintf(&longer, "%s:/usr/local/sbin:/usr/sbin:/sbin", path) < 0)
		return;
	setenv("PATH", longer, 1);
	free(longer);
}

int cli_elevate(char **argv)
{
	char self[4096], **args;
	ssize_t len;
	int tried, n = 0;

	if (geteuid() == 0) {
		end_with_sudo();
		reach_sbin();
		return 0;
	}
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	args = calloc(count(environ) + count(argv) + 9, sizeof(*args));
	if (len < 0 || !args)
		return report(EXIT_INTERNAL, "cannot find myself: %s", strerror(errno));
	self[len] = '\0';
	args[n++] = "sudo";
	if (!has_terminal()) {
		args[n++] = "-n";
		tried = try_sudo();
		if (tried && tried != NO_SUDO)
			return report(EXIT_MACHINE, "needs root, and sudo has no terminal to ask "
						    "for a password: run sudo -v first");
	}
	args[n++] = "env";
	for (char **e = environ; *e; e++)
		if (is_kept(*e))
			args[n++] = *e;
	args[n++] = THROUGH_SUDO "=1";
	args[n++] = self;
	for (; *argv; argv++)
		args[n++] = *argv;
	execvp("sudo", args);
	return report(EXIT_MACHINE,
		      "needs root, and cannot run sudo (%s): be root, or install sudo",
		      strerror(errno));
}
