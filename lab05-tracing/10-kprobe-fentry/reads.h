/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel side sends to user space: one record for each call of vfs_read
 * that has returned.
 */
#ifndef READS_H
#define READS_H

#define NAME_LEN 60

struct read_event {
	unsigned long long asked; /* bytes that the caller has room for */
	long long result;	  /* bytes read, or an error as a negative number */
	int pid;		  /* the process */
	char name[NAME_LEN];	  /* the file's, ends with a 0 byte; a longer one is cut */
};

#endif
