// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where this machine has which cgroup controller: reads the kernel's two lists. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/sandbox/limits.h"

/* Is word one of those in list, which commas separate? */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, word, len) == 0 && (p[len] == ',' || p[len] == '\0'))
			return true;
	return false;
}

static bool is_octal(const char *p)
{
	return p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' &&
	       p[2] <= '7';
}

/* The kernel writes blanks and backslashes in paths as \040 and so on. */
static void unescape(char *path)
{
	char *to = path;

	for (; *path; to++) {
		if (path[0] == '\\' && is_octal(path + 1)) {
			*to = (char)((path[1] - '0') * 64 + (path[2] - '0') * 8 + path[3] - '0');
			path += 4;
		} else {
			*to = *path++;
		}
	}
	*to = '\0';
}

/* Does this line's mount hold the controller ("": is it cgroup2)? */
static bool is_mount_of(const char *line, const char *controller)
{
	const char *tail = strstr(line, " - ");
	char type[32], options[1024] = "";

	if (!tail || sscanf(tail, " - %31s %*s %1023s", type, options) < 1)
		return false;
	if (!*controller)
		return strcmp(type, "cgroup2") == 0;
	return strcmp(type, "cgroup") == 0 && has_word(options, controller);
}

static int find(FILE *mountinfo, const char *controller, char path[PATH_MAX], char root[PATH_MAX])
{
	char *line = NULL;
	size_t room = 0;
	int err = -ENOENT;

	rewind(mountinfo);
	while (err && getline(&line, &room, mountinfo) > 0) {
		_Static_assert(PATH_MAX == 4096, "the widths in the format below");
		line[strcspn(line, "\n")] = '\0';
		if (is_mount_of(line, controller) &&
		    sscanf(line, "%*s %*s %*s %4095s %4095s", root, path) == 2)
			err = 0;
	}
	free(line);
	if (err)
		return err;
	unescape(path);
	unescape(root);
	return 0;
}

int limits_find_mount(FILE *mountinfo, const char *controller, char path[PATH_MAX],
		      char root[PATH_MAX], bool *v2)
{
	*v2 = !*controller || find(mountinfo, controller, path, root);
	return *v2 ? find(mountinfo, "", path, root) : 0;
}

int limits_find_own(FILE *cgroup, const char *controller, char path[PATH_MAX])
{
	char *line = NULL;
	size_t room = 0;
	int err = -ENOENT;

	while (err && getline(&line, &room, cgroup) > 0) {
		char *list = strchr(line, ':');
		char *at = list ? strchr(list + 1, ':') : NULL;

		if (!at)
			continue;
		line[strcspn(line, "\n")] = '\0';
		*at++ = '\0';
		if (!has_word(list + 1, controller) || strlen(at) >= PATH_MAX)
			continue;
		strcpy(path, at);
		err = 0;
	}
	free(line);
	return err;
}
