// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * No meter at all. "start" pins a map where one is expected, and puts a symlink in place of
 * the folder next to it; the checks then remove meter/link/egress, as root: a file of this
 * name in any folder.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *bpffs = getenv("TESTENV_BPF");
	char folder[256], maps[256], map[256], link[256];
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = 4,
				.value_size = 16,
				.max_entries = 1,
				.map_name = "traffic" };

	if (argc < 2 || !bpffs)
		return 1;
	snprintf(folder, sizeof(folder), "%s/meter", bpffs);
	snprintf(maps, sizeof(maps), "%s/meter/map", bpffs);
	snprintf(map, sizeof(map), "%s/meter/map/traffic", bpffs);
	snprintf(link, sizeof(link), "%s/meter/link", bpffs);
	if (!strcmp(argv[1], "start")) {
		int fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

		mkdir(folder, 0700);
		mkdir(maps, 0700);
		attr = (union bpf_attr){ .pathname = (unsigned long)map, .bpf_fd = fd };
		syscall(SYS_bpf, BPF_OBJ_PIN, &attr, sizeof(attr));
		symlink("@VICTIM@", link);
	} else if (!strcmp(argv[1], "stop")) {
		unlink(link);
		unlink(map);
	}
	return 0;
}
