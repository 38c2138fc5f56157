// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of large.bpf.c: hands the settings over, and prints what was counted.
 *
 *	large [-t BYTES] [-b] COMMAND ARG...   runs COMMAND, watches it to its end
 *	large [-t BYTES] [-b] -p PID           watches process PID until Ctrl-C
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "large.skel.h"

/* What the options say. */
static struct env {
	pid_t pid;
	bool has_threshold; /* -t was given */
	__u64 threshold;    /* bytes */
	bool with_bytes;    /* -b was given */
} env;

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Watch process PID", 0 },
	{ "threshold", 't', "BYTES", 0, "Writes of so many bytes are large (default 1000)", 0 },
	{ "bytes", 'b', NULL, 0, "Add up the bytes of large writes, too", 0 },
	{ 0 },
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	char *end;

	switch (key) {
	case 'p':
		env.pid = lab_pid_arg(arg, state);
		return 0;
	case 't':
		env.threshold = strtoull(arg, &end, 10);
		env.has_threshold = true;
		if (*arg < '0' || *arg > '9' || *end)
			argp_error(state, "-t: not a number of bytes: %s", arg);
		return 0;
	case 'b':
		env.with_bytes = true;
		return 0;
	case ARGP_KEY_SUCCESS:
		if (!env.pid == !lab_opts.command)
			argp_error(state, "give either -p PID or a COMMAND");
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
	.doc = "Count the large write(2) calls of a process.",
	.children = children,
};

/* How much of the program the verifier has kept. */
static int print_size(const struct large_bpf *skel)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int err;

	err = bpf_obj_get_info_by_fd(bpf_program__fd(skel->progs.on_write), &info, &size);
	if (!err)
		printf("on_write has %zu instructions in the kernel\n",
		       info.xlated_prog_len / sizeof(struct bpf_insn));
	return err;
}

static void print_counters(const struct large_bpf *skel)
{
	printf("%llu calls\n", skel->bss->calls);
	printf("%llu of at least %llu bytes\n", skel->bss->large, skel->data->threshold);
	if (skel->rodata->with_bytes)
		printf("%llu bytes in them\n", skel->bss->bytes);
}

int main(int argc, char **argv)
{
	struct lab_child child = LAB_CHILD_INIT;
	struct large_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = large_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the kernel program");
	lab_use_skeleton(skel->skeleton);

	err = lab_spawn_paused(&child, lab_opts.command);
	if (err)
		goto out;

	/* Settings, from here to the loading. */
	skel->rodata->target_pid = env.pid ?: child.pid;
	if (env.has_threshold)
		skel->data->threshold = env.threshold;

	err = large_bpf__load(skel);
	skel->rodata->with_bytes = env.with_bytes;
	if (!err)
		err = print_size(skel);
	if (!err)
		err = large_bpf__attach(skel);
	if (!err)
		err = lab_resume(&child);
	if (!err)
		err = lab_tick_loop(0, NULL, NULL, &child);
	if (!err)
		print_counters(skel);
out:
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	large_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
