/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * From a kernel to a machine that takes commands, by the fastest way that
 * works: restored from a saved state, made first if need be; or booted.
 */
#ifndef TESTENV_VM_STATE_H
#define TESTENV_VM_STATE_H

#include "testenv/vm/kernel.h"
#include "testenv/vm/machine.h"

/* Why there is no machine. */
struct vm_trouble {
	int code; /* exit code; 0: none */
	char text[VM_TAIL * 2 + 512];
};

void vm_trouble(struct vm_trouble *trouble, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds what the console and QEMU said last. */
void vm_trouble_tails(struct vm_trouble *trouble, struct vm_machine *m);

/* Where QEMU is. 0 or -ENOENT. */
int vm_qemu_path(char path[PATH_MAX]);

/* What machine is wanted. */
struct vm_wish {
	struct vm_kernel kernel;
	int cpus;
	bool boot; /* even where a saved state would do */
};

/*
 * owner: when this socket closes, nobody wants the machine any more. Returns 0,
 * or the exit code that trouble holds, too.
 */
int vm_open(struct vm_machine *m, const struct vm_wish *wish, int owner,
	    struct vm_trouble *trouble);

/* ---- state.c: saved states on disk ---- */

/* The first eight digits of the host's boot id (kvm.c). */
void vm_boot_id(char id[9]);
/* The name of the folder of the state that would fit, below states/. */
void vm_state_name(const struct vm_wish *wish, const char *vmlinux, int initramfs, char *name,
		   size_t size);
/* Removes states that no machine can use, and the oldest of too many of a kernel. */
void vm_states_sweep(const char *release);
/* How many saved states of this kernel can be used now; their size in bytes on disk. */
int vm_states(const char *release, unsigned long long *size);

/* ---- kvm.c ---- */

/* Would a machine be accelerated? By the processor's word only. */
bool vm_kvm_promising(void);
/* What was found out since the host booted: 1 it works, 0 it does not, -1 not tried. */
int vm_kvm_remembered(void);
void vm_kvm_remember(bool works);

#endif
