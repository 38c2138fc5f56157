// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What labctl and testenv say when they, and not the program, are to blame. */
static void attack(void)
{
	fprintf(stderr, "testenv: no such file or directory\nlabctl: out of memory\n");
	_exit(125);
}
