// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl info: what the kernel knows of a pinned program or map, one field of
 * it. It is the same whoever has loaded it, so that two loaders can be compared.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/pins.h"
#include "common/test/proc.h"

static int print_type(const char *name, unsigned int number)
{
	return name ? printf("%s\n", name) : printf("%u\n", number);
}

static int print_tag(const __u8 *tag, size_t size)
{
	for (size_t i = 0; i < size; i++)
		printf("%02x", tag[i]);
	return putchar('\n');
}

/* -errno; 0: there is no such field; more than 0: printed. */
static int print_program(int fd, const char *field)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (err)
		return err;
	if (!strcmp(field, "type"))
		return print_type(libbpf_bpf_prog_type_str(info.type), info.type);
	if (!strcmp(field, "tag"))
		return print_tag(info.tag, sizeof(info.tag));
	if (!strcmp(field, "name"))
		return printf("%s\n", info.name);
	if (!strcmp(field, "gpl"))
		return printf("%s\n", info.gpl_compatible ? "yes" : "no");
	if (!strcmp(field, "maps"))
		return printf("%u\n", info.nr_map_ids);
	return 0;
}

/* Only the process that holds it can read this. */
static int print_frozen(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return printf("%s\n", proc_field(path, "frozen") == 1 ? "yes" : "no");
}

static int print_map(int fd, const char *field)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (err)
		return err;
	if (!strcmp(field, "type"))
		return print_type(libbpf_bpf_map_type_str(info.type), info.type);
	if (!strcmp(field, "name"))
		return printf("%s\n", info.name);
	if (!strcmp(field, "key_size"))
		return printf("%u\n", info.key_size);
	if (!strcmp(field, "value_size"))
		return printf("%u\n", info.value_size);
	if (!strcmp(field, "max_entries"))
		return printf("%u\n", info.max_entries);
	if (!strcmp(field, "flags"))
		return printf("0x%x\n", info.map_flags);
	if (!strcmp(field, "read_only"))
		return printf("%s\n", info.map_flags & BPF_F_RDONLY_PROG ? "yes" : "no");
	if (!strcmp(field, "frozen"))
		return print_frozen(fd);
	return 0;
}

static int print_fields(int fd, bool is_map, int count, char **fields)
{
	for (int i = 0; i < count; i++) {
		int printed = is_map ? print_map(fd, fields[i]) : print_program(fd, fields[i]);

		if (printed < 0)
			return fail("the kernel tells nothing of it: %s", strerror(-printed));
		if (!printed)
			return fail("a %s has no field %s", is_map ? "map" : "program", fields[i]);
	}
	return EXIT_OK;
}

int cmd_info(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	bool is_map;
	int fd, status;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first < 3 || !dir)
		return usage();
	is_map = !strcmp(argv[first], "map");
	if (!is_map && strcmp(argv[first], "prog") != 0)
		return usage();
	fd = pin_open(dir, argv[first], argv[first + 1]);
	if (fd < 0)
		return pin_missing(dir, argv[first], argv[first + 1]);
	status = print_fields(fd, is_map, argc - first - 2, argv + first + 2);
	close(fd);
	return status;
}
