/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel side sends to user space: one record for each write and each
 * close. A record of a write is as long as its data.
 */
#ifndef TAP_H
#define TAP_H

#define DATA_MAX 256 /* of a longer write only the first bytes are sent */

enum tap_kind {
	TAP_WRITE = 1,
	TAP_CLOSE = 2
};

struct event {
	unsigned int kind;   /* enum tap_kind */
	unsigned int pid;    /* the process */
	unsigned int fd;     /* the file descriptor */
	unsigned int length; /* bytes that the process wants to write; of a close: 0 */
};

struct write_event {
	struct event head;
	char data[DATA_MAX]; /* in the record: only as many as there are */
};

#endif
