// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl session: runs a test here whose programs run on another machine. It
 * starts the command that leads to labctl serve there, takes over what that
 * says of its environment (nodes, addresses), runs the test, and carries
 * frames between its labctl commands and serve. See remote.h.
 *
 * With --begin FD the test waits for a byte from FD, and its time begins with it: so the way to
 * serve is made while what the test needs is being built. FD's end instead: there is no test.
 *
 * What is in the machine may be hostile, and have taken the place of serve: it may answer anything, but
 * not name variables of ours, not fill the disk, not outlive its time, and not say what a shell runs.
 *
 * Exit status: the test's; 124 when the time is up; 125 when it did not begin; what the way to serve
 * ended with (by then it has said why) when that was before the test did.
 */
#include "common/test/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/deadline.h"
#include "common/test/labctl.h"
#include "common/test/proc.h"

#define EXIT_TIME_OVER 124
#define EXIT_SIGNALLED 128
/* Nobody wants the test any more. */
#define EXIT_NOT_BEGUN 125

/* How long serve may take to end what was started there. */
#define GOODBYE_SECONDS 10
/* A pipe that can be written to takes so much without waiting. */
#define PIECE 4096
/* While more waits for serve, stdins wait. */
#define BACKLOG (256 * 1024)
/* A command's output. What programs print is limited on the other side, to much less (serve.c). */
#define COMMAND_OUTPUT_MAX (8 * 1024 * 1024)

struct client {
	int fd;	      /* -1: the channel is free */
	int files[3]; /* its stdin, stdout, stderr; -1: closed */
	struct vm_buf in, out[2];
	size_t printed;
	bool started;
	bool gone; /* nobody waits any more; the channel is free when serve says so */
	int exit;  /* its wait status, -1: it runs */
};

struct session {
	char folder[64], path[sizeof("/") + 80];
	int listener, signals;
	pid_t server, test;
	int to, from; /* serve's stdin and stdout */
	struct vm_buf in, out;
	struct client clients[VM_CHANNELS];
	int begin;		  /* what the test waits for; -1: nothing */
	double seconds;		  /* that it may take; 0: any time */
	struct deadline deadline; /* limit 0: none */
	int status;		  /* -1: goes on */
};

/* Where serve is to run. */
struct way {
	const char *machine; /* of testenv vm; NULL: here, in the environment we are in */
	const char *topology, *testenv;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- clients ---- */

static void accept_client(struct session *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);

	for (int i = 0; fd >= 0 && i < VM_CHANNELS; i++) {
		struct client *c = &s->clients[i];

		if (c->fd >= 0 || c->gone)
			continue;
		*c = (struct client){ .fd = fd, .files = { -1, -1, -1 }, .exit = -1 };
		return;
	}
	if (fd >= 0)
		close(fd);
}

static void free_client(struct client *c)
{
	close_fd(&c->fd);
	for (int i = 0; i < 3; i++)
		close_fd(&c->files[i]);
	vm_buf_free(&c->in);
	vm_buf_free(&c->out[0]);
	vm_buf_free(&c->out[1]);
}

static void drop_client(struct session *s, int channel)
{
	struct client *c = &s->clients[channel];

	c->gone = c->started && c->exit < 0;
	if (c->gone)
		vm_put(&s->out, VM_KILL, channel, NULL, 0);
	free_client(c);
}

/* Bytes of a client's stream, with its files on the first. -1: it has gone. */
static int receive(struct client *c)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(c->files))];
	} control;
	char block[VM_CHUNK];
	struct iovec data = { block, sizeof(block) };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(c->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof(c->files)) &&
	    c->files[1] < 0)
		memcpy(c->files, CMSG_DATA(head), sizeof(c->files));
	return n <= 0 || vm_buf_add(&c->in, block, n) ? -1 : 0;
}

static void read_client(struct session *s, int channel)
{
	struct client *c = &s->clients[channel];
	struct vm_frame frame;
	int err = receive(c);

	while (!err && vm_get(&c->in, &frame) > 0) {
		c->started |= frame.type == VM_START;
		if (frame.type == VM_START || (c->started && frame.type == VM_SIGNAL))
			vm_put(&s->out, frame.type, channel, frame.data, frame.size);
	}
	if (err)
		drop_client(s, channel);
}

