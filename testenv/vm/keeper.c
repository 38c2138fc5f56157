// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The process between a machine and its clients. See keeper.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/keeper.h"
#include "testenv/vm/rights.h"
#include "testenv/vm/state.h"

/* How often a guest with something to do is asked whether it is alive. */
#define PING_MS 5000
/* No answer for so long: it hangs. Emulated guests on busy hosts are slow. */
#define HANG_MS 60000
/* The same when a command's time is up. */
#define LIMIT_MS 10000
/* While more waits for the guest, clients wait. */
#define BACKLOG (256 * 1024)
/* Beside its window, what the guest says itself when it starts a command. */
#define WINDOW_MORE 4096
/* What a command that is killed may have in its pipes. */
#define LEFT_OVER (4 * 1024 * 1024)
/* So long clients are waited for that are to hear that the machine has gone. */
#define TELL_MS 60000

struct client {
	int fd; /* -1: gone */
	struct vm_buf in, out;
	bool running; /* its channel in the guest is taken */
	bool asked;   /* wants to know whether the guest is alive */
	bool wanted;  /* has been told that the command takes stdin */
	long window;  /* so many bytes of output the guest may send before more is asked for */
};

struct keeper {
	struct vm_machine m;
	const char *name;
	long idle_ms; /* may pass without a client; 0: any time */
	int owner;    /* a pidfd of the process that it ends with, or -1 */
	long last_used;
	int listener;
	bool stop;
	struct client clients[VM_CHANNELS]; /* by channel; 0 is not used */
	long asked_at;			    /* when the guest was asked, or 0 */
	long patience;			    /* for its answer, ms */
	bool lies;			    /* the guest does what no first process of ours does */
	struct vm_trouble trouble;
};

/* ---- clients --------------------------------------------------------------- */

static int add_client(struct keeper *k, int fd)
{
	for (int i = 1; i < VM_CHANNELS; i++) {
		struct client *c = &k->clients[i];

		if (c->fd >= 0 || c->running)
			continue;
		memset(c, 0, sizeof(*c));
		c->fd = fd;
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return 0;
	}
	close(fd);
	return -EBUSY;
}

static void drop_client(struct keeper *k, int channel)
{
	struct client *c = &k->clients[channel];

	close(c->fd);
	c->fd = -1;
	vm_buf_free(&c->in);
	vm_buf_free(&c->out);
	/* The channel is free when the guest says that the command has ended, behind all its output. */
	if (c->running) {
		vm_put(&k->m.out, VM_KILL, channel, NULL, 0);
		vm_put_number(&k->m.out, VM_CREDIT, channel, LEFT_OVER);
		c->window += LEFT_OVER;
	}
	if (!k->name)
		k->stop = true;
}

static void ask(struct keeper *k, long patience)
{
	long now = vm_now();

	if (k->asked_at && k->asked_at + k->patience <= now + patience)
		return; /* an answer is due before that */
	if (!k->asked_at) {
		vm_put(&k->m.out, VM_PING, 0, NULL, 0);
		k->asked_at = now;
	}
	k->patience = patience + (now - k->asked_at);
}

static void from_client(struct keeper *k, int channel, const struct vm_frame *frame)
{
	struct client *c = &k->clients[channel];

	switch (frame->type) {
	case VM_STOP:
		k->stop = true;
		return;
	case VM_PING:
		c->asked = true;
		ask(k, LIMIT_MS);
		return;
	case VM_START:
		c->running = true;
		c->window = VM_WINDOW + WINDOW_MORE;
		vm_rights_for(frame);
		break;
	case VM_STDIN:
		c->wanted = false;
		break;
	case VM_CREDIT:
		c->window += vm_number(frame);
		break;
	case VM_SIGNAL:
		break;
	default:
		return;
	}
	vm_put(&k->m.out, frame->type, channel, frame->data, frame->size);
}

static void read_client(struct keeper *k, int channel)
{
	struct client *c = &k->clients[channel];
	struct vm_frame frame;
	int n = vm_buf_read(&c->in, c->fd);

	if (n == -EAGAIN || n == -EINTR)
		return;
	while (n > 0 && (n = vm_get(&c->in, &frame)) > 0)
		from_client(k, channel, &frame);
	/* 0 from vm_get(): wait for more; 0 from read: the end. Both empty. */
	if (n < 0 || (n == 0 && recv(c->fd, &n, 1, MSG_PEEK | MSG_DONTWAIT) == 0))
		drop_client(k, channel);
}

/* ---- the guest ------------------------------------------------------------- */

static void answer_asked(struct keeper *k)
{
	k->asked_at = 0;
	for (int i = 1; i < VM_CHANNELS; i++) {
		struct client *c = &k->clients[i];

		if (c->fd >= 0 && c->asked)
			vm_put(&c->out, VM_PONG, 0, NULL, 0);
		c->asked = false;
	}
}

/* An honest guest keeps to its window, so that what waits for a slow client has an end. */
static void take_output(struct keeper *k, struct client *c, const struct vm_frame *frame)
{
	c->window -= (long)frame->size;
	if (c->window < 0)
		k->lies = true;
	else if (c->fd >= 0 && frame->size)
		vm_put(&c->out, frame->type, 0, frame->data, frame->size);
}

