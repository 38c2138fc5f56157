/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The program on every peer interface. veth delivers what a program sends with
 * XDP_TX or XDP_REDIRECT only if the other end has an XDP program too.
 */
#ifndef TESTENV_PASS_H
#define TESTENV_PASS_H

#include <linux/types.h>
#include <stdbool.h>

#define PASS_NAME "testenv_pass"

/*
 * Returns an fd of the pass program that another environment uses at the
 * moment, else of a new one; -errno. Attaching one that is attached somewhere
 * already takes the kernel a fraction of the time.
 */
int pass_get(void);

/* Is the program of that id the pass program? */
bool pass_is(__u32 id);

#endif