/* The client's stdin, as it comes. */
static void read_stdin(struct session *s, int channel)
{
	struct client *c = &s->clients[channel];
	char block[VM_CHUNK];
	ssize_t n = read(c->files[0], block, sizeof(block));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	vm_put(&s->out, VM_STDIN, channel, block, n > 0 ? n : 0);
	if (n <= 0)
		close_fd(&c->files[0]);
}

/* Writes what the file takes without waiting; a file on disk takes all. */
static void write_output(struct client *c, int stream)
{
	struct vm_buf *buf = &c->out[stream];
	struct pollfd fd = { .fd = c->files[1 + stream], .events = POLLOUT };

	while (vm_buf_len(buf) && poll(&fd, 1, 0) > 0) {
		size_t len = vm_buf_len(buf) < PIECE ? vm_buf_len(buf) : PIECE;
		ssize_t n = write(fd.fd, buf->data + buf->start, len);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n < 0)
			vm_buf_free(buf); /* nobody reads it any more */
		else
			buf->start += n;
	}
}

/* Everything that the command has written is where it belongs: its client may go. */
static void finish(struct session *s, int channel)
{
	struct client *c = &s->clients[channel];
	struct vm_buf frame = {};

	if (c->fd < 0 || c->exit < 0 || vm_buf_len(&c->out[0]) || vm_buf_len(&c->out[1]))
		return;
	for (int i = 0; i < 3; i++)
		close_fd(&c->files[i]);
	vm_put_number(&frame, VM_EXIT, 0, c->exit);
	vm_buf_write(&frame, c->fd);
	vm_buf_free(&frame);
	drop_client(s, channel);
}

/* ---- serve ---- */

/* Tests take it into variables, and bash's arithmetic runs what stands behind these two. */
static void disarm(char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] == '$' || text[i] == '`')
			text[i] = '?';
}

/* False when no serve of ours would send that. */
static bool take_output(struct client *c, const struct vm_frame *frame)
{
	int stream = frame->type == VM_STDERR;
	struct vm_buf *out = &c->out[stream];

	c->printed += frame->size;
	if (c->printed > COMMAND_OUTPUT_MAX || vm_buf_add(out, frame->data, frame->size))
		return false;
	disarm(out->data + out->end - frame->size, frame->size);
	write_output(c, stream);
	return true;
}

static bool from_server(struct session *s, const struct vm_frame *frame)
{
	struct client *c = &s->clients[frame->channel];

	if (frame->type == VM_EXIT && c->gone)
		c->gone = false;
	if (c->fd < 0)
		return true;
	if (frame->type == VM_STDOUT || frame->type == VM_STDERR)
		return take_output(c, frame);
	if (frame->type == VM_EXIT) {
		c->exit = vm_number(frame);
		finish(s, frame->channel);
	}
	return true;
}

static void distrust(struct session *s)
{
	fail("the machine that the lesson's programs run on sends what no labctl would");
	kill(s->server, SIGKILL);
}

/* False when it has ended, or is not to be talked to. */
static bool read_server(struct session *s)
{
	struct vm_frame frame;
	int n = vm_buf_read(&s->in, s->from);
	bool sound = true;

	if (n == -EINTR)
		return true;
	if (n <= 0)
		return false;
	while (sound && (n = vm_get(&s->in, &frame)) > 0)
		sound = from_server(s, &frame);
	if (n == 0 && sound)
		return true;
	distrust(s);
	return false;
}

/* The program and arguments that lead to serve. */
static void way_to_serve(const struct way *way, const char **argv)
{
	static char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	if (way->machine) {
		const char *const words[] = { way->testenv,  "vm",	   "exec", way->machine,
					      "--",	     way->testenv, "run",  "--topology",
					      way->topology, "--" };

		memcpy(argv, words, sizeof(words));
		argv += sizeof(words) / sizeof(*words);
	}
	*argv++ = self;
	*argv++ = "serve";
	*argv = NULL;
}

