/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* An object file on its way into the kernel, for the commands load and attach. */
#ifndef LAB_TEST_OBJECT_H
#define LAB_TEST_OBJECT_H

#include <bpf/libbpf.h>

struct object {
	struct bpf_object *obj;
	void *elf; /* the file's bytes, for messages about its source */
	size_t elf_size;
	int btf_fd; /* the BTF of a kernel that calls a field by another name, or -1 */
};

/*
 * All report what went wrong themselves and return 0 or -errno. pin_dir NULL: maps that the
 * object says to pin by name are not. renamed: NULL, or
 * STRUCT.FIELD=NAME, for a kernel that calls a field so (renamed.h).
 */
int object_open(struct object *object, const char *path, const char *pin_dir, const char *renamed);
int object_set(struct object *object, const char *assignment); /* VARIABLE=VALUE */
int object_load(struct object *object);
void object_close(struct object *object);

#endif
