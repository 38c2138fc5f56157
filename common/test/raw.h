/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Raw frames on a node's interface. */
#ifndef LAB_TEST_RAW_H
#define LAB_TEST_RAW_H

/*
 * A packet socket on the node's first interface, made in the node's network
 * namespace. protocol 0 only sends; ETH_P_ALL also receives, from now on.
 * Returns the socket, or -1 after reporting why not.
 */
int raw_open(const char *node, int protocol);

#endif
