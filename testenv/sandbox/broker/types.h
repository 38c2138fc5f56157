/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reading a student's types (BTF) before the kernel does. */
#ifndef TESTENV_SANDBOX_TYPES_H
#define TESTENV_SANDBOX_TYPES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * data is our own copy, in which global functions become static unless they are to be kept. 0; -EACCES: an argument of a function is to be a pointer that the verifier
 * does not check; -EINVAL: it is damaged, or has a kind of types that we do not know.
 */
int types_check(void *data, size_t size, bool keep_global);

#endif
