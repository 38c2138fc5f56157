// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names of kernel versions and of the packages that hold them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "testenv/vm/kernel.h"

#define IMAGE "linux-image-"

bool vm_version_valid(const char *wanted)
{
	if (strcmp(wanted, "newest") == 0)
		return true;
	if (!isdigit((unsigned char)wanted[0]) || strlen(wanted) >= VM_RELEASE)
		return false;
	for (; *wanted; wanted++)
		if (!isalnum((unsigned char)*wanted) && !strchr(".+-~_", *wanted))
			return false;
	return true;
}

bool vm_version_matches(const char *release, const char *wanted)
{
	size_t len = strlen(wanted);

	if (strcmp(wanted, "newest") == 0)
		return true;
	if (strncmp(release, wanted, len) != 0)
		return false;
	return !isdigit((unsigned char)release[len]) || !isdigit((unsigned char)wanted[len - 1]);
}

int vm_version_compare(const char *a, const char *b)
{
	return strverscmp(a, b);
}

/* Three numbers and more: others are packages that only depend on a kernel. */
static bool has_three_numbers(const char *release)
{
	int a, b, c;

	return sscanf(release, "%d.%d.%d", &a, &b, &c) == 3;
}

const char *vm_version_of_package(const char *package, const char *arch)
{
	static const char *const others[] = { "-cloud-", "-rt-", "-unsigned", "-dbg" };
	const char *release, *end;

	if (strncmp(package, IMAGE, strlen(IMAGE)) != 0)
		return NULL;
	release = package + strlen(IMAGE);
	if (!has_three_numbers(release) || strlen(release) >= VM_RELEASE)
		return NULL;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strstr(release, others[i]))
			return NULL;
	end = strrchr(release, '-');
	return end && strcmp(end + 1, arch) == 0 ? release : NULL;
}
