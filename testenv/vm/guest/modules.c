// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loading kernel modules: those that booting needs from the initramfs, others
 * when the kernel asks for them, from the folder that "testenv vm fetch" made.
 * Its file "index" has a line for each module: NAME DEPENDENCIES ALIAS...,
 * dependencies separated by commas, "-" for none.
 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/vm/guest/guest.h"

/* A chain of dependencies that is longer is a circle. */
#define DEPTH_MAX 20

static int load_file(const char *folder, const char *name)
{
	char path[320];
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/%s.ko", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		err = -errno;
	close(fd);
	return err;
}

void guest_load_boot_modules(void)
{
	FILE *f = fopen(BOOT_LIST, "re");
	char name[128];

	while (f && fscanf(f, "%127s", name) == 1) {
		int err = load_file(BOOT_MODULES, name);

		if (err)
			guest_log("cannot load the module %s: %s", name, strerror(-err));
	}
	if (f)
		fclose(f);
}

/* In names of modules both stand for one another. */
static void dashes_to_underscores(char *text)
{
	for (; *text; text++)
		if (*text == '-')
			*text = '_';
}

/* Does the line's name or one of its aliases match? Returns the dependencies. */
static char *match(char *line, const char *wanted, char *name, size_t size)
{
	char *save, *word = strtok_r(line, " \n", &save);
	char *depends = strtok_r(NULL, " \n", &save);

	if (!word || !depends)
		return NULL;
	snprintf(name, size, "%s", word);
	for (; word; word = strtok_r(NULL, " \n", &save)) {
		dashes_to_underscores(word);
		if (fnmatch(word, wanted, 0) == 0)
			return depends;
	}
	return NULL;
}

static int load(const char *wanted, int depth);

static int load_line(char *depends, const char *name, int depth)
{
	char *save, *dependency;

	if (strcmp(depends, "-") != 0)
		for (dependency = strtok_r(depends, ",", &save); dependency;
		     dependency = strtok_r(NULL, ",", &save))
			load(dependency, depth + 1);
	return load_file(GUEST_MODULES, name);
}

/* Loads every module that the name or alias stands for. */
static int load(const char *wanted, int depth)
{
	char *plain = strdup(wanted), *line = NULL, *depends, name[128];
	FILE *f = fopen(GUEST_MODULES "/index", "re");
	size_t room = 0;
	int err = -ENOENT;

	if (plain)
		dashes_to_underscores(plain);
	while (f && plain && depth < DEPTH_MAX && getline(&line, &room, f) > 0) {
		depends = match(line, plain, name, sizeof(name));
		if (depends)
			err = load_line(depends, name, depth);
	}
	free(line);
	free(plain);
	if (f)
		fclose(f);
	return err;
}

int guest_modprobe(const char *name)
{
	return load(name, 0) ? 1 : 0;
}
