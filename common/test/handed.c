// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Sends and receives what was loaded in a sandbox, and checks what came (handed.h). */
#include "common/test/handed.h"

#include <bpf/bpf.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

int handed_send(int socket, const struct handed *item, int fd)
{
	struct iovec data = { (void *)item, sizeof(*item) };
	union control control = {};
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) == sizeof(*item) ? 0 : -errno;
}

int handed_receive(int socket, struct handed *item, int *fd)
{
	struct iovec data = { item, sizeof(*item) };
	/* The kernel closes what does not fit into the room for one. */
	union control control = {};
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *head;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	head = CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(*fd)))
		memcpy(fd, CMSG_DATA(head), sizeof(*fd));
	if (!n)
		return -ENODATA;
	if (n == sizeof(*item) && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
	    handed_is_sound(item))
		return 0;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return -EPROTO;
}

static bool is_made_of(const char *text, size_t size, const char *more)
{
	size_t len = strnlen(text, size);

	if (len == size)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr(more, text[i]))
			return false;
	return true;
}

bool handed_is_sound(const struct handed *item)
{
	bool named = *item->name && strcmp(item->name, ".") != 0;

	if (!is_made_of(item->name, sizeof(item->name), "_.") ||
	    !is_made_of(item->section, sizeof(item->section), "_./+:?*-"))
		return false;
	switch (item->kind) {
	case HANDED_END:
		return !*item->name;
	case HANDED_MAP:
		return named && !strstr(item->name, "..");
	case HANDED_PROGRAM:
	case HANDED_SECTION:
		return named && !strchr(item->name, '.');
	}
	return false;
}

static bool is_anonymous(int fd, const char *wanted)
{
	char path[64], target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return !strcmp(target, wanted);
}

/* The kernel keeps the first 15 bytes of a name. */
static bool agrees(const char *name, const char *kernel)
{
	return !*kernel || !strncmp(name, kernel, BPF_OBJ_NAME_LEN - 1);
}

/* libbpf calls a section's map OBJECT.SECTION there, both cut to fit; to us only SECTION matters. */
static bool agrees_as_section(const char *name, const char *kernel)
{
	const char *dot = strchr(kernel, '.');

	return *name == '.' && dot && !strncmp(name, dot, strlen(dot));
}

int handed_check_map(const struct handed *item, int fd, struct bpf_map_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (fd < 0 || !is_anonymous(fd, "anon_inode:bpf-map") ||
	    bpf_obj_get_info_by_fd(fd, info, &size))
		return -EPROTO;
	info->name[sizeof(info->name) - 1] = '\0';
	return agrees(item->name, info->name) || agrees_as_section(item->name, info->name)
		       ? 0
		       : -EPROTO;
}

int handed_check_program(const struct handed *item, int fd, struct bpf_prog_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (fd < 0 || !is_anonymous(fd, "anon_inode:bpf-prog") ||
	    bpf_obj_get_info_by_fd(fd, info, &size))
		return -EPROTO;
	info->name[sizeof(info->name) - 1] = '\0';
	return agrees(item->name, info->name) ? 0 : -EPROTO;
}
