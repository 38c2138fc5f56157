// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sys/mount.h>
#include <sys/wait.h>

#define SYS_OPEN_TREE  428
#define SYS_MOVE_MOUNT 429
#define SYS_FSOPEN     430

static const char *tries(void)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + 128];
	} h = { .handle = { .handle_bytes = 128 } };
	int id, fd;

	if (!mkdir("/tmp/" CANARY, 0700) || errno == EEXIST)
		if (!mount(CANARY, "/tmp/" CANARY, "tmpfs", 0, NULL)) {
			umount2("/tmp/" CANARY, MNT_DETACH);
			return "mounted a tmpfs";
		}
	/* Where it is allowed, these fail for another reason, and change nothing. */
	if (mount(NULL, "/nowhere", NULL, MS_REMOUNT | MS_BIND, NULL) && errno != EPERM)
		return "mount, to make something writable";
	if (syscall(SYS_pivot_root, "/nowhere", "/nowhere") && errno != EPERM && errno != ENOSYS)
		return "pivot_root";
	if (syscall(SYS_FSOPEN, "proc", 0) >= 0)
		return "fsopen";
	if (syscall(SYS_OPEN_TREE, -100, "/", 1) >= 0)
		return "open_tree";
	if (!chroot("/tmp"))
		return "chroot";
	fd = open("/", O_RDONLY | O_DIRECTORY);
	if (!name_to_handle_at(AT_FDCWD, "/usr", &h.handle, &id, 0) &&
	    open_by_handle_at(fd, &h.handle, O_RDONLY) >= 0)
		return "open_by_handle_at";
	return NULL;
}

/* In a child: the solution after it needs its root. */
static void attack(void)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		const char *what = tries();

		if (what)
			fprintf(stderr, "%s\n", what);
		_exit(what != NULL);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 1)
		success("changed what is mounted");
}
