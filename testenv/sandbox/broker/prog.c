// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* BPF_PROG_LOAD: the one command with real danger in it. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "testenv/sandbox/broker/broker.h"
#include "testenv/sandbox/broker/flow.h"
#include "testenv/sandbox/broker/walk.h"

#define MAX_INSNS 1000000
/*
 * Of all programs of a sandbox together. Machine code is in nobody's cgroup, and in a part of the
 * kernel's addresses that all programs of the machine share.
 */
#define MAX_TOTAL   4000000
#define MAX_RECORDS (16 << 20)
#define MAX_LOG	    (16 << 20)

/* Newer than the headers of some distributions. */
#define REG_INVARIANTS (1U << 7)

/* Not: for a device, with a token. */
#define PROG_FLAGS                                                            \
	(BPF_F_STRICT_ALIGNMENT | BPF_F_ANY_ALIGNMENT | BPF_F_TEST_RND_HI32 | \
	 BPF_F_TEST_STATE_FREQ | BPF_F_SLEEPABLE | BPF_F_XDP_HAS_FRAGS | REG_INVARIANTS)

static int map_fd(void *call, int fd)
{
	return call_fd(call, fd);
}

static bool is_outer_map(int map)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(map, &info, &len) ||
	       info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS || info.type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static int nth_fd(void *data, unsigned int i, int *fd)
{
	struct call *c = data;

	if (!c->in.fd_array)
		return -EINVAL;
	return call_read(c, c->in.fd_array + (__u64)i * sizeof(*fd), fd, sizeof(*fd));
}

/*
 * libbpf tries what the kernel can do by loading tiny programs. Socket filters are always
 * allowed: one does nothing that the sandbox's own sockets do not. So are the two
 * instructions for cgroups, which cannot be attached (attach_check()).
 */
static bool is_trial(const struct call *c)
{
	return c->in.prog_type == BPF_PROG_TYPE_SOCKET_FILTER ||
	       (c->in.prog_type == BPF_PROG_TYPE_CGROUP_SOCK && c->in.insn_cnt <= 2);
}

/*
 * With this one it tries whether the kernel is old; refused it, libbpf puts older helpers in the place
 * of all that read memory. It reads 8 bytes at address 0 and keeps them to itself.
 */
