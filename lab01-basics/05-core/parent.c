// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of parent.bpf.c: says who is the parent of a process, and what the parent
 * was doing when the process called write(2) the last time. Given; the lesson's
 * work is in the kernel program.
 *
 *	parent -p PID          of process PID, until Ctrl-C
 *	parent COMMAND ARG...  runs COMMAND; until it ends
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "parent.skel.h"

static struct env {
	pid_t pid;
} env;

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Who is the parent of process PID?", 0 },
	{ 0 },
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		env.pid = lab_pid_arg(arg, state);
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
	.doc = "Say who the parent of a process is, and what it does while the process writes.",
	.children = children,
};

/*
 * The letters that ps has for them. The numbers have not changed since 4.14; of the
 * bits above 127, which say how a process may be woken, each kernel has its own.
 */
static const char *state_name(__u32 state)
{
	switch (state & 127) {
	case 0:
		return "R, it runs or could run";
	case 1:
		return "S, it waits, and a signal wakes it";
	case 2:
		return "D, it waits, and no signal wakes it";
	case 4:
		return "T, it is stopped";
	case 8:
		return "t, a debugger has stopped it";
	default:
		return "another one";
	}
}

static void print_parent(const struct parent_bpf *skel)
{
	char comm[sizeof(skel->bss->parent_comm) + 1];

	printf("process %d called write %llu time%s\n", env.pid, skel->bss->calls,
	       skel->bss->calls == 1 ? "" : "s");
	if (!skel->bss->parent_pid) {
		printf("its parent: not known\n");
		return;
	}
	snprintf(comm, sizeof(comm), "%s", skel->bss->parent_comm);
	printf("its parent: %s, process %d\n", lab_printable(comm), skel->bss->parent_pid);
	printf("the parent's state: %s\n", state_name(skel->bss->parent_state));
}

int main(int argc, char **argv)
{
	struct lab_child child = LAB_CHILD_INIT;
	struct parent_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = parent_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the kernel program");
	lab_use_skeleton(skel->skeleton);

	err = lab_spawn_paused(&child, lab_opts.command);
	if (err)
		goto out;
	if (lab_opts.command)
		env.pid = child.pid;
	skel->rodata->target_pid = env.pid;

	err = parent_bpf__load(skel);
	if (!err)
		err = parent_bpf__attach(skel);
	if (!err)
		err = lab_resume(&child);
	if (!err)
		err = lab_tick_loop(0, NULL, NULL, &child);
	if (!err)
		print_parent(skel);
out:
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	parent_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
