// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Starts a program, collects what it prints, ends it at a deadline, at too
 * much output or at Ctrl-C. Knows nothing of make, testenv or lessons.
 * Threads may call it at the same time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "course/clock.h"
#include "course/files.h"
#include "course/interrupt.h"
#include "course/proc.h"

extern char **environ;

#define DEFAULT_CAP (1u << 20)
#define GRACE_MS    5000
#define ESCAPED_MS  200

/*
 * Our environment and `extra` over it. A make or bats above us does not pass:
 * MAKEFLAGS names a jobserver of theirs, BATS_TEST_FILTER would change results.
 */
static void child_env(struct strv *env, const struct strv *extra)
{
	static const char *const dropped[] = { "BATS_", "MAKEFLAGS=", "MFLAGS=", "MAKELEVEL=",
					       "MAKEOVERRIDES=" };

	for (char **e = environ; *e; e++) {
		size_t name = strcspn(*e, "=") + 1;
		bool drop = false;

		for (size_t i = 0; i < ARRAY_SIZE(dropped); i++)
			drop |= starts_with(*e, dropped[i]);
		for (size_t i = 0; extra && i < extra->n; i++)
			drop |= !strncmp(*e, extra->v[i], name);
		if (!drop)
			strv_add(env, *e);
	}
	for (size_t i = 0; extra && i < extra->n; i++)
		strv_add(env, extra->v[i]);
}

