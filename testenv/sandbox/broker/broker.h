/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The broker: does bpf(2) for a sandbox that has no right to. The system call filter
 * hands it each call (SECCOMP_RET_USER_NOTIF); it reads the attributes once, builds
 * attributes of its own from what it has read, checks them against the policy, makes the
 * object itself, and puts the descriptor into the student's process.
 *
 * It is a process of its own, in the sandbox's memory, pids and cpu cgroups, so that what
 * it does for the sandbox is charged to it; and in its network namespace, so that an
 * interface number means what it means there.
 *
 * Operations on elements of maps, whose descriptors the student's process already has,
 * need no right and do not come here.
 */
#ifndef TESTENV_SANDBOX_BROKER_H
#define TESTENV_SANDBOX_BROKER_H

#include <linux/bpf.h>
#include <linux/seccomp.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "testenv/sandbox/broker/policy.h"

/* What the broker tells the supervisor, in memory that both see. */
#define BROKER_REASONS 8
struct broker_report {
	int denied; /* calls refused by the policy */
	int nr_reasons;
	char reasons[BROKER_REASONS][160]; /* different ones */
};

enum object_kind {
	OBJECT_MAP,
	OBJECT_PROG,
	OBJECT_BTF,
	OBJECT_LINK,
	NR_OBJECT_KINDS,
};

/* The numbers of all objects that this sandbox has made or found below its pins. */
struct object_ids {
	__u32 *at;
	size_t nr;
};

struct broker {
	int listener;
	const struct policy *policy;
	struct broker_report *report;
	int cgroup;	     /* directory of attach_cgroup, or -1 */
	int pins;	     /* directory of pins, or -1 */
	int netns;	     /* its own network namespace */
	long long map_bytes; /* of maps made so far */
	__u32 btf_bytes;     /* of types loaded so far */
	__u32 insns;	     /* of programs loaded so far */
	struct object_ids objects[NR_OBJECT_KINDS];
	struct object_ids readable[NR_OBJECT_KINDS]; /* others', with "inspect" */
};

/*
 * One call. What is opened and allocated for it is released after the answer. The
 * student's memory changes under our eyes: everything is read once, into buffers here.
 */
#define CALL_FDS     320
#define CALL_BUFFERS 24
struct call {
	struct broker *broker;
	const struct seccomp_notif *req;
	int mem;	   /* the student's memory */
	pid_t leader;	   /* of its process */
	__u64 attr_addr;   /* of the attributes in it */
	union bpf_attr in; /* as read; zero after size */
	size_t size;	   /* as the student gave it, at most sizeof(in) */
	int fds[CALL_FDS];
	int nr_fds;
	void *buffers[CALL_BUFFERS];
	int nr_buffers;
	long long total; /* bytes in buffers */
	char why[160];	 /* for -EACCES: what is not allowed */
};

/*
 * Serves one command. Returns -errno, or the result: with *fd set, a descriptor to be
 * given to the student (the broker's is closed then).
 */
typedef long broker_command(struct call *call, int *fd);

broker_command broker_map_create, broker_map_freeze, broker_btf_load, broker_prog_load,
	broker_link_create, broker_link_update, broker_link_detach, broker_raw_tracepoint,
	broker_iter_create, broker_prog_attach, broker_prog_detach, broker_prog_query,
	broker_bind_map, broker_test_run, broker_info, broker_next_id, broker_fd_by_id, broker_pin,
	broker_get, broker_perf_event, broker_socket;

/* Serves calls until nobody is left who could make any. Never returns. */
void broker_loop(struct broker *broker) __attribute__((noreturn));

/* --- task.c: the student's process --- */

/* Makes sure that what is opened belongs to the caller of this call. 0 or -errno. */
int call_open(struct call *call);
void call_close(struct call *call);

/* 0 or -EFAULT. */
int call_read(struct call *call, __u64 from, void *to, size_t len);
int call_write(struct call *call, __u64 to, const void *from, size_t len);

/* A zeroed buffer that lives as long as the call; NULL: too much. */
void *call_buffer(struct call *call, size_t len);

/* A copy of len bytes, at most max. 0 or -errno; len 0: *copy is NULL. */
int call_copy(struct call *call, __u64 from, size_t len, size_t max, void **copy);

/* A string, its end included, of at most size bytes. 0, -EFAULT, -E2BIG. */
int call_string(struct call *call, __u64 from, char *to, size_t size);

/* Our own copy of a descriptor of the student's; closed with the call. Or -errno. */
int call_fd(struct call *call, int fd);

/* Refuses: counts, keeps the reason for the report, returns -EACCES. */
long call_deny(struct call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* bpf(2) itself. The result, or -errno. */
long broker_bpf(int command, union bpf_attr *attr, size_t size);

/* Puts a part of the answer where the student's attributes have that field. */
#define call_answer(call, field, value)                                              \
	call_write(call, (call)->attr_addr + offsetof(union bpf_attr, field), value, \
		   sizeof((call)->in.field))

/* --- objects.c: what belongs to this sandbox --- */

/* What a descriptor is of; if nothing else, of a link. The kernel checks that again. */
enum object_kind object_kind_of(int fd);

/* Its number; 0: it is none of that kind. */
__u32 object_id(enum object_kind kind, int fd);

/* Remembers the number of an object that the sandbox now has. */
void object_add(struct broker *broker, enum object_kind kind, int fd);
void object_add_readable(struct broker *broker, enum object_kind kind, __u32 id);
bool object_is_readable(const struct broker *broker, enum object_kind kind, __u32 id);
bool object_is_ours(const struct broker *broker, enum object_kind kind, __u32 id);
/* Is it another's, which the sandbox may only look at? */
bool object_is_others(const struct broker *broker, int fd);
/* The smallest number above id, of the sandbox's own or of what it may read; 0: there is none. */
__u32 object_next(const struct broker *broker, enum object_kind kind, __u32 id);

/* --- attach.c --- */

/*
 * Our own descriptor of what a program of that attach type is to be attached to: a
 * sockmap, or the policy's cgroup. -EACCES: not allowed; -errno.
 */
int attach_target(struct call *call, __u32 type, int fd);

/* Is that one of the types of programs on cgroups? */
bool attach_is_to_cgroup(__u32 type);

/*
 * Is it a program of the sandbox's own, of a type that may be attached? fd is ours.
 * 0, or -errno.
 */
long attach_check(struct call *call, int fd);

/* --- inspect.c --- */

/* Looks which of others' programs and maps may be seen by number now. */
void inspect_look(struct broker *broker);

#endif
