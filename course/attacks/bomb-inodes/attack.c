// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define ENOUGH 100000

static void fill(const char *folder)
{
	char path[4096];
	long n;

	snprintf(path, sizeof(path), "%s/" CANARY ".d", folder);
	if (mkdir(path, 0700))
		return;
	for (n = 0; n < ENOUGH; n++) {
		int fd;

		snprintf(path, sizeof(path), "%s/" CANARY ".d/%ld", folder, n);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0)
			break;
		close(fd);
	}
	for (long i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/" CANARY ".d/%ld", folder, i);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/" CANARY ".d", folder);
	rmdir(path);
	if (n == ENOUGH)
		success("made 100000 files");
}

static void attack(void)
{
	static const char *const folders[] = { ".", "/tmp" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		fill(folders[i]);
}