static pid_t start_server(struct session *s, const struct way *way)
{
	const char *argv[16];
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		return -1;
	s->to = to[1];
	s->from = from[0];
	s->server = fork();
	if (!s->server) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		way_to_serve(way, argv);
		execvp(argv[0], (char **)argv);
		fail("cannot run %s: %s", argv[0], strerror(errno));
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	return s->server;
}

/* False when it has not ended in time. */
static bool await_server(const struct session *s)
{
	/* Not longer on a busy machine: whoever has started us waits a little longer than this. */
	struct deadline deadline = deadline_exactly_in(GOODBYE_SECONDS);
	int fd = syscall(SYS_pidfd_open, s->server, 0);
	struct pollfd ended = { .fd = fd, .events = POLLIN };
	int n;

	while ((n = poll(&ended, 1, deadline_left_ms(deadline))) < 1 && !deadline_over(deadline))
		;
	close_fd(&fd);
	return n > 0;
}

static int exit_status(const struct session *s)
{
	int status;

	if (!await_server(s))
		kill(s->server, SIGKILL);
	if (waitpid(s->server, &status, 0) < 0)
		return EXIT_INTERNAL;
	return WIFSIGNALED(status) ? EXIT_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* It ends before the test did: that is never a result. */
static int server_died(struct session *s)
{
	int status;

	close_fd(&s->from);
	close_fd(&s->to);
	status = exit_status(s);
	s->server = 0;
	return status ?: EXIT_INTERNAL;
}

/* ---- the environment there ---- */

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* A_IF and the like, for a node "a": A_MAC, A_IP4_B, A_IFINDEX. */
static bool is_of_node(const char *variable)
{
	static const char *const kinds[] = { "_IF", "_MAC", "_IP4", "_IP6", "_NS" };
	size_t node = strspn(variable, CAPITALS);
	const char *kind = variable + node;

	for (size_t i = 0; node && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (has_prefix(kind, kinds[i]))
			return kind[strspn(kind, CAPITALS "_")] == '=';
	return false;
}

/* What testenv says of an environment, and not how testenv itself is set up. */
static bool is_of_environment(const char *variable)
{
	static const char *const names[] = { "TESTENV=",       "TESTENV_DIR=", "TESTENV_NODE=",
					     "TESTENV_NODES=", "TESTENV_BPF=", "TESTENV_CGROUP=",
					     "TESTENV_VLAN=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (has_prefix(variable, names[i]))
			return true;
	return is_of_node(variable);
}

/* Names, addresses and paths; nothing that a shell could run. */
static bool is_plain(const char *text)
{
	return !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "_=/.:@%+,- ")];
}

static void take_environment(const struct vm_frame *ready)
{
	for (const char *s = vm_string(ready, NULL); s; s = vm_string(ready, s))
		if (is_of_environment(s) && is_plain(s))
			putenv(strdup(s));
}

static void start_clock(struct session *s)
{
	/* In a virtual machine limits are longer anyway. */
	s->deadline = deadline_exactly_in(s->seconds);
}

/* What a signal means before the test runs: its end, but for a child's; that shows on its stdout. */
static void on_early_signal(struct session *s)
{
	struct signalfd_siginfo info;

	while (s->status < 0 && read(s->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			s->status = EXIT_SIGNALLED + info.ssi_signo;
}

/* A byte: the test may begin, and its time does. The end: nobody wants it any more. */
static void on_begin(struct session *s)
{
	char byte;
	ssize_t n = read(s->begin, &byte, 1);
	int null;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 1)
		s->status = EXIT_NOT_BEGUN;
	/* It may be our stdin. */
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, s->begin);
	close_fd(&null);
	s->begin = -1;
	start_clock(s);
}

/* 1: serve has said what its environment is; 0: it has not yet; -1: it never will. */
static int read_ready(struct session *s)
{
	struct vm_frame frame;
	int n = vm_buf_read(&s->in, s->from);
	bool ended = n <= 0;

	if (!ended)
		n = vm_get(&s->in, &frame);
	/* Nothing was asked yet, so nothing else is to be said. */
	if (n > 0 && frame.type == VM_READY && !vm_buf_len(&s->in)) {
		take_environment(&frame);
		return 1;
	}
	if (!ended && !n)
		return 0;
	if (!ended)
		distrust(s);
	s->status = server_died(s);
	return -1;
}

/* Waits for serve, and for the test to be wanted. False when neither matters any more. */
static bool await_begin(struct session *s)
{
	bool ready = false;

	while (s->status < 0 && (!ready || s->begin >= 0)) {
		struct pollfd fds[] = { { .fd = s->from, .events = POLLIN },
					{ .fd = s->signals, .events = POLLIN },
					{ .fd = s->begin, .events = POLLIN } };
		int n = poll(fds, 3, s->deadline.limit ? deadline_left_ms(s->deadline) : -1);

		if (!n)
			s->status = EXIT_TIME_OVER;
		if (n > 0 && fds[1].revents)
			on_early_signal(s);
		if (n > 0 && fds[2].revents && s->status < 0)
			on_begin(s);
		/* Before the test it has nothing more to say than that: more is its end. */
		if (n > 0 && fds[0].revents && s->status < 0)
			ready = read_ready(s) > 0;
	}
	return s->status < 0;
}

/* ---- the test ---- */

static int listen_here(struct session *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *tmp = getenv("TMPDIR");

	/* A socket's address is short. */
	if (!tmp || strlen(tmp) + sizeof("/lab-XXXXXX") > sizeof(s->folder))
		tmp = "/tmp";
	snprintf(s->folder, sizeof(s->folder), "%s/lab-XXXXXX", tmp);
	if (!mkdtemp(s->folder))
		return -errno;
	/* It holds the test's own files, too, which a machine of root's reads as nobody does. */
	if (!geteuid() && chmod(s->folder, 0755))
		return -errno;
	snprintf(s->path, sizeof(s->path), "%s/socket", s->folder);
	strcpy(address.sun_path, s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(s->listener, VM_CHANNELS))
		return -errno;
	return 0;
}

static void start_test(struct session *s, char **argv)
{
	sigset_t none;

	s->test = fork();
	if (s->test)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv(REMOTE_SERVER, s->path, 1);
	setenv("TMPDIR", s->folder, 1);
	execvp(argv[0], argv);
	fail("cannot run %s: %s", argv[0], strerror(errno));
	_exit(127);
}

struct killing {
	pid_t spared;
	int killed;
};

static int kill_child(pid_t pid, void *context)
{
	struct killing *k = context;

	if (pid == k->spared || process_parent(pid) != getpid())
		return 0;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	k->killed++;
	return 0;
}

/* The test and all that comes from it: the orphans of those that are killed come to us. */
static void kill_test(const struct session *s)
{
	struct killing k = { .spared = s->server };

	do {
		k.killed = 0;
		for_each_process(kill_child, &k);
	} while (k.killed);
}

static void reap_test(struct session *s)
{
	siginfo_t child = {};
	int status;

	/* Orphans of the test's are ours to bury. The server's end shows on its stdout. */
	while (!waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) && child.si_pid &&
	       child.si_pid != s->server) {
		waitpid(child.si_pid, &status, 0);
		if (child.si_pid == s->test)
			s->status = WIFSIGNALED(status) ? EXIT_SIGNALLED + WTERMSIG(status)
							: WEXITSTATUS(status);
		child.si_pid = 0;
	}
}

