/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Commands of labctl that run something of a submission's do it in "testenv sandbox" when
 * the environment variable LAB_SANDBOX names a policy (what bpf(2) may do; course writes
 * it). What the policy cannot know before there is an environment, its cgroup and its bpffs,
 * is added here.
 *
 * LAB_NOTES is a folder for what whoever grades must know and no test can tell: how each
 * sandbox ended (N.json, testenv's), that the machine has failed (N.machine), and that it was so
 * busy when a test waited in vain that another time may end differently (N.late).
 */
#ifndef LAB_TEST_SANDBOXED_H
#define LAB_TEST_SANDBOXED_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/test/deadline.h"

#define SANDBOX_POLICY "LAB_SANDBOX"
#define SANDBOX_NOTES  "LAB_NOTES"

/* Enough for the addresses of a hundred nodes; sandboxed_exec() takes no line that is full. */
#define SANDBOXED_WORDS 1024

/* The command line of one sandbox. sandboxed_free() in any case. */
struct sandboxed {
	char *argv[SANDBOXED_WORDS];
	int argc;
	int policy; /* a file without a name, or -1 */
	char *status;
};

bool sandboxed_is_used(void);

/*
 * Begins the command line: limits, the environment that a lesson's program may see, labctl's
 * way of ending it. bpf: it may use bpf(2) as the policy says. It may run as long as the test does,
 * with so many seconds of processor time (NULL: more than a loader needs). 0 or -errno, reported.
 */
int sandboxed_begin(struct sandboxed *s, bool bpf, const char *cpu);
/* Shows a file inside under the same name. */
void sandboxed_show(struct sandboxed *s, const char *path);
/* The same under another. */
void sandboxed_show_as(struct sandboxed *s, const char *path, const char *as);
void sandboxed_add(struct sandboxed *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Ends it with a command of labctl's that reads the object: the word SANDBOXED_OBJECT in argv stands
 * for its path.
 */
void sandboxed_reads(struct sandboxed *s, const char *object, int argc, char *const argv[]);
void sandboxed_free(struct sandboxed *s);

/* Becomes it. Returns only when it cannot be started: the exit status, reported. */
int sandboxed_exec(const struct sandboxed *s);

/*
 * The exit status, 128+N after signal N, of a sandbox that was started as pid, and has ended or
 * will. SANDBOXED_NOT_RUN: it is the machine's fault that nothing ran, which has been noted.
 */
#define SANDBOXED_NOT_RUN (-1)
int sandboxed_wait(const struct sandboxed *s, pid_t pid);

/*
 * Has it programs that see processes of the whole machine? Then loaders see the numbers that these
 * have there.
 */
bool sandboxed_traces(void);

/* What stands for the object's path in the command of sandboxed_ask(). */
#define SANDBOXED_OBJECT "OBJECT"

/*
 * Runs a command of labctl's inside that reads the object, without bpf(2), and puts what it
 * prints into text, with a 0 byte behind it. EXIT_OK; EXIT_MACHINE: it has not run; EXIT_FAILED,
 * reported: anything else, for the object may have had its hand in it.
 */
int sandboxed_ask(const char *object, int argc, char *const argv[], char *text, size_t size);

/* Does the policy have programs of this type? */
bool sandboxed_allows(unsigned int program_type);

/* labctl's own path. */
const char *sandboxed_self(void);

/* Writes the note that the machine has failed, where notes are wanted. */
void note_machine_failed(void);

/* The same when a test has waited in vain: a note if the machine was too busy to be sure. */
void note_late(struct deadline deadline);

/*
 * Of a process that spawn has started: the lesson's own program, which in a sandbox is another one.
 * 0: there is none (yet, or any more).
 */
pid_t sandboxed_program(pid_t pid);

#endif
