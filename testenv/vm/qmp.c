// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * QEMU's machine protocol, as much of it as saving and restoring a machine's
 * state takes. Requests and answers are lines of JSON.
 */
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/vm/machine.h"

/* The next line, with its end cut off; NULL and *err when there is none in time. */
static char *read_line(struct vm_machine *m, struct vm_buf *buf, long end, int *err)
{
	for (;;) {
		char *line = buf->data + buf->start;
		char *newline = vm_buf_len(buf) ? memchr(line, '\n', vm_buf_len(buf)) : NULL;
		struct pollfd fds[] = { { .fd = m->qmp, .events = POLLIN },
					{ .fd = m->owner, .events = POLLRDHUP } };
		int n;

		if (newline) {
			*newline = '\0';
			buf->start += newline + 1 - line;
			*err = 0;
			return line;
		}
		n = poll(fds, 2, end > vm_now() ? end - vm_now() : 0);
		*err = n == 0 ? -ETIMEDOUT : fds[1].revents ? -ECANCELED : -ENOLINK;
		if (n == 0 || fds[1].revents || (n > 0 && vm_buf_read(buf, m->qmp) <= 0))
			return NULL;
	}
}

/* Waits for a line with that key; returns its value, or NULL and *err. */
static json_t *wait_key(struct vm_machine *m, struct vm_buf *buf, const char *key, long end,
			int *err)
{
	json_t *line, *value;
	char *text;

	while ((text = read_line(m, buf, end, err))) {
		line = json_loads(text, 0, NULL);
		value = json_incref(json_object_get(line, key));
		if (json_object_get(line, "error")) {
			vm_buf_add(&m->errors_tail, text, strlen(text));
			*err = -EREMOTE;
		}
		json_decref(line);
		if (value)
			return value;
		if (*err == -EREMOTE)
			return NULL;
	}
	return NULL;
}

/* Sends text, and with it an open file unless fd is -1. 0 or -errno. */
static int send_text(int socket, const char *text, int fd)
{
	struct iovec data = { .iov_base = (void *)text, .iov_len = strlen(text) };
	char space[CMSG_SPACE(sizeof(int))] = "";
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	struct cmsghdr *head;

	if (fd >= 0) {
		message.msg_control = space;
		message.msg_controllen = sizeof(space);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Sends a command; returns what it returns, or NULL and *err. arguments is taken over. */
static json_t *call(struct vm_machine *m, const char *command, json_t *arguments, int fd, long end,
		    int *err)
{
	json_t *request = json_pack("{s:s}", "execute", command);
	struct vm_buf buf = {};
	json_t *value = NULL;
	char *text;

	if (arguments)
		json_object_set_new(request, "arguments", arguments);
	text = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	*err = text ? send_text(m->qmp, text, fd) : -ENOMEM;
	if (!*err)
		value = wait_key(m, &buf, "return", end, err);
	free(text);
	vm_buf_free(&buf);
	return value;
}

static int command(struct vm_machine *m, const char *name, json_t *arguments, long end)
{
	int err;

	json_decref(call(m, name, arguments, -1, end, &err));
	return err;
}

int vm_qmp_begin(struct vm_machine *m, long ms)
{
	struct vm_buf buf = {};
	int err = 0;

	json_decref(wait_key(m, &buf, "QMP", vm_now() + ms, &err));
	vm_buf_free(&buf);
	return err ? err : command(m, "qmp_capabilities", NULL, vm_now() + ms);
}

/* Memory that is a file is in its place already. */
static int skip_memory(struct vm_machine *m, long end)
{
	return command(m, "migrate-set-capabilities",
		       json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability",
				 "x-ignore-shared", "state", 1),
		       end);
}

/* Gives QEMU one end of a pair of sockets, called "state". Returns the other, or -errno. */
static int state_socket(struct vm_machine *m, long end)
{
	int pair[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	json_decref(call(m, "getfd", json_pack("{s:s}", "fdname", "state"), pair[1], end, &err));
	close(pair[1]);
	if (!err)
		return pair[0];
	close(pair[0]);
	return err;
}

/* Waits until the socket is ready for event. 0 or -errno. */
static int wait_ready(struct vm_machine *m, int socket, short event, long end)
{
	struct pollfd fds[] = { { .fd = socket, .events = event },
				{ .fd = m->owner, .events = POLLRDHUP } };
	int n = poll(fds, 2, end > vm_now() ? end - vm_now() : 0);

	if (n < 0)
		return -errno;
	return n == 0 ? -ETIMEDOUT : fds[1].revents ? -ECANCELED : 0;
}

static int copy(struct vm_machine *m, int from, int to, int socket, short event, long end)
{
	char block[VM_CHUNK];
	ssize_t n;
	int err;

	do {
		err = wait_ready(m, socket, event, end);
		if (err)
			return err;
		n = read(from, block, sizeof(block));
		if (n < 0 || (n > 0 && write(to, block, n) != n))
			return -errno;
	} while (n > 0);
	return 0;
}

/* A migration's status after its stream has ended. */
static int wait_completed(struct vm_machine *m, long end)
{
	const char *status = "active";
	json_t *answer = NULL;
	bool completed;
	int err = 0;

	while (!err && (strcmp(status, "active") == 0 || strcmp(status, "setup") == 0 ||
			strcmp(status, "device") == 0)) {
		json_decref(answer);
		answer = call(m, "query-migrate", NULL, -1, end, &err);
		status = json_string_value(json_object_get(answer, "status")) ?: "";
	}
	completed = strcmp(status, "completed") == 0;
	json_decref(answer);
	return err ? err : completed ? 0 : -EREMOTE;
}

static json_t *uri(void)
{
	return json_pack("{s:s}", "uri", "fd:state");
}

int vm_qmp_save(struct vm_machine *m, int fd, long ms)
{
	long end = vm_now() + ms;
	int err = skip_memory(m, end);
	int socket = err ? err : state_socket(m, end);

	if (socket < 0)
		return socket;
	err = command(m, "migrate", uri(), end);
	if (!err)
		err = copy(m, socket, fd, socket, POLLIN, end);
	if (!err)
		err = wait_completed(m, end);
	close(socket);
	return err;
}

int vm_qmp_restore(struct vm_machine *m, int fd, long ms)
{
	long end = vm_now() + ms;
	int err = skip_memory(m, end);
	int socket = err ? err : state_socket(m, end);

	if (socket < 0)
		return socket;
	err = command(m, "migrate-incoming", uri(), end);
	if (!err)
		err = copy(m, fd, socket, socket, POLLOUT, end);
	close(socket);
	return err;
}
