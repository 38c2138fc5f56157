// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of writes.bpf.c: enters processes into the map "watched", and prints
 * what the kernel side has counted, at the end of COMMAND or at Ctrl-C. Given;
 * the lesson's work is in the kernel program.
 *
 *	writes -p PID [-p PID...]    watches these processes, until Ctrl-C
 *	writes COMMAND ARG...        runs COMMAND and watches it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "writes.h"
#include "writes.skel.h"

#define PIDS_MAX    16
#define SIZES_SHOWN 10 /* those with the most calls */

static struct env {
	__u32 pids[PIDS_MAX];
	unsigned int n_pids;
} env;

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Watch process PID; may be given several times", 0 },
	{ 0 },
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		if (env.n_pids == PIDS_MAX)
			argp_error(state, "-p: at most %d times", PIDS_MAX);
		env.pids[env.n_pids++] = lab_pid_arg(arg, state);
		return 0;
	case ARGP_KEY_SUCCESS:
		if (!env.n_pids && !lab_opts.command)
			argp_error(state, "give -p PID or a COMMAND");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 },
					      { &lab_command_argp, 0, NULL, 0 },
					      { 0 } };
static const struct argp argp = {
	.options = options,
	.parser = parse_arg,
	.doc = "Count the write(2) calls of some processes, by size.",
	.children = children,
};

/* A process that is watched already keeps its numbers: BPF_NOEXIST. */
static int watch(struct writes_bpf *skel, __u32 pid)
{
	struct total zero = {};
	int err;

	err = bpf_map__update_elem(skel->maps.watched, &pid, sizeof(pid), &zero, sizeof(zero),
				   BPF_NOEXIST);
	if (err == -EEXIST)
		return lab_fail(err, "process %u is watched already", pid);
	if (err == -E2BIG)
		return lab_fail(err, "no room to watch process %u: the map holds %u", pid,
				bpf_map__max_entries(skel->maps.watched));
	return err;
}

static int watch_all(struct writes_bpf *skel, const struct lab_child *child)
{
	int err = 0;

	if (lab_opts.command)
		err = watch(skel, child->pid);
	for (unsigned int i = 0; i < env.n_pids && !err; i++)
		err = watch(skel, env.pids[i]);
	return err;
}

/* A hash map is walked from key to key, in no order; -ENOENT is its end. */
static int print_watched(const struct bpf_map *watched)
{
	struct total total;
	__u32 pid, *last = NULL;
	int err;

	while (!(err = bpf_map__get_next_key(watched, last, &pid, sizeof(pid)))) {
		last = &pid;
		err = bpf_map__lookup_elem(watched, &pid, sizeof(pid), &total, sizeof(total), 0);
		if (err)
			return err;
		printf("process %u: calls %llu, bytes %llu\n", pid, total.calls, total.bytes);
	}
	return err == -ENOENT ? 0 : err;
}

/* An array map has all its keys from the start: 0 to max_entries - 1. */
static int print_classes(const struct bpf_map *classes)
{
	static const char *const names[CLASSES] = {
		"0",
		"1 to 9",
		"10 to 99",
		"100 to 999",
		"1,000 to 9,999",
		"10,000 to 99,999",
		"100,000 to 999,999",
		"1,000,000 and more",
	};
	__u64 calls;
	int err;

	for (__u32 digits = 0; digits < CLASSES; digits++) {
		err = bpf_map__lookup_elem(classes, &digits, sizeof(digits), &calls, sizeof(calls),
					   0);
		if (err)
			return err;
		if (calls)
			printf("size %s: calls %llu\n", names[digits], calls);
	}
	return 0;
}

struct entry {
	__u64 size;
	__u64 calls;
};

static int most_calls_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->calls != y->calls)
		return x->calls < y->calls ? 1 : -1;
	return x->size < y->size ? -1 : 1;
}

static int print_sizes(const struct bpf_map *sizes)
{
	struct entry entries[SIZES_MAX];
	__u64 size, *last = NULL;
	size_t n = 0;
	int err = 0;

	while (n < SIZES_MAX && !(err = bpf_map__get_next_key(sizes, last, &size, sizeof(size)))) {
		last = &size;
		entries[n].size = size;
		err = bpf_map__lookup_elem(sizes, &size, sizeof(size), &entries[n].calls,
					   sizeof(entries[n].calls), 0);
		if (err)
			return err;
		n++;
	}
	if (err && err != -ENOENT)
		return err;
	qsort(entries, n, sizeof(*entries), most_calls_first);
	for (size_t i = 0; i < n && i < SIZES_SHOWN; i++)
		printf("size %llu: calls %llu\n", entries[i].size, entries[i].calls);
	if (n > SIZES_SHOWN)
		printf("... and %zu other sizes\n", n - SIZES_SHOWN);
	return 0;
}

static int print_tables(const struct writes_bpf *skel)
{
	int err;

	err = print_watched(skel->maps.watched);
	if (!err)
		err = print_classes(skel->maps.classes);
	if (!err)
		err = print_sizes(skel->maps.sizes);
	if (!err && skel->bss->lost)
		printf("calls of sizes that had no room in the table: %llu\n", skel->bss->lost);
	return err;
}

int main(int argc, char **argv)
{
	struct lab_child child = LAB_CHILD_INIT;
	struct writes_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = writes_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the kernel program");
	lab_use_skeleton(skel->skeleton);

	err = lab_spawn_paused(&child, lab_opts.command);
	if (!err)
		err = writes_bpf__load(skel); /* makes the maps, too */
	if (!err)
		err = watch_all(skel, &child);
	if (!err)
		err = writes_bpf__attach(skel);
	if (!err)
		err = lab_resume(&child);
	if (!err)
		err = lab_tick_loop(0, NULL, NULL, &child);
	if (!err)
		err = print_tables(skel);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	writes_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
