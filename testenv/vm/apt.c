// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * apt, with a configuration and folders of its own: it needs no root and
 * changes nothing of the machine's apt. Of the machine's configuration only
 * "Acquire" is taken (proxies), not its hooks, which would run as the user.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/fetch.h"
#include "testenv/vm/kernel.h"

/* The last line of apt's complaints that says something, in one line of ours. */
static int complain(const struct vm_tool *tool, int status, const char *what)
{
	char *text = tool->err.data, *line, *save, *last = NULL;

	if (status == 127)
		return report(EXIT_MACHINE,
			      "cannot %s: there is no apt on this machine. Kernels "
			      "are fetched from Debian, on Debian only",
			      what);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (line[0] == 'E' || !last)
			last = line;
	return report(EXIT_MACHINE, "cannot %s: %s", what, last ?: "apt says nothing");
}

static int make_folders(const char *dir)
{
	static const char *const folders[] = { "apt",
					       "apt/parts",
					       "apt/lists",
					       "apt/lists/partial",
					       "apt/cache",
					       "apt/cache/archives",
					       "apt/cache/archives/partial",
					       "deb",
					       "kernel",
					       "kernel/modules" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, folders[i]) >= PATH_MAX)
			return -ENAMETOOLONG;
		if (mkdir(path, 0755))
			return -errno;
	}
	return 0;
}

static int write_file(const char *dir, const char *name, const char *text, size_t size)
{
	char path[PATH_MAX];
	FILE *f;
	int err;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	f = fopen(path, "we");
	if (!f)
		return -errno;
	err = fwrite(text, 1, size, f) == size ? 0 : -EIO;
	return fclose(f) ? -errno : err;
}

static int write_config(const char *dir)
{
	static const char *const dump[] = { "apt-config", "dump", "Acquire", NULL };
	static const char ours[] =
		"Dir::Etc::main \"/dev/null\";\nDir::Etc::parts \"%1$s/apt/parts\";\n"
		"Dir::Etc::sourcelist \"%1$s/apt/sources.sources\";\n"
		"Dir::Etc::sourceparts \"%1$s/apt/parts\";\n"
		"Dir::State::lists \"%1$s/apt/lists\";\nDir::State::status \"/dev/null\";\n"
		"Dir::Cache \"%1$s/apt/cache\";\nAPT::Sandbox::User \"\";\n"
		"APT::Get::List-Cleanup \"0\";\nAcquire::Languages \"none\";\n";
	struct vm_tool tool = {};
	char text[8192];
	int status = vm_tool_run(&tool, dump), err;

	if (status) {
		vm_tool_free(&tool);
		return status == 127 ? -ENOENT : -EIO;
	}
	snprintf(text, sizeof(text), ours, dir);
	tool.out.end--; /* the zero byte */
	err = vm_buf_add(&tool.out, text, strlen(text));
	if (!err)
		err = write_file(dir, "apt/apt.conf", tool.out.data, vm_buf_len(&tool.out));
	vm_tool_free(&tool);
	snprintf(text, sizeof(text), "%s/apt/apt.conf", dir);
	setenv("APT_CONFIG", text, 1);
	setenv("LC_ALL", "C", 1);
	return err;
}

int vm_apt_begin(const char *dir, const char *wanted)
{
	static const char *const update[] = { "apt-get", "-q", "update", NULL };
	struct vm_source source;
	struct vm_buf sources = {};
	struct vm_tool tool = {};
	int err, status;

	err = make_folders(dir);
	if (!err)
		err = write_config(dir);
	if (err == -ENOENT)
		return report(EXIT_MACHINE, "vm fetch takes kernels from Debian through apt, and "
					    "there is no apt here");
	vm_source_find(&source);
	if (!err && !source.main[0])
		return report(EXIT_MACHINE,
			      "vm fetch takes kernels from Debian, and this machine's "
			      "apt sources name no Debian archive");
	if (!err)
		err = vm_source_write(&source, wanted, &sources);
	if (err == -ENOENT)
		return report(EXIT_MACHINE,
			      "no suite of Debian that we know has a kernel %s: try "
			      "6.1, 6.12 or newest",
			      wanted);
	if (!err)
		err = write_file(dir, "apt/sources.sources", sources.data, vm_buf_len(&sources));
	vm_buf_free(&sources);
	if (err)
		return report(EXIT_INTERNAL, "cannot write to %s: %s", dir, strerror(-err));
	status = vm_tool_run(&tool, update);
	status = status ? complain(&tool, status, "get the lists of packages") : 0;
	vm_tool_free(&tool);
	return status;
}

/* Debian's name of this processor. */
static const char *arch(void)
{
#if defined(__x86_64__)
	return "amd64";
#elif defined(__aarch64__)
	return "arm64";
#else
	return "unknown";
#endif
}

int vm_apt_choose(const char *dir, const char *wanted, char *release, size_t size)
{
	static const char *const names[] = { "apt-cache", "pkgnames", "linux-image-", NULL };
	struct vm_tool tool = { .dir = dir };
	int status = vm_tool_run(&tool, names);
	const char *found;
	char *line, *save;

	release[0] = '\0';
	if (status) {
		status = complain(&tool, status, "search the lists of packages");
		vm_tool_free(&tool);
		return status;
	}
	for (line = strtok_r(tool.out.data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		found = vm_version_of_package(line, arch());
		if (found && vm_version_matches(found, wanted) &&
		    vm_version_compare(found, release) > 0)
			snprintf(release, size, "%s", found);
	}
	vm_tool_free(&tool);
	if (!release[0])
		return report(EXIT_MACHINE,
			      "Debian offers no kernel %s now: try 6.1, 6.12 or "
			      "newest",
			      wanted);
	return 0;
}

/* From 7.2 the image and the modules are packages of their own. */
static bool package_exists(const char *package)
{
	const char *argv[] = { "apt-cache", "show", package, NULL };
	struct vm_tool tool = {};
	int status = vm_tool_run(&tool, argv);

	vm_tool_free(&tool);
	return status == 0;
}

int vm_apt_download(const char *dir, const char *release)
{
	static const char *const kinds[] = { "image", "binary", "modules" };
	const char *argv[8] = { "apt-get", "-q", "download" };
	char packages[3][VM_RELEASE + 32], deb[PATH_MAX];
	struct vm_tool tool = { .dir = deb };
	int n = 3, status;

	snprintf(deb, sizeof(deb), "%.4000s/deb", dir);
	for (int i = 0; i < 3; i++) {
		snprintf(packages[i], sizeof(packages[i]), "linux-%s-%s", kinds[i], release);
		if (i == 0 || package_exists(packages[i]))
			argv[n++] = packages[i];
	}
	status = vm_tool_run(&tool, argv);
	status = status ? complain(&tool, status, "download the kernel") : 0;
	vm_tool_free(&tool);
	return status;
}
