/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a lesson lets a submission do to the kernel: the program types that it may
 * load, the helpers and kfuncs that these may call. From lesson.conf, with
 * course/policy/helpers.default; testenv sandbox enforces it (its option --bpf).
 */
#ifndef COURSE_POLICY_H
#define COURSE_POLICY_H

#include "course/tree.h"

struct policy {
	struct strv programs; /* as libbpf calls types: xdp, sched_cls, cgroup_skb ... */
	struct strv helpers;  /* without bpf_ in front; no "default" any more */
	struct strv kfuncs;
	struct strv sandbox; /* more that it may: inspect, packet_sockets, global_functions */
};

/*
 * The lesson's, with `default` replaced by what it stands for. 0 or -errno; then *error is
 * one line, which the caller frees. policy_free() in any case.
 */
int policy_read(const struct tree *tree, const struct conf *conf, struct policy *policy,
		char **error);
void policy_free(struct policy *policy);

/*
 * Does everything that its program types can do stay within namespaces and cgroups? If not,
 * only a machine of its own holds it.
 */
bool policy_contained(const struct policy *policy);

/* The text that `testenv sandbox --bpf` reads. The caller frees it. */
char *policy_json(const struct policy *policy);

/* The helper's name without bpf_; NULL where this program was built without knowing it. */
const char *policy_helper_name(unsigned int id);

/*
 * Adds a line for each program type, helper and kfunc that the object file wants and the
 * policy has not. 0 or -errno when it cannot be read. For files of the author's, not of
 * a submission.
 */
int policy_check_object(const struct policy *policy, const char *path, struct strv *found);

#endif
