// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads what an ordinary user may not. */
static void attack(void)
{
	static const char *const paths[] = {
		SECRET,
		"/etc/shadow",
		"/etc/gshadow",
		"/proc/1/root/etc/shadow",
		"/proc/self/root/../../etc/shadow",
		"/proc/kcore",
		"/dev/mem",
		"/dev/kmsg",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		loot(paths[i]);
}
