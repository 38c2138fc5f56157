// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "testenv vm usage": how much processor time a machine has had, and how long it has waited for some while
 * others had it. So who runs something in it can tell a slow program from a busy host.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/testenv.h"
#include "testenv/vm/keeper.h"
#include "testenv/vm/vm.h"

struct usage {
	unsigned long long ran_ns, waited_ns;
};

static bool read_numbers(const char *path, unsigned long long *first, unsigned long long *second)
{
	FILE *file = fopen(path, "re");
	int n = file ? fscanf(file, "%llu %llu", first, second) : 0;

	if (file)
		fclose(file);
	return n > 0;
}

/* QEMU is the keeper's only child. */
static pid_t qemu_of(pid_t keeper)
{
	unsigned long long pid = 0, unused;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", keeper, keeper);
	return read_numbers(path, &pid, &unused) ? (pid_t)pid : 0;
}

/* All its threads: those that are processors, and those that work for them. */
static int add_up(pid_t qemu, struct usage *usage)
{
	unsigned long long ran, waited;
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", qemu);
	tasks = opendir(path);
	if (!tasks)
		return -errno;
	while ((entry = readdir(tasks))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/schedstat", qemu, entry->d_name);
		if (*entry->d_name == '.' || !read_numbers(path, &ran, &waited))
			continue;
		usage->ran_ns += ran;
		usage->waited_ns += waited;
	}
	closedir(tasks);
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const char **name = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*name)
			cli_error("one machine at a time");
		cli_check_name(arg);
		*name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!*name)
			cli_error("the machine's NAME is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int vm_cmd_usage(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "NAME",
		.doc = "How much processor time a machine has had since it began, and how long it "
		       "could have run and did not, because others had the processors: JSON, in "
		       "milliseconds.",
	};
	struct usage usage = {};
	const char *name = NULL;
	struct ucred keeper;
	socklen_t len = sizeof(keeper);
	int fd, err;

	cli_parse(&argp, argc, argv, false, &name);
	fd = vm_connect(name);
	if (fd < 0)
		return report(EXIT_USAGE, "there is no machine '%s'", name);
	/* Who listens there. */
	err = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &keeper, &len) ? -errno : 0;
	if (!err)
		err = add_up(qemu_of(keeper.pid), &usage);
	close(fd);
	if (err)
		return report(EXIT_INTERNAL, "cannot look at the machine '%s': %s", name,
			      strerror(-err));
	printf("{\"cpu_ms\": %llu, \"waited_ms\": %llu}\n", usage.ran_ns / 1000000,
	       usage.waited_ns / 1000000);
	return 0;
}
