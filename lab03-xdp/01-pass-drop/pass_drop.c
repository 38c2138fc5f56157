// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of pass_drop.bpf.c: sets the limit, attaches the program to an
 * interface, and prints its counters: at the end of COMMAND, or every second
 * until Ctrl-C. Given; the lesson's work is in the kernel program.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/lab/lab.h"
#include "pass_drop.skel.h"

static struct {
	unsigned int max_len;
} env = {
	.max_len = 1514,
};

static const struct argp_option options[] = {
	{ "limit", 'l', "BYTES", 0, "longest frame that may pass (default 1514)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	char *end;

	switch (key) {
	case 'l':
		env.max_len = strtoul(arg, &end, 10);
		if (end == arg || *end)
			argp_error(state, "-l: not a number of bytes: %s", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int print_counters(void *ctx)
{
	const struct pass_drop_bpf *skel = ctx;

	printf("frames %llu, bytes %llu, dropped %llu\n", skel->bss->frames, skel->bss->bytes,
	       skel->bss->dropped);
	return 0;
}

/* Attached until it returns: the link is closed, and the program goes with it. */
static int watch(struct pass_drop_bpf *skel, struct lab_child *child)
{
	struct bpf_link *link;
	int err;

	link = lab_attach_xdp(skel->progs.pass_drop, lab_opts.ifname, lab_opts.mode);
	if (!link)
		return -errno;
	printf("%s: pass_drop attached (%s), limit %u bytes\n", lab_opts.ifname,
	       lab_xdp_mode_name(lab_opts.mode), env.max_len);
	/* With a command only at its end, else every second. */
	err = lab_resume(child);
	if (!err)
		err = lab_tick_loop(lab_opts.command ? 0 : 1000, print_counters, skel, child);
	bpf_link__destroy(link);
	return err;
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_net_argp, 0, NULL, 0 },
					       { &lab_command_argp, 0, NULL, 0 },
					       { 0 } };
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Drop the frames that are longer than a limit.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct pass_drop_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = pass_drop_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);
	skel->rodata->max_len = env.max_len;

	err = pass_drop_bpf__load(skel);
	if (!err)
		err = lab_spawn_paused(&child, lab_opts.command);
	if (!err)
		err = watch(skel, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	pass_drop_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
