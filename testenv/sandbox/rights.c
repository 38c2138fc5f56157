// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Giving up every right, in the order in which each is still allowed. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/inside.h"

/* Never upwards: raising a limit needs a right that we may not have, and lowering does not. */
static int limit(int which, rlim_t value)
{
	struct rlimit old;

	if (getrlimit(which, &old))
		return -errno;
	if (old.rlim_max != RLIM_INFINITY && old.rlim_max < value)
		value = old.rlim_max;
	return setrlimit(which, &(struct rlimit){ value, value }) ? -errno : 0;
}

static int limit_itself(const struct box_options *o)
{
	const struct {
		int which;
		rlim_t value;
	} limits[] = {
		{ RLIMIT_CORE, 0 }, /* core_pattern may be a program, which runs outside */
		{ RLIMIT_NOFILE, 1024 },
		{ RLIMIT_FSIZE, (rlim_t)o->files_mb << 20 },
		{ RLIMIT_STACK, 8 << 20 },
		{ RLIMIT_MSGQUEUE, 0 },
		{ RLIMIT_RTPRIO, 0 },
		{ RLIMIT_NICE, 0 },
		{ RLIMIT_SIGPENDING, 1024 },
		{ RLIMIT_MEMLOCK, 8 << 20 },
		/* The cgroups say the same, where there are any. */
		{ RLIMIT_CPU, o->cpu_ms / 1000 + 1 },
		{ RLIMIT_NPROC, o->pids + 2 },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]) && !err; i++)
		err = limit(limits[i].which, limits[i].value);
	return err;
}

static int drop_capabilities(void)
{
	const struct __user_cap_data_struct none[2] = {};
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	/* Being user 0 of its namespace means nothing any more. */
	const int bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
			 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
			 SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	for (int cap = 0; cap < 64; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EINVAL)
			return -errno;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) ||
	    prctl(PR_SET_SECUREBITS, bits, 0, 0, 0))
		return -errno;
	return syscall(SYS_capset, &header, none) ? -errno : 0;
}

int rights_drop(const struct box_options *o)
{
	int err = limit_itself(o);

	if (!err)
		err = drop_capabilities();
	if (err)
		return err;
	/* Setuid programs and file capabilities give nothing; needed for the filter, too. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	/* CMD has our user, but neither our memory nor our descriptors are its to open. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -errno;
	/* After the last change of credentials, which would clear it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		return -errno;
	return 0;
}
