// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Links: BPF_LINK_CREATE, UPDATE, DETACH, BPF_RAW_TRACEPOINT_OPEN, BPF_ITER_CREATE,
 * BPF_PROG_BIND_MAP. A link goes with its last descriptor, so what a sandbox attaches
 * by one goes with the sandbox.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <stdint.h>
#include <string.h>

#include "testenv/sandbox/broker/broker.h"

/* Newer than the headers of some distributions. */
#define NETFILTER   45
#define TCX_INGRESS 46
#define TCX_EGRESS  47

#define MAX_PROBES (1 << 16)
#define SYMBOL_MAX 128

static long made(struct call *c, long result, int *fd)
{
	if (result < 0)
		return result;
	object_add(c->broker, OBJECT_LINK, (int)result);
	*fd = (int)result;
	return 0;
}

/*
 * An interface's number means one of the broker's network namespace, which is the
 * sandbox's. The flags are how XDP is to be attached; not: instead of something else.
 */
static long take_interface(struct call *c, union bpf_attr *a)
{
	const __u32 modes = XDP_FLAGS_SKB_MODE | XDP_FLAGS_DRV_MODE | XDP_FLAGS_HW_MODE;
	const __u32 allowed = c->in.link_create.attach_type == BPF_XDP ? modes : 0;

	if (a->link_create.flags & ~allowed)
		return call_deny(c, "link flags %#x are not allowed here", a->link_create.flags);
	a->link_create.target_ifindex = c->in.link_create.target_ifindex;
	return 0;
}

/* Its own network namespace, whatever the student says: it has no other. */
static long take_netns(struct call *c, union bpf_attr *a)
{
	a->link_create.target_fd = c->broker->netns;
	return 0;
}

static long take_target_fd(struct call *c, union bpf_attr *a, int fd)
{
	(void)c;
	if (fd < 0)
		return fd;
	a->link_create.target_fd = fd;
	return 0;
}

/* Of iterators' settings only which map. */
static long take_iter(struct call *c, union bpf_attr *a)
{
	union bpf_iter_link_info *info = call_buffer(c, sizeof(*info));
	int fd;

	if (!c->in.link_create.iter_info || !c->in.link_create.iter_info_len)
		return 0;
	if (!info || c->in.link_create.iter_info_len < sizeof(info->map.map_fd))
		return -EINVAL;
	if (call_read(c, c->in.link_create.iter_info, &info->map.map_fd, sizeof(info->map.map_fd)))
		return -EFAULT;
	fd = call_fd(c, (int)info->map.map_fd);
	if (fd < 0)
		return fd;
	info->map.map_fd = fd;
	a->link_create.iter_info = (uintptr_t)info;
	a->link_create.iter_info_len = sizeof(*info);
	return 0;
}

/* Copies the array of strings, and the strings. */
static int take_symbols(struct call *c, __u64 from, __u32 count, __u64 *to)
{
	__u64 *symbols;
	char *text;
	void *copy;
	int err = call_copy(c, from, (size_t)count * sizeof(*symbols), MAX_PROBES * 8, &copy);

	symbols = copy;
	text = err ? NULL : call_buffer(c, (size_t)count * SYMBOL_MAX);
	if (!err && !text)
		err = -ENOMEM;
	for (__u32 i = 0; i < count && !err; i++) {
		err = call_string(c, symbols[i], text + (size_t)i * SYMBOL_MAX, SYMBOL_MAX);
		symbols[i] = (uintptr_t)(text + (size_t)i * SYMBOL_MAX);
	}
	*to = (uintptr_t)symbols;
	return err;
}

static long take_kprobe_multi(struct call *c, union bpf_attr *a)
{
	__u32 count = c->in.link_create.kprobe_multi.cnt;
	void *addresses, *cookies;
	__u64 symbols = 0;
	int err = 0;

	if (!count || count > MAX_PROBES)
		return -EINVAL;
	a->link_create.kprobe_multi.flags = c->in.link_create.kprobe_multi.flags;
	a->link_create.kprobe_multi.cnt = count;
	if (c->in.link_create.kprobe_multi.syms)
		err = take_symbols(c, c->in.link_create.kprobe_multi.syms, count, &symbols);
	a->link_create.kprobe_multi.syms = symbols;
	if (!err && c->in.link_create.kprobe_multi.addrs) {
		err = call_copy(c, c->in.link_create.kprobe_multi.addrs, (size_t)count * 8,
				MAX_PROBES * 8, &addresses);
		a->link_create.kprobe_multi.addrs = (uintptr_t)addresses;
	}
	if (!err && c->in.link_create.kprobe_multi.cookies) {
		err = call_copy(c, c->in.link_create.kprobe_multi.cookies, (size_t)count * 8,
				MAX_PROBES * 8, &cookies);
		a->link_create.kprobe_multi.cookies = (uintptr_t)cookies;
	}
	return err;
}

