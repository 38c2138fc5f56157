// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Packets between the sandbox's processes, with a file descriptor if need be. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "testenv/sandbox/inside.h"

union control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr header;
};

int news_send(int socket, const struct box_news *news, int fd)
{
	struct iovec data = { (void *)news, sizeof(*news) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	union control control = {};

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int news_receive(int socket, struct box_news *news, int *fd)
{
	struct iovec data = { news, sizeof(*news) };
	union control control = {};
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;

	*fd = -1;
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(header), sizeof(*fd));
	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	return n == sizeof(*news) ? 1 : -1;
}
