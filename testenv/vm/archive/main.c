// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * libexec/vm-archive: reads and writes archives for "testenv vm" (../archive.c), which is
 * its only caller. A program of its own, because libarchive brings a dozen libraries with
 * it, and testenv is started many times for every submission that is graded.
 *
 *	vm-archive unpack DIR			vm_unpack()
 *	vm-archive initramfs FD KERNEL INIT	vm_initramfs()
 *
 * Exit status: 0, or an errno; then stdout has the name of the file in question.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/vm/fetch.h"
#include "testenv/vm/kernel.h"

int main(int argc, char **argv)
{
	char what[PATH_MAX] = "";
	int err = -EINVAL;

	if (argc == 3 && strcmp(argv[1], "unpack") == 0)
		err = vm_unpack(argv[2], what);
	else if (argc == 5 && strcmp(argv[1], "initramfs") == 0)
		err = vm_initramfs(atoi(argv[2]), argv[3], argv[4], what);
	if (err)
		fputs(what, stdout);
	return -err;
}