/* Four numbers, which union bpf_attr has at the place of bpf_cookie from Linux 6.4 on. */
static long take_netfilter(struct call *c, union bpf_attr *a)
{
	const size_t at = offsetof(union bpf_attr, link_create.target_btf_id);

	memcpy((char *)a + at, (char *)&c->in + at, 4 * sizeof(__u32));
	return 0;
}

static long take_target(struct call *c, union bpf_attr *a)
{
	int target = (int)c->in.link_create.target_fd;

	switch (c->in.link_create.attach_type) {
	case BPF_XDP:
	case TCX_INGRESS:
	case TCX_EGRESS:
		return take_interface(c, a);
	case NETFILTER:
		return take_netfilter(c, a);
	case BPF_SK_LOOKUP:
	case BPF_FLOW_DISSECTOR:
		return take_netns(c, a);
	case BPF_PERF_EVENT:
		a->link_create.perf_event.bpf_cookie = c->in.link_create.perf_event.bpf_cookie;
		return take_target_fd(c, a, call_fd(c, target));
	case BPF_TRACE_ITER:
		return take_iter(c, a);
	case BPF_TRACE_KPROBE_MULTI:
		return take_kprobe_multi(c, a);
	case BPF_TRACE_RAW_TP:
	case BPF_TRACE_FENTRY:
	case BPF_TRACE_FEXIT:
	case BPF_MODIFY_RETURN:
	case BPF_LSM_MAC:
		a->link_create.tracing.cookie = c->in.link_create.tracing.cookie;
		return 0;
	default:
		return take_target_fd(c, a,
				      attach_target(c, c->in.link_create.attach_type, target));
	}
}

long broker_link_create(struct call *c, int *fd)
{
	union bpf_attr a = { .link_create.attach_type = c->in.link_create.attach_type,
			     .link_create.flags = c->in.link_create.flags };
	int prog = call_fd(c, (int)c->in.link_create.prog_fd);
	long err;

	if (prog < 0)
		return prog;
	a.link_create.prog_fd = prog;
	err = attach_check(c, prog);
	if (!err)
		err = take_target(c, &a);
	if (err)
		return err;
	return made(c, broker_bpf(BPF_LINK_CREATE, &a, sizeof(a)), fd);
}

long broker_link_update(struct call *c, int *fd)
{
	union bpf_attr a = { .link_update.flags = c->in.link_update.flags };
	int link = call_fd(c, (int)c->in.link_update.link_fd);
	int prog = call_fd(c, (int)c->in.link_update.new_prog_fd);
	int old = a.link_update.flags ? call_fd(c, (int)c->in.link_update.old_prog_fd) : 0;

	(void)fd;
	if (link < 0 || prog < 0 || old < 0)
		return -EBADF;
	if (attach_check(c, prog))
		return -EPERM;
	a.link_update.link_fd = link;
	a.link_update.new_prog_fd = prog;
	a.link_update.old_prog_fd = old;
	return broker_bpf(BPF_LINK_UPDATE, &a, sizeof(a));
}

long broker_link_detach(struct call *c, int *fd)
{
	union bpf_attr a = {};
	int link = call_fd(c, (int)c->in.link_detach.link_fd);

	(void)fd;
	if (link < 0)
		return link;
	a.link_detach.link_fd = link;
	return broker_bpf(BPF_LINK_DETACH, &a, sizeof(a));
}

long broker_raw_tracepoint(struct call *c, int *fd)
{
	int prog = call_fd(c, (int)c->in.raw_tracepoint.prog_fd);
	union bpf_attr a = {};
	char name[128];
	int err;

	if (prog < 0)
		return prog;
	a.raw_tracepoint.prog_fd = prog;
	err = (int)attach_check(c, prog);
	if (err)
		return err;
	if (c->in.raw_tracepoint.name) {
		err = call_string(c, c->in.raw_tracepoint.name, name, sizeof(name));
		if (err)
			return err == -E2BIG ? -ENOENT : err;
		a.raw_tracepoint.name = (uintptr_t)name;
	}
	return made(c, broker_bpf(BPF_RAW_TRACEPOINT_OPEN, &a, sizeof(a)), fd);
}

long broker_iter_create(struct call *c, int *fd)
{
	int link = call_fd(c, (int)c->in.iter_create.link_fd);
	union bpf_attr a = {};
	long result;

	if (link < 0)
		return link;
	a.iter_create.link_fd = link;
	result = broker_bpf(BPF_ITER_CREATE, &a, sizeof(a));
	if (result < 0)
		return result;
	*fd = (int)result;
	return 0;
}

long broker_bind_map(struct call *c, int *fd)
{
	int prog = call_fd(c, (int)c->in.prog_bind_map.prog_fd);
	int map = call_fd(c, (int)c->in.prog_bind_map.map_fd);
	union bpf_attr a = {};

	(void)fd;
	if (prog < 0 || map < 0)
		return -EBADF;
	if (!object_is_ours(c->broker, OBJECT_PROG, object_id(OBJECT_PROG, prog)))
		return -EPERM;
	a.prog_bind_map.prog_fd = prog;
	a.prog_bind_map.map_fd = map;
	return broker_bpf(BPF_PROG_BIND_MAP, &a, sizeof(a));
}
