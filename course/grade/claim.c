// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Claims as record locks that belong to an open file (F_OFD_SETLK). */
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "course/grade/claim.h"
#include "course/interrupt.h"
#include "course/str.h"

/* While another grader is at it: this often we look, and at Ctrl-C. */
#define WAIT_MS 100

int claims_open(const char *results)
{
	AUTO_STR path = xasprintf("%s/.claims", results);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	return fd < 0 ? -errno : fd;
}

/*
 * Two ids with the same byte would only wait for each other. The top bits are
 * cleared: an offset is signed, and some servers know only 32 bits of it.
 */
static int set(int claims, const char *id, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_len = 1 };
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	uint32_t start;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(id), (const uint8_t *)id);
	sha256_digest(&ctx, sizeof(digest), digest);
	memcpy(&start, digest, sizeof(start));
	lock.l_start = start & 0x7fffffff;
	return fcntl(claims, F_OFD_SETLK, &lock) ? -errno : 0;
}

int claim_take(int claims, const char *id, bool wait)
{
	for (;;) {
		int err = set(claims, id, F_WRLCK);

		if (err != -EAGAIN && err != -EACCES)
			return err;
		if (!wait)
			return -EWOULDBLOCK;
		if (interrupt_wait(WAIT_MS))
			return -EINTR;
	}
}

void claim_release(int claims, const char *id)
{
	set(claims, id, F_UNLCK);
}
