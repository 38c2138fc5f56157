/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Attaching a program of which nothing is there but a descriptor and the words of its
 * SEC(): what libbpf does for programs it has loaded itself.
 */
#ifndef LAB_TEST_ATTACH_SECTION_H
#define LAB_TEST_ATTACH_SECTION_H

#include <stdbool.h>

/* Does a program of its type attach where SEC() says, and not to something that is given? */
bool attach_by_itself(int prog);

/* A link's descriptor, or -errno, reported. */
int attach_section(int prog, const char *name, const char *section);

#endif