static void on_signal(struct session *s)
{
	struct signalfd_siginfo info;

	while (s->status < 0 && read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap_test(s);
		else
			s->status = EXIT_SIGNALLED + info.ssi_signo;
	}
}

/* ---- the loop ---- */

#define FDS_OF_CLIENT 4
#define NR_FDS	      (4 + FDS_OF_CLIENT * VM_CHANNELS)

static void fill_fds(const struct session *s, struct pollfd *fds)
{
	bool full = vm_buf_len(&s->out) > BACKLOG;

	fds[0] = (struct pollfd){ .fd = s->from, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	fds[3] = (struct pollfd){ .fd = vm_buf_len(&s->out) ? s->to : -1, .events = POLLOUT };
	for (int i = 0; i < VM_CHANNELS; i++) {
		const struct client *c = &s->clients[i];
		struct pollfd *f = fds + 4 + FDS_OF_CLIENT * i;

		f[0] = (struct pollfd){ .fd = c->fd, .events = POLLIN };
		f[1] = (struct pollfd){ .fd = c->started && !full ? c->files[0] : -1,
					.events = POLLIN };
		for (int o = 0; o < 2; o++)
			f[2 + o] = (struct pollfd){ .fd = vm_buf_len(&c->out[o]) ? c->files[1 + o]
										 : -1,
						    .events = POLLOUT };
	}
}

static void serve_clients(struct session *s, const struct pollfd *fds)
{
	for (int i = 0; i < VM_CHANNELS; i++) {
		struct client *c = &s->clients[i];
		const struct pollfd *f = fds + 4 + FDS_OF_CLIENT * i;

		if (c->fd < 0 || f->fd != c->fd)
			continue;
		for (int o = 0; o < 2; o++)
			if (f[2 + o].fd >= 0 && f[2 + o].revents)
				write_output(c, o);
		if (f[1].fd >= 0 && f[1].revents)
			read_stdin(s, i);
		if (f[0].revents)
			read_client(s, i);
		finish(s, i);
	}
}

static void step(struct session *s)
{
	struct pollfd fds[NR_FDS];
	int left = s->deadline.limit ? deadline_left_ms(s->deadline) : -1;

	if (!left) {
		s->status = EXIT_TIME_OVER;
		return;
	}
	fill_fds(s, fds);
	if (poll(fds, NR_FDS, left) < 0)
		return;
	if (fds[0].revents && !read_server(s)) {
		s->status = server_died(s);
		return;
	}
	if (fds[1].revents)
		on_signal(s);
	serve_clients(s, fds);
	if (fds[2].revents)
		accept_client(s);
	if (vm_buf_write(&s->out, s->to))
		vm_buf_free(&s->out); /* its end shows on its stdout, too */
}

/* Lets serve end what it has started, and what led to it end itself. */
static void end_server(struct session *s)
{
	close_fd(&s->to);
	if (s->server) {
		await_server(s);
		kill(s->server, SIGKILL);
		waitpid(s->server, NULL, 0);
	}
	close_fd(&s->from);
	s->server = 0;
}

static void run(struct session *s, const struct way *way, char **test)
{
	if (start_server(s, way) < 0) {
		s->status = EXIT_INTERNAL;
		fail("cannot start a process: %s", strerror(errno));
		return;
	}
	if (!await_begin(s))
		return;
	fcntl(s->to, F_SETFL, O_NONBLOCK);
	start_test(s, test);
	while (s->status < 0)
		step(s);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path) ? -errno : 0;
}

