// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads policies and writes them as testenv wants them. What an object asks for: policy_object.c. */
#include <errno.h>
#include <jansson.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/libbpf.h>

#include "course/files.h"
#include "course/policy.h"

#define DEFAULT_FILE "course/policy/helpers.default"

/* All maps of a submission together. */
#define MAP_MEMORY_MB 64

/* What the word stands for in each of the three keys, or NULL. */
#define DEFAULT_WORD "default"

#define HELPER(name, ...) [BPF_FUNC_##name] = #name
static const char *const helper_names[] = { __BPF_FUNC_MAPPER(HELPER) };

const char *policy_helper_name(unsigned int id)
{
	return id < ARRAY_SIZE(helper_names) ? helper_names[id] : NULL;
}

static bool is_helper(const char *name)
{
	for (size_t i = 1; i < ARRAY_SIZE(helper_names); i++)
		if (helper_names[i] && !strcmp(helper_names[i], name))
			return true;
	return false;
}

static bool is_program(const char *name)
{
	const char *known;

	for (int type = 1; (known = libbpf_bpf_prog_type_str(type)); type++)
		if (!strcmp(known, name))
			return true;
	return false;
}

static int add_helper(struct policy *policy, const char *name, const char *where, char **error)
{
	if (!is_helper(name)) {
		*error = xasprintf("%s: there is no helper %s", where, name);
		return -EINVAL;
	}
	if (!strv_has(&policy->helpers, name))
		strv_add(&policy->helpers, name);
	return 0;
}

static int add_defaults(const struct tree *tree, struct policy *policy, char **error)
{
	AUTO_STR path = xasprintf("%s/%s", tree->top, DEFAULT_FILE);
	AUTO_STR text = NULL;
	AUTO_STRV lines = { 0 };
	int err = file_read(path, &text, NULL);

	if (err) {
		*error = xasprintf("%s: %s", DEFAULT_FILE, strerror(-err));
		return err;
	}
	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n && !err; i++) {
		AUTO_STR where = xasprintf("%s:%zu", DEFAULT_FILE, i + 1);
		const char *name = trim(lines.v[i]);

		if (*name && *name != '#')
			err = add_helper(policy, name, where, error);
	}
	return err;
}

static int add_right(struct policy *policy, const char *name, char **error)
{
	if (strcmp(name, "inspect") && strcmp(name, "packet_sockets") &&
	    strcmp(name, "global_functions")) {
		*error =
			xasprintf("sandbox: it gives inspect, packet_sockets and global_functions, "
				  "not %s",
				  name);
		return -EINVAL;
	}
	strv_add(&policy->sandbox, name);
	return 0;
}

int policy_read(const struct tree *tree, const struct conf *conf, struct policy *policy,
		char **error)
{
	int err = 0;

	*policy = (struct policy){ 0 };
	*error = NULL;
	for (size_t i = 0; i < conf->programs.n; i++) {
		if (!is_program(conf->programs.v[i])) {
			*error = xasprintf("programs: there is no type %s", conf->programs.v[i]);
			return -EINVAL;
		}
		strv_add(&policy->programs, conf->programs.v[i]);
	}
	for (size_t i = 0; i < conf->helpers.n && !err; i++) {
		if (!strcmp(conf->helpers.v[i], DEFAULT_WORD))
			err = add_defaults(tree, policy, error);
		else
			err = add_helper(policy, conf->helpers.v[i], "helpers", error);
	}
	for (size_t i = 0; i < conf->kfuncs.n; i++)
		strv_add(&policy->kfuncs, conf->kfuncs.v[i]);
	for (size_t i = 0; i < conf->sandbox.n && !err; i++)
		err = add_right(policy, conf->sandbox.v[i], error);
	return err;
}

void policy_free(struct policy *policy)
{
	strv_free(&policy->programs);
	strv_free(&policy->helpers);
	strv_free(&policy->kfuncs);
	strv_free(&policy->sandbox);
}

bool policy_contained(const struct policy *policy)
{
	/*
	 * They see packets and sockets of a network namespace, or processes of a cgroup. Not
	 * netfilter: its context holds pointers to the kernel's own structures, which lead anywhere.
	 */
	static const char *const contained[] = {
		"xdp",	       "sched_cls",	   "sched_act",	     "socket_filter",  "cgroup_skb",
		"cgroup_sock", "cgroup_sock_addr", "cgroup_sockopt", "sock_ops",       "sk_msg",
		"sk_skb",      "sk_lookup",	   "sk_reuseport",   "flow_dissector", "lwt_in",
		"lwt_out",     "lwt_xmit",
	};

	for (size_t i = 0; i < policy->programs.n; i++) {
		bool found = false;

		for (size_t j = 0; j < ARRAY_SIZE(contained); j++)
			found |= !strcmp(policy->programs.v[i], contained[j]);
		if (!found)
			return false;
	}
	return true;
}

static json_t *strings(const struct strv *items)
{
	json_t *array = json_array();

	for (size_t i = 0; i < items->n; i++)
		json_array_append_new(array, json_string(items->v[i]));
	return array;
}

char *policy_json(const struct policy *policy)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:i}", "programs", strings(&policy->programs),
			      "helpers", strings(&policy->helpers), "kfuncs",
			      strings(&policy->kfuncs), "map_memory_mb", MAP_MEMORY_MB);
	char *dump;

	for (size_t i = 0; i < policy->sandbox.n; i++)
		json_object_set_new(o, policy->sandbox.v[i], json_true());
	dump = json_dumps(o, JSON_INDENT(1));
	json_decref(o);
	return dump;
}
