// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl cgroup-programs: which programs the environment's own cgroup has at a hook,
 * as the kernel tells it, with links and without. Attaching is in sockets.c.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/lab/lab.h"

/* The kernel allows no more at one hook of one cgroup. */
#define PROGRAMS_MAX 64

/* The hook's number by its name, as bpftool prints it; -1: there is none. */
static int hook_number(const char *name)
{
	const char *known;

	for (int hook = 0; (known = libbpf_bpf_attach_type_str(hook)); hook++)
		if (!strcmp(known, name))
			return hook;
	return -1;
}

static int print_name(__u32 id)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (!err)
		puts(info.name);
	return err;
}

int cmd_cgroup_programs(int argc, char **argv)
{
	__u32 ids[PROGRAMS_MAX], count = PROGRAMS_MAX;
	int cgroup, hook, err;

	if (argc != 2)
		return usage();
	hook = hook_number(argv[1]);
	if (hook < 0)
		return fail("there is no hook %s; bpftool cgroup show prints their names", argv[1]);
	cgroup = lab_cgroup_open(NULL);
	if (cgroup < 0) {
		lab_report(cgroup, "cannot look");
		return EXIT_FAILED;
	}
	err = bpf_prog_query(cgroup, hook, 0, NULL, ids, &count);
	close(cgroup);
	for (__u32 i = 0; i < count && !err; i++)
		err = print_name(ids[i]);
	return err ? fail("%s: %s", argv[1], strerror(-err)) : EXIT_OK;
}
