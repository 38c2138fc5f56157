// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Pins in bpffs: where they are (pins.h), making them and opening them. */
#include "common/test/pins.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/test/labctl.h"

char *pin_path(char path[PATH_MAX], const char *dir, const char *kind, const char *name)
{
	int start = snprintf(path, PATH_MAX, "%s/%s/", dir, kind);

	snprintf(path + start, PATH_MAX - start, "%s", name);
	for (char *c = path + start; *c; c++)
		if (*c == '.')
			*c = '_';
	return path;
}

/*
 * It belongs to whom the folder above belongs: testenv sandbox has given that to the submission, whose
 * loader is to find here what labctl has loaded for it.
 */
static int make_folder(const char *path)
{
	char above[PATH_MAX];
	struct stat st;

	if (mkdir(path, 0700))
		return errno == EEXIST ? 0 : -errno;
	snprintf(above, sizeof(above), "%s/..", path);
	if (stat(above, &st) || (st.st_uid != geteuid() && lchown(path, st.st_uid, st.st_gid)))
		return -errno;
	return 0;
}

int pin(int fd, const char *dir, const char *kind, const char *name)
{
	char path[PATH_MAX];
	int err;

	err = make_folder(dir);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/%s", dir, kind);
	err = make_folder(path);
	if (err)
		return err;
	return bpf_obj_pin(fd, pin_path(path, dir, kind, name));
}

int pin_open(const char *dir, const char *kind, const char *name)
{
	char path[PATH_MAX];

	return bpf_obj_get(pin_path(path, dir, kind, name));
}

void pin_names(const char *dir, const char *kind, char *text, size_t size)
{
	struct dirent **entries;
	char path[PATH_MAX];
	size_t used = 0;
	int count;

	*text = 0;
	snprintf(path, sizeof(path), "%s/%s", dir, kind);
	count = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (*entries[i]->d_name != '.' && used < size)
			used += snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

int pin_missing(const char *dir, const char *kind, const char *name)
{
	char names[512];

	pin_names(dir, kind, names, sizeof(names));
	return fail("there is no %s %s; there are: %s", strcmp(kind, "prog") ? kind : "program",
		    name, *names ? names : "none");
}

/* libbpf calls the map of a section OBJECT.SECTION, with OBJECT cut to fit. */
const char *map_pin_name(const struct bpf_map *map)
{
	const char *name = bpf_map__name(map);

	return strchr(name, '.') ?: name;
}
