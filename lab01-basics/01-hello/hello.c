// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Lesson 1, user-space side: loads hello.bpf.c, prints every program that
 * starts on this machine, and says how often one process called write(2).
 *
 *	hello                 until Ctrl-C
 *	hello -p PID          counts the calls of process PID, until Ctrl-C
 *	hello COMMAND ARG...  runs COMMAND, counts its calls, until it ends
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "hello.h"
#include "hello.skel.h"

static struct env {
	pid_t pid;
} env;

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Count the write(2) calls of process PID", 0 },
	{ 0 },
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		env.pid = lab_pid_arg(arg, state);
		return 0;
	case ARGP_KEY_SUCCESS:
		if (env.pid && lab_opts.command)
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
	.doc = "Print every program that starts, and count one process's write(2) calls.",
	.children = children,
};

/* Called for each record that the kernel side has put into the queue. */
static int print_exec(void *ctx, void *data, size_t size)
{
	const struct exec_event *e = data;

	(void)ctx;
	(void)size;
	printf("%7d  %-16s %s\n", e->pid, e->comm, e->filename);
	return 0;
}

int main(int argc, char **argv)
{
	struct lab_child child = LAB_CHILD_INIT;
	struct ring_buffer *queue = NULL;
	struct hello_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	/* Open: read the object file that is part of this program. */
	skel = hello_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the kernel program");
	lab_use_skeleton(skel->skeleton);

	/* The command gets its process id now, and runs later: we want to be
	 * attached before its first call.
	 */
	err = lab_spawn_paused(&child, lab_opts.command);
	if (err)
		goto out;
	if (lab_opts.command)
		env.pid = child.pid;

	/* Configure: until loading, constants can still be set. */
	skel->rodata->target_pid = env.pid;

	/* Load: maps are made, the verifier says yes or no. */
	err = hello_bpf__load(skel);
	if (err)
		goto out;

	/* Attach: from here on the kernel runs our programs. */
	err = hello_bpf__attach(skel);
	if (err)
		goto out;

	queue = ring_buffer__new(bpf_map__fd(skel->maps.events), print_exec, NULL, NULL);
	if (!queue) {
		err = -errno;
		goto out;
	}

	printf("%7s  %-16s %s\n", "PID", "COMMAND", "FILE");
	err = lab_resume(&child);
	if (err)
		goto out;
	err = lab_ringbuf_loop(queue, &child);

	/* Read: a global variable of the kernel side is plain memory here. */
	if (!err && env.pid)
		printf("process %d called write %llu times\n", env.pid, skel->bss->calls);

out:
	if (err)
		lab_report(err, "cannot run");
	ring_buffer__free(queue);
	lab_reap(&child);
	/* Detach, unload, free: the kernel forgets the programs. */
	hello_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
