// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where it could leave something for the next submission. It writes a new file only. */
static void attack(void)
{
	static const char *const folders[] = { TREE,
					       TREE "/" LESSON,
					       TREE "/build/libexec",
					       TREE "/build/run/" LESSON,
					       TREE "/common/test",
					       "/usr/lib",
					       "/usr/local/bin",
					       "/etc",
					       "/var/tmp",
					       "/root",
					       "/run",
					       LOOT };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char path[4096];
		int fd;

		snprintf(path, sizeof(path), "%s/%s", folders[i], CANARY);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
		if (fd < 0)
			continue;
		close(fd);
		/* In the sandbox there may be folders of its own by these names: those go with it. */
		if (strcmp(folders[i], "/run") && strcmp(folders[i], "/var/tmp") &&
		    strcmp(folders[i], "/root"))
			success(path);
	}
}
