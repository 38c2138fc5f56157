// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Stands for QEMU in tests (vm.bats): a machine in which somebody else has taken the place of the
 * first process, and says what LIAR names. It answers the keeper as far as that goes.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/vm/frame.h"

/* As machine.c has them. */
#define FD_PORT	   10
#define FD_CONSOLE 12

static struct vm_buf in, out;

/* Waits for a frame of that type; what is not of it is dropped. */
static struct vm_frame await(enum vm_type type)
{
	struct vm_frame frame;

	for (;;) {
		while (vm_get(&in, &frame) > 0)
			if (frame.type == type)
				return frame;
		if (vm_buf_read(&in, FD_PORT) <= 0)
			exit(1);
	}
}

static void put(enum vm_type type, unsigned int channel, const void *data, size_t size)
{
	vm_put(&out, type, channel, data, size);
	while (vm_buf_len(&out))
		if (vm_buf_write(&out, FD_PORT))
			exit(1);
}

static void flood(enum vm_type type, unsigned int channel, const char *data, size_t size,
		  long times)
{
	while (times--) {
		vm_put(&out, type, channel, data, size);
		if (vm_buf_len(&out) > VM_CHUNK)
			put(type, channel, data, size);
	}
}

int main(void)
{
	const char *lie = getenv("LIAR") ?: "";
	static char block[VM_CHUNK];
	uint32_t status = 7 << 8;
	unsigned int channel;

	memset(block, 'x', sizeof(block));
	put(VM_READY, 0, "6", 2);
	await(VM_SETUP);
	put(VM_SETUP_DONE, 0, NULL, 0);
	channel = await(VM_START).channel;
	if (!strcmp(lie, "output"))
		flood(VM_STDOUT, channel, block, sizeof(block), 100000);
	else if (!strcmp(lie, "pieces"))
		flood(VM_STDERR, channel, block, 1, 100000000);
	else if (!strcmp(lie, "nothing"))
		flood(VM_STDOUT, channel, NULL, 0, 10000000);
	else if (!strcmp(lie, "want"))
		flood(VM_WANT, channel, NULL, 0, 10000000);
	else if (!strcmp(lie, "gone"))
		put(VM_GONE, channel, "\0\0\0\0no end", 10);
	else if (!strcmp(lie, "garbage"))
		put(VM_STDOUT, VM_CHANNELS, block, 1);
	else if (!strcmp(lie, "half")) {
		/* The command's time begins when that is said. */
		put(VM_WANT, channel, NULL, 0);
		vm_put(&out, VM_STDOUT, channel, block, sizeof(block));
		out.end -= sizeof(block) / 2;
		put(VM_STDOUT, channel, NULL, 0);
		poll(NULL, 0, -1);
	}
	if (!strcmp(lie, "console") && !fork())
		while (write(FD_CONSOLE, block, sizeof(block)) > 0)
			;
	put(VM_EXIT, channel, &status, sizeof(status));
	put(VM_EXIT, channel, &status, sizeof(status));
	put(VM_STDOUT, channel, "late", 4);
	poll(NULL, 0, -1);
}
