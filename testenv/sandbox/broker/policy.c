// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading the policy, see policy.h. A word it does not know is an error, not nothing. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <jansson.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "testenv/sandbox/broker/policy.h"

#define MAP_MEMORY_MB 64
#define WHY	      160

#define NAME_OF(name) #name
static const char *const helper_names[] = { __BPF_FUNC_MAPPER(NAME_OF) };

#define NR_NAMED ((int)(sizeof(helper_names) / sizeof(helper_names[0])))

const char *policy_helper_name(int id)
{
	return id >= 0 && id < NR_NAMED ? helper_names[id] : NULL;
}

static int type_by_name(const char *name)
{
	for (int type = 1; type < POLICY_TYPES; type++) {
		const char *is = libbpf_bpf_prog_type_str(type);

		if (is && strcmp(is, name) == 0)
			return type;
	}
	return -1;
}

static int helper_by_name(const char *name)
{
	if (strncmp(name, "bpf_", 4) == 0)
		name += 4;
	for (int id = 1; id < NR_NAMED && id < POLICY_HELPERS; id++)
		if (strcmp(helper_names[id], name) == 0)
			return id;
	return -1;
}

static bool add_type(struct policy *p, const char *name)
{
	int type = type_by_name(name);

	if (type >= 0)
		p->types[type] = true;
	return type >= 0;
}

static bool add_helper(struct policy *p, const char *name)
{
	int id = helper_by_name(name);

	if (id >= 0)
		p->helpers[id] = true;
	return id >= 0;
}

static bool add_kfunc(struct policy *p, const char *name)
{
	if (p->nr_kfuncs == POLICY_KFUNCS || strlen(name) >= sizeof(p->kfuncs[0]))
		return false;
	strcpy(p->kfuncs[p->nr_kfuncs++], name);
	return true;
}

/* A list of names, each for add(). */
static int read_names(struct policy *p, const char *key, const json_t *value,
		      bool (*add)(struct policy *, const char *), char why[WHY])
{
	const json_t *item;
	size_t i;

	snprintf(why, WHY, "\"%s\" is not a list", key);
	if (!json_is_array(value))
		return -EINVAL;
	json_array_foreach (value, i, item) {
		const char *name = json_string_value(item);

		snprintf(why, WHY, "\"%s\": it cannot hold \"%.80s\"", key, name ? name : "?");
		if (!name || !add(p, name))
			return -EINVAL;
	}
	return 0;
}

/* An absolute path, or "" for none. */
static int read_path(char path[PATH_MAX], const char *key, const json_t *value, char why[WHY])
{
	const char *text = json_string_value(value);

	snprintf(why, WHY, "\"%s\" is no absolute path", key);
	if (!text || (text[0] && text[0] != '/') || strlen(text) >= PATH_MAX)
		return -EINVAL;
	strcpy(path, text);
	return 0;
}

static int read_switch(struct policy *p, const char *key, bool on)
{
	if (strcmp(key, "test_run") == 0)
		p->test_run = on;
	else if (strcmp(key, "inspect") == 0)
		p->inspect = on;
	else if (strcmp(key, "packet_sockets") == 0)
		p->packet_sockets = on;
	else if (strcmp(key, "global_functions") == 0)
		p->global_functions = on;
	else
		return -EINVAL;
	return 0;
}

static int read_key(struct policy *p, const char *key, const json_t *value, char why[WHY])
{
	json_int_t mb = json_integer_value(value);

	if (strcmp(key, "programs") == 0)
		return read_names(p, key, value, add_type, why);
	if (strcmp(key, "helpers") == 0)
		return read_names(p, key, value, add_helper, why);
	if (strcmp(key, "kfuncs") == 0)
		return read_names(p, key, value, add_kfunc, why);
	if (strcmp(key, "attach_cgroup") == 0)
		return read_path(p->attach_cgroup, key, value, why);
	if (strcmp(key, "pins") == 0)
		return read_path(p->pins, key, value, why);
	snprintf(why, WHY, "\"%.80s\" is unknown or of the wrong kind", key);
	if (json_is_boolean(value))
		return read_switch(p, key, json_is_true(value));
	if (strcmp(key, "map_memory_mb") == 0 && mb > 0 && mb < 1 << 20) {
		p->map_memory = mb << 20;
		return 0;
	}
	return -EINVAL;
}

int policy_parse(struct policy *p, const char *text, size_t len, char why[WHY])
{
	json_error_t error;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	const char *key;
	json_t *value;
	int err = 0;

	*p = (struct policy){ .map_memory = MAP_MEMORY_MB << 20 };
	/* Tells the time, and libbpf by it the kernel's age. */
	p->helpers[BPF_FUNC_ktime_get_coarse_ns] = true;
	if (!json_is_object(json)) {
		snprintf(why, WHY, "line %d: %.100s", error.line, json ? "no object" : error.text);
		json_decref(json);
		return -EINVAL;
	}
	json_object_foreach (json, key, value) {
		err = read_key(p, key, value, why);
		if (err)
			break;
	}
	json_decref(json);
	return err;
}

int policy_read(struct policy *p, const char *path, char why[WHY])
{
	FILE *f = fopen(path, "re");
	static char text[1 << 16];
	size_t len;

	if (!f) {
		snprintf(why, WHY, "%s", strerror(errno));
		return -errno;
	}
	len = fread(text, 1, sizeof(text), f);
	fclose(f);
	return policy_parse(p, text, len, why);
}

int policy_find_kfuncs(struct policy *p)
{
	struct btf *btf;

	if (!p->nr_kfuncs)
		return 0;
	btf = btf__load_vmlinux_btf();
	if (!btf)
		return -errno;
	for (int i = 0; i < p->nr_kfuncs; i++) {
		int id = btf__find_by_name_kind(btf, p->kfuncs[i], BTF_KIND_FUNC);

		p->kfunc_ids[i] = id > 0 ? id : 0;
	}
	btf__free(btf);
	return 0;
}

bool policy_traces(const struct policy *p)
{
	return p->types[BPF_PROG_TYPE_TRACEPOINT] || p->types[BPF_PROG_TYPE_KPROBE] ||
	       p->types[BPF_PROG_TYPE_PERF_EVENT];
}
