/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Packets for people (show.c). */
#ifndef LAB_TEST_SHOW_H
#define LAB_TEST_SHOW_H

/*
 * Prints the packet decoded and as bytes; beside another packet when expected
 * is not NULL. Both are hex digits. Returns an exit status.
 */
int show(const char *hex, const char *expected);

/*
 * Of the packets on stdin, one a line, prints the one that is most like the
 * expected one; nothing when none has half of its bytes. Returns an exit status.
 */
int show_nearest(const char *expected);

#endif
