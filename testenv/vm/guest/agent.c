// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The guest's loop: frames from the host, output of commands, children that
 * end. One thread; nothing here waits for one thing only.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "testenv/vm/guest/guest.h"

/* While more waits to leave, commands' output stays in their pipes. */
#define BACKLOG (256 * 1024)

struct agent {
	int port, sigchld;
	bool set_up;
	struct vm_buf in, out;
	struct command *commands[VM_CHANNELS];
};

static void set_clock(const char *nanoseconds)
{
	unsigned long long ns = nanoseconds ? strtoull(nanoseconds, NULL, 10) : 0;
	struct timespec now = { ns / 1000000000, ns % 1000000000 };

	if (ns && clock_settime(CLOCK_REALTIME, &now))
		guest_log("cannot set the clock: %s", strerror(errno));
}

/* Machines restored from one state would all draw the same numbers. */
static void mix_random(const char *seed)
{
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	struct {
		int entropy, size;
		char data[64];
	} pool = {};

	if (fd < 0 || !seed)
		return;
	pool.size = snprintf(pool.data, sizeof(pool.data), "%s", seed);
	pool.entropy = pool.size * 4;
	ioctl(fd, RNDADDENTROPY, &pool);
	ioctl(fd, RNDRESEEDCRNG);
	close(fd);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
		guest_log("loopback stays down: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void on_setup(struct agent *a, const struct vm_frame *frame)
{
	const char *what = NULL;
	char text[256];
	int err, n;

	set_clock(vm_value(frame, "time"));
	mix_random(vm_value(frame, "seed"));
	err = a->set_up ? 0 : guest_mount_tree(frame, &what);
	if (err) {
		n = snprintf(text, sizeof(text), "cannot %s: %s", what, strerror(-err));
		vm_put(&a->out, VM_FAILED, 0, text, n);
		return;
	}
	if (sethostname("vm", 2))
		guest_log("cannot set the host name: %s", strerror(errno));
	loopback_up();
	a->set_up = true;
	vm_put(&a->out, VM_SETUP_DONE, 0, NULL, 0);
}

/*
 * The host's files may have changed since they were last looked at: forget what
 * no process uses.
 */
static void on_start(struct agent *a, const struct vm_frame *frame)
{
	guest_write("/proc/sys/vm/drop_caches", "3");
	if (!a->commands[frame->channel])
		a->commands[frame->channel] = command_start(frame, &a->out);
}

static void on_frame(struct agent *a, const struct vm_frame *frame)
{
	struct command *c = a->commands[frame->channel];

	switch (frame->type) {
	case VM_SETUP:
		on_setup(a, frame);
		return;
	case VM_START:
		on_start(a, frame);
		return;
	case VM_PING:
		vm_put(&a->out, VM_PONG, frame->channel, NULL, 0);
		return;
	default:
		break;
	}
	if (!c)
		return; /* it ended meanwhile */
	if (frame->type == VM_STDIN)
		command_stdin(c, frame->data, frame->size, &a->out);
	else if (frame->type == VM_CREDIT)
		command_credit(c, vm_number(frame));
	else if (frame->type == VM_SIGNAL)
		command_signal(c, vm_number(frame));
	else if (frame->type == VM_KILL)
		command_kill(c);
}

/* Returns false when there is no host any more. */
static bool on_port(struct agent *a)
{
	struct vm_frame frame;
	int n = vm_buf_read(&a->in, a->port);

	if (n == -EAGAIN || n == -EINTR)
		return true;
	if (n <= 0)
		return false;
	while ((n = vm_get(&a->in, &frame)) > 0)
		on_frame(a, &frame);
	return n == 0;
}

static void reap(struct agent *a)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	if (read(a->sigchld, &info, sizeof(info)) < 0)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < VM_CHANNELS; i++)
			if (a->commands[i] && command_is(a->commands[i], pid))
				command_ended(a->commands[i], status);
}

static void serve_commands(struct agent *a)
{
	for (int i = 0; i < VM_CHANNELS; i++) {
		struct command *c = a->commands[i];

		if (c && vm_buf_len(&a->out) < BACKLOG)
			command_work(c, &a->out);
		if (c && command_done(c, &a->out)) {
			command_free(c);
			a->commands[i] = NULL;
		}
	}
}

static int poll_all(struct agent *a, struct pollfd *fds)
{
	bool waiting = vm_buf_len(&a->out);
	int n = 2;

	fds[0] = (struct pollfd){ .fd = a->port, .events = POLLIN | (waiting ? POLLOUT : 0) };
	fds[1] = (struct pollfd){ .fd = a->sigchld, .events = POLLIN };
	for (int i = 0; i < VM_CHANNELS; i++)
		if (a->commands[i] && vm_buf_len(&a->out) < BACKLOG)
			n += command_poll(a->commands[i], fds + n);
	return poll(fds, n, -1);
}

void guest_serve(int port)
{
	struct pollfd fds[2 + 3 * VM_CHANNELS];
	struct agent a = { .port = port };
	struct utsname name;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigdelset(&set, SIGPIPE);
	a.sigchld = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	uname(&name);
	vm_put(&a.out, VM_READY, 0, name.release, strlen(name.release) + 1);
	do {
		if (vm_buf_write(&a.out, port))
			return;
		if (poll_all(&a, fds) < 0 && errno != EINTR)
			return;
		if ((fds[0].revents & (POLLIN | POLLHUP)) && !on_port(&a))
			return;
		if (fds[1].revents)
			reap(&a);
		serve_commands(&a);
	} while (true);
}
