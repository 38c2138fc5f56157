// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Does KVM work here? /dev/kvm alone says nothing: in some virtual machines it
 * opens, and kernels hang in it. The processor's word, and a kernel that has
 * booted, do; the latter is remembered until the host boots again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/vm/state.h"

void vm_boot_id(char id[9])
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!f || !fgets(id, 9, f))
		strcpy(id, "00000000");
	if (f)
		fclose(f);
}

bool vm_kvm_promising(void)
{
	FILE *f = fopen(getenv("TESTENV_CPUINFO") ?: "/proc/cpuinfo", "re");
	char *line = NULL;
	bool found = false;
	size_t room = 0;

	while (f && !found && getline(&line, &room, f) > 0)
		found = strncmp(line, "flags", 5) == 0 &&
			(strstr(line, " vmx") || strstr(line, " svm"));
	free(line);
	if (f)
		fclose(f);
	return found && access("/dev/kvm", R_OK | W_OK) == 0;
}

int vm_kvm_remembered(void)
{
	char path[PATH_MAX], boot[9], line[32] = "";
	FILE *f = vm_cache(path, "kvm") ? NULL : fopen(path, "re");

	vm_boot_id(boot);
	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	if (strncmp(line, boot, 8) != 0)
		return -1;
	return strcmp(line + 8, " yes\n") == 0;
}

void vm_kvm_remember(bool works)
{
	char path[PATH_MAX], boot[9];
	FILE *f = vm_cache(path, "kvm") ? NULL : fopen(path, "we");

	vm_boot_id(boot);
	if (f && fprintf(f, "%s %s\n", boot, works ? "yes" : "no") < 0)
		unlink(path);
	if (f)
		fclose(f);
}
