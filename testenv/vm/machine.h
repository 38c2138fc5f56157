/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A virtual machine as a QEMU process: starting it with a kernel, waiting for
 * its first process (guest/) to say something, ending it. It ends with the
 * process that started it, and has no file on the host but those named here.
 */
#ifndef TESTENV_VM_MACHINE_H
#define TESTENV_VM_MACHINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "testenv/vm/frame.h"

/* Memory of a guest; only what it touches is used. */
#define VM_MEMORY_MB 1024
/* What is kept of its console, and of QEMU's complaints. */
#define VM_TAIL 4096

#define VM_QEMU	     "qemu-system-x86_64"
#define VM_QEMU_CURE "sudo apt-get install --no-install-recommends qemu-system-x86"

/* How to start one. */
struct vm_plan {
	const char *kernel; /* vmlinux */
	int initramfs;	    /* memfd */
	int cpus;
	unsigned int counter_khz; /* of vm_counter_khz(); 0: the guest finds it out */
	bool kvm;
	/* Saved states: the guest's memory is this file. NULL: none. */
	const char *memory;
	bool save;     /* the machine writes into the file; else its writes are its own */
	bool incoming; /* wait for qmp_restore() instead of booting */
};

struct vm_machine {
	pid_t pid; /* 0: none */
	int port;  /* frames, to and from the guest */
	int qmp, console, errors;
	struct vm_buf in, out; /* on the port */
	struct vm_buf console_tail, errors_tail;
	/* Readable or closed: nobody wants the machine any more. -1: nobody says. */
	int owner;
};

/* The arguments, argv style, ended by NULL: for QEMU, and for the states' key. */
#define VM_ARGS 64
struct vm_args {
	char *argv[VM_ARGS];
	int n;
};
void vm_args(const struct vm_plan *plan, struct vm_args *args);
void vm_args_free(struct vm_args *args);

/* 0, or -errno. owner: see above. */
int vm_machine_start(struct vm_machine *m, const struct vm_plan *plan, int owner);
/* Kills it, if it lives, and forgets everything. */
void vm_machine_end(struct vm_machine *m);

/*
 * Waits for a frame of that type; other frames are dropped. 0; -ETIMEDOUT;
 * -ECANCELED: the owner has gone; -ENOLINK: the machine has died; -EREMOTE: the
 * guest said VM_FAILED, its text is at the end of console_tail.
 */
int vm_machine_wait(struct vm_machine *m, enum vm_type type, long ms);

/* Reads what there is of the console and of QEMU's errors. */
void vm_machine_listen(struct vm_machine *m);

/*
 * Machine control (qmp.c). 0 or -errno, -EREMOTE: QEMU refused, and said why
 * in errors_tail.
 */
int vm_qmp_begin(struct vm_machine *m, long ms);
/*
 * Writes its state, but for the memory, to fd. QEMU stops it at the end, not we
 * before: the state says that it runs, so that it does when it is restored.
 */
int vm_qmp_save(struct vm_machine *m, int fd, long ms);
/* Lets a machine that waits for it go on from the state in fd. */
int vm_qmp_restore(struct vm_machine *m, int fd, long ms);

/*
 * How often the processor's counter, which an emulated guest sees, ticks in a millisecond; 0:
 * unknown. Takes 20 ms (clock.c).
 */
unsigned int vm_counter_khz(void);

/* Milliseconds of a clock that nobody sets. */
long vm_now(void);

#endif
