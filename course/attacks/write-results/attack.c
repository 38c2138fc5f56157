// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Its own record, another's, and the page that another will read. */
static void attack(void)
{
	static const char *const names[] = { "innocent-right.json", "innocent-wrong.json",
					     "attack.json", "innocent-right.md", CANARY };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[4096];
		int fd;

		snprintf(path, sizeof(path), RESULTS "/%s", names[i]);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (fd < 0)
			continue;
		dprintf(fd, "{ \"schema\": 1, \"id\": \"%s\" }\n", CANARY);
		close(fd);
		success("wrote a record");
	}
}
