// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The supervisor: builds an environment, runs a command in it, ends every
 * process that comes from the command, and cleans up. See super.h; the
 * process that the user started is in front.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/tool/patience.h"
#include "testenv/cgroup.h"
#include "testenv/env.h"
#include "testenv/front.h"
#include "testenv/lesson.h"
#include "testenv/procs.h"
#include "testenv/sandbox/limits.h"
#include "testenv/shell.h"
#include "testenv/super.h"

/* From SIGTERM to SIGKILL when the time is up. */
#define GRACE_MS 2000

struct super {
	const struct run *run;
	struct env env;
	int front; /* socket to the process that the user started */
	pid_t front_pid;
	sigset_t old_mask; /* of the user's process: the command gets it */
	int sigchld;
	int timer;
	int64_t began, stalled; /* when the timer was set: the clock, and patience_stalled() */
	pid_t cmd;		/* 0 when it has ended */
	int status;		/* exit status to report */
	bool timed_out;
};

/* Runs in the new process: becomes the command, or reports why not. */
static void exec_cmd(struct super *s)
{
	char **argv = s->run->argv;
	int node = topo_yours(&s->env.topo);
	int err;

	/* If even the supervisor dies, the command at least goes with it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	err = env_view(&s->env, node);
	if (err)
		_exit(report(exit_code(err), "cannot %s: %s", s->env.step, strerror(-err)));
	env_variables(&s->env, node);
	sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
	if (!argv)
		_exit(shell_exec(&s->env));
	execvp(argv[0], argv);
	_exit(report_no_command(argv[0]));
}

/*
 * Forks, straight into the cgroup where the kernel can (5.7): moving a process
 * there afterwards waits for an RCU grace period.
 */
static pid_t fork_into_cgroup(const char *cgroup)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	int fd = cgroup[0] ? open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	pid_t pid = -1;

	if (fd >= 0) {
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = fd;
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (pid)
			close(fd);
	}
	if (pid >= 0)
		return pid;
	pid = fork();
	if (pid == 0 && cgroup[0])
		cgroup_join(cgroup);
	return pid;
}

static int start_cmd(struct super *s)
{
	s->cmd = fork_into_cgroup(s->env.cgroup);
	if (s->cmd == 0)
		exec_cmd(s);
	if (s->cmd < 0) {
		s->cmd = 0;
		return report(EXIT_INTERNAL, "cannot start a process: %s", strerror(errno));
	}
	return 0;
}

/* What this program opens is close-on-exec: the rest came from the user. */
static void close_users_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!d)
		return;
	while ((entry = readdir(d))) {
		int fd = atoi(entry->d_name);

		if (fd > 2 && fcntl(fd, F_GETFD) == 0)
			close(fd);
	}
	closedir(d);
}

/* Leaves the user's terminal, and keeps none of the user's files open. */
static void withdraw(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	close_users_files();
	if (chdir("/"))
		return; /* then a file system stays busy a little longer */
}

static void end_of_cmd(struct super *s, int status)
{
	s->cmd = 0;
	if (s->timed_out)
		s->status = EXIT_TIME;
	else if (WIFSIGNALED(status))
		s->status = EXIT_SIGNALLED + WTERMSIG(status);
	else
		s->status = WEXITSTATUS(status);
}

/* Reaps what ended. What the command left behind ends up with us, too. */
static void on_child(struct super *s)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	if (read(s->sigchld, &info, sizeof(info)) < 0)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != s->cmd)
			continue;
		/* The user's shell sees only the process it started. */
		if (WIFSTOPPED(status))
			kill(s->front_pid, SIGSTOP);
		else
			end_of_cmd(s, status);
	}
}

/* A signal that the user's process got. Returns false when that one is gone. */
static bool on_front(struct super *s)
{
	pid_t group;
	int sig;

	if (recv(s->front, &sig, sizeof(sig), 0) != sizeof(sig))
		return false;
	if (!s->cmd)
		return true;
	group = getpgid(s->cmd);
	/* A shell's job is its whole group; in the user's, the user's shell did it. */
	if (sig == SIGCONT && group > 0 && group != getpgid(s->front_pid))
		kill(-group, SIGCONT);
	else
		kill(s->cmd, sig);
	return true;
}

