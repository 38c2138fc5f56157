// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* BPF_PROG_ATTACH, DETACH, QUERY: to the policy's cgroup, and to maps of the sandbox's own. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "testenv/sandbox/broker/broker.h"

#define MAX_QUERY 1024
#define FLAGS	  (BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI | BPF_F_REPLACE)

static bool is_cgroup(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

static int attach_cgroup_fd(struct call *c, int fd)
{
	struct stat own, its;
	int copy = call_fd(c, fd);

	if (copy < 0)
		return copy;
	if (c->broker->cgroup >= 0 && is_cgroup(copy) && fstat(c->broker->cgroup, &own) == 0 &&
	    fstat(copy, &its) == 0 && own.st_dev == its.st_dev && own.st_ino == its.st_ino)
		return c->broker->cgroup;
	return (int)call_deny(c, "programs may not be attached to that cgroup");
}

/*
 * Sockmaps are the student's own. Any other descriptor the kernel would take here is one
 * of a cgroup or a network namespace.
 */
static bool is_map_attach(__u32 type)
{
	return type == BPF_SK_SKB_STREAM_PARSER || type == BPF_SK_SKB_STREAM_VERDICT ||
	       type == BPF_SK_SKB_VERDICT || type == BPF_SK_MSG_VERDICT;
}

bool attach_is_to_cgroup(__u32 type)
{
	switch (type) {
	case BPF_CGROUP_INET_INGRESS:
	case BPF_CGROUP_INET_EGRESS:
	case BPF_CGROUP_INET_SOCK_CREATE:
	case BPF_CGROUP_INET_SOCK_RELEASE:
	case BPF_CGROUP_SOCK_OPS:
	case BPF_CGROUP_DEVICE:
	case BPF_CGROUP_INET4_BIND:
	case BPF_CGROUP_INET6_BIND:
	case BPF_CGROUP_INET4_CONNECT:
	case BPF_CGROUP_INET6_CONNECT:
	case BPF_CGROUP_INET4_POST_BIND:
	case BPF_CGROUP_INET6_POST_BIND:
	case BPF_CGROUP_UDP4_SENDMSG:
	case BPF_CGROUP_UDP6_SENDMSG:
	case BPF_CGROUP_UDP4_RECVMSG:
	case BPF_CGROUP_UDP6_RECVMSG:
	case BPF_CGROUP_SYSCTL:
	case BPF_CGROUP_GETSOCKOPT:
	case BPF_CGROUP_SETSOCKOPT:
	case BPF_CGROUP_INET4_GETPEERNAME:
	case BPF_CGROUP_INET6_GETPEERNAME:
	case BPF_CGROUP_INET4_GETSOCKNAME:
	case BPF_CGROUP_INET6_GETSOCKNAME:
		return true;
	default:
		return false;
	}
}

int attach_target(struct call *c, __u32 type, int fd)
{
	if (is_map_attach(type))
		return call_fd(c, fd);
	if (attach_is_to_cgroup(type))
		return attach_cgroup_fd(c, fd);
	return (int)call_deny(c, "attach type %u is not allowed here", type);
}

long attach_check(struct call *c, int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (object_kind_of(fd) != OBJECT_PROG)
		return -EINVAL;
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	/* Another's, which it may only read. */
	if (!object_is_ours(c->broker, OBJECT_PROG, info.id))
		return -EPERM;
	if (info.type < POLICY_TYPES && c->broker->policy->types[info.type])
		return 0;
	return call_deny(c, "programs of type %u may not be attached in this lesson", info.type);
}

/* Fills the attributes that attaching and detaching have in common. */
static int take(struct call *c, union bpf_attr *a)
{
	int fd = attach_target(c, c->in.attach_type, (int)c->in.target_fd);

	if (fd < 0)
		return fd;
	a->target_fd = fd;
	a->attach_type = c->in.attach_type;
	if (!c->in.attach_bpf_fd)
		return 0;
	fd = call_fd(c, (int)c->in.attach_bpf_fd);
	if (fd < 0)
		return fd;
	a->attach_bpf_fd = fd;
	return 0;
}

/* What hangs at that place of the cgroup itself, as a bit each. */
#define HAS_OTHERS 1 /* programs that the sandbox has not made */
#define HAS_ID	   2 /* that one */

/* Returns these bits, or -errno. */
static long look(const union bpf_attr *at, const struct broker *b, __u32 id)
{
	__u32 ids[MAX_QUERY];
	union bpf_attr a = { .query.target_fd = at->target_fd,
			     .query.attach_type = at->attach_type,
			     .query.prog_ids = (uintptr_t)ids,
			     .query.prog_cnt = MAX_QUERY };
	long has = broker_bpf(BPF_PROG_QUERY, &a, sizeof(a));

	for (__u32 i = 0; has >= 0 && i < a.query.prog_cnt; i++)
		has |= (object_is_ours(b, OBJECT_PROG, ids[i]) ? 0 : HAS_OTHERS) |
		       (id && ids[i] == id ? HAS_ID : 0);
	return has;
}

/* Without BPF_F_ALLOW_MULTI the kernel puts a program in the place of whatever is there. */
static long check_place(const struct call *c, const union bpf_attr *a)
{
	long has = 0;

	if (attach_is_to_cgroup(a->attach_type) && !(a->attach_flags & BPF_F_ALLOW_MULTI))
		has = look(a, c->broker, 0);
	return has < 0 ? has : has & HAS_OTHERS ? -EPERM : 0;
}

long broker_prog_attach(struct call *c, int *fd)
{
	union bpf_attr a = { .attach_flags = c->in.attach_flags };
	int replaced, err = take(c, &a);

	(void)fd;
	if (err)
		return err;
	if (a.attach_flags & ~FLAGS || !a.attach_bpf_fd)
		return -EINVAL;
	err = (int)attach_check(c, (int)a.attach_bpf_fd);
	if (!err)
		err = (int)check_place(c, &a);
	if (err)
		return err;
	if (a.attach_flags & BPF_F_REPLACE) {
		replaced = call_fd(c, (int)c->in.replace_bpf_fd);
		if (replaced < 0)
			return replaced;
		a.replace_bpf_fd = replaced;
	}
	return broker_bpf(BPF_PROG_ATTACH, &a, sizeof(a));
}

long broker_prog_detach(struct call *c, int *fd)
{
	union bpf_attr a = {};
	int err = take(c, &a);
	__u32 id;
	long has;

	(void)fd;
	if (!err && !a.attach_bpf_fd)
		err = -EINVAL;
	if (err)
		return err;
	id = object_id(OBJECT_PROG, (int)a.attach_bpf_fd);
	/* A lesson about finding others' programs is about taking them off, too. */
	if (!object_is_readable(c->broker, OBJECT_PROG, id))
		err = (int)attach_check(c, (int)a.attach_bpf_fd);
	if (err)
		return err;
	/* With any program the kernel takes off what is there alone, another's, too. */
	has = attach_is_to_cgroup(a.attach_type) ? look(&a, c->broker, id) : HAS_ID;
	if (has < 0 || !(has & HAS_ID))
		return has < 0 ? has : -ENOENT;
	return broker_bpf(BPF_PROG_DETACH, &a, sizeof(a));
}

long broker_prog_query(struct call *c, int *fd)
{
	union bpf_attr a = { .query.attach_type = c->in.query.attach_type,
			     .query.query_flags = c->in.query.query_flags };
	__u32 room = c->in.query.prog_cnt < MAX_QUERY ? c->in.query.prog_cnt : MAX_QUERY;
	int target = attach_target(c, a.query.attach_type, (int)c->in.query.target_fd);
	__u32 *ids = call_buffer(c, room * sizeof(*ids));
	long result;

	(void)fd;
	if (target < 0)
		return target;
	if (!ids)
		return -ENOMEM;
	a.query.target_fd = target;
	a.query.prog_cnt = room;
	a.query.prog_ids = c->in.query.prog_ids && room ? (uintptr_t)ids : 0;
	result = broker_bpf(BPF_PROG_QUERY, &a, sizeof(a));
	if (result < 0 && result != -ENOSPC)
		return result;
	/* Effective ones may be attached to another cgroup, further up, by anybody. */
	for (__u32 i = 0; a.query.prog_ids && !(a.query.query_flags & BPF_F_QUERY_EFFECTIVE) &&
			  i < room && i < a.query.prog_cnt;
	     i++)
		object_add_readable(c->broker, OBJECT_PROG, ids[i]);
	if (a.query.prog_ids &&
	    call_write(c, c->in.query.prog_ids, ids,
		       (a.query.prog_cnt < room ? a.query.prog_cnt : room) * sizeof(*ids)))
		return -EFAULT;
	if (call_answer(c, query.attach_flags, &a.query.attach_flags) ||
	    call_answer(c, query.prog_cnt, &a.query.prog_cnt))
		return -EFAULT;
	return result;
}
