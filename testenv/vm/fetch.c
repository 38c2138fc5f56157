// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "testenv vm fetch": a kernel of Debian's into the user's cache. It appears
 * there whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/testenv.h"
#include "testenv/vm/vm.h"
#include "testenv/vm/fetch.h"
#include "testenv/vm/kernel.h"

struct fetch {
	const char *wanted;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct fetch *fetch = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (fetch->wanted)
			cli_error("vm fetch: one kernel at a time");
		if (!vm_version_valid(arg))
			cli_error("'%s' is not a kernel version: use one such as 6.1 or 6.12, or "
				  "newest",
				  arg);
		fetch->wanted = arg;
		return 0;
	case ARGP_KEY_END:
		if (!fetch->wanted)
			cli_error("vm fetch: usage: testenv vm fetch VERSION");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "VERSION",
	.doc = "Fetch a kernel for virtual machines from Debian, through apt, into the cache "
	       "(~/.cache/bpf-labs): about 110 MB to download, 150 MB kept. VERSION is 6.1, 6.12, any "
	       "other that Debian offers, or newest. No root is needed, and the machine's own "
	       "packages stay as they are.",
};

static bool has_release(const char *release)
{
	char path[PATH_MAX];

	return vm_cache(path, "kernels/%s", release) == 0 && access(path, R_OK) == 0;
}

static int move_into_place(const char *dir, const char *release)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (snprintf(from, sizeof(from), "%s/kernel", dir) >= PATH_MAX ||
	    vm_cache(to, "kernels/%s", release) || rename(from, to))
		return report(exit_code(-errno), "cannot put the kernel into the cache: %s",
			      strerror(errno));
	printf("fetched the kernel %s\n", release);
	return 0;
}

static int fetch_into(const char *dir, const char *wanted)
{
	char release[VM_RELEASE], what[PATH_MAX];
	int code, err;

	fprintf(stderr, "testenv: asking Debian's archive for a kernel %s ...\n", wanted);
	code = vm_apt_begin(dir, wanted);
	if (!code)
		code = vm_apt_choose(dir, wanted, release, sizeof(release));
	if (code)
		return code;
	if (has_release(release)) {
		printf("the kernel %s is there already\n", release);
		return 0;
	}
	fprintf(stderr, "testenv: downloading %s ...\n", release);
	code = vm_apt_download(dir, release);
	if (code)
		return code;
	err = vm_archive_unpack(dir, what);
	if (err)
		return report(exit_code(err), "cannot unpack %s: %s", what, strerror(-err));
	return move_into_place(dir, release);
}

static int fetch_locked(const char *wanted)
{
	struct vm_kernel kernel;
	char dir[PATH_MAX];
	int fd, code;

	vm_cache_collect("kernels");
	/* What is newest only the archive knows. */
	if (strcmp(wanted, "newest") != 0 && vm_kernel_find(wanted, &kernel) == 0) {
		printf("the kernel %s is there already\n", kernel.release);
		return 0;
	}
	fd = vm_cache_begin("kernels", dir);
	if (fd < 0)
		return report(exit_code(fd), "cannot make a folder in the cache: %s",
			      strerror(-fd));
	code = fetch_into(dir, wanted);
	vm_remove_tree(dir);
	close(fd);
	return code;
}

int vm_cmd_fetch(int argc, char **argv)
{
	struct fetch fetch = {};
	char path[PATH_MAX];
	int lock, code, err;

	cli_parse(&argp, argc, argv, false, &fetch);
	err = vm_cache(path, "kernels/lock");
	lock = err ? err : vm_lock(path, true, -1);
	if (lock < 0)
		return report(exit_code(lock), "cannot use the cache %s: %s", path,
			      strerror(-lock));
	code = fetch_locked(fetch.wanted);
	close(lock);
	return code;
}
