// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl spawn: runs a command that a test does not trust. The command gets
 * three files and nothing else of ours: no other file descriptor (bats reads
 * its results from one), its own process group, the usual signals, files that
 * cannot grow without end, and the order to die with the test.
 *
 * Without --seconds labctl becomes the command, so that the test's $! is its
 * process id. With it, labctl waits, ends what runs longer (status 124), and
 * returns its status (128+N after signal N). 125: it could not be started.
 *
 * --untrusted: the command is a submission's. Where LAB_SANDBOX says so, it runs in a sandbox
 * (sandboxed.h), in the network that it would have run in, and sees of the files of tests
 * those of --show. Then labctl stands for it, also without --seconds.
 */
#include "common/test/labctl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/deadline.h"
#include "common/test/node.h"
#include "common/test/remote.h"
#include "common/test/sandboxed.h"
#include "common/test/spawn.h"

#define OUTPUT_MAX (1 << 20)

/*
 * What goes wrong before the command is there is ours to say, not the command's: it goes to the stderr that
 * spawn was started with. Returns EXIT_NOT_STARTED.
 */
static int not_started(int stderr_fd, const char *what)
{
	dprintf(stderr_fd, "%s: %s\n", what, strerror(errno));
	return EXIT_NOT_STARTED;
}

/* Opens path as fd. NULL leaves the fd as it is. */
static int redirect(const char *path, int fd, int flags)
{
	int from;

	if (!path)
		return 0;
	from = open(path, flags, 0600);
	if (from < 0 || dup2(from, fd) < 0)
		return -errno;
	if (from != fd)
		close(from);
	return 0;
}

static int take_files(const struct command *command)
{
	return redirect(command->in, 0, O_RDONLY) ?:
	       redirect(command->out, 1, O_WRONLY | O_CREAT | O_TRUNC) ?:
	       redirect(command->err, 2, O_WRONLY | O_CREAT | O_TRUNC);
}

/* A shell starts background commands with SIGINT ignored; ours must be able to get one. */
static void reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int become(const struct command *command)
{
	struct rlimit size = { OUTPUT_MAX, OUTPUT_MAX };
	int said = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (take_files(command))
		return not_started(said, "cannot open its files");
	setrlimit(RLIMIT_FSIZE, &size);
	reset_signals();
	if (close_range(3, ~0U, 0))
		return not_started(said, "cannot close files");
	if (command->untrusted && sandboxed_is_used())
		return spawn_sandbox(command);
	execvp(command->argv[0], command->argv);
	fail("cannot run %s: %s", command->argv[0], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}

static int status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

static int run_with_deadline(const struct command *command, double seconds)
{
	struct deadline deadline = deadline_in(seconds);
	struct pollfd ended = { .events = POLLIN };
	int status, over;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return not_started(STDERR_FILENO, "cannot start a process");
	if (!pid)
		_exit(become(command));
	setpgid(pid, pid); /* whoever of the two comes first */
	ended.fd = syscall(SYS_pidfd_open, pid, 0);
	while (!(over = poll(&ended, 1, deadline_left_ms(deadline))) && !deadline_over(deadline))
		;
	if (!over)
		note_late(deadline);
	/* Not reaped yet, so the group is still the command's own. */
	kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(ended.fd);
	return over > 0 ? status_of(status) : EXIT_TIME_OVER;
}

static int add_shown(const char *path, void *context)
{
	struct command *command = context;

	if (command->n_shown == SHOWN_MAX)
		return fail("too many --show");
	command->shown[command->n_shown++] = path;
	return 0;
}

/*
 * Runs it on the machine that the lesson's programs run on. This process stands for
 * it here: signals go through it, and both end together.
 */
static int run_there(const struct command *command, const char *node, const char *seconds)
{
	const char *argv[12 + 2 * SHOWN_MAX + command->argc];
	int n = 0;

	if (!seconds) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	/* What goes wrong from here on is in the command's own stderr. */
	if (node && node_check(node))
		return EXIT_NOT_STARTED;
	if (take_files(command))
		return not_started(STDERR_FILENO, "cannot open its files");
	argv[n++] = "spawn";
	if (node) {
		argv[n++] = "--node";
		argv[n++] = node;
	}
	if (seconds) {
		argv[n++] = "--seconds";
		argv[n++] = seconds;
	}
	if (command->untrusted) {
		argv[n++] = "--untrusted";
		argv[n++] = "yes";
	}
	if (command->between) {
		argv[n++] = "--between";
		argv[n++] = command->between;
	}
	for (int i = 0; i < command->n_shown; i++) {
		argv[n++] = "--show";
		argv[n++] = command->shown[i];
	}
	argv[n++] = "--";
	memcpy(argv + n, command->argv, command->argc * sizeof(*argv));
	return remote_run(n + command->argc, (char **)argv);
}

int cmd_spawn(int argc, char **argv)
{
	const char *seconds = NULL, *node = NULL, *untrusted = NULL;
	struct command command = {};
	const struct option_value table[] = {
		{ .name = "node", .value = &node },
		{ .name = "stdin", .value = &command.in },
		{ .name = "stdout", .value = &command.out },
		{ .name = "stderr", .value = &command.err },
		{ .name = "seconds", .value = &seconds },
		{ .name = "untrusted", .value = &untrusted },
		{ .name = "between", .value = &command.between },
		{ .name = "show", .list = add_shown, .context = &command },
		{}
	};
	int first = options(argc, argv, table);

	if (first < 0)
		return EXIT_USAGE;
	if (first == argc)
		return usage();
	command.argv = argv + first;
	command.argc = argc - first;
	command.untrusted = untrusted != NULL;
	if (remote_is_used())
		return run_there(&command, node, seconds);
	if (node && node_enter(node))
		return EXIT_NOT_STARTED;
	if (!seconds)
		return become(&command);
	return run_with_deadline(&command, atof(seconds));
}