static void set_timer(struct super *s, long ms)
{
	struct itimerspec at = { .it_value = { ms / 1000, ms % 1000 * 1000000 } };

	timerfd_settime(s->timer, 0, &at, NULL);
}

static int64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* What the command may still have, as the machine was busy. */
static long left_ms(const struct super *s)
{
	int64_t left;

	if (!s->run->patient)
		return 0;
	left = patience_left_now(s->run->timeout_ms * 1000000LL, clock_ns() - s->began, s->stalled);
	return left > 0 ? left / 1000000 + 1 : 0;
}

/* Returns false when it is time to kill. */
static bool on_timer(struct super *s)
{
	uint64_t times;
	long left;

	if (read(s->timer, &times, sizeof(times)) < 0 || s->timed_out)
		return !s->timed_out;
	left = left_ms(s);
	if (left) {
		set_timer(s, left);
		return true;
	}
	s->timed_out = true;
	s->status = EXIT_TIME;
	if (s->cmd) {
		kill(s->cmd, SIGTERM);
		kill(s->cmd, SIGCONT);
	}
	set_timer(s, GRACE_MS);
	return true;
}

static void watch_cmd(struct super *s)
{
	struct pollfd fds[] = {
		{ .fd = s->front, .events = POLLIN },
		{ .fd = s->sigchld, .events = POLLIN },
		{ .fd = s->timer, .events = POLLIN },
	};
	bool go_on = true;

	while (go_on && s->cmd) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents)
			go_on = on_front(s);
		if (fds[1].revents)
			on_child(s);
		if (fds[2].revents && !on_timer(s))
			go_on = false;
	}
}

/*
 * Ends what is left of the command's processes: those in the cgroup, and those
 * that moved out of it but are our descendants.
 */
static void clean_up(struct super *s)
{
	env_kill(&s->env);
	procs_kill_children();
	/* Those of sandboxes whose supervisors have just been killed. */
	limits_collect();
	env_undo(&s->env);
}

static int build(struct super *s)
{
	int err;

	env_init(&s->env, &s->run->plan, TESTENV_SELF);
	err = env_build_private(&s->env);
	if (err)
		return report(exit_code(err), "cannot %s: %s", s->env.step, strerror(-err));
	return 0;
}

/*
 * What happened while building: then the command is not started. Keys have
 * reached this process, whose signals are blocked; others come through front.
 */
static int interrupted(struct super *s)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t pending;
	ssize_t n;
	int sig;

	sigpending(&pending);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		if (sigismember(&pending, sigs[i]))
			return EXIT_SIGNALLED + sigs[i];
	n = recv(s->front, &sig, sizeof(sig), MSG_DONTWAIT);
	if (n == 0)
		return EXIT_INTERNAL; /* nobody is there to be told */
	return n == sizeof(sig) && sig != SIGCONT ? EXIT_SIGNALLED + sig : 0;
}

static int open_events(struct super *s)
{
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	s->sigchld = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (s->sigchld < 0 || s->timer < 0)
		return report(EXIT_INTERNAL, "cannot watch a process: %s", strerror(errno));
	s->began = clock_ns();
	s->stalled = patience_stalled();
	if (s->run->timeout_ms)
		set_timer(s, s->run->timeout_ms);
	return 0;
}

void super_main(const struct run *run, int front, pid_t front_pid, const sigset_t *old_mask)
{
	struct super s = {
		.run = run,
		.front = front,
		.front_pid = front_pid,
		.old_mask = *old_mask,
		.status = EXIT_INTERNAL,
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	s.status = build(&s);
	if (!s.status) {
		s.status = interrupted(&s);
		if (!s.status)
			s.status = open_events(&s);
		if (!s.status)
			s.status = start_cmd(&s);
		if (s.cmd) {
			withdraw();
			watch_cmd(&s);
		}
		clean_up(&s);
	}
	send(front, &s.status, sizeof(s.status), MSG_NOSIGNAL);
	_exit(0);
}
