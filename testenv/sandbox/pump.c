// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* See pump.h. The supervisor must never block: it has limits to enforce. */
#include <errno.h>
#include <unistd.h>

#include "testenv/sandbox/pump.h"

struct pollfd pump_wants(const struct pump *p)
{
	if (p->done < p->len)
		return (struct pollfd){ .fd = p->to, .events = POLLOUT };
	return (struct pollfd){ .fd = p->from, .events = POLLIN };
}

static void end(struct pump *p)
{
	close(p->from);
	p->from = -1;
}

static bool fill(struct pump *p, long long *left)
{
	ssize_t n = read(p->from, p->block, sizeof(p->block));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	p->done = 0;
	p->len = n > 0 ? n : 0;
	if (n <= 0)
		end(p);
	*left -= p->len;
	if (*left >= 0)
		return true;
	p->len += *left;
	*left = 0;
	return false;
}

bool pump_move(struct pump *p, const struct pollfd *ready, long long *left)
{
	ssize_t n;

	if (!ready->revents)
		return true;
	if (p->done >= p->len)
		return fill(p, left);
	n = write(p->to, p->block + p->done, p->len - p->done);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	/* Nobody reads it: CMD is not to notice. */
	p->done = n < 0 ? p->len : p->done + n;
	return true;
}
