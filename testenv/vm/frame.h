/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the host and a virtual machine say to each other, and how it looks on
 * the wire. Compiled twice: into testenv and into the guest's first process.
 * No input and output here.
 *
 * The wire is one byte stream in each direction. A frame is a head and data;
 * both sides run on one processor, so numbers are in its byte order. A channel
 * is one command; channel 0 is the guest itself. Between the keeper of a machine
 * and its clients (keeper.h) the same frames go, always with channel 0.
 */
#ifndef TESTENV_VM_FRAME_H
#define TESTENV_VM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vm_type {
	/* host to guest */
	VM_SETUP = 1, /* strings KEY=VALUE: mount the host's tree, set the clock */
	VM_START,     /* strings cwd=, env=, arg=: start a command on a free channel */
	VM_STDIN,     /* data for its stdin, once for each VM_WANT; empty: end of file */
	VM_CREDIT,    /* number: so many bytes of its output were passed on */
	VM_SIGNAL,    /* number: send it that signal */
	VM_KILL,      /* kill the command and what belongs to it; no answer */
	VM_PING,
	/* guest to host */
	VM_READY, /* booted; waits for VM_SETUP */
	VM_SETUP_DONE,
	VM_FAILED, /* text: the guest cannot go on */
	VM_STDOUT,
	VM_STDERR,
	VM_WANT,    /* the command has taken what stdin it got */
	VM_EXIT,    /* number: its wait status. Frees the channel */
	VM_NO_EXEC, /* number: errno. Frees the channel */
	VM_PONG,
	/* client to keeper */
	VM_STOP, /* end the machine */
	/* keeper to client */
	VM_GONE, /* text: the machine has died, why, and its console's last lines */
};

/* A command may have so many bytes of output on the way. */
#define VM_WINDOW (512 * 1024)
/* Data of one frame of a stream. */
#define VM_CHUNK (32 * 1024)
/* Data of any frame. A larger one is a broken stream. */
#define VM_FRAME_MAX (4 * 1024 * 1024)
#define VM_CHANNELS  64

struct vm_head {
	uint32_t size; /* of the data that follows */
	uint16_t type;
	uint16_t channel;
};

/* Bytes that arrived or wait to leave. Zeroed: empty. */
struct vm_buf {
	char *data;
	size_t start, end, room;
};

struct vm_frame {
	enum vm_type type;
	unsigned int channel;
	const char *data; /* inside the buffer, until the next vm_buf call */
	size_t size;
};

static inline size_t vm_buf_len(const struct vm_buf *buf)
{
	return buf->end - buf->start;
}

/* Makes room for size bytes behind what is there. The place, or NULL (no memory). */
char *vm_buf_reserve(struct vm_buf *buf, size_t size);
/* Keeps only the last max bytes. */
void vm_buf_trim(struct vm_buf *buf, size_t max);
void vm_buf_free(struct vm_buf *buf);
/* 0, or -ENOMEM. */
int vm_buf_add(struct vm_buf *buf, const void *data, size_t size);

/* One read(2) into the buffer: how many bytes, 0 at the end of file, or -errno. */
int vm_buf_read(struct vm_buf *buf, int fd);
/* Writes what fd takes without waiting. 0, or -errno; -EAGAIN is no error. */
int vm_buf_write(struct vm_buf *buf, int fd);

/* Appends a frame. 0, or -ENOMEM. */
int vm_put(struct vm_buf *buf, enum vm_type type, unsigned int channel, const void *data,
	   size_t size);
int vm_put_number(struct vm_buf *buf, enum vm_type type, unsigned int channel, uint32_t number);

/* Takes a frame out. 1: there was one; 0: not all of it has come; -EPROTO: garbage. */
int vm_get(struct vm_buf *buf, struct vm_frame *frame);
/* The number that is its data, or 0. */
uint32_t vm_number(const struct vm_frame *frame);

/*
 * Goes through a frame's strings: the one after previous (NULL: the first), or
 * NULL at the end. Only what ends with a zero byte is a string.
 */
const char *vm_string(const struct vm_frame *frame, const char *previous);
/* The value of the first string KEY=VALUE, or NULL. */
const char *vm_value(const struct vm_frame *frame, const char *key);

#endif
