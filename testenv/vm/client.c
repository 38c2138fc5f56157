// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The client's side of one command in a machine: our stdin goes there, its
 * output comes here in the order in which it was written, signals are passed
 * on. Output is written one frame at a time, and the guest sends no more than
 * VM_WINDOW ahead of that.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/keeper.h"
#include "testenv/vm/machine.h"

extern char **environ;

/* A pipe that can be written to takes so much without waiting. */
#define PIECE 4096

struct session {
	int keeper, signals;
	struct vm_buf in, out;
	/* what is being written */
	struct vm_frame frame;
	size_t written;
	bool want_stdin, started;
	long limit; /* vm_now() at which the command's time is up; 0: never */
	bool limit_asked;
	int caught; /* the last signal */
	int status; /* -1: goes on */
	char **argv;
};

/* What belongs to the user's session on the host, not to the guest. */
static bool is_passed(const char *variable)
{
	static const char *const not_passed[] = {
		"SUDO_",    "SSH_",	"XDG_RUNTIME_DIR=", "XDG_SESSION_", "DBUS_",
		"DISPLAY=", "WAYLAND_", "TESTENV",	    "XAUTHORITY=",  "LD_PRELOAD="
	};

	for (size_t i = 0; i < sizeof(not_passed) / sizeof(not_passed[0]); i++)
		if (strncmp(variable, not_passed[i], strlen(not_passed[i])) == 0)
			return false;
	return true;
}

static void add_string(struct vm_buf *text, const char *key, const char *value)
{
	vm_buf_add(text, key, strlen(key));
	vm_buf_add(text, value, strlen(value) + 1);
}

/* CMD is root in the guest, whose programs an ordinary user's PATH may not reach. */
static void add_variable(struct vm_buf *text, const char *variable)
{
	static const char sbin[] = ":/usr/sbin:/sbin";
	bool extend = strncmp(variable, "PATH=", 5) == 0 && !strstr(variable, "/sbin");

	add_string(text, "env=", variable);
	if (!extend)
		return;
	text->end--; /* the zero byte */
	vm_buf_add(text, sbin, sizeof(sbin));
}

static int send_start(struct session *s)
{
	struct vm_buf text = {};
	char *cwd = getcwd(NULL, 0);
	int err = -E2BIG;

	if (cwd)
		add_string(&text, "cwd=", cwd);
	free(cwd);
	for (char **e = environ; *e; e++)
		if (is_passed(*e))
			add_variable(&text, *e);
	for (char **a = s->argv; *a; a++)
		add_string(&text, "arg=", *a);
	if (vm_buf_len(&text) <= VM_FRAME_MAX)
		err = vm_put(&s->out, VM_START, 0, text.data, vm_buf_len(&text));
	vm_buf_free(&text);
	return err;
}

/* The first line is ours; the rest is what the machine left behind. */
static int gone(const struct vm_frame *frame)
{
	uint32_t code = EXIT_INTERNAL;

	if (frame->size > sizeof(code) && !frame->data[frame->size - 1]) {
		memcpy(&code, frame->data, sizeof(code));
		report(code, "%s", frame->data + sizeof(code));
	}
	return code;
}

static void on_frame(struct session *s)
{
	const struct vm_frame *frame = &s->frame;
	int status;

	switch (frame->type) {
	case VM_WANT:
		s->want_stdin = s->started = true;
		break;
	case VM_EXIT:
		status = vm_number(frame);
		s->status = WIFSIGNALED(status) ? EXIT_SIGNALLED + WTERMSIG(status)
						: WEXITSTATUS(status);
		break;
	case VM_NO_EXEC:
		s->status = report(EXIT_USAGE, "cannot run %s: %s", s->argv[0],
				   strerror(vm_number(frame)));
		break;
	case VM_PONG:
		if (s->limit_asked)
			s->status = EXIT_TIME;
		break;
	case VM_GONE:
		s->status = gone(frame);
		break;
	default:
		break;
	}
}

static bool is_output(const struct session *s)
{
	return s->written < s->frame.size &&
	       (s->frame.type == VM_STDOUT || s->frame.type == VM_STDERR);
}

static int output_fd(const struct session *s)
{
	return s->frame.type == VM_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
}

/* Takes frames up to one that has to be written. */
static void next_frames(struct session *s)
{
	int n;

	while (s->status < 0 && !is_output(s)) {
		n = vm_get(&s->in, &s->frame);
		s->written = 0;
		if (n <= 0) {
			s->frame.size = 0;
			if (n < 0)
				s->status = report(EXIT_INTERNAL, "the keeper sends garbage");
			return;
		}
		on_frame(s);
	}
}

