// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of counters.bpf.c: attaches the program to an interface, and shows its
 * counters as a table: at the end of COMMAND, or every second until Ctrl-C.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "counters.h"
#include "counters.skel.h"

static const char *const names[KINDS] = {
	[KIND_ARP] = "arp", [KIND_ICMP] = "icmp",   [KIND_TCP] = "tcp",
	[KIND_UDP] = "udp", [KIND_OTHER] = "other",
};

/* Room for one row of the map: what each of the possible CPUs has in it. */
static struct counter *values;
static int cpus;

static int make_room(void)
{
	cpus = libbpf_num_possible_cpus();
	if (cpus < 0)
		return cpus;
	values = calloc(cpus, sizeof(*values));
	return values ? 0 : -ENOMEM;
}

/* Reads one row of the map, and adds it to *sum. 0 or -errno. */
static int add_up(int map_fd, __u32 kind, struct counter *sum)
{
	int err = bpf_map_lookup_elem(map_fd, &kind, values);

	if (err)
		return err;
	sum->packets += values[0].packets;
	sum->bytes += values[0].bytes;
	return 0;
}

/* ---- from here on, all is given -------------------------------------------- */

static const struct lab_column columns[] = {
	{ .name = "protocol", .kind = LAB_TEXT },     { .name = "packets", .kind = LAB_COUNT },
	{ .name = "packets/s", .kind = LAB_RATE },    { .name = "bytes", .kind = LAB_BYTES },
	{ .name = "bytes/s", .kind = LAB_BYTE_RATE },
};

static int fill(struct lab_table *table, void *ctx)
{
	const struct counters_bpf *skel = ctx;

	for (__u32 kind = 0; kind < KINDS; kind++) {
		struct counter sum = { 0 };
		int err = add_up(bpf_map__fd(skel->maps.counters), kind, &sum);

		if (err)
			return lab_fail(err, "cannot read the row of %s: %s", names[kind],
					strerror(-err));
		/* Of a rate, the table is given the counter, and does the rest. */
		lab_table_row(table, (union lab_cell[]){ { .text = names[kind] },
							 { .number = sum.packets },
							 { .number = sum.packets },
							 { .number = sum.bytes },
							 { .number = sum.bytes } });
	}
	return 0;
}

static __u32 drop_kind = KINDS;

static const struct argp_option options[] = {
	{ "drop", 'd', "PROTOCOL", 0, "drop frames of this kind; they are counted all the same",
	  0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	if (key != 'd')
		return ARGP_ERR_UNKNOWN;
	for (drop_kind = 0; drop_kind < KINDS; drop_kind++)
		if (!strcmp(arg, names[drop_kind]))
			return 0;
	argp_error(state, "-d: '%s' is none of arp, icmp, tcp, udp, other", arg);
	return EINVAL;
}

/* Attached until it returns: the link is closed, and the program goes with it. */
static int watch(struct counters_bpf *skel, struct lab_table *table, struct lab_child *child)
{
	struct bpf_link *link;
	int err;

	link = lab_attach_xdp(skel->progs.count_frame, lab_opts.ifname, lab_opts.mode);
	if (!link)
		return -errno;
	printf("%s: count_frame attached (%s)\n", lab_opts.ifname,
	       lab_xdp_mode_name(lab_opts.mode));
	/* With a command only at its end, else every second. */
	err = lab_resume(child);
	if (!err)
		err = lab_table_loop(table, lab_opts.command ? 0 : 1000, fill, skel, child);
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
		.doc = "Count what arrives on an interface, by protocol.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct lab_table *table;
	struct counters_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = counters_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);
	skel->rodata->drop_kind = drop_kind;

	table = lab_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	err = table ? make_room() : -errno;
	if (!err)
		err = counters_bpf__load(skel);
	if (!err)
		err = lab_spawn_paused(&child, lab_opts.command);
	if (!err)
		err = watch(skel, table, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	lab_table_free(table);
	free(values);
	counters_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
