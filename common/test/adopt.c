// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl adopt, held-maps, instructions: what a running loader has loaded, pinned as if
 * labctl load had loaded it, so that a test asks the kernel and not the loader; how many
 * descriptors of maps the loader holds; and how large a program is there.
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
#include "common/test/sandboxed.h"

/* ---- adopt ---- */

/*
 * What a loader holds for a moment only, as an inner map until it is in place, may be gone
 * when it is asked for by the number just read: that is no error, and nothing to adopt.
 */
static int held(int fd)
{
	return fd == -ENOENT ? 0 : fd;
}

/* The kernel keeps 15 bytes of a name: libbpf cuts the object's in OBJECT.SECTION. */
static int adopt_map(__u32 id, const char *dir)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return held(fd);
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
		return held(fd);
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (!err)
		err = pin(fd, dir, "prog", info.name);
	close(fd);
	return err;
}

/*
 * Calls visit with the fdinfo of each descriptor of a process, until it returns what
 * is not 0. Returns that; -ESRCH: there is no such process.
 */
static int for_each_descriptor(const char *pid, int (*visit)(const char *fdinfo, void *context),
			       void *context)
{
	char folder[64], path[PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *fds;

	snprintf(folder, sizeof(folder), "/proc/%d/fdinfo", sandboxed_program(atoi(pid)));
	fds = opendir(folder);
	if (!fds)
		return -ESRCH;
	while (!err && (entry = readdir(fds))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		err = visit(path, context);
	}
	closedir(fds);
	return err;
}

/* A loader may hold several descriptors of one map or program. context: the pins' folder. */
static int adopt_descriptor(const char *fdinfo, void *context)
{
	const char *dir = context;
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
	int err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	err = for_each_descriptor(argv[first], adopt_descriptor, (void *)dir);
	if (err == -ESRCH)
		return EXIT_ENDED;
	return err ? fault("cannot pin what the loader has loaded: %s", strerror(-err)) : EXIT_OK;
}

/* ---- held-maps ---- */

static int count_map(const char *fdinfo, void *context)
{
	int *count = context;

	*count += proc_field(fdinfo, "map_id") > 0;
	return 0;
}

int cmd_held_maps(int argc, char **argv)
{
	int count = 0;

	if (argc != 2)
		return usage();
	if (for_each_descriptor(argv[1], count_map, &count))
		return EXIT_ENDED;
	printf("%d\n", count);
	return EXIT_OK;
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
