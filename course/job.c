// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Starting and ending a course command for course watch. The command cleans up
 * behind itself (proc.c); here it is only asked to, and killed if it does not.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "course/clock.h"
#include "course/files.h"
#include "course/job.h"

/* More than the command itself gives its children. */
#define GRACE_MS 10000

/* So often we look at it. Where nobody looked for longer, we were stopped, and so was it. */
#define LOOK_MS 1000

/*
 * It stays in our process group: sudo, which it may start, must be in the
 * terminal's foreground, and Ctrl-C and Ctrl-Z reach it as well.
 */
static void __attribute__((noreturn)) child(char **argv, pid_t parent, const sigset_t *before)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP };
	int null = open("/dev/null", O_RDONLY);

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		signal(ours[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, before, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(COURSE_INTERNAL);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0)
		execv("/proc/self/exe", argv);
	_exit(COURSE_INTERNAL);
}

int job_start(struct job *job, const struct strv *arguments, int timeout_ms)
{
	AUTO_STRV argv = { 0 };
	sigset_t all, before;
	pid_t parent = getpid();
	int err;

	strv_add(&argv, "course");
	for (size_t i = 0; i < arguments->n; i++)
		strv_add(&argv, arguments->v[i]);
	/* What is buffered here would be printed by both. */
	fflush(NULL);
	*job = (struct job)JOB_NONE;
	/* Our handlers must not run in the child: they would mark our pipe, and lose its signal. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	job->pid = fork();
	err = -errno;
	if (!job->pid)
		child(argv.v, parent, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (job->pid < 0)
		return err;
	job->pidfd = syscall(SYS_pidfd_open, job->pid, 0);
	job->looked_at = clock_ms();
	job->end_at = job->looked_at + timeout_ms;
	return 0;
}

bool job_running(const struct job *job)
{
	return job->pidfd >= 0;
}

void job_end(struct job *job)
{
	if (!job_running(job) || job->ending)
		return;
	job->ending = true;
	job->end_at = clock_ms() + GRACE_MS;
	kill(job->pid, SIGTERM);
	/* In case it was stopped. */
	kill(job->pid, SIGCONT);
}

int job_wait_ms(const struct job *job)
{
	long left = job->end_at - clock_ms();

	if (!job_running(job))
		return -1;
	return left < 0 ? 0 : left < LOOK_MS ? left : LOOK_MS;
}

/* The time in which Ctrl-Z kept us and it stopped is not its own. */
static void add_stopped_time(struct job *job)
{
	long now = clock_ms(), stopped = now - job->looked_at - LOOK_MS;

	job->looked_at = now;
	if (stopped > 0)
		job->end_at += stopped;
}

void job_tend(struct job *job)
{
	if (!job_running(job))
		return;
	add_stopped_time(job);
	if (job_wait_ms(job))
		return;
	if (job->ending) {
		kill(job->pid, SIGKILL);
		job->end_at = clock_ms() + GRACE_MS;
		return;
	}
	job->timed_out = true;
	job_end(job);
}

int job_reap(struct job *job)
{
	int status = 0;

	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	close_fd(&job->pidfd);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
