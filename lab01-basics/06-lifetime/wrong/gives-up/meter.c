// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of meter.bpf.c: each command does one thing and ends, and the kernel goes
 * on counting what the environment's own cgroup sends.
 *
 *	meter start     version 1 of the program: packets
 *	meter show      what has been counted
 *	meter upgrade   version 2 in its place: packets and bytes
 *	meter stop      the end of it
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "meter.h"
#include "meter.skel.h"

/* Where the map and the link are pinned; set in main(). */
static char map_pin[PATH_MAX], link_pin[PATH_MAX];

/* The object with one of the two programs, not loaded yet. NULL: errno. */
static struct meter_bpf *open_version(int version)
{
	struct meter_bpf *skel = meter_bpf__open();

	if (!skel)
		return NULL;
	lab_use_skeleton(skel->skeleton);
	bpf_program__set_autoload(skel->progs.count_packets, version == 1);
	bpf_program__set_autoload(skel->progs.count_bytes, version == 2);
	return skel;
}

static int attach(struct meter_bpf *skel)
{
	int cgroup = lab_cgroup_open(NULL);
	int err = 0;

	if (cgroup < 0)
		return cgroup;
	skel->links.count_packets = bpf_program__attach_cgroup(skel->progs.count_packets, cgroup);
	if (!skel->links.count_packets)
		err = -errno;
	close(cgroup);
	return err;
}

static int start(void)
{
	struct meter_bpf *skel = open_version(1);
	int err;

	if (!skel)
		return -errno;
	err = meter_bpf__load(skel);
	/* First the map: when it runs already, this fails, and nothing has been disturbed. */
	if (!err)
		err = bpf_map__pin(skel->maps.traffic, map_pin);
	if (err)
		goto out;
	err = attach(skel);
	if (!err)
		err = bpf_link__pin(skel->links.count_packets, link_pin);
	if (err)
		bpf_map__unpin(skel->maps.traffic, map_pin);
out:
	meter_bpf__destroy(skel);
	return err;
}

static int show(void)
{
	int map = bpf_obj_get(map_pin);
	struct traffic sum = {};
	__u32 zero = 0;
	int err;

	if (map < 0)
		return map;
	err = bpf_map_lookup_elem(map, &zero, &sum);
	close(map);
	if (!err)
		printf("%llu packets, %llu bytes\n", sum.packets, sum.bytes);
	return err;
}

static int upgrade(void)
{
	struct meter_bpf *skel = open_version(2);
	int map = -1, link = -1;
	int err;

	if (!skel)
		return -errno;
	map = bpf_obj_get(map_pin);
	err = map < 0 ? map : bpf_map__reuse_fd(skel->maps.traffic, map);
	if (!err)
		err = meter_bpf__load(skel);
	if (!err) {
		link = bpf_obj_get(link_pin);
		err = link < 0 ? link : 0;
	}
	/* One program out, the other in, in one step: each packet meets exactly one of them. */
	if (!err)
		err = bpf_link_update(link, bpf_program__fd(skel->progs.count_bytes), NULL);
	if (link >= 0)
		close(link);
	if (map >= 0)
		close(map);
	meter_bpf__destroy(skel);
	return err;
}

static int stop(void)
{
	int link = bpf_obj_get(link_pin);
	int err;

	if (link < 0)
		return link;
	err = bpf_link_detach(link); /* at once, whoever else holds it */
	close(link);
	unlink(link_pin);
	if (unlink(map_pin) && !err)
		err = -errno;
	return err;
}

/* ---- given ---- */

static const struct command {
	const char *name;
	int (*run)(void);
} commands[] = { { "start", start }, { "show", show }, { "upgrade", upgrade }, { "stop", stop } };

static const struct command *command;

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (command)
			return ARGP_ERR_UNKNOWN;
		for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
			if (!strcmp(commands[i].name, arg))
				command = &commands[i];
		if (!command)
			argp_error(state, "no such command: %s", arg);
		return 0;
	case ARGP_KEY_END:
		if (!command)
			argp_error(state, "give a command: start, show, upgrade or stop");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* bpffs is a file system: folders are made and removed as in any other. */
static int make_folders(void)
{
	const char *bpffs = getenv("TESTENV_BPF");
	static const char *const folders[] = { "", "/map", "/link" };
	char path[PATH_MAX];

	if (!bpffs || !*bpffs)
		return lab_fail(-ENOENT, "run it inside an environment: testenv run");
	snprintf(map_pin, sizeof(map_pin), "%s/meter/map/traffic", bpffs);
	snprintf(link_pin, sizeof(link_pin), "%s/meter/link/egress", bpffs);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		snprintf(path, sizeof(path), "%s/meter%s", bpffs, folders[i]);
		if (mkdir(path, 0700) && errno != EEXIST)
			return lab_fail(-errno, "cannot make %s: %s", path, strerror(errno));
	}
	return 0;
}

/* What is usually behind these two. */
static int explain(int err)
{
	if (err == -EEXIST)
		return lab_fail(err, "it is running already");
	if (err == -ENOENT)
		return lab_fail(err, "it is not running; begin with: meter start");
	return err;
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };
	const struct argp argp = {
		.parser = parse_arg,
		.args_doc = "start|show|upgrade|stop",
		.doc = "Count the packets that the environment's cgroup sends: run it inside "
		       "testenv run.",
		.children = children,
	};
	char what[32];
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	err = make_folders();
	if (!err)
		err = explain(command->run());
	if (!err)
		return 0;
	snprintf(what, sizeof(what), "cannot %s", command->name);
	lab_report(err, what);
	return 1;
}
