// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl adopt, instructions: what a running loader has loaded, pinned as if
 * labctl load had loaded it, so that a test asks the kernel and not the loader;
 * and how large a program is there.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/test/pins.h"
#include "common/test/proc.h"

/* ---- adopt ---- */

/* The kernel keeps 15 bytes of a name: libbpf cuts the object's in OBJECT.SECTION. */
static int adopt_map(__u32 id, const char *dir)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (!err)
		err = pin(fd, dir, "map", strchr(info.name, '.') ?: info.name);
	close(fd);
	return err;
}

static int adopt_program(__u32 id, const char *dir)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (!err)
		err = pin(fd, dir, "prog", info.name);
	close(fd);
	return err;
}

/* A loader may hold several descriptors of one map or program. */
static int adopt_descriptor(const char *fdinfo, const char *dir)
{
	long map = proc_field(fdinfo, "map_id");
	long program = proc_field(fdinfo, "prog_id");
	int err = 0;

	if (map > 0)
		err = adopt_map(map, dir);
	/* A link names its program, too. */
	else if (program > 0 && proc_field(fdinfo, "link_id") < 0)
		err = adopt_program(program, dir);
	return err == -EEXIST ? 0 : err;
}

int cmd_adopt(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	char folder[64], path[PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *fds;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	snprintf(folder, sizeof(folder), "/proc/%d/fdinfo", atoi(argv[first]));
	fds = opendir(folder);
	if (!fds)
		return fail("there is no process %s", argv[first]);
	while (!err && (entry = readdir(fds))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		err = adopt_descriptor(path, dir);
	}
	closedir(fds);
	return err ? fail("cannot pin what process %s has loaded: %s", argv[first], strerror(-err))
		   : EXIT_OK;
}

/* ---- instructions ---- */

int cmd_instructions(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int fd, err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	fd = pin_open(dir, "prog", argv[first]);
	if (fd < 0)
		return pin_missing(dir, "prog", argv[first]);
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (err)
		return fail("%s: %s", argv[first], strerror(-err));
	printf("%zu\n", info.xlated_prog_len / sizeof(struct bpf_insn));
	return EXIT_OK;
}
