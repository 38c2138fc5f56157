// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of policy.bpf.c: reads a policy from each FILE, puts the first into the
 * kernel, attaches the program to an interface, and then replaces the policy by
 * the next one, while packets are judged.
 *
 *	policy [-e MS] [-r N] FILE...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "common/lab/lab.h"
#include "policy.h"
#include "policy.skel.h"

#define FILES_MAX 64

static struct {
	const char *files[FILES_MAX];
	unsigned int count;  /* of files */
	unsigned int every;  /* ms from one generation to the next */
	unsigned int rounds; /* how often through all files */
	unsigned int slow_us;
} env = {
	.every = 1000,
	.rounds = 1,
};

/* Generations tried so far. */
static unsigned int tried;

/* ---- given: a policy's file ------------------------------------------------- */

/* "port 53 class 1" or "class 1 drop". false: it is neither. */
static bool read_rule(const char *line, struct rule_key *key, __u32 *value)
{
	char action[8], rest;

	if (sscanf(line, "port %u class %u %c", &key->number, value, &rest) == 2) {
		key->table = PORT_CLASS;
		return key->number <= 65535;
	}
	if (sscanf(line, "class %u %7s %c", &key->number, action, &rest) != 2)
		return false;
	key->table = CLASS_ACTION;
	*value = strcmp(action, "drop") == 0 ? XDP_DROP : XDP_PASS;
	return *value == XDP_DROP || strcmp(action, "pass") == 0;
}

/* Enters the rules of a file into a map; -1: only reads it. The number of rules, or -errno. */
static int fill(int map, const char *path)
{
	FILE *file = fopen(path, "r");
	int rules = 0, n = 0, err = 0;
	struct rule_key key;
	char line[128];
	__u32 value;

	if (!file)
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	while (!err && fgets(line, sizeof(line), file)) {
		n++;
		if (line[strspn(line, " \t\n")] == '\0' || *line == '#')
			continue;
		rules++;
		if (!read_rule(line, &key, &value))
			err = lab_fail(-EINVAL, "%s:%d: not a rule", path, n);
		else if (map >= 0 && bpf_map_update_elem(map, &key, &value, BPF_ANY))
			err = lab_fail(-errno, "%s:%d: %s", path, n, strerror(errno));
	}
	fclose(file);
	return err ?: rules;
}

/* ---- yours: one generation for another -------------------------------------- */

/*
 * Makes the policy in the file the current one, in one step: every packet is judged by
 * the whole old policy or by the whole new one. When the file is bad, the old one stays.
 * The number of rules, or -errno.
 */
static int install(const struct policy_bpf *skel, const char *path)
{
	int outer = bpf_map__fd(skel->maps.current);
	static int generation = -1;
	const __u32 place = 0;

	if (generation < 0) {
		generation =
			bpf_map_create(BPF_MAP_TYPE_HASH, "generation", sizeof(struct rule_key),
				       sizeof(__u32), RULES_MAX, NULL);
		if (generation < 0 || bpf_map_update_elem(outer, &place, &generation, BPF_ANY))
			return -errno;
	}
	return fill(generation, path);
}

/* ---- given: from one generation to the next --------------------------------- */

/* One that is bad is reported, and the others go on. */
static int install_next(const struct policy_bpf *skel)
{
	const char *path = env.files[tried++ % env.count];
	int rules = install(skel, path);

	if (rules >= 0)
		printf("generation %u: %s, %d rules\n", tried, basename(path), rules);
	else
		lab_report(rules, "the policy stays as it is");
	return rules < 0 ? rules : 0;
}

static int on_tick(void *ctx)
{
	if (tried < env.count * env.rounds)
		install_next(ctx);
	return 0;
}

/* Attached until it returns: the link is closed, and the program goes with it. */
static int watch(struct policy_bpf *skel)
{
	struct bpf_link *link;
	int err;

	link = lab_attach_xdp(skel->progs.policy, lab_opts.ifname, lab_opts.mode);
	if (!link)
		return -errno;
	err = lab_tick_loop(env.every, on_tick, skel, NULL);
	bpf_link__destroy(link);
	return err;
}

/* ---- given: options, and the program's life --------------------------------- */

static const struct argp_option options[] = {
	{ "every", 'e', "MS", 0, "The next policy after MS milliseconds (default 1000)", 0 },
	{ "rounds", 'r', "N", 0, "Go through the files N times (default 1)", 0 },
	{ "slow", 's', "US", 0, "Slow motion: judging a packet takes US microseconds", 0 },
	{ 0 },
};

static unsigned int number(const char *text, unsigned int max, struct argp_state *state)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || n < 1 || n > max)
		argp_error(state, "not a number from 1 to %u: %s", max, text);
	return n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'e':
		env.every = number(arg, 3600000, state);
		return 0;
	case 'r':
		env.rounds = number(arg, 1000000, state);
		return 0;
	case 's':
		env.slow_us = number(arg, 50, state);
		return 0;
	case ARGP_KEY_ARG:
		if (env.count == FILES_MAX)
			argp_error(state, "more than %d files", FILES_MAX);
		env.files[env.count++] = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "give a FILE with a policy");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_net_argp, 0, NULL, 0 }, { 0 } };
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "FILE...",
		.doc = "Judge UDP packets by a policy, and replace it while they are judged.",
		.children = children,
	};
	struct policy_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	skel = policy_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);
	skel->rodata->slow_us = env.slow_us;

	err = policy_bpf__load(skel);
	if (err)
		lab_report(err, "cannot load");
	/* The first policy is there before the first packet is judged. */
	if (!err)
		err = install_next(skel);
	if (!err) {
		err = watch(skel);
		if (err)
			lab_report(err, "cannot run");
	}
	policy_bpf__destroy(skel);
	return !!err;
}