static void write_output(struct session *s)
{
	size_t left = s->frame.size - s->written;
	ssize_t n = write(output_fd(s), s->frame.data + s->written, left < PIECE ? left : PIECE);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	/* Nobody reads it: SIGPIPE has ended us, unless it is ignored. */
	s->written += n < 0 ? left : (size_t)n;
	if (!is_output(s)) {
		vm_put_number(&s->out, VM_CREDIT, 0, s->frame.size);
		next_frames(s);
	}
}

static void read_keeper(struct session *s)
{
	int n = vm_buf_read(&s->in, s->keeper);

	if (n == -EINTR)
		return;
	if (n <= 0)
		s->status = report(EXIT_INTERNAL, "the machine's keeper was killed; the command "
						  "with it");
	next_frames(s);
}

static void read_stdin(struct session *s)
{
	char block[VM_CHUNK];
	ssize_t n = read(STDIN_FILENO, block, sizeof(block));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	vm_put(&s->out, VM_STDIN, 0, block, n > 0 ? n : 0);
	s->want_stdin = false;
}

/* The first signal is the command's. One more, or one before it runs, is ours. */
static void on_signal(struct session *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (s->caught || !s->started)
		s->status = EXIT_SIGNALLED + info.ssi_signo;
	s->caught = info.ssi_signo;
	vm_put_number(&s->out, VM_SIGNAL, 0, info.ssi_signo);
}

/* A guest that does not answer has not run out of time: it hangs. */
static void on_limit(struct session *s)
{
	s->limit = 0;
	s->limit_asked = true;
	if (is_output(s))
		s->status = EXIT_TIME;
	vm_put(&s->out, VM_PING, 0, NULL, 0);
}

/*
 * It may be gone, or not read for a while. What it has said before its end is still to be read, and
 * that is when its end is noticed.
 */
static void write_keeper(struct session *s)
{
	while (vm_buf_len(&s->out)) {
		ssize_t n = send(s->keeper, s->out.data + s->out.start, vm_buf_len(&s->out),
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			vm_buf_free(&s->out);
		if (n < 0)
			return;
		s->out.start += n;
	}
}

static void step(struct session *s)
{
	struct pollfd fds[] = {
		/* While output waits to be written, nothing more is read. */
		{ .fd = is_output(s) && !vm_buf_len(&s->out) ? -1 : s->keeper,
		  .events = (is_output(s) ? 0 : POLLIN) | (vm_buf_len(&s->out) ? POLLOUT : 0) },
		{ .fd = s->signals, .events = POLLIN },
		{ .fd = s->want_stdin ? STDIN_FILENO : -1, .events = POLLIN },
		{ .fd = is_output(s) ? output_fd(s) : -1, .events = POLLOUT },
	};
	long wait = s->limit && s->started ? s->limit - vm_now() : -1;

	if (s->limit && s->started && wait <= 0) {
		on_limit(s);
		return;
	}
	if (poll(fds, 4, wait) < 0)
		return;
	if (fds[1].revents)
		on_signal(s);
	if (fds[3].revents)
		write_output(s);
	else if (!is_output(s) && fds[0].revents & ~POLLOUT)
		read_keeper(s);
	if (fds[2].revents)
		read_stdin(s);
	write_keeper(s);
}

static int watch_signals(void)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(&set, caught[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int vm_client_run(int keeper, char **argv, long timeout_ms)
{
	struct session s = { .keeper = keeper, .status = -1, .argv = argv };
	int err = send_start(&s);

	if (err)
		return report(EXIT_INTERNAL, "cannot pass the command on: %s", strerror(-err));
	s.signals = watch_signals();
	while (s.status < 0) {
		bool was_started = s.started;

		step(&s);
		if (timeout_ms && s.started && !was_started)
			s.limit = vm_now() + timeout_ms;
	}
	vm_buf_free(&s.in);
	vm_buf_free(&s.out);
	return s.status;
}

int vm_client_wait(int keeper)
{
	struct vm_buf in = {};
	struct vm_frame frame;
	int n, code = -1;

	while (code < 0) {
		n = vm_buf_read(&in, keeper);
		if (n == -EINTR)
			continue;
		if (n <= 0)
			code = report(EXIT_INTERNAL, "the machine's keeper was killed");
		while (code < 0 && vm_get(&in, &frame) > 0)
			code = frame.type == VM_SETUP_DONE ? 0
			       : frame.type == VM_GONE	   ? gone(&frame)
							   : -1;
	}
	vm_buf_free(&in);
	return code;
}

void vm_client_stop(int keeper)
{
	struct vm_buf buf = {};

	signal(SIGPIPE, SIG_IGN); /* it may be ending by itself */
	if (vm_put(&buf, VM_STOP, 0, NULL, 0) == 0 && vm_buf_write(&buf, keeper) == 0)
		while (vm_buf_read(&buf, keeper) > 0)
			vm_buf_trim(&buf, 0);
	vm_buf_free(&buf);
}
