// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The clock of the bench: CPU time, because the machine may be busy with other things.
 * A packet on a veth is sent and received on one CPU. Most of it is done in the sender's
 * own time; when there is much, by the CPU's ksoftirqd. Both count.
 */
#include <errno.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/lab/lab.h"
#include "bench.h"

/* /proc/PID/schedstat of ksoftirqd of the CPU we stay on. */
static char ksoftirqd[64];

/* Is /proc/PID/comm this name? */
static bool has_name(const char *path, const char *name)
{
	char comm[32] = "";
	FILE *file = fopen(path, "re");

	if (!file)
		return false;
	if (!fgets(comm, sizeof(comm), file))
		comm[0] = '\0';
	fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	return strcmp(comm, name) == 0;
}

static int find_ksoftirqd(int cpu)
{
	glob_t paths;
	char name[32];

	snprintf(name, sizeof(name), "ksoftirqd/%d", cpu);
	if (glob("/proc/[0-9]*/comm", 0, NULL, &paths))
		return lab_fail(-ENOENT, "/proc cannot be read");
	for (size_t i = 0; i < paths.gl_pathc && !ksoftirqd[0]; i++)
		if (has_name(paths.gl_pathv[i], name))
			snprintf(ksoftirqd, sizeof(ksoftirqd), "%.*s/schedstat",
				 (int)(strrchr(paths.gl_pathv[i], '/') - paths.gl_pathv[i]),
				 paths.gl_pathv[i]);
	globfree(&paths);
	return ksoftirqd[0] ? 0 : lab_fail(-ENOENT, "no process is called %s", name);
}

int stay_here(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (cpu < 0 || sched_setaffinity(0, sizeof(set), &set))
		return -errno;
	return find_ksoftirqd(cpu);
}

static __u64 ksoftirqd_ns(void)
{
	FILE *file = fopen(ksoftirqd, "re");
	unsigned long long ns = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	fclose(file);
	return ns;
}

__u64 cpu_ns(void)
{
	struct timespec own;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
	return own.tv_sec * 1000000000ULL + own.tv_nsec + ksoftirqd_ns();
}
