/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A kernel's modules as the cache keeps them: one flat folder, uncompressed,
 * without signatures, and "index", a line for each: NAME DEPENDENCIES ALIAS...
 * (guest/modules.c reads it, too).
 */
#ifndef TESTENV_VM_MODULES_H
#define TESTENV_VM_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Is the module at that place below kernel/ one that a lesson could want? */
bool vm_module_wanted(const char *path);

/* The module's size without its signature. */
size_t vm_module_unsigned(const char *image, size_t size);

/* Appends the module's line to the index. 0, or -EINVAL: not a module. */
int vm_module_index(FILE *index, const char *name, const char *image, size_t size);

/* "virtio_pci" from "drivers/virtio/virtio_pci.ko.xz" */
void vm_module_name(const char *path, char *name, size_t size);

/*
 * Calls each() for the named modules of a kernel and all that they depend on,
 * each once, dependencies first. What is not in the index is built into the
 * kernel. 0, -errno, or what each() returned when it was not 0.
 */
int vm_modules_in_order(const char *kernel_dir, const char *const *names,
			int (*each)(const char *name, void *data), void *data);

#endif
