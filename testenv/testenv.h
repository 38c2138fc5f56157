/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What every file of testenv shares: exit codes, the one way to report an
 * error, and the commands. Nothing about networks or namespaces.
 */
#ifndef TESTENV_TESTENV_H
#define TESTENV_TESTENV_H

#include <stdbool.h>
#include <stddef.h>

/* All that testenv keeps on a machine is under this folder. */
#define TESTENV_RUN "/run/testenv"
/* Marks what is ours: source of our mounts, value of our cgroups' xattr. */
#define TESTENV_MARK "testenv"
/* The name of the environment of "testenv run", seen from inside. */
#define TESTENV_SELF "self"

enum {
	EXIT_USAGE = 2,
	EXIT_MACHINE = 4, /* this machine cannot do it */
	EXIT_INTERNAL = 5,
	EXIT_TIME = 124,
	EXIT_SIGNALLED = 128, /* plus the signal's number */
};

/* Prints one line, "testenv: ...", to stderr and returns code. */
int report(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The exit code for err (-errno) of something the kernel was asked to do. */
int exit_code(int err);

/*
 * Counts the steps that change the machine. For tests: TESTENV_FAIL_AT=N makes
 * the N-th one fail, TESTENV_STOP_AT=N stops the process there, to be killed.
 * Returns 0, or -EIO for the step that is to fail.
 */
int fault_step(void);

/* An environment's name: a letter, then letters, digits, '-' and '_'. */
#define NAME_LEN 32
bool name_valid(const char *name);

/* Reads decimal seconds such as "1.5"; returns milliseconds or -EINVAL. */
long parse_seconds(const char *text);

int cmd_run(int argc, char **argv);
int cmd_up(int argc, char **argv);
int cmd_reset(int argc, char **argv);
int cmd_down(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_enter(int argc, char **argv);
int cmd_ping(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_load(int argc, char **argv);
int cmd_unload(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_gc(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_vm(int argc, char **argv);
int cmd_sandbox(int argc, char **argv);

#endif