/* In the child, between fork and exec: nothing that allocates or locks. */
static void __attribute__((noreturn))
child_start(const struct proc *p, char **env, pid_t parent, int out, int err, int failed)
{
	int null = open("/dev/null", O_RDONLY);
	int code;

	if (!p->our_group)
		setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	if (null < 0 || dup2(p->in ? p->in : null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
	    (p->cwd && chdir(p->cwd)))
		goto fail;
	environ = env;
	execvp(p->argv->v[0], p->argv->v);
fail:
	code = errno;
	while (write(failed, &code, sizeof(code)) < 0 && errno == EINTR)
		;
	_exit(127);
}

struct running {
	const struct proc *p;
	struct proc_result *r;
	pid_t pid;
	int pidfd;
	int fds[2]; /* its stdout and stderr; -1 when closed */
	long deadline;
	bool ending;
	bool killed;
};

/*
 * A child that became root, through sudo, takes no signal from us. Root's kill
 * stands in a process group of its own: sudo passes on no signal that comes
 * from its command's group.
 */
static void kill_as_root(pid_t child, int signo)
{
	AUTO_STR option = xasprintf("-%d", signo);
	AUTO_STR target = xasprintf("%d", child);
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		execlp("sudo", "sudo", "-n", "kill", option, target, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void end_child(struct running *run, int signo)
{
	if (kill(run->p->our_group ? run->pid : -run->pid, signo) && errno == EPERM)
		kill_as_root(run->pid, signo);
}

/* Asks first, so that the child can end its own children, then insists. */
static void end_softly(struct running *run)
{
	if (run->ending)
		return;
	run->ending = true;
	run->deadline = clock_ms() + GRACE_MS;
	end_child(run, SIGTERM);
}

/* One that has ended kept its deadline: we may have been stopped for longer than that. */
static void check_limits(struct running *run, bool ended)
{
	struct proc_result *r = run->r;
	size_t cap = run->p->cap ? run->p->cap : DEFAULT_CAP;

	if (!run->ending && interrupted())
		r->interrupted = true;
	if (!run->ending && !ended && run->deadline && clock_ms() >= run->deadline)
		r->timed_out = true;
	if (!run->ending && r->out.len + r->err.len > cap)
		r->capped = true;
	if (r->interrupted || r->timed_out || r->capped)
		end_softly(run);
	if (run->ending && !run->killed && clock_ms() >= run->deadline) {
		run->killed = true;
		end_child(run, SIGKILL);
	}
}

/* Returns false at the end of this stream. After the cap the rest is read and forgotten. */
static bool take(struct running *run, int fd, struct strbuf *sb)
{
	char chunk[16384];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n > 0 && !run->r->capped)
		sb_addn(sb, chunk, n);
	return n > 0;
}

static int poll_timeout(const struct running *run)
{
	long left = run->deadline - clock_ms();

	if (!run->deadline)
		return -1;
	return left < 0 ? 0 : left > 1000 ? 1000 : left + 1;
}

static int reap(struct running *run)
{
	int status = 0;

	/* What the child left in its group ends with it; not yet reaped, its id is still its own. */
	if (!run->p->our_group)
		kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/*
 * Reads until both streams are closed and the child is gone. A grandchild that
 * escaped may hold a stream open for ever: it gets no more than ESCAPED_MS.
 */
static int collect(struct running *run)
{
	struct strbuf *const to[] = { &run->r->out, &run->r->err };
	long leave_at = 0;
	int status = 0;

	while (run->pidfd >= 0 ||
	       ((run->fds[0] >= 0 || run->fds[1] >= 0) && clock_ms() < leave_at)) {
		/* Once ending, the interrupt pipe stays readable: poll it no more. */
		struct pollfd fds[] = {
			{ .fd = run->fds[0], .events = POLLIN },
			{ .fd = run->fds[1], .events = POLLIN },
			{ .fd = run->pidfd, .events = POLLIN },
			{ .fd = run->ending ? -1 : interrupt_fd(), .events = POLLIN },
		};

		poll(fds, ARRAY_SIZE(fds), leave_at ? 50 : poll_timeout(run));
		for (int i = 0; i < 2; i++)
			if (fds[i].revents && !take(run, run->fds[i], to[i]))
				close_fd(&run->fds[i]);
		if (!leave_at)
			check_limits(run, fds[2].revents);
		if (fds[2].revents) {
			status = reap(run);
			close_fd(&run->pidfd);
			leave_at = clock_ms() + ESCAPED_MS;
		}
	}
	close_fd(&run->fds[0]);
	close_fd(&run->fds[1]);
	return status;
}

static int start(struct running *run, char **env)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, failed[2] = { -1, -1 };
	pid_t parent = getpid();
	int code = 0;

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || pipe2(failed, O_CLOEXEC)) {
		code = errno;
		goto out;
	}
	run->pid = fork();
	if (run->pid < 0)
		code = errno;
	if (!run->pid)
		child_start(run->p, env, parent, out[1], err[1], failed[1]);
	if (run->pid > 0 && !run->p->our_group)
		setpgid(run->pid, run->pid); /* also here: whoever comes first */
	close_fd(&failed[1]);
	if (run->pid > 0 && read(failed[0], &code, sizeof(code)) == sizeof(code))
		waitpid(run->pid, NULL, 0);
	else if (run->pid > 0)
		run->pidfd = syscall(SYS_pidfd_open, run->pid, 0);
out:
	run->fds[0] = code ? -1 : out[0];
	run->fds[1] = code ? -1 : err[0];
	if (code) {
		close_fd(&out[0]);
		close_fd(&err[0]);
	}
	close_fd(&out[1]);
	close_fd(&err[1]);
	close_fd(&failed[0]);
	close_fd(&failed[1]);
	return -code;
}

int proc_run(const struct proc *p, struct proc_result *r)
{
	struct running run = { .p = p, .r = r, .pidfd = -1, .fds = { -1, -1 } };
	AUTO_STRV env = { 0 };
	int err, status;

	*r = (struct proc_result){ 0 };
	if (interrupted()) {
		r->interrupted = true;
		return 0;
	}
	child_env(&env, p->env);
	err = start(&run, env.v);
	if (err)
		return err;
	run.deadline = p->timeout_ms ? clock_ms() + p->timeout_ms : 0;
	status = collect(&run);
	r->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return 0;
}

void proc_result_free(struct proc_result *r)
{
	sb_free(&r->out);
	sb_free(&r->err);
}
