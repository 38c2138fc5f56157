/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * labctl where the lesson's programs run on another machine than the test.
 *
 *   test (bats) -- labctl COMMAND --+
 *               -- labctl COMMAND --+-- labctl session ==== labctl serve -- children
 *                  (client.c)       |     (session.c)       (serve.c)
 *
 * A client is the ordinary command: it hands its arguments, environment and
 * three files to the session and ends as the true command, a child of serve, did.
 * So lab.bash does not know the difference. Between session and serve there is
 * one stream in each direction, of frames as in testenv/vm/frame.h; a channel
 * is one command:
 *
 *   VM_START   strings cwd=, pid= (the client's), env=, arg=     session to serve
 *   VM_STDIN   data for its stdin; empty: the end
 *   VM_SIGNAL  number
 *   VM_KILL    nobody waits for it any more; no answer
 *   VM_READY   strings: serve's environment                      serve to session
 *   VM_STDOUT, VM_STDERR
 *   VM_EXIT    number: the wait status. Frees the channel
 *
 * Before an answer goes out, all that programs have written until then goes out.
 */
#ifndef LAB_TEST_REMOTE_H
#define LAB_TEST_REMOTE_H

#include <stdbool.h>

#include "testenv/vm/frame.h"

/* The session's socket, for clients. */
#define REMOTE_SERVER "LAB_SERVER"

/* What a command is to a client. */
enum command_kind {
	KIND_MACHINE,	   /* asks or changes the machine that programs run on */
	KIND_MACHINE_READ, /* the same, and reads stdin */
	KIND_PROCESS,	   /* the same; its first operand is what spawn was told to start */
	KIND_HERE,	   /* stays here */
	KIND_SERVER	   /* the other two corners of the picture */
};

struct labctl_command {
	const char *name;
	int (*run)(int argc, char **argv);
	enum command_kind kind;
	const char *usage;
};

/* NULL: there is none of that name. */
const struct labctl_command *command_find(const char *name);
/* Prints them on stderr and returns EXIT_USAGE. */
int command_list(void);

/* True when this process is a client. */
bool remote_is_used(void);
/*
 * Runs a command there, with this process's stdin, stdout and stderr, passing
 * signals on. Returns its exit status, 128+N after signal N.
 */
int remote_run(int argc, char **argv);
/* The same for a command of KIND_PROCESS: waits until the process is known there. */
int remote_run_on_process(int argc, char **argv);

/* Exit status of KIND_PROCESS on serve's side when it knows no such process (any more). */
#define EXIT_UNKNOWN_PROCESS 3

/* Blocks the signals and SIGCHLD, and returns a signalfd for them. */
int remote_signals(const int *signals, int n);

#endif
