// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv vm list": kernels that are fetched, machines that run, what can be fetched. */
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/tool/complete.h"
#include "testenv/cli.h"
#include "testenv/testenv.h"
#include "testenv/vm/vm.h"
#include "testenv/vm/keeper.h"
#include "testenv/vm/state.h"

#define MB (1024 * 1024)

static unsigned long long bytes;

static int add_size(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path, (void)type, (void)ftw;
	bytes += st->st_blocks * 512ULL;
	return 0;
}

static int print_kernel(const struct vm_kernel *kernel, void *data)
{
	unsigned long long state_bytes;
	int *n = data, states;

	bytes = 0;
	nftw(kernel->dir, add_size, 16, FTW_PHYS);
	states = vm_states(kernel->release, &state_bytes);
	printf("%-28s %5llu MB", kernel->release, bytes / MB);
	if (states)
		printf("   saved state, %llu MB", state_bytes / MB);
	putchar('\n');
	(*n)++;
	return 0;
}

/* Calls each() for every machine that answers. */
static void each_machine(void (*each)(const char *name, const struct complete *c),
			 const struct complete *c)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *d;

	if (vm_cache(path, "machines"))
		return;
	d = opendir(path);
	while (d && (entry = readdir(d))) {
		int fd = name_valid(entry->d_name) ? vm_connect(entry->d_name) : -1;

		if (fd < 0)
			continue;
		each(entry->d_name, c);
		close(fd);
	}
	if (d)
		closedir(d);
}

static void print_machine(const char *name, const struct complete *c)
{
	(void)c;
	printf("machine %s is running\n", name);
}

static void add_machine(const char *name, const struct complete *c)
{
	complete_add(c, name, "machine");
}

void vm_complete_machines(const struct complete *c)
{
	each_machine(add_machine, c);
}

static int add_kernel(const struct vm_kernel *kernel, void *c)
{
	complete_add(c, kernel->release, "fetched");
	return 0;
}

void vm_complete_versions(const struct complete *c)
{
	static const char *const usual[] = { "6.1", "6.12", "newest" };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		complete_add(c, usual[i], NULL);
	vm_kernel_each(add_kernel, (void *)c);
}

int vm_cmd_list(int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "List the kernels that are fetched, the machines that run, and the "
		       "kernels that can be fetched.",
	};
	char qemu[PATH_MAX];
	int n = 0;

	cli_parse(&argp, argc, argv, false, NULL);
	vm_kernel_each(print_kernel, &n);
	if (!n)
		puts("no kernel is fetched");
	each_machine(print_machine, NULL);
	puts("to fetch one: testenv vm fetch 6.1, 6.12 or newest");
	if (vm_qemu_path(qemu))
		puts("QEMU is missing: make deps, or " VM_QEMU_CURE);
	return 0;
}