/*
 * What is in the guest may be hostile, and have taken the place of its first process: only what that
 * would say is passed on, and only as often.
 */
static void from_guest(struct keeper *k, const struct vm_frame *frame)
{
	struct client *c = &k->clients[frame->channel];

	if (frame->type == VM_PONG)
		answer_asked(k);
	if (frame->channel == 0 || !c->running)
		return;
	switch (frame->type) {
	case VM_STDOUT:
	case VM_STDERR:
		take_output(k, c, frame);
		break;
	case VM_WANT:
		if (c->fd >= 0 && !c->wanted)
			vm_put(&c->out, VM_WANT, 0, NULL, 0);
		c->wanted = true;
		break;
	case VM_EXIT:
	case VM_NO_EXEC:
		c->running = false;
		if (c->fd >= 0)
			vm_put_number(&c->out, frame->type, 0, vm_number(frame));
		break;
	default:
		break;
	}
}

/* Returns false when the guest is dead. */
static bool read_guest(struct keeper *k)
{
	int n = vm_buf_read(&k->m.in, k->m.port);
	struct vm_frame frame;

	if (n == -EAGAIN || n == -EINTR)
		return true;
	if (n <= 0)
		return false;
	while (!k->lies && (n = vm_get(&k->m.in, &frame)) > 0)
		from_guest(k, &frame);
	k->lies |= n < 0;
	return !k->lies;
}

/* ---- the loop -------------------------------------------------------------- */

static bool is_busy(const struct keeper *k)
{
	for (int i = 1; i < VM_CHANNELS; i++)
		if (k->clients[i].running)
			return true;
	return false;
}

/* Asks from time to time. Returns how long poll() may wait, or -1 when the guest hangs. */
static long watch(struct keeper *k, long *next_ping)
{
	long now = vm_now(), left;

	if (k->asked_at) {
		left = k->asked_at + k->patience - now;
		return left > 0 ? left : -1;
	}
	if (!is_busy(k)) {
		*next_ping = now + PING_MS;
		return PING_MS;
	}
	if (now >= *next_ping) {
		ask(k, HANG_MS);
		*next_ping = now + PING_MS;
	}
	return PING_MS;
}

/* Ends the machine when its time without clients is over. Else how long poll() may wait. */
static long watch_idle(struct keeper *k, long wait)
{
	long left;

	if (!k->idle_ms)
		return wait;
	for (int i = 1; i < VM_CHANNELS; i++)
		if (k->clients[i].fd >= 0 || k->clients[i].running)
			k->last_used = vm_now();
	left = k->last_used + k->idle_ms - vm_now();
	k->stop |= left <= 0;
	return left < wait ? left : wait;
}

#define NR_FDS (4 + VM_CHANNELS)

static void fill_fds(struct keeper *k, struct pollfd *fds)
{
	bool full = vm_buf_len(&k->m.out) > BACKLOG;

	fds[0] = (struct pollfd){ .fd = k->m.port,
				  .events = POLLIN | (vm_buf_len(&k->m.out) ? POLLOUT : 0) };
	fds[1] = (struct pollfd){ .fd = k->m.console, .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = k->m.errors, .events = POLLIN };
	fds[3] = (struct pollfd){ .fd = k->listener, .events = POLLIN };
	fds[NR_FDS - 1] = (struct pollfd){ .fd = k->owner, .events = POLLIN };
	for (int i = 1; i < VM_CHANNELS; i++) {
		const struct client *c = &k->clients[i];

		fds[3 + i] = (struct pollfd){ .fd = c->fd,
					      .events = (full ? 0 : POLLIN) |
							(vm_buf_len(&c->out) ? POLLOUT : 0) };
	}
}

static void serve_clients(struct keeper *k, const struct pollfd *fds)
{
	for (int i = 1; i < VM_CHANNELS; i++) {
		struct client *c = &k->clients[i];

		if (c->fd >= 0 && fds[3 + i].fd == c->fd && fds[3 + i].revents & ~POLLOUT)
			read_client(k, i);
		if (c->fd >= 0 && vm_buf_write(&c->out, c->fd))
			drop_client(k, i);
	}
}

static bool has_panicked(struct keeper *k)
{
	const struct vm_buf *console = &k->m.console_tail;

	vm_machine_listen(&k->m);
	return vm_buf_len(console) && memmem(console->data + console->start, vm_buf_len(console),
					     "Kernel panic", strlen("Kernel panic"));
}

