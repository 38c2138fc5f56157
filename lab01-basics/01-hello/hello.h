/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel side sends to user space: one record for each program
 * started on this machine.
 */
#ifndef HELLO_H
#define HELLO_H

struct exec_event {
	int pid;
	char comm[16];	    /* the process's short name */
	char filename[128]; /* the file that was started */
};

#endif
