// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of parsing.bpf.c: sets the port, attaches the program to an
 * interface, and prints what kinds of frames came: at the end of COMMAND, or
 * every second until Ctrl-C. Given; the lesson's work is in the kernel program.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/lab/lab.h"
#include "parsing.skel.h"

static struct {
	unsigned int port;
} env = {
	.port = 7777,
};

static const struct argp_option options[] = {
	{ "port", 'p', "PORT", 0, "UDP port whose datagrams are dropped (default 7777)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	char *end;

	switch (key) {
	case 'p':
		env.port = strtoul(arg, &end, 10);
		if (end == arg || *end || env.port > 65535)
			argp_error(state, "-p: not a port: %s", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int print_counters(void *ctx)
{
	const struct parsing_bpf *skel = ctx;

	printf("dropped %llu, udp %llu, icmp %llu, fragments %llu, other %llu, bad %llu\n",
	       skel->bss->dropped, skel->bss->udp, skel->bss->icmp, skel->bss->fragments,
	       skel->bss->other, skel->bss->bad);
	return 0;
}

/* Attached until it returns: the link is closed, and the program goes with it. */
static int watch(struct parsing_bpf *skel, struct lab_child *child)
{
	struct bpf_link *link;
	int err;

	link = lab_attach_xdp(skel->progs.parsing, lab_opts.ifname, lab_opts.mode);
	if (!link)
		return -errno;
	printf("%s: parsing attached (%s), drops UDP to port %u\n", lab_opts.ifname,
	       lab_xdp_mode_name(lab_opts.mode), env.port);
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
		.doc = "Drop UDP datagrams to one port, and count what else comes.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct parsing_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = parsing_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);
	skel->rodata->port = env.port;

	err = parsing_bpf__load(skel);
	if (!err)
		err = lab_spawn_paused(&child, lab_opts.command);
	if (!err)
		err = watch(skel, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	parsing_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
