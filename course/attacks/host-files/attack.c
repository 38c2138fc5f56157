// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* It opens them for writing, and writes nothing. */
static void attack(void)
{
	static const char *const paths[] = {
		"/proc/sysrq-trigger",
		"/proc/sys/kernel/core_pattern",
		"/proc/sys/kernel/modprobe",
		"/proc/sys/net/ipv4/ip_forward",
		"/proc/sys/vm/drop_caches",
		"/sys/kernel/tracing/trace",
		"/sys/kernel/debug/tracing/trace",
		"/sys/kernel/uevent_helper",
		"/sys/power/state",
		"/dev/kmsg",
		"/dev/mem",
		"/dev/kvm",
		"/dev/fuse",
		"/dev/net/tun",
		"/dev/vhost-net",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		int fd = open(paths[i], O_WRONLY);

		if (fd < 0)
			continue;
		close(fd);
		success(paths[i]);
	}
}
