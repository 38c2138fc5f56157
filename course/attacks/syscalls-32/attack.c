// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sys/wait.h>

#ifdef __x86_64__
#define X32 0x40000000

/* keyctl(KEYCTL_GET_KEYRING_ID, ...) by int 0x80 (288) and as x32: a child, for it may be killed. */
static int tries(void)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(288), "b"(0), "c"(-3), "d"(1)
			 : "memory", "r8", "r9", "r10", "r11");
	if (result > 0)
		return 1;
	result = syscall(X32 | SYS_keyctl, 0, -3, 1);
	return result > 0;
}

static void attack(void)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(tries());
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		success("keyctl, by another number");
}
#else
static void attack(void)
{
}
#endif
