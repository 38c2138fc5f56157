/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The user's cache of kernels and of machines' saved states:
 *   ~/.cache/bpf-labs/kernels/RELEASE/   vmlinux, config, modules/NAME.ko, modules/index
 *   ~/.cache/bpf-labs/states/KEY/        memory, devices, kernel (RELEASE)
 *   ~/.cache/bpf-labs/machines/NAME      socket of a machine that "vm start" made
 * XDG_CACHE_HOME moves it. Folders appear complete (rename); one being made is
 * called tmp.XXXXXX and locked by who makes it.
 */
#ifndef TESTENV_VM_KERNEL_H
#define TESTENV_VM_KERNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define VM_RELEASE 80

struct vm_kernel {
	char release[VM_RELEASE];
	char dir[PATH_MAX];
};

/* version.c */
/* What a user may ask for: "newest", or the beginning of a version or release. */
bool vm_version_valid(const char *wanted);
/* Is release one of those that wanted means? 6.1 is not the beginning of 6.12. */
bool vm_version_matches(const char *release, const char *wanted);
/* As strcmp(): 6.9 before 6.12. */
int vm_version_compare(const char *a, const char *b);
/*
 * "6.1.0-50-amd64" from "linux-image-6.1.0-50-amd64"; NULL for other packages:
 * those of cloud and realtime kernels, debugging symbols, packages without a kernel.
 */
const char *vm_version_of_package(const char *package, const char *arch);

/* cache.c */
/*
 * The path of a file in the cache, its folders made. printf's arguments. 0 or
 * -errno.
 */
int vm_cache(char path[PATH_MAX], const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * Takes the lock of that name, waiting while owner (an fd, or -1) says
 * nothing. An fd whose closing releases it, or -errno (-ECANCELED: the owner
 * has gone, -EAGAIN: taken, and wait is false).
 */
int vm_lock(const char *path, bool wait, int owner);
/* Makes a folder to be filled, and locks it: fd, or -errno. */
int vm_cache_begin(const char *parent, char path[PATH_MAX]);
/* Removes the folders that dead commands left half made in parent. */
void vm_cache_collect(const char *parent);
int vm_remove_tree(const char *path);

/* The newest kernel fetched that is wanted. 0, -ENOENT, or -errno. */
int vm_kernel_find(const char *wanted, struct vm_kernel *kernel);
/* Calls each() for all, oldest first; stops when it returns nonzero. */
int vm_kernel_each(int (*each)(const struct vm_kernel *kernel, void *data), void *data);

/*
 * initramfs.c, in libexec/vm-archive: a cpio archive that holds the program init and the
 * modules that booting needs. 0, or -errno and in what the file in question.
 */
int vm_initramfs(int fd, const char *kernel_dir, const char *init, char what[PATH_MAX]);
/* archive.c: the same from testenv, into memory. A memfd, or -errno and what. */
int vm_archive_initramfs(const struct vm_kernel *kernel, const char *init, char what[PATH_MAX]);

/* archive.c: the path of this program; asked for before anything is mounted. 0 or -errno. */
int vm_self(char path[PATH_MAX]);
/* archive.c: a program in libexec/ beside the bin folder that testenv itself is in. 0 or -errno. */
int vm_libexec(const char *name, char path[PATH_MAX]);

#endif
