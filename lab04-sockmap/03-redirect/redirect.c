// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of redirect.bpf.c: attaches it to the environment's cgroup, runs COMMAND
 * (or waits for Ctrl-C), and prints how many packets with TCP data went over the
 * loopback interface meanwhile. Given; the lesson's work is in the kernel program.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "redirect.skel.h"

/* Every TCP socket of the cgroup's processes reports to remember() from now on. */
static int attach_remember(struct redirect_bpf *skel)
{
	int cgroup = lab_cgroup_open(NULL);
	int err = 0;

	if (cgroup < 0)
		return cgroup;
	skel->links.remember = bpf_program__attach_cgroup(skel->progs.remember, cgroup);
	if (!skel->links.remember)
		err = -errno;
	close(cgroup);
	return err;
}

/* A program of type sk_msg belongs to a map of sockets; it goes when the map does. */
static int attach_redirect(struct redirect_bpf *skel)
{
	return bpf_prog_attach(bpf_program__fd(skel->progs.redirect),
			       bpf_map__fd(skel->maps.sockets), BPF_SK_MSG_VERDICT, 0)
		       ? -errno
		       : 0;
}

/* Runs COMMAND, or waits for Ctrl-C, and counts on lo. */
static int watch(struct lab_child *child)
{
	int count = lab_tcp_data_open("lo");
	int err;

	if (count < 0)
		return count;
	if (!lab_opts.command)
		printf("counting packets with TCP data on lo, until Ctrl-C\n");
	err = lab_resume(child);
	if (!err)
		err = lab_tick_loop(0, NULL, NULL, child);
	if (!err)
		printf("packets with TCP data on lo: %ld\n", lab_tcp_data_count(count));
	close(count);
	return err;
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 },
					       { &lab_command_argp, 0, NULL, 0 },
					       { 0 } };
	const struct argp argp = {
		.doc = "Take TCP connections within this machine off the network stack, those of the "
		       "environment's cgroup: run it inside testenv run.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct redirect_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = redirect_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);

	err = redirect_bpf__load(skel);
	if (!err)
		err = attach_redirect(skel);
	if (!err)
		err = attach_remember(skel);
	if (!err)
		err = lab_spawn_paused(&child, lab_opts.command);
	if (!err)
		err = watch(&child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	redirect_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
