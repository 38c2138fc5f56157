/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Loads an object once, to hear what the kernel says of it. */
#ifndef COURSE_TRIAL_H
#define COURSE_TRIAL_H

#include "course/run.h"

/*
 * Has the object in the file `fd` loaded, on this machine or where vm_want() says. lesson: the one
 * that it is of, for what that needs; may be NULL. `log` is what libbpf and the verifier said;
 * *machine: in which virtual machine, NULL: here; the caller frees it. COURSE_OK: it was
 * tried, and may have been refused; else one line in `why`.
 */
enum course_exit trial(const struct tree *tree, const struct lesson *lesson, int fd,
		       struct strbuf *log, char **machine, struct strbuf *why);

#endif
