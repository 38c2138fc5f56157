/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * VLAN tags without VLAN devices, which many small kernels cannot make: two tc
 * programs on each interface with addresses. One puts the tag on what the stack
 * sends, one takes it off what comes in. XDP programs and captures see the tag.
 */
#ifndef TESTENV_TAG_H
#define TESTENV_TAG_H

#define TAG_PUSH_NAME "testenv_push"
#define TAG_POP_NAME  "testenv_pop"

/*
 * Loads the two programs for that VLAN. Their fds are the caller's. 0 or -errno.
 *
 * What a packet socket sends stays as it is: whoever makes frames of their own
 * says what is in them. Frames without a tag are taken, too; the kernel drops
 * those with another tag.
 */
int tag_load(int vlan, int *push_fd, int *pop_fd);

#endif
