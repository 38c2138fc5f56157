// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The supervisor: when the sandbox is built (build.c) it watches it, ends it, fetches
 * what is to be fetched and leaves nothing. See box.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/lesson.h"
#include "testenv/sandbox/inside.h"
#include "testenv/sandbox/super.h"
#include "testenv/testenv.h"

static void kill_init(struct super *s)
{
	if (s->init >= 0)
		syscall(SYS_pidfd_send_signal, s->init, SIGKILL, NULL, 0);
}

static void end(struct super *s, enum box_reason reason)
{
	if (s->outcome.reason == BOX_EXIT && !s->outcome.ended)
		s->outcome.reason = reason;
	kill_init(s);
}

/* One piece of news. 1: there was one; 0: there is none now; -1: there will be no more. */
static int on_news(struct super *s)
{
	struct box_news news;
	int fd, n = news_receive(s->news, &news, &fd);

	if (n <= 0)
		return n;
	switch (news.what) {
	case BOX_NEWS_FAILED:
		s->code = super_failed(news.value, news.step);
		break;
	case BOX_NEWS_NO_COMMAND:
		errno = -news.value;
		s->code = report_no_command(s->options->argv[0]);
		break;
	case BOX_NEWS_ENDED:
		s->outcome.ended = true;
		s->outcome.wait_status = news.value;
		break;
	case BOX_NEWS_LISTENER:
		broker_hand_over(&s->broker, fd);
		break;
	}
	return 1;
}

static void on_front(struct super *s)
{
	int sig;

	/* Whoever started us is gone: nobody wants the result. */
	if (recv(s->front, &sig, sizeof(sig), MSG_DONTWAIT) != sizeof(sig))
		kill_init(s);
	else
		syscall(SYS_pidfd_send_signal, s->init, sig, NULL, 0);
}

static void on_tick(struct super *s)
{
	uint64_t times;

	if (read(s->tick, &times, sizeof(times)) < 0)
		return;
	if (limits_cpu_ms(&s->limits) > s->options->cpu_ms)
		end(s, BOX_TIME);
	else if (limits_oom_kills(&s->limits) > 0)
		end(s, BOX_MEMORY);
}

enum {
	ON_INIT,
	ON_FRONT,
	ON_NEWS,
	ON_WALL,
	ON_TICK,
	ON_OUT,
	ON_ERR,
	NR_EVENTS
};

static void pump(struct super *s, const struct pollfd ready[2])
{
	for (int i = 0; i < 2; i++)
		if (!pump_move(&s->pumps[i], &ready[i], &s->output_left))
			end(s, BOX_OUTPUT);
}

/* Until every process inside is gone. */
static void watch(struct super *s)
{
	struct pollfd fds[NR_EVENTS] = {
		[ON_INIT] = { .fd = s->init, .events = POLLIN },
		[ON_FRONT] = { .fd = s->front, .events = POLLIN },
		[ON_NEWS] = { .fd = s->news, .events = POLLIN },
		[ON_WALL] = { .fd = s->wall, .events = POLLIN },
		[ON_TICK] = { .fd = s->tick, .events = POLLIN },
	};

	while (!fds[ON_INIT].revents) {
		for (int i = 0; i < 2; i++)
			fds[ON_OUT + i] = pump_wants(&s->pumps[i]);
		if (poll(fds, NR_EVENTS, -1) < 0)
			continue;
		if (fds[ON_NEWS].revents && on_news(s) < 0)
			fds[ON_NEWS].fd = -1;
		if (fds[ON_FRONT].revents)
			on_front(s);
		if (fds[ON_WALL].revents) {
			end(s, BOX_TIME);
			fds[ON_WALL].fd = -1;
		}
		if (fds[ON_TICK].revents)
			on_tick(s);
		pump(s, fds + ON_OUT);
	}
	while (on_news(s) > 0)
		;
}

/* What is still in the pipes: their other ends are closed now. */
static void drain(struct super *s)
{
	for (;;) {
		struct pollfd fds[] = { pump_wants(&s->pumps[0]),
					pump_wants(&s->pumps[1]),
					{ .fd = s->front, .events = POLLIN },
					{ .fd = s->wall, .events = POLLIN } };

		if (fds[0].fd < 0 && fds[1].fd < 0)
			return;
		/* The reader does not read, and we were to be gone by now. */
		if (poll(fds, 4, -1) < 0 || fds[2].revents || fds[3].revents)
			return;
		pump(s, fds);
	}
}

static bool is_full(int box)
{
	struct statfs fs;

	return fstatfs(box, &fs) == 0 && (fs.f_bfree == 0 || fs.f_ffree == 0);
}

/* The command is over, one way or another. */
static void conclude(struct super *s)
{
	int err;

	if (s->broker.report)
		s->outcome.broker = *s->broker.report;
	s->outcome.files_full = is_full(s->root.box);
	limits_usage(&s->limits, &s->outcome.usage);
	outcome_decide(&s->outcome);
	s->code = outcome_status(&s->outcome);
	if (collect_all(&s->options->collects, s->root.box))
		s->code = EXIT_INTERNAL;
	err = s->options->status ? outcome_write(&s->outcome, s->options->status) : 0;
	if (err)
		s->code = report(EXIT_INTERNAL, "cannot write %s: %s", s->options->status,
				 strerror(-err));
}

static void clean_up(struct super *s)
{
	kill_init(s);
	if (s->init_pid > 0)
		waitpid(s->init_pid, NULL, 0);
	broker_stop(&s->broker);
	limits_remove(&s->limits);
	root_close(&s->root);
}

/* The user's terminal and session are not for us: no key reaches the supervisor. */
static void withdraw(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (null >= 0)
		dup2(null, 0);
	if (null > 2)
		close(null);
}

void box_supervise(const struct box_options *options, int front)
{
	struct super s = {
		.options = options,
		.front = front,
		.uid = BOX_FIRST_UID + getpid(),
		.root = { .fd = -1, .box = -1 },
		.init = -1,
		.init_pid = -1,
		.output_left = (long long)options->output_kb << 10,
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	withdraw();
	collect_clear(&options->collects);
	if (options->status)
		unlink(options->status);
	s.code = super_build(&s);
	if (!s.code) {
		watch(&s);
		/* With a process namespace the kernel has done that. */
		if (options->join_processes)
			limits_kill(&s.limits);
		drain(&s);
		/* Set: it has not come to CMD. */
		if (!s.code)
			conclude(&s);
	}
	clean_up(&s);
	send(front, &s.code, sizeof(s.code), MSG_NOSIGNAL);
	_exit(0);
}
