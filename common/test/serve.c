// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl serve: carries out labctl's commands for a session, each in a forked
 * child. That costs little where starting a program costs much: in a virtual
 * machine without KVM. See remote.h. Commands get pipes and nothing else of
 * ours, so that nothing which a test starts can write into the stream.
 */
#include "common/test/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/labctl.h"

extern char **environ;

/* What a program that a test starts may print, as spawn has it for files. */
#define OUTPUT_MAX (1 << 20)

struct child {
	pid_t pid;    /* of the command; 0: the channel is free */
	pid_t client; /* its client's, on the test's machine */
	bool spawned;
	bool too_much; /* it has printed more than OUTPUT_MAX */
	int in, out[2];
	size_t written[2];
	struct vm_buf input;
	bool input_ends;
};

struct server {
	int signals;
	struct vm_buf in, out;
	struct child children[VM_CHANNELS];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- in the child ---- */

/* What is said of this machine stays. */
static void take_environment(const struct vm_frame *start)
{
	char *tmpdir = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;

	clearenv();
	for (const char *s = vm_string(start, NULL); s; s = vm_string(start, s))
		if (strncmp(s, "env=", 4) == 0)
			putenv((char *)s + 4);
	unsetenv(REMOTE_SERVER);
	unsetenv("TMPDIR");
	if (tmpdir)
		setenv("TMPDIR", tmpdir, 1);
}

static int run_command(const struct vm_frame *start, int argc, char **argv)
{
	const struct labctl_command *command = argc ? command_find(argv[0]) : NULL;
	const char *cwd = vm_value(start, "cwd");

	if (!command || command->kind == KIND_SERVER)
		return EXIT_INTERNAL;
	cli_begin(command->name, command->usage);
	if (cwd && chdir(cwd))
		return fail("the machine has no folder %s: %s", cwd, strerror(errno));
	if (command->kind == KIND_PROCESS && argc > 1 && atoi(argv[1]) == 0)
		return EXIT_UNKNOWN_PROCESS;
	return command->run(argc, argv);
}

static void __attribute__((noreturn))
be_command(const struct vm_frame *start, int argc, char **argv, const int ends[3])
{
	sigset_t none;
	int status;

	for (int fd = 0; fd < 3; fd++)
		dup2(ends[fd], fd);
	close_range(3, ~0U, 0);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	take_environment(start);
	status = run_command(start, argc, argv);
	fflush(NULL);
	_exit(status);
}

/* ---- starting and ending ---- */

static struct child *child_of_client(struct server *s, pid_t client)
{
	for (int i = 0; i < VM_CHANNELS; i++)
		if (s->children[i].pid && s->children[i].client == client)
			return &s->children[i];
	return NULL;
}

/* The strings arg=; a process of the test's machine becomes the one that it stands for. */
static int arguments(struct server *s, const struct vm_frame *start, char **argv, int room,
		     char number[16])
{
	const struct labctl_command *command;
	struct child *process;
	int argc = 0;

	for (const char *t = vm_string(start, NULL); t; t = vm_string(start, t))
		if (strncmp(t, "arg=", 4) == 0 && argc < room - 1)
			argv[argc++] = (char *)t + 4;
	argv[argc] = NULL;
	command = argc > 1 ? command_find(argv[0]) : NULL;
	if (command && command->kind == KIND_PROCESS) {
		process = child_of_client(s, atoi(argv[1]));
		snprintf(number, 16, "%d", process && process->spawned ? process->pid : 0);
		argv[1] = number;
	}
	return argc;
}

static int make_pipes(struct child *c, int ends[3])
{
	int in[2], out[2], err[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return -errno;
	c->in = in[1];
	c->out[0] = out[0];
	c->out[1] = err[0];
	ends[0] = in[0];
	ends[1] = out[1];
	ends[2] = err[1];
	fcntl(c->in, F_SETFL, O_NONBLOCK);
	fcntl(c->out[0], F_SETFL, O_NONBLOCK);
	fcntl(c->out[1], F_SETFL, O_NONBLOCK);
	return 0;
}

static void start(struct server *s, const struct vm_frame *frame)
{
	struct child *c = &s->children[frame->channel];
	size_t room = frame->size / strlen("arg=") + 2;
	char **argv = calloc(room, sizeof(*argv)), number[16];
	const char *client = vm_value(frame, "pid");
	int ends[3] = { -1, -1, -1 };
	int argc = argv ? arguments(s, frame, argv, room, number) : 0;

	*c = (struct child){ .in = -1, .out = { -1, -1 }, .client = client ? atoi(client) : 0 };
	c->spawned = argc && !strcmp(argv[0], "spawn");
	c->pid = make_pipes(c, ends) ? -1 : fork();
	if (!c->pid)
		be_command(frame, argc, argv, ends);
	for (int i = 0; i < 3; i++)
		close_fd(&ends[i]);
	free(argv);
	if (c->pid > 0)
		return;
	c->pid = 0;
	vm_put_number(&s->out, VM_EXIT, frame->channel, W_EXITCODE(EXIT_INTERNAL, 0));
}

static void end_process(struct child *c, int sig)
{
	kill(c->pid, sig);
	if (sig == SIGKILL)
		kill(-c->pid, sig); /* spawn gives it a group of its own */
}

/* ---- streams ---- */

static void feed(struct child *c)
{
	if (c->in >= 0 && vm_buf_write(&c->input, c->in))
		close_fd(&c->in); /* nobody reads it any more */
	if (c->in < 0)
		vm_buf_free(&c->input);
	if (c->input_ends && !vm_buf_len(&c->input))
		close_fd(&c->in);
}

/* Passes on what is in the pipe now. */
static void drain(struct server *s, int channel, int stream)
{
	struct child *c = &s->children[channel];
	char block[VM_CHUNK];
	ssize_t n;

	while (c->out[stream] >= 0) {
		n = read(c->out[stream], block, sizeof(block));
		if (n < 0)
			return;
		if (c->spawned && c->written[stream] + n > OUTPUT_MAX) {
			n = OUTPUT_MAX - c->written[stream];
			c->too_much = true;
			end_process(c, SIGXFSZ);
			close_fd(&c->out[stream]);
		}
		if (n)
			vm_put(&s->out, stream ? VM_STDERR : VM_STDOUT, channel, block, n);
		else
			close_fd(&c->out[stream]);
		c->written[stream] += n;
	}
}

static void drain_all(struct server *s)
{
	for (int i = 0; i < VM_CHANNELS; i++)
		if (s->children[i].pid)
			for (int stream = 0; stream < 2; stream++)
				drain(s, i, stream);
}

static void ended(struct server *s, int channel, int status)
{
	struct child *c = &s->children[channel];

	/* Everything that was written before the end, of this one and of all others. */
	drain_all(s);
	vm_put_number(&s->out, VM_EXIT, channel, status);
	close_fd(&c->in);
	close_fd(&c->out[0]);
	close_fd(&c->out[1]);
	vm_buf_free(&c->input);
	c->pid = 0;
}

static void reap(struct server *s)
{
	struct signalfd_siginfo info;
	siginfo_t child;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		;
	for (int i = 0; i < VM_CHANNELS; i++) {
		struct child *c = &s->children[i];
		int status;

		child.si_pid = 0;
		if (!c->pid || waitid(P_PID, c->pid, &child, WEXITED | WNOHANG | WNOWAIT) ||
		    !child.si_pid)
			continue;
		/* Not reaped yet, so the group is its own. */
		kill(-c->pid, SIGKILL);
		waitpid(c->pid, &status, 0);
		/* Our signal, or the closed pipe's, whichever it saw first. */
		if (c->too_much && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE)
			status = W_EXITCODE(0, SIGXFSZ);
		ended(s, i, status);
	}
}

/* ---- the loop ---- */

static void on_frame(struct server *s, const struct vm_frame *frame)
{
	struct child *c = &s->children[frame->channel];

	if (frame->type == VM_START) {
		start(s, frame);
		return;
	}
	if (!c->pid)
		return; /* it ended meanwhile */
	if (frame->type == VM_STDIN) {
		c->input_ends = !frame->size;
		vm_buf_add(&c->input, frame->data, frame->size);
		feed(c);
	} else if (frame->type == VM_SIGNAL) {
		end_process(c, vm_number(frame));
	} else if (frame->type == VM_KILL) {
		end_process(c, SIGKILL);
	}
}

/* False when there is no session any more. */
static bool on_stdin(struct server *s)
{
	struct vm_frame frame;
	int n = vm_buf_read(&s->in, STDIN_FILENO);

	if (n == -EINTR)
		return true;
	if (n <= 0)
		return false;
	while ((n = vm_get(&s->in, &frame)) > 0)
		on_frame(s, &frame);
	return n == 0;
}

static int fill_fds(struct server *s, struct pollfd *fds)
{
	int n = 2;

	fds[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	for (int i = 0; i < VM_CHANNELS; i++) {
		const struct child *c = &s->children[i];

		if (!c->pid)
			continue;
		for (int stream = 0; stream < 2; stream++)
			fds[n++] = (struct pollfd){ .fd = c->out[stream], .events = POLLIN };
		if (vm_buf_len(&c->input))
			fds[n++] = (struct pollfd){ .fd = c->in, .events = POLLOUT };
	}
	return n;
}

static void say_ready(struct server *s)
{
	struct vm_buf text = {};

	for (char **e = environ; *e; e++)
		vm_buf_add(&text, *e, strlen(*e) + 1);
	vm_put(&s->out, VM_READY, 0, text.data, vm_buf_len(&text));
	vm_buf_free(&text);
}

static void serve(struct server *s)
{
	struct pollfd fds[2 + 3 * VM_CHANNELS];

	do {
		drain_all(s);
		/* stdout blocks; the session always reads. */
		if (vm_buf_write(&s->out, STDOUT_FILENO))
			return;
		if (poll(fds, fill_fds(s, fds), -1) < 0 && errno != EINTR)
			return;
		if (fds[0].revents && !on_stdin(s))
			return;
		for (int i = 0; i < VM_CHANNELS; i++)
			if (s->children[i].pid)
				feed(&s->children[i]);
		if (fds[1].revents)
			reap(s);
	} while (true);
}

int cmd_serve(int argc, char **argv)
{
	static const int sigchld = SIGCHLD;
	struct server *s = calloc(1, sizeof(*s));

	(void)argv;
	if (argc != 1)
		return usage();
	if (!s)
		return fail("no memory");
	s->signals = remote_signals(&sigchld, 1);
	signal(SIGPIPE, SIG_IGN);
	say_ready(s);
	serve(s);
	for (int i = 0; i < VM_CHANNELS; i++)
		if (s->children[i].pid)
			end_process(&s->children[i], SIGKILL);
	free(s);
	return EXIT_OK;
}
