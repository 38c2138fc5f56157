// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* BPF_PROG_TEST_RUN, where the policy allows it. */
#include <errno.h>
#include <stdint.h>

#include "testenv/sandbox/broker/broker.h"

#define MAX_DATA   (1 << 20)
#define MAX_REPEAT 1000000

/*
 * Not: live frames, which would put packets of any sender onto the environment's
 * interfaces, where a test counts them.
 */
static long check(struct call *c)
{
	if (!c->broker->policy->test_run)
		return call_deny(c, "BPF_PROG_TEST_RUN is not allowed in this lesson");
	if (c->in.test.flags || c->in.test.batch_size)
		return call_deny(c, "test run flags %#x are not allowed here", c->in.test.flags);
	return c->in.test.repeat > MAX_REPEAT ? -E2BIG : 0;
}

static long take(struct call *c, union bpf_attr *a)
{
	int prog = call_fd(c, (int)c->in.test.prog_fd);
	void *data, *ctx;
	long err;

	if (prog < 0)
		return prog;
	a->test.prog_fd = prog;
	a->test.repeat = c->in.test.repeat;
	err = call_copy(c, c->in.test.data_in, c->in.test.data_size_in, MAX_DATA, &data);
	if (!err)
		err = call_copy(c, c->in.test.ctx_in, c->in.test.ctx_size_in, MAX_DATA, &ctx);
	if (err)
		return err;
	a->test.data_in = (uintptr_t)data;
	a->test.data_size_in = c->in.test.data_size_in;
	a->test.ctx_in = (uintptr_t)ctx;
	a->test.ctx_size_in = c->in.test.ctx_size_in;
	return 0;
}

/* A buffer for what comes out, if the student has one. NULL also when there is no room. */
static void *out_buffer(struct call *c, __u64 theirs, __u32 size)
{
	return theirs && size ? call_buffer(c, size) : NULL;
}

static __u32 smaller(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

long broker_test_run(struct call *c, int *fd)
{
	__u32 data_room = smaller(c->in.test.data_size_out, MAX_DATA);
	__u32 ctx_room = smaller(c->in.test.ctx_size_out, MAX_DATA);
	void *data = out_buffer(c, c->in.test.data_out, data_room);
	void *ctx = out_buffer(c, c->in.test.ctx_out, ctx_room);
	union bpf_attr a = { .test.data_out = (uintptr_t)data, .test.ctx_out = (uintptr_t)ctx };
	long result = check(c);

	(void)fd;
	if (!result)
		result = take(c, &a);
	if (result)
		return result;
	a.test.data_size_out = data ? data_room : c->in.test.data_size_out;
	a.test.ctx_size_out = ctx ? ctx_room : c->in.test.ctx_size_out;
	result = broker_bpf(BPF_PROG_TEST_RUN, &a, sizeof(a));
	if (result < 0 && result != -ENOSPC)
		return result;
	if ((data &&
	     call_write(c, c->in.test.data_out, data, smaller(a.test.data_size_out, data_room))) ||
	    (ctx && call_write(c, c->in.test.ctx_out, ctx, smaller(a.test.ctx_size_out, ctx_room))))
		return -EFAULT;
	if (call_answer(c, test.retval, &a.test.retval) ||
	    call_answer(c, test.duration, &a.test.duration) ||
	    call_answer(c, test.data_size_out, &a.test.data_size_out) ||
	    (c->size > offsetof(union bpf_attr, test.ctx_size_out) &&
	     call_answer(c, test.ctx_size_out, &a.test.ctx_size_out)))
		return -EFAULT;
	return result;
}
