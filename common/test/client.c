// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A labctl command that is carried out on another machine: see remote.h. */
#include "common/test/remote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/deadline.h"
#include "common/test/labctl.h"

extern char **environ;

/* A process that spawn has started is known there after so many seconds, or never. */
#define KNOWN_SECONDS 30

bool remote_is_used(void)
{
	const char *path = getenv(REMOTE_SERVER);

	return path && *path;
}

int remote_signals(const int *signals, int n)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < n; i++) {
		signal(signals[i], SIG_DFL); /* a shell starts background commands without SIGINT */
		sigaddset(&set, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int connect_session(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", getenv(REMOTE_SERVER));
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void add_string(struct vm_buf *text, const char *key, const char *value)
{
	vm_buf_add(text, key, strlen(key));
	vm_buf_add(text, value, strlen(value) + 1);
}

static void describe(struct vm_buf *frame, int argc, char **argv)
{
	struct vm_buf text = {};
	char *cwd = getcwd(NULL, 0), pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	add_string(&text, "pid=", pid);
	if (cwd)
		add_string(&text, "cwd=", cwd);
	free(cwd);
	/* What the numbers are drawn from is nobody's business there. */
	for (char **e = environ; *e; e++)
		if (strncmp(*e, "LAB_SEED=", strlen("LAB_SEED=")) != 0)
			add_string(&text, "env=", *e);
	for (int i = 0; i < argc; i++)
		add_string(&text, "arg=", argv[i]);
	vm_put(frame, VM_START, 0, text.data, vm_buf_len(&text));
	vm_buf_free(&text);
}

/* The files travel with the first byte. */
static int send_start(int session, int argc, char **argv)
{
	static const int files[] = { 0, 1, 2 };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(files))];
	} control = {};
	struct vm_buf frame = {};
	struct iovec data;
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int err = 0;

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(&control.head), files, sizeof(files));
	describe(&frame, argc, argv);
	data = (struct iovec){ frame.data, 1 };
	if (sendmsg(session, &message, MSG_NOSIGNAL) != 1)
		err = -errno;
	frame.start++;
	err = err ?: vm_buf_write(&frame, session);
	vm_buf_free(&frame);
	return err;
}

static void pass_signal(int signals, int session)
{
	struct signalfd_siginfo info;
	struct vm_buf frame = {};

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	vm_put_number(&frame, VM_SIGNAL, 0, info.ssi_signo);
	vm_buf_write(&frame, session);
	vm_buf_free(&frame);
}

/* Until the command has ended. */
static int wait_for_exit(int session, int signals)
{
	struct pollfd fds[] = { { .fd = session, .events = POLLIN },
				{ .fd = signals, .events = POLLIN } };
	struct vm_buf in = {};
	struct vm_frame frame;
	int status = -1;

	while (status < 0) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents)
			pass_signal(signals, session);
		if (!fds[0].revents)
			continue;
		if (vm_buf_read(&in, session) <= 0) {
			fail("the machine that the lesson's programs run on is gone");
			status = EXIT_MACHINE;
		} else if (vm_get(&in, &frame) > 0 && frame.type == VM_EXIT) {
			status = vm_number(&frame);
			status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		}
	}
	vm_buf_free(&in);
	return status;
}

int remote_run(int argc, char **argv)
{
	static const int passed[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	int signals = remote_signals(passed, sizeof(passed) / sizeof(*passed));
	int session = connect_session(), status;

	if (session < 0 || send_start(session, argc, argv)) {
		fail("the machine that the lesson's programs run on is gone");
		status = EXIT_MACHINE;
	} else {
		status = wait_for_exit(session, signals);
	}
	if (session >= 0)
		close(session);
	close(signals);
	return status;
}

static bool lives(pid_t pid)
{
	struct pollfd ended = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	bool yes = ended.fd >= 0 && poll(&ended, 1, 0) == 0;

	if (ended.fd >= 0)
		close(ended.fd);
	return yes;
}

/*
 * The operand is a process here that stands for one there, which may not be known
 * there yet. When it has ended here, it is for the command itself to say what that means.
 */
int remote_run_on_process(int argc, char **argv)
{
	struct deadline deadline = deadline_in(KNOWN_SECONDS);
	bool may_come;
	int status;

	do {
		may_come = lives(atoi(argv[1]));
		status = remote_run(argc, argv);
		if (status != EXIT_UNKNOWN_PROCESS || !may_come)
			break;
		deadline_pause(deadline);
	} while (!deadline_over(deadline));
	return status;
}
