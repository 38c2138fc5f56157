/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a CO-RE relocation of an object is about, in words. */
#ifndef LAB_TEST_RELOCATIONS_H
#define LAB_TEST_RELOCATIONS_H

#include <bpf/btf.h>
#include <stddef.h>

/*
 * Into path goes what access ("0:67:2") means in the type: "task_struct.comm". -EINVAL:
 * there is no such member.
 */
int relocation_name(const struct btf *btf, __u32 type, const char *access, char *path, size_t room);

#endif