static void serve(struct keeper *k)
{
	long next_ping = vm_now() + PING_MS, wait;
	struct pollfd fds[NR_FDS];
	int fd;

	k->last_used = vm_now();
	while (!k->stop) {
		wait = watch(k, &next_ping);
		if (wait < 0) {
			vm_trouble(&k->trouble, VM_EXIT_DEAD,
				   "the guest hangs: it has not answered for %ld s",
				   k->patience / 1000);
			return;
		}
		wait = watch_idle(k, wait);
		if (k->stop)
			return;
		fill_fds(k, fds);
		if (poll(fds, NR_FDS, wait) < 0 && errno != EINTR)
			return;
		if (fds[NR_FDS - 1].revents)
			return;
		vm_machine_listen(&k->m);
		if ((fds[0].revents & ~POLLOUT && !read_guest(k)) ||
		    vm_buf_write(&k->m.out, k->m.port)) {
			vm_trouble(&k->trouble, VM_EXIT_DEAD, "the guest %s",
				   k->lies	     ? "sends what it may not, and was ended"
				   : has_panicked(k) ? "panicked"
						     : "died");
			return;
		}
		fd = fds[3].revents ? accept4(k->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (fd >= 0)
			add_client(k, fd);
		serve_clients(k, fds);
	}
}

/* Writes what waits for clients. Returns how many of them have not taken all. */
static int write_clients(struct keeper *k, struct pollfd *fds)
{
	int n = 0;

	for (int i = 1; i < VM_CHANNELS; i++) {
		struct client *c = &k->clients[i];

		if (c->fd < 0)
			continue;
		if (vm_buf_write(&c->out, c->fd))
			vm_buf_free(&c->out);
		if (vm_buf_len(&c->out))
			fds[n++] = (struct pollfd){ .fd = c->fd, .events = POLLOUT };
	}
	return n;
}

/* Tells those who wait. One who does not listen holds up nothing but us, and that not for ever. */
static void tell_all(struct keeper *k)
{
	long end = vm_now() + TELL_MS;
	struct pollfd fds[VM_CHANNELS];
	struct vm_buf text = {};
	uint32_t code = k->trouble.code;

	vm_trouble_tails(&k->trouble, &k->m);
	vm_machine_end(&k->m);
	vm_buf_add(&text, &code, sizeof(code));
	vm_buf_add(&text, k->trouble.text, strlen(k->trouble.text) + 1);
	for (int i = 1; i < VM_CHANNELS; i++) {
		struct client *c = &k->clients[i];

		if (c->fd >= 0)
			vm_put(&c->out, VM_GONE, 0, text.data, vm_buf_len(&text));
	}
	vm_buf_free(&text);
	for (int n; (n = write_clients(k, fds)) && vm_now() < end;) {
		/* Whoever it is for may be gone, too. */
		fds[n] = (struct pollfd){ .fd = k->owner, .events = POLLIN };
		if (poll(fds, n + 1, end - vm_now()) < 0 || fds[n].revents)
			return;
	}
}

/* Leaves the user's session and files; keeps the two fds. */
static void withdraw(int client, int lock)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int low = client < lock ? client : lock, high = client < lock ? lock : client;

	setsid();
	signal(SIGPIPE, SIG_IGN);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (low > 3)
		close_range(3, low - 1, 0);
	if (low >= 0 && high > low + 1)
		close_range(low + 1, high - 1, 0);
	if (low < 0 && high > 3)
		close_range(3, high - 1, 0);
	close_range(high + 1, ~0U, 0);
	if (chdir("/"))
		return;
}

static void __attribute__((noreturn))
keep(const struct vm_wish *wish, const char *name, const struct vm_life *life, int client)
{
	struct keeper *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		_exit(EXIT_INTERNAL);
	k->name = name;
	k->idle_ms = life->idle_ms;
	k->owner = life->owner ? (int)syscall(SYS_pidfd_open, life->owner, 0) : -1;
	k->listener = -1;
	for (int i = 0; i < VM_CHANNELS; i++)
		k->clients[i].fd = -1;
	add_client(k, client);
	k->m.port = k->m.console = k->m.errors = k->m.qmp = -1;
	err = vm_rights_begin(wish->kernel.dir);
	if (err)
		vm_trouble(&k->trouble, EXIT_MACHINE,
			   "root's machines run as an ordinary user, who gets no way to their "
			   "files: %s: start it as an ordinary user",
			   strerror(-err));
	else if (life->owner && k->owner < 0)
		vm_trouble(&k->trouble, EXIT_USAGE, "there is no process %d", life->owner);
	else if (!vm_open(&k->m, wish, client, &k->trouble) && name) {
		k->listener = vm_listen(name);
		if (k->listener < 0)
			vm_trouble(&k->trouble, EXIT_INTERNAL, "cannot make its socket: %s",
				   strerror(-k->listener));
	}
	if (!k->trouble.code) {
		k->m.owner = -1;
		vm_put(&k->clients[1].out, VM_SETUP_DONE, 0, NULL, 0);
		serve(k);
	}
	/* Whoever hears that it is gone must not find it any more. */
	if (k->listener >= 0)
		close(k->listener);
	if (name)
		vm_remove_names(name);
	if (k->trouble.code)
		tell_all(k);
	vm_machine_end(&k->m);
	_exit(0);
}

pid_t vm_keeper_start(const struct vm_wish *wish, const char *name, int lock,
		      const struct vm_life *life, int *client)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = fork();
	if (pid == 0) {
		withdraw(pair[1], lock);
		keep(wish, name, life, pair[1]);
	}
	close(pair[1]);
	*client = pair[0];
	if (pid < 0)
		close(pair[0]);
	return pid < 0 ? -errno : pid;
}
