/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files that send rtnetlink messages share; nobody else needs it. */
#ifndef TESTENV_NET_MSG_H
#define TESTENV_NET_MSG_H

#include <stddef.h>

#include "testenv/net.h"

#define NET_BUF 1024

/*
 * Starts a message in buf (NET_BUF bytes, aligned by MNL) that asks for an
 * acknowledgement. Returns its family header, of that size, zeroed.
 */
void *net_start(char *buf, int type, int flags, size_t header);

/* Sends it and waits for the acknowledgement. 0 or -errno. A fault_step(). */
int net_talk(struct net *net, char *msg);

#endif
