// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

static void attack(void)
{
	char line[256];
	struct rlimit limit;
	FILE *f = fopen("/proc/self/status", "r");
	unsigned long long caps;

	while (f && fgets(line, sizeof(line), f))
		if ((sscanf(line, "CapEff: %llx", &caps) == 1 ||
		     sscanf(line, "CapPrm: %llx", &caps) == 1 ||
		     sscanf(line, "CapBnd: %llx", &caps) == 1) &&
		    caps)
			success("has capabilities");
	if (f)
		fclose(f);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		success("may gain privileges (setuid programs)");
	if (!setgroups(0, NULL))
		success("setgroups");
	if (geteuid() && !setuid(0))
		success("setuid");
	if (!sethostname(CANARY, 4))
		success("sethostname");
	if (!getrlimit(RLIMIT_NPROC, &limit) && !setpriority(PRIO_PROCESS, 0, -10))
		success("setpriority");
	/* Only cores are as large as a process. */
	if (!getrlimit(RLIMIT_CORE, &limit) && limit.rlim_max)
		success("may dump core");
}
