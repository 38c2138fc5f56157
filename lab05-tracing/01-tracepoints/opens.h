/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel side sends to user space: one record for each call of open,
 * openat or openat2 that has returned.
 */
#ifndef OPENS_H
#define OPENS_H

#define PATH_LEN 128

struct open_event {
	int pid;	     /* the process */
	int result;	     /* a file descriptor, or an error as a negative number */
	char path[PATH_LEN]; /* ends with a 0 byte; a longer path is cut */
};

#endif
