// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl detach, unload: the end of what load, attach and attach-xdp pinned.
 * When they return, the program has been taken off, not only been asked to go.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/pins.h"

/*
 * The kernel frees a link at once when its last file descriptor is closed, but
 * some time later when its last pin is removed. So the pin goes first.
 */
static int detach(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int fd = pin_open(dir, "link", name);

	if (fd < 0)
		return fd;
	unlink(pin_path(path, dir, "link", name));
	bpf_link_detach(fd); /* a program on an interface; other links end with the fd */
	close(fd);
	return 0;
}

int cmd_detach(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	char names[512];

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	if (detach(dir, argv[first])) {
		pin_names(dir, "link", names, sizeof(names));
		return fail("%s is not attached; attached are: %s", argv[first],
			    *names ? names : "none");
	}
	pass_programs_back(dir);
	return EXIT_OK;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return flag == FTW_DP ? rmdir(path) : unlink(path);
}

int cmd_unload(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *links;

	if (options(argc, argv, table) != argc || !dir)
		return usage();
	snprintf(path, sizeof(path), "%s/link", dir);
	links = opendir(path);
	while (links && (entry = readdir(links)))
		if (*entry->d_name != '.')
			detach(dir, entry->d_name);
	if (links)
		closedir(links);
	pass_programs_back(dir);
	if (nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) && errno != ENOENT)
		return fail("cannot remove %s: %s", dir, strerror(errno));
	return EXIT_OK;
}
