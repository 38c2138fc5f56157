// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Finds the program that refuses IPv4 connections to a port, among those on the
 * environment's own cgroup; prints what it has noted about the port, and takes it
 * off. It loads no program of its own.
 *
 *	culprit PORT
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "common/lab/lab.h"
#include "planted.h"

/* Where the programs are attached that are asked about connections over IPv4. */
#define HOOK BPF_CGROUP_INET4_CONNECT

#define PROGRAMS_MAX  64 /* the kernel allows no more on one hook of a cgroup */
#define USED_MAPS_MAX 64

static __u32 port;

/*
 * Copies what the map with this id has noted about the port. 0; -ENOENT: nothing,
 * or it is no map of such notes; or another -errno.
 */
static int note_in_map(__u32 id, struct entry *entry)
{
	int map = bpf_map_get_fd_by_id(id);
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int err;

	if (map < 0)
		return map;
	err = bpf_obj_get_info_by_fd(map, &info, &size);
	if (err)
		goto out;
	err = -ENOENT;
	/* An array has every key; and a look-up copies value_size bytes, however large that is. */
	if (info.type == BPF_MAP_TYPE_HASH && info.key_size == sizeof(port) &&
	    info.value_size == sizeof(*entry))
		err = bpf_map_lookup_elem(map, &port, entry);
out:
	close(map);
	return err;
}

/* The same for the maps that a program uses. prog: its file descriptor. */
static int note_of_program(int prog, struct entry *entry)
{
	__u32 ids[USED_MAPS_MAX] = {}, n = 0;
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int err;

	info.map_ids = (uintptr_t)ids;
	info.nr_map_ids = USED_MAPS_MAX;
	err = bpf_obj_get_info_by_fd(prog, &info, &size);
	if (err)
		return err;
	n = info.nr_map_ids;
	err = -ENOENT;
	for (__u32 i = 0; i < n && i < USED_MAPS_MAX && err == -ENOENT; i++)
		err = note_in_map(ids[i], entry);
	return err;
}

/* ---- given: what runs on the cgroup ---- */

static int examine(int cgroup, __u32 id)
{
	struct entry entry = {};
	int prog = bpf_prog_get_fd_by_id(id);
	int err;

	if (prog < 0)
		return prog == -ENOENT ? prog : lab_fail(prog, "cannot open program %u", id);
	err = note_of_program(prog, &entry);
	if (!err) {
		printf("program %u refuses port %u: %.*s\n", id, port, NOTE_SIZE, entry.note);
		err = bpf_prog_detach2(prog, cgroup, HOOK);
	}
	close(prog);
	return err;
}

static int examine_all(int cgroup)
{
	__u32 id = 0;

	while (!bpf_prog_get_next_id(id, &id))
		if (!examine(cgroup, id))
			return 0;
	return lab_fail(-ENOENT, "none of them has a note about port %u", port);
}

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	char *end;

	switch (key) {
	case ARGP_KEY_ARG:
		if (port)
			return ARGP_ERR_UNKNOWN;
		port = strtoul(arg, &end, 10);
		if (*arg < '0' || *arg > '9' || *end || !port || port > 65535)
			argp_error(state, "not a port: %s", arg);
		return 0;
	case ARGP_KEY_END:
		if (!port)
			argp_error(state, "give a PORT");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };
	const struct argp argp = {
		.parser = parse_arg,
		.args_doc = "PORT",
		.doc = "Find the program on the environment's cgroup that refuses connections to "
		       "PORT, and take it off.",
		.children = children,
	};
	int cgroup, err;

	lab_init();
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	cgroup = lab_cgroup_open(NULL);
	err = cgroup < 0 ? cgroup : examine_all(cgroup);
	if (cgroup >= 0)
		close(cgroup);
	return err ? !!lab_report(err, "no culprit") : 0;
}