int cmd_session(int argc, char **argv)
{
	static const int caught[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	const char *seconds = NULL, *begin = NULL;
	struct way way = { .topology = "pair", .testenv = "testenv" };
	const struct option_value table[] = { { .name = "machine", .value = &way.machine },
					      { .name = "topology", .value = &way.topology },
					      { .name = "testenv", .value = &way.testenv },
					      { .name = "seconds", .value = &seconds },
					      { .name = "begin", .value = &begin },
					      {} };
	struct session s = { .listener = -1, .to = -1, .from = -1, .begin = -1, .status = -1 };
	int first = options(argc, argv, table), err;

	if (first < 0)
		return EXIT_USAGE;
	if (first == argc)
		return usage();
	for (int i = 0; i < VM_CHANNELS; i++)
		s.clients[i].fd = -1;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	s.signals = remote_signals(caught, sizeof(caught) / sizeof(*caught));
	s.seconds = seconds ? atof(seconds) : 0;
	if (begin)
		s.begin = atoi(begin);
	else
		start_clock(&s);
	err = listen_here(&s);
	if (err)
		s.status = fail("cannot make a socket: %s", strerror(-err));
	else
		run(&s, &way, argv + first);
	kill_test(&s);
	end_server(&s);
	nftw(s.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return s.status;
}
