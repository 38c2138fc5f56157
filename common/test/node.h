/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Nodes of the environment, by the variables testenv sets: A_NS, A_IF, ... */
#ifndef LAB_TEST_NODE_H
#define LAB_TEST_NODE_H

/* Is there such a node? 0, or an exit status after reporting which there are. */
int node_check(const char *node);

/*
 * Moves this process into the node's network namespace. 0, or an exit status
 * after reporting why not.
 */
int node_enter(const char *node);

/* The node's first interface, "eth0" where the environment does not say. */
const char *node_interface(const char *node);

/* Its index in the namespace that node_enter() went to; 0 and reported if it is not there. */
unsigned int node_ifindex(const char *node);

#endif
