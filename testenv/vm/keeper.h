/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A machine has a keeper: the process that started QEMU, carries frames between
 * the guest and the commands' clients, watches whether the guest is alive, and
 * ends the machine. "vm run" has one client, and the machine ends with it;
 * "vm start" makes one that clients find by its name.
 *
 * A client sends one VM_START and what belongs to it; the keeper gives it a
 * channel of the guest. When a client goes, its command is killed.
 */
#ifndef TESTENV_VM_KEEPER_H
#define TESTENV_VM_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

struct vm_wish;

/* Exit status when the guest panics or hangs. */
#define VM_EXIT_DEAD 123

/*
 * Forks the keeper. *client is a socket to it, as its first client. name:
 * NULL, or the machine's name; lock is then the name's lock, which the keeper
 * keeps. Returns its pid or -errno.
 */
struct vm_life {
	long idle_ms; /* it ends when it has had no client for so long; 0: never */
	pid_t owner;  /* and when this process has ended, however; 0: nobody's */
};
pid_t vm_keeper_start(const struct vm_wish *wish, const char *name, int lock,
		      const struct vm_life *life, int *client);

/* names.c */
/* A socket to the named machine, or -errno; -ENOENT: there is none. */
int vm_connect(const char *name);
/* For its keeper, which holds the lock: a socket to listen on, or -errno. */
int vm_listen(const char *name);
/* Removes its socket and lock. */
void vm_remove_names(const char *name);
/* The same for a machine whose keeper was killed; another's names stay. */
void vm_forget(const char *name);
/* The same for all machines whose keepers were killed. */
void vm_forget_dead(void);

/* client.c */
/*
 * Runs the command through the keeper at the other end, with our stdin, stdout,
 * stderr, environment and signals. timeout_ms 0: none. Returns the exit status.
 */
int vm_client_run(int keeper, char **argv, long timeout_ms);
/* Waits until the machine is ready. An exit code. */
int vm_client_wait(int keeper);
/* Ends the machine. */
void vm_client_stop(int keeper);

#endif
