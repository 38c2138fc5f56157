/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The first process of a virtual machine: a static program, alone in its
 * initramfs with the kernel modules that booting needs. It loads them, says
 * that it is ready, gets the host's tree when the host says so, and then
 * starts commands. Nothing here runs on the host; frame.h is the wire.
 */
#ifndef TESTENV_GUEST_H
#define TESTENV_GUEST_H

#include "testenv/vm/frame.h"

/* Where the guest keeps what is its own, once the host's tree is there. */
#define GUEST_RUN     "/run/vm"
#define GUEST_MODULES GUEST_RUN "/modules" /* link to the kernel's modules */

/* In the initramfs: modules/NAME.ko, and their names in order. */
#define BOOT_MODULES "/modules"
#define BOOT_LIST    "/modules/load"

/* One line on the console. */
void guest_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* root.c: file systems */
void guest_mount_early(void);
/* 0, or -errno with the step's name in *what. */
int guest_mount_tree(const struct vm_frame *setup, const char **what);
void guest_write(const char *path, const char *text);

/* modules.c */
void guest_load_boot_modules(void);
/* The whole life of the kernel's helper that loads a module by name or alias. */
int guest_modprobe(const char *name);

/* agent.c: serves the host. Returns when there is no host any more. */
void guest_serve(int port);

/* command.c: one command on a channel. */
struct command;
struct command *command_start(const struct vm_frame *start, struct vm_buf *to_host);
void command_stdin(struct command *c, const char *data, size_t size, struct vm_buf *to_host);
void command_credit(struct command *c, size_t bytes);
void command_signal(struct command *c, int sig);
void command_kill(struct command *c);
/* Fills up to three pollfd with what it waits for; returns how many. */
struct pollfd;
int command_poll(struct command *c, struct pollfd *fds);
/* Moves bytes as far as it goes. */
void command_work(struct command *c, struct vm_buf *to_host);
/* The process ended with that wait status. */
bool command_is(const struct command *c, int pid);
void command_ended(struct command *c, int status);
/* True when nothing is left to do: VM_EXIT is said. */
bool command_done(struct command *c, struct vm_buf *to_host);
void command_free(struct command *c);

#endif
