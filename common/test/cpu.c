// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Choosing a CPU (cpu.h). What runs there is the caller's. */
#include "common/test/cpu.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include "common/test/labctl.h"

int cpu_named(const char *name)
{
	bool last = !strcmp(name, "last");
	cpu_set_t allowed;
	int found = -1;

	if (!last && strcmp(name, "first")) {
		fail("CPU %s: it must be first or last", name);
		return -1;
	}
	if (sched_getaffinity(0, sizeof(allowed), &allowed)) {
		fail("cannot read which CPUs there are: %s", strerror(errno));
		return -1;
	}
	for (int cpu = 0; cpu < CPU_SETSIZE && (last || found < 0); cpu++)
		if (CPU_ISSET(cpu, &allowed))
			found = cpu;
	return found;
}

int cpu_stay_on(const char *name)
{
	int cpu = cpu_named(name);
	cpu_set_t one;

	if (cpu < 0)
		return -1;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one)) {
		fail("cannot run on CPU %d: %s", cpu, strerror(errno));
		return -1;
	}
	return 0;
}
