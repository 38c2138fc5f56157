// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The supervisor's first half: builds a sandbox and starts it. See super.h. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "testenv/sandbox/inside.h"
#include "testenv/sandbox/super.h"
#include "testenv/testenv.h"
#include "testenv/write.h"

/* How often it looks at processor time and at memory. */
#define TICK_MS 50

int super_failed(int err, const char *step)
{
	return report(exit_code(err), "cannot %s: %s", step, strerror(-err));
}

/* Is the caller in a node of an environment? Never where the machine's own interfaces are. */
static bool in_node(void)
{
	struct stat own, node;
	bool found = false;
	glob_t nodes;

	if (stat("/proc/self/ns/net", &own) || glob(TESTENV_RUN "/*/ns/*", 0, NULL, &nodes))
		return false;
	for (size_t i = 0; i < nodes.gl_pathc && !found; i++)
		found = stat(nodes.gl_pathv[i], &node) == 0 && node.st_dev == own.st_dev &&
			node.st_ino == own.st_ino;
	globfree(&nodes);
	return found;
}

static int check_network(void)
{
	if (in_node())
		return 0;
	return report(EXIT_USAGE, "--network join is for a node of an environment, and this is "
				  "none: testenv run -- testenv sandbox ...");
}

static int make_timer(long ms, bool again)
{
	struct timespec at = { ms / 1000, ms % 1000 * 1000000 };
	struct itimerspec spec = { .it_value = at };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (again)
		spec.it_interval = at;
	if (fd >= 0)
		timerfd_settime(fd, 0, &spec, NULL);
	return fd;
}

static int make_pipes(struct super *s)
{
	for (int i = 0; i < 2; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC))
			return -errno;
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		s->pumps[i].from = ends[0];
		s->pumps[i].to = i + 1;
		s->pipes[i] = ends[1];
	}
	return 0;
}

static int prepare(struct super *s)
{
	int err;

	limits_collect();
	s->outcome.reason = BOX_EXIT;
	s->wall = make_timer(s->options->wall_ms, false);
	s->tick = make_timer(TICK_MS, true);
	err = s->wall < 0 || s->tick < 0 ? -errno : make_pipes(s);
	if (err)
		return super_failed(err, "watch a process");
	err = root_make(&s->root, s->options, s->uid);
	if (!err)
		err = broker_show(&s->broker, &s->root);
	if (err == -ENOENT || err == -EINVAL || err == -ENOSPC)
		return report(EXIT_USAGE, "cannot %s: %s", s->root.step,
			      err == -EINVAL ? "it is no plain file" : strerror(-err));
	if (err)
		return super_failed(err, s->root.step);
	err = limits_make(&s->limits, getpid(), s->options);
	return err ? super_failed(err, s->limits.step) : 0;
}

/* A process in namespaces of its own, and where there is cgroup2, in its cgroup. -1: errno. */
static pid_t spawn(struct super *s)
{
	struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_PIDFD,
		.pidfd = (uintptr_t)&s->init,
		.exit_signal = SIGCHLD,
	};

	if (!s->options->join)
		args.flags |= CLONE_NEWNET;
	if (!s->options->join_processes)
		args.flags |= CLONE_NEWPID;
	return limits_clone(&s->limits, &args);
}

static int write_proc(pid_t pid, const char *file, const char *text)
{
	char folder[32];

	snprintf(folder, sizeof(folder), "/proc/%d", pid);
	return write_text(folder, file, text);
}

/* Inside, it is user 0; outside, nobody whom anything belongs to. */
static int settle(struct super *s, const struct limits_doors *doors)
{
	char map[48];
	int err;

	snprintf(map, sizeof(map), "0 %u 1", s->uid);
	err = write_proc(s->init_pid, "uid_map", map);
	if (!err)
		err = write_proc(s->init_pid, "gid_map", map);
	/* Out of memory, the kernel kills the sandbox's processes before the broker. */
	write_proc(s->init_pid, "oom_score_adj", "1000");
	if (err)
		return super_failed(err, "give the sandbox a user");
	/* It may begin; the rest happens meanwhile. */
	if (send(s->news, "g", 1, MSG_NOSIGNAL) < 0)
		return super_failed(-errno, "start the sandbox");
	err = broker_start(&s->broker, &s->limits, doors, s->init_pid);
	return err ? super_failed(err, "start the broker of bpf(2)") : 0;
}

static int start(struct super *s)
{
	struct limits_doors doors;
	int pair[2], code, err = limits_open(&s->limits, &doors);

	if (err)
		return super_failed(err, "open its cgroups");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return super_failed(-errno, "make a socket");
	s->news = pair[0];
	fcntl(s->news, F_SETFL, O_NONBLOCK);
	s->init_pid = spawn(s);
	if (s->init_pid == 0) {
		struct inside in = {
			.options = s->options,
			.root = &s->root,
			.news = pair[1],
			.out = s->pipes[0],
			.err = s->pipes[1],
			.kept = s->options->socket,
			.wishes = broker_wishes(&s->broker),
			.doors = doors,
		};

		close(pair[0]);
		inside_main(&in);
	}
	close(pair[1]);
	if (s->init_pid < 0)
		return super_failed(-errno, "make namespaces");
	code = settle(s, &doors);
	limits_close(&doors);
	for (int i = 0; i < 2; i++)
		close(s->pipes[i]);
	if (s->options->socket >= 0)
		close(s->options->socket);
	root_close_trees(&s->root);
	return code;
}

int super_build(struct super *s)
{
	int code = s->options->join ? check_network() : 0;

	if (!code)
		code = broker_plan(&s->broker, s->options->policy, &s->uid);
	if (!code)
		code = prepare(s);
	return code ? code : start(s);
}
