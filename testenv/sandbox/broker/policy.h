/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a submission may do with bpf(2): a JSON file that course writes from lesson.conf.
 *
 *	programs       program types as libbpf names them: "xdp", "sched_cls", "tracing" ...
 *	helpers        helper functions, with or without "bpf_" in front
 *	kfuncs         kernel functions
 *	attach_cgroup  the one cgroup2 directory that programs may be attached to
 *	pins           the folder of a bpffs below which objects may be pinned
 *	map_memory_mb  what all maps together may take (64)
 *	test_run       may programs be run with BPF_PROG_TEST_RUN (false)
 *	inspect        may others' programs on attach_cgroup be taken off, and they, those that use a
 *	               map of theirs, and the maps be read; the maps be written, too (false)
 *	packet_sockets may it open packet sockets in the network it has joined (false)
 *	global_functions may functions of programs be global, and run for days (false)
 *
 * What is not in it is not allowed.
 */
#ifndef TESTENV_SANDBOX_POLICY_H
#define TESTENV_SANDBOX_POLICY_H

#include <limits.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define POLICY_TYPES   64
#define POLICY_HELPERS 512
#define POLICY_KFUNCS  64

struct policy {
	bool types[POLICY_TYPES];     /* by enum bpf_prog_type */
	bool helpers[POLICY_HELPERS]; /* by enum bpf_func_id */
	char kfuncs[POLICY_KFUNCS][64];
	__s32 kfunc_ids[POLICY_KFUNCS]; /* of this kernel's BTF; 0: it has no such function */
	int nr_kfuncs;
	char attach_cgroup[PATH_MAX]; /* empty: none */
	char pins[PATH_MAX];	      /* empty: none */
	long long map_memory;	      /* bytes */
	bool test_run;
	bool inspect;
	bool packet_sockets;
	bool global_functions;
};

/* Fills *policy from text. 0, or -EINVAL with what is wrong in why. */
int policy_parse(struct policy *policy, const char *text, size_t len, char why[160]);

/* The same from a file. 0, or -errno and why. */
int policy_read(struct policy *policy, const char *path, char why[160]);

/* Looks up the kfuncs' numbers. 0 or -errno. */
int policy_find_kfuncs(struct policy *policy);

/* The name of a helper without "bpf_", or NULL: this program is older than it. */
const char *policy_helper_name(int id);

/* Does it allow programs that see the whole machine: tracepoints, probes, events? */
bool policy_traces(const struct policy *policy);

#endif
