// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * One command in the guest: its process, its three pipes, and how much of its
 * output may be on the way to the host.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/vm/guest/guest.h"

/* The host's side of a pipe of the command's. */
struct stream {
	int fd;	  /* -1: closed */
	int left; /* once the command has ended: bytes still to be passed on */
	enum vm_type type;
};

struct command {
	unsigned int channel;
	pid_t pid;
	size_t credit;
	int in; /* its stdin, or -1 */
	struct vm_buf input;
	bool input_ends;
	struct stream out[2];
	bool ended;
	int status;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Pointers to the values of all strings of that key; the last one is NULL. */
static char **collect(const struct vm_frame *frame, const char *key)
{
	size_t len = strlen(key), n = 0;
	char **list;

	for (const char *s = vm_string(frame, NULL); s; s = vm_string(frame, s))
		n++;
	list = calloc(n + 1, sizeof(*list));
	n = 0;
	for (const char *s = vm_string(frame, NULL); s && list; s = vm_string(frame, s))
		if (strncmp(s, key, len) == 0 && s[len] == '=')
			list[n++] = (char *)s + len + 1;
	return list;
}

/* What the command inherits: our working directory, and PATH for finding it. */
static void prepare(struct command *c, const struct vm_frame *start, char **env,
		    struct vm_buf *to_host)
{
	const char *cwd = vm_value(start, "cwd");
	char text[512];
	int n;

	for (; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			setenv("PATH", *env + 5, 1);
	if (!cwd || chdir(cwd) == 0)
		return;
	n = snprintf(text, sizeof(text),
		     "testenv: the guest has no folder %.400s (%s); the command runs in /\n", cwd,
		     strerror(errno));
	vm_put(to_host, VM_STDERR, c->channel, text, n);
	if (chdir("/"))
		guest_log("no root folder");
}

/* In the child the pipes' ends become fds 0 to 2; everything else is closed by exec. */
static int spawn(struct command *c, char **argv, char **env, const int ends[3])
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int err;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_adddup2(&files, ends[fd], fd);
	err = posix_spawnp(&c->pid, argv[0], &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

/* A pipe of which *ours, which never waits, stays here and *theirs goes to the command. */
static int make_pipe(int *ours, int *theirs, bool we_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	*ours = ends[we_write];
	*theirs = ends[!we_write];
	return fcntl(*ours, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

static int make_pipes(struct command *c, int ends[3])
{
	int err = make_pipe(&c->in, &ends[0], true);

	for (int i = 0; i < 2 && !err; i++)
		err = make_pipe(&c->out[i].fd, &ends[1 + i], false);
	return err;
}

struct command *command_start(const struct vm_frame *start, struct vm_buf *to_host)
{
	struct command *c = calloc(1, sizeof(*c));
	char **argv = collect(start, "arg"), **env = collect(start, "env");
	int ends[3] = { -1, -1, -1 };
	int err = -ENOMEM;

	if (c && argv && env) {
		c->channel = start->channel;
		c->credit = VM_WINDOW;
		c->in = c->out[0].fd = c->out[1].fd = -1;
		c->out[0].type = VM_STDOUT;
		c->out[1].type = VM_STDERR;
		err = argv[0] ? make_pipes(c, ends) : -ENOENT;
	}
	if (!err) {
		prepare(c, start, env, to_host);
		err = spawn(c, argv, env, ends);
	}
	for (int i = 0; i < 3; i++)
		close_fd(&ends[i]);
	free(argv);
	free(env);
	if (err) {
		vm_put_number(to_host, VM_NO_EXEC, start->channel, -err);
		command_free(c);
		return NULL;
	}
	vm_put(to_host, VM_WANT, c->channel, NULL, 0);
	return c;
}

void command_free(struct command *c)
{
	if (!c)
		return;
	close_fd(&c->in);
	close_fd(&c->out[0].fd);
	close_fd(&c->out[1].fd);
	vm_buf_free(&c->input);
	free(c);
}

static void feed(struct command *c, struct vm_buf *to_host)
{
	bool had = vm_buf_len(&c->input);

	/* Nobody reads it any more: then what comes is dropped. */
	if (c->in >= 0 && vm_buf_write(&c->input, c->in))
		close_fd(&c->in);
	if (c->in < 0)
		c->input.start = c->input.end;
	if (vm_buf_len(&c->input))
		return;
	if (c->input_ends)
		close_fd(&c->in);
	else if (had && c->in >= 0)
		vm_put(to_host, VM_WANT, c->channel, NULL, 0);
}

void command_stdin(struct command *c, const char *data, size_t size, struct vm_buf *to_host)
{
	if (!size)
		c->input_ends = true;
	vm_buf_add(&c->input, data, size);
	feed(c, to_host);
}

void command_credit(struct command *c, size_t bytes)
{
	c->credit += bytes;
}

void command_signal(struct command *c, int sig)
{
	if (!c->ended)
		kill(-c->pid, sig);
}

/* Everything in the command's session, whatever process groups it made. */
void command_kill(struct command *c)
{
	DIR *d = opendir("/proc");
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 1 && getsid(pid) == c->pid)
			kill(pid, SIGKILL);
	}
	if (d)
		closedir(d);
}

int command_poll(struct command *c, struct pollfd *fds)
{
	int n = 0;

	if (c->in >= 0 && vm_buf_len(&c->input))
		fds[n++] = (struct pollfd){ .fd = c->in, .events = POLLOUT };
	for (int i = 0; i < 2; i++)
		if (c->out[i].fd >= 0 && c->credit)
			fds[n++] = (struct pollfd){ .fd = c->out[i].fd, .events = POLLIN };
	return n;
}

/* Passes on one piece of output. */
static void drain(struct command *c, struct stream *s, struct vm_buf *to_host)
{
	static char block[VM_CHUNK];
	size_t want = sizeof(block);
	ssize_t n;

	if (want > c->credit)
		want = c->credit;
	if (c->ended && want > (size_t)s->left)
		want = s->left;
	if (s->fd < 0 || !want)
		return;
	n = read(s->fd, block, want);
	if (n == 0)
		close_fd(&s->fd);
	if (n <= 0)
		return;
	c->credit -= n;
	if (c->ended)
		s->left -= n;
	vm_put(to_host, s->type, c->channel, block, n);
}

void command_work(struct command *c, struct vm_buf *to_host)
{
	feed(c, to_host);
	for (int i = 0; i < 2; i++)
		drain(c, &c->out[i], to_host);
}

bool command_is(const struct command *c, int pid)
{
	return c->pid == pid;
}

/* What it wrote is in the pipes; what others that live on write after it is not its. */
void command_ended(struct command *c, int status)
{
	c->ended = true;
	c->status = status;
	for (int i = 0; i < 2; i++)
		if (c->out[i].fd < 0 || ioctl(c->out[i].fd, FIONREAD, &c->out[i].left))
			c->out[i].left = 0;
}

bool command_done(struct command *c, struct vm_buf *to_host)
{
	if (!c->ended)
		return false;
	for (int i = 0; i < 2; i++)
		if (c->out[i].fd >= 0 && c->out[i].left > 0)
			return false;
	vm_put_number(to_host, VM_EXIT, c->channel, c->status);
	return true;
}
