// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The broker's loop: takes a call, serves it, answers. See broker.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

/* The commands it serves. The filter lets no other come here; if one does: EPERM. */
static broker_command *const commands[] = {
	[BPF_MAP_CREATE] = broker_map_create,
	[BPF_MAP_FREEZE] = broker_map_freeze,
	[BPF_PROG_LOAD] = broker_prog_load,
	[BPF_OBJ_PIN] = broker_pin,
	[BPF_OBJ_GET] = broker_get,
	[BPF_PROG_ATTACH] = broker_prog_attach,
	[BPF_PROG_DETACH] = broker_prog_detach,
	[BPF_PROG_TEST_RUN] = broker_test_run,
	[BPF_PROG_GET_NEXT_ID] = broker_next_id,
	[BPF_MAP_GET_NEXT_ID] = broker_next_id,
	[BPF_BTF_GET_NEXT_ID] = broker_next_id,
	[BPF_LINK_GET_NEXT_ID] = broker_next_id,
	[BPF_PROG_GET_FD_BY_ID] = broker_fd_by_id,
	[BPF_MAP_GET_FD_BY_ID] = broker_fd_by_id,
	[BPF_BTF_GET_FD_BY_ID] = broker_fd_by_id,
	[BPF_LINK_GET_FD_BY_ID] = broker_fd_by_id,
	[BPF_OBJ_GET_INFO_BY_FD] = broker_info,
	[BPF_PROG_QUERY] = broker_prog_query,
	[BPF_RAW_TRACEPOINT_OPEN] = broker_raw_tracepoint,
	[BPF_BTF_LOAD] = broker_btf_load,
	[BPF_LINK_CREATE] = broker_link_create,
	[BPF_LINK_UPDATE] = broker_link_update,
	[BPF_LINK_DETACH] = broker_link_detach,
	[BPF_ITER_CREATE] = broker_iter_create,
	[BPF_PROG_BIND_MAP] = broker_bind_map,
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))
/* Attributes of a newer libbpf may be longer: then with zeros, or it wants what we lack. */
#define MAX_ATTR 4096

static int read_attributes(struct call *c)
{
	size_t size = (__u32)c->req->data.args[2];
	char rest[MAX_ATTR];
	int err;

	c->attr_addr = c->req->data.args[1];
	if (size > MAX_ATTR)
		return -E2BIG;
	c->size = size < sizeof(c->in) ? size : sizeof(c->in);
	err = call_read(c, c->attr_addr, &c->in, c->size);
	if (err || size == c->size)
		return err;
	err = call_read(c, c->attr_addr + c->size, rest, size - c->size);
	for (size_t i = 0; !err && i < size - c->size; i++)
		if (rest[i])
			err = -E2BIG;
	return err;
}

static long serve(struct call *c, int *fd)
{
	/* The kernel takes an int. */
	unsigned int command = (__u32)c->req->data.args[0];
	int err = call_open(c);

	if (err)
		return err;
	if (c->req->data.nr == SYS_perf_event_open)
		return broker_perf_event(c, fd);
	if (c->req->data.nr == SYS_socket)
		return broker_socket(c, fd);
	if (command >= NR_COMMANDS || !commands[command])
		return -EPERM;
	err = read_attributes(c);
	return err ? err : commands[command](c, fd);
}

/* All of bpf(2)'s and perf's are such. */
static bool wants_cloexec(const struct seccomp_notif *req)
{
	return req->data.nr != SYS_socket || (req->data.args[1] & SOCK_CLOEXEC);
}

/*
 * Puts the descriptor into the student's process and ends its call, both in one. -errno: there is no
 * room for it, and the call still waits.
 */
static int give(struct call *c, int fd)
{
	struct seccomp_notif_addfd add = {
		.id = c->req->id,
		.flags = SECCOMP_ADDFD_FLAG_SEND,
		.srcfd = fd,
		.newfd_flags = wants_cloexec(c->req) ? O_CLOEXEC : 0,
	};

	return ioctl(c->broker->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0 ? -errno : 0;
}

static void answer(struct call *c, struct seccomp_notif_resp *resp, long result)
{
	resp->id = c->req->id;
	resp->flags = 0;
	resp->error = result < 0 ? (int)result : 0;
	resp->val = result < 0 ? 0 : result;
	seccomp_notify_respond(c->broker->listener, resp);
}

static void handle(struct broker *b, const struct seccomp_notif *req,
		   struct seccomp_notif_resp *resp)
{
	struct call call = { .broker = b, .req = req, .mem = -1 };
	int fd = -1;
	long result = serve(&call, &fd);
	bool waits = true;

	if (fd >= 0) {
		result = give(&call, fd);
		waits = result < 0;
		/* From here on only the student holds it: it goes when the student lets go. */
		close(fd);
	}
	/* Unanswered, it would wait for as long as the sandbox lives. */
	if (waits)
		answer(&call, resp, result);
	call_close(&call);
}

void broker_loop(struct broker *b)
{
	struct seccomp_notif_sizes sizes;
	struct seccomp_notif_resp *resp;
	struct seccomp_notif *req;

	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) ||
	    seccomp_notify_alloc(&req, &resp))
		_exit(1);
	for (;;) {
		struct pollfd ready = { .fd = b->listener, .events = POLLIN };

		if (poll(&ready, 1, -1) < 0 && errno != EINTR)
			break;
		/* Everybody with this filter is gone. */
		if (ready.revents & (POLLHUP | POLLERR))
			break;
		/* The kernel wants it so. */
		memset(req, 0, sizes.seccomp_notif);
		if ((ready.revents & POLLIN) && seccomp_notify_receive(b->listener, req) == 0)
			handle(b, req, resp);
	}
	_exit(0);
}
