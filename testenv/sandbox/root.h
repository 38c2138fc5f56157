/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the sandbox sees as its files. The supervisor, who may read everything,
 * prepares trees that are mounted nowhere (root.c); init, who has no rights outside,
 * puts them together in its own mount namespace (inside.c).
 */
#ifndef TESTENV_SANDBOX_ROOT_H
#define TESTENV_SANDBOX_ROOT_H

#include <linux/types.h>

#include "testenv/sandbox/box.h"

struct box_tree {
	int fd; /* of the detached tree */
	const char *at;
	bool folder;
};

struct box_root {
	int fd;	 /* the new root, a tmpfs */
	int box; /* the work folder, another */
	struct box_tree *trees;
	int nr_trees;
	char step[112]; /* what was being done, for the message */
};

/* For root and box all fds are the caller's until root_close(). 0 or -errno. */
int root_make(struct box_root *root, const struct box_options *options, uid_t uid);

/* Shows the folder of an fd at a path inside, writable if so said. */
int root_show(struct box_root *root, int folder, const char *at, bool writable);

/* Closes everything but box, or that, too. */
void root_close_trees(struct box_root *root);
void root_close(struct box_root *root);

#endif