static const struct bpf_insn reading_trial[] = {
	{ BPF_ALU64 | BPF_MOV | BPF_X, 1, 10, 0, 0 },
	{ BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, -8 },
	{ BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 8 },
	{ BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 0 },
	{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel },
	{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
};

static bool is_reading_trial(const struct call *c, const struct bpf_insn *insns)
{
	return c->in.prog_type == BPF_PROG_TYPE_TRACEPOINT &&
	       c->in.insn_cnt * sizeof(*insns) == sizeof(reading_trial) &&
	       memcmp(insns, reading_trial, sizeof(reading_trial)) == 0;
}

static long check_type(struct call *c)
{
	__u32 type = c->in.prog_type;
	const char *name = libbpf_bpf_prog_type_str(type);

	if (is_trial(c) || (type < POLICY_TYPES && c->broker->policy->types[type]))
		return 0;
	return call_deny(c, "programs of type %s (%u) are not allowed in this lesson",
			 name ? name : "?", type);
}

static long check_rest(struct call *c)
{
	if (c->in.prog_flags & ~PROG_FLAGS || c->in.prog_ifindex)
		return call_deny(c, "program flags %#x are not allowed here", c->in.prog_flags);
	/* The kernel would change instructions after our look at them. libbpf does it itself. */
	if (c->in.core_relo_cnt)
		return call_deny(c, "relocations by the kernel are not allowed here");
	if (!c->in.insn_cnt || c->in.insn_cnt > MAX_INSNS)
		return -E2BIG;
	if (c->in.insn_cnt > MAX_TOTAL - c->broker->insns) {
		call_deny(c, "the programs have more than %d instructions together", MAX_TOTAL);
		return -ENOMEM;
	}
	return 0;
}

/* An array of records that describe the program. */
static int take_records(struct call *c, __u64 from, __u32 count, __u32 size, __u64 *to)
{
	void *copy;
	int err = call_copy(c, from, (size_t)count * size, MAX_RECORDS, &copy);

	*to = (uintptr_t)copy;
	return err;
}

static int take_info(struct call *c, union bpf_attr *a)
{
	__u64 at;
	int err, fd;

	if (c->in.prog_btf_fd) {
		fd = call_fd(c, (int)c->in.prog_btf_fd);
		if (fd < 0)
			return fd;
		a->prog_btf_fd = fd;
	}
	a->func_info_cnt = c->in.func_info_cnt;
	a->func_info_rec_size = c->in.func_info_rec_size;
	err = take_records(c, c->in.func_info, a->func_info_cnt, a->func_info_rec_size, &at);
	a->func_info = at;
	if (err)
		return err;
	a->line_info_cnt = c->in.line_info_cnt;
	a->line_info_rec_size = c->in.line_info_rec_size;
	err = take_records(c, c->in.line_info, a->line_info_cnt, a->line_info_rec_size, &at);
	a->line_info = at;
	return err;
}

/* Another program of its own may be what it attaches to; BTF of modules is not its own. */
static int take_target(struct call *c, union bpf_attr *a)
{
	int fd;

	a->attach_btf_id = c->in.attach_btf_id;
	if (!c->in.attach_prog_fd)
		return 0;
	fd = call_fd(c, (int)c->in.attach_prog_fd);
	if (fd < 0)
		return fd;
	a->attach_prog_fd = fd;
	return (int)attach_check(c, fd);
}

/* insns: our copy. Puts our descriptors into it. */
static long check_code(struct call *c, struct bpf_insn *insns)
{
	const struct walk_fds fds = { map_fd, nth_fd, c };
	char why[sizeof(c->why)];
	long err = check_type(c);

	if (err)
		return err;
	err = walk_program(c->broker->policy, insns, c->in.insn_cnt, &fds, why);
	if (!err)
		err = flow_check(insns, c->in.insn_cnt, is_outer_map, why);
	return err == -EACCES ? call_deny(c, "%s", why) : err;
}

static long take_code(struct call *c, union bpf_attr *a)
{
	char *license;
	void *insns;
	long err = call_copy(c, c->in.insns, (size_t)c->in.insn_cnt * sizeof(struct bpf_insn),
			     (size_t)MAX_INSNS * sizeof(struct bpf_insn), &insns);

	if (err)
		return err;
	license = call_buffer(c, 128);
	if (!license)
		return -ENOMEM;
	err = call_string(c, c->in.license, license, 128);
	if (err && err != -E2BIG)
		return err;
	a->insns = (uintptr_t)insns;
	a->license = (uintptr_t)license;
	return is_reading_trial(c, insns) ? 0 : check_code(c, insns);
}

static int take_log(struct call *c, union bpf_attr *a, char **log)
{
	*log = NULL;
	a->log_level = c->in.log_level;
	if (!c->in.log_buf || !c->in.log_size)
		return 0;
	a->log_size = c->in.log_size < MAX_LOG ? c->in.log_size : MAX_LOG;
	*log = call_buffer(c, a->log_size);
	a->log_buf = (uintptr_t)*log;
	return *log ? 0 : -ENOMEM;
}

static long take(struct call *c, union bpf_attr *a, char **log)
{
	long err = take_log(c, a, log);

	if (!err)
		err = check_rest(c);
	if (!err)
		err = take_code(c, a);
	if (!err)
		err = take_info(c, a);
	return err ? err : take_target(c, a);
}

long broker_prog_load(struct call *c, int *fd)
{
	union bpf_attr a = {
		.prog_type = c->in.prog_type,
		.insn_cnt = c->in.insn_cnt,
		.kern_version = c->in.kern_version,
		.prog_flags = c->in.prog_flags,
		.expected_attach_type = c->in.expected_attach_type,
	};
	char *log;
	long result;

	memcpy(a.prog_name, c->in.prog_name, sizeof(a.prog_name));
	result = take(c, &a, &log);
	if (!result)
		result = broker_bpf(BPF_PROG_LOAD, &a, sizeof(a));
	else if (log && result == -EACCES)
		/* Where the verifier says why, so do we. */
		snprintf(log, a.log_size, "the sandbox: %s\n", c->why);
	if (log)
		call_write(c, c->in.log_buf, log, strnlen(log, a.log_size - 1) + 1);
	if (result < 0)
		return result;
	c->broker->insns += c->in.insn_cnt;
	object_add(c->broker, OBJECT_PROG, (int)result);
	*fd = (int)result;
	return 0;
}
