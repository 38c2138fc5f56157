/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a machine that root starts may do on the host. QEMU hands the host's files to a guest whose
 * root can do as it likes, so QEMU must not be root: it is the owner of this program, and where
 * that is root, nobody.
 *
 * What the guest shall see may lie in a folder that only root can enter: /root/tree, a folder of
 * mktemp's. There the keeper, in a mount namespace of its own, lays an empty folder over that one,
 * with the way to what is wanted and nothing else. In what is wanted, the files' own modes decide.
 */
#ifndef TESTENV_VM_RIGHTS_H
#define TESTENV_VM_RIGHTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "testenv/vm/frame.h"

/* Whose rights QEMU has. False: it has ours, which are not root's. */
bool vm_rights(uid_t *uid, gid_t *gid);

/* For the keeper, before anything else: opens the ways to kernel and cache. 0 or -errno. */
int vm_rights_begin(const char *kernel_dir);
/* Opens the ways to what a command wants to see (VM_START): its folder, build and TMPDIR. */
void vm_rights_for(const struct vm_frame *start);

/* For QEMU's process: gives up what is root's. kvm: it will open /dev/kvm. 0 or -errno. */
int vm_rights_drop(bool kvm);
/* Gives QEMU a file or folder that it has to write to. */
int vm_rights_give(const char *path);

#endif
