/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Single keys from standard input: each as it is pressed when that is our
 * terminal, else the first letter of each line.
 */
#ifndef COURSE_KEYS_H
#define COURSE_KEYS_H

#include <stdbool.h>

enum {
	KEY_NONE = 0,
	KEY_END = -1, /* end of input */
};

/*
 * From here to keys_close() the terminal gives single keys, unseen. It is put
 * back at exit, at a fatal signal and while stopped by Ctrl-Z. Ctrl-C stays a signal.
 */
void keys_open(void);
void keys_close(void);

/* Takes the terminal's keys again, where somebody else has used it or we were in the background. */
void keys_refresh(void);

int keys_fd(void);	    /* to be polled; -1: nothing to come now */
void keys_read(void);	    /* when it is readable */
int keys_next(void);	    /* one of what was read; KEY_NONE: no more of it */
bool keys_are_single(void); /* no Enter needed */

#endif
