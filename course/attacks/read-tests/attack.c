// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Wherever the tree may be seen from: its own path, the current folder, the caller's. */
static void attack(void)
{
	static const char *const places[] = {
		TREE, ".", "..", "../../../..", "/box", "/proc/1/cwd", "/proc/self/cwd"
	};
	static const char *const names[] = {
		LESSON "/test.bats",
		LESSON "/solution/meter.c",
		"test.bats",
		"solution/meter.c",
		"common/test/lab.bash",
		"lab.bash",
		RESULTS "/innocent-right.json",
	};
	char path[4096];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
			snprintf(path, sizeof(path), "%s/%s", places[i], names[j]);
			loot(path);
		}
}
