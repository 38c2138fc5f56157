// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bpf.h>
#include <sys/mount.h>

static int pin(int fd, const char *path)
{
	union bpf_attr attr = { .pathname = (unsigned long)path, .bpf_fd = fd };

	return syscall(SYS_bpf, BPF_OBJ_PIN, &attr, sizeof(attr));
}

/* Where the environment's own pins are not: beside them, and in the machine's root. */
static void pin_outside(int fd, const char *own)
{
	static const char *const forms[] = { "%s/../" CANARY, "/proc/1/root%s/" CANARY,
					     "/proc/self/root%s/../" CANARY, "%s/../../" CANARY };
	char path[4096];

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		snprintf(path, sizeof(path), forms[i], own);
		if (!pin(fd, path))
			success("pinned outside of its own folder");
	}
}

static void open_pin(const char *path)
{
	union bpf_attr attr = { .pathname = (unsigned long)path };

	if (syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr)) >= 0)
		success("opened a pin of the machine's");
}

static void attack(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = 4,
				.value_size = 4,
				.max_entries = 1,
				.map_name = CANARY };
	const char *own = getenv("TESTENV_BPF");
	int fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

	/* The top may be the environment's own; then it goes with it, and nobody sees it. */
	if (fd >= 0)
		pin(fd, "/sys/fs/bpf/" CANARY);
	mkdir("/sys/fs/bpf/" CANARY ".d", 0700);
	if (fd >= 0) {
		pin_outside(fd, own ? own : "/sys/fs/bpf");
		/* Below the environment's own is the machine's. */
		if (!umount2("/sys/fs/bpf", MNT_DETACH) && !pin(fd, "/sys/fs/bpf/" CANARY))
			success("pinned where all see it");
		close(fd);
	}
	open_pin("/sys/fs/bpf/progs.debug");
	open_pin("/proc/1/root/sys/fs/bpf/progs.debug");
}
