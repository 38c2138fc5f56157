// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Frames between host and guest: bytes in, bytes out. See frame.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/vm/frame.h"

#define READ_SIZE (64 * 1024)

char *vm_buf_reserve(struct vm_buf *buf, size_t size)
{
	size_t len = vm_buf_len(buf);
	size_t room = buf->room ?: 4096;
	char *data;

	if (buf->start && (!len || buf->room - buf->end < size)) {
		memmove(buf->data, buf->data + buf->start, len);
		buf->start = 0;
		buf->end = len;
	}
	if (buf->room - buf->end >= size)
		return buf->data + buf->end;
	while (room < len + size)
		room *= 2;
	data = realloc(buf->data, room);
	if (!data)
		return NULL;
	buf->data = data;
	buf->room = room;
	return data + buf->end;
}

void vm_buf_trim(struct vm_buf *buf, size_t max)
{
	if (vm_buf_len(buf) > max)
		buf->start = buf->end - max;
}

void vm_buf_free(struct vm_buf *buf)
{
	free(buf->data);
	memset(buf, 0, sizeof(*buf));
}

int vm_buf_add(struct vm_buf *buf, const void *data, size_t size)
{
	char *to = vm_buf_reserve(buf, size);

	if (!to)
		return -ENOMEM;
	if (size)
		memcpy(to, data, size);
	buf->end += size;
	return 0;
}

int vm_buf_read(struct vm_buf *buf, int fd)
{
	char *to = vm_buf_reserve(buf, READ_SIZE);
	ssize_t n;

	if (!to)
		return -ENOMEM;
	n = read(fd, to, READ_SIZE);
	if (n < 0)
		return -errno;
	buf->end += n;
	return n;
}

int vm_buf_write(struct vm_buf *buf, int fd)
{
	while (vm_buf_len(buf)) {
		ssize_t n = write(fd, buf->data + buf->start, vm_buf_len(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		buf->start += n;
	}
	return 0;
}

int vm_put(struct vm_buf *buf, enum vm_type type, unsigned int channel, const void *data,
	   size_t size)
{
	struct vm_head head = { .size = size, .type = type, .channel = channel };

	if (!vm_buf_reserve(buf, sizeof(head) + size))
		return -ENOMEM;
	vm_buf_add(buf, &head, sizeof(head));
	return vm_buf_add(buf, data, size);
}

int vm_put_number(struct vm_buf *buf, enum vm_type type, unsigned int channel, uint32_t number)
{
	return vm_put(buf, type, channel, &number, sizeof(number));
}

int vm_get(struct vm_buf *buf, struct vm_frame *frame)
{
	struct vm_head head;

	if (vm_buf_len(buf) < sizeof(head))
		return 0;
	memcpy(&head, buf->data + buf->start, sizeof(head));
	if (head.size > VM_FRAME_MAX || head.channel >= VM_CHANNELS)
		return -EPROTO;
	if (vm_buf_len(buf) < sizeof(head) + head.size)
		return 0;
	frame->type = head.type;
	frame->channel = head.channel;
	frame->data = buf->data + buf->start + sizeof(head);
	frame->size = head.size;
	buf->start += sizeof(head) + head.size;
	return 1;
}

uint32_t vm_number(const struct vm_frame *frame)
{
	uint32_t number = 0;

	if (frame->size == sizeof(number))
		memcpy(&number, frame->data, sizeof(number));
	return number;
}

const char *vm_string(const struct vm_frame *frame, const char *previous)
{
	const char *next = previous ? previous + strlen(previous) + 1 : frame->data;
	size_t left = frame->data + frame->size - next;

	return left && memchr(next, '\0', left) ? next : NULL;
}

const char *vm_value(const struct vm_frame *frame, const char *key)
{
	size_t len = strlen(key);

	for (const char *s = vm_string(frame, NULL); s; s = vm_string(frame, s))
		if (strncmp(s, key, len) == 0 && s[len] == '=')
			return s + len + 1;
	return NULL;
}
