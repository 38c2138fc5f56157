/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Where a lesson's checks run: on this machine, or in a virtual one that
 * testenv keeps. The virtual one stays for a while, so that the next check
 * need not start it.
 */
#ifndef COURSE_VM_H
#define COURSE_VM_H

#include "course/run.h"

/* A lesson's time limit is so many times longer there. */
#define VM_SLOWNESS 10

/* From now on every run goes to a virtual machine. kernel: "6.1", or NULL: any. */
void vm_want(const char *kernel);
/* Has somebody asked for one? *kernel: as vm_want() was given it. */
bool vm_is_wanted(const char **kernel);
/* Machines are named so from now on ("course" until then), and so are not shared with others. */
void vm_call(const char *name);
/* Is it what a person would type for a kernel? */
bool vm_is_kernel(const char *word);

/*
 * Finds a place for the run, which may be one without a lesson. In run->machine is then the virtual machine's name,
 * started, or NULL for this machine; run->note says why it is not this one. Returns run->code: COURSE_OK, or why there is none.
 */
enum course_exit vm_place(struct run *run, const struct tree *tree);

/*
 * The machine that vm_place() has found ends when it is not used for a while. This starts it again then, or does
 * nothing; that it could not is said by what is run in it next.
 */
void vm_again(const struct tree *tree, const char *machine);

/*
 * After the tests: where a check failed because the virtual machine's kernel lacks what the
 * lesson needs, that is no verdict; run->code and run->why say so.
 */
void vm_confirm(struct run *run, const struct tree *tree);

/* Has the machine's kernel what the lesson needs? COURSE_MACHINE with one line in `why` when not. */
enum course_exit vm_probe(const struct tree *tree, const struct lesson *lesson, const char *machine,
			  struct strbuf *why);

/*
 * Starts a machine of its own that is called so, under the kernel that is asked for. vm_stop() ends
 * it, and nothing of it stays.
 */
enum course_exit vm_start(const struct tree *tree, const char *name, struct strbuf *why);
void vm_stop(const struct tree *tree, const char *name);

/* The release of the kernel that runs in it; the caller frees it. NULL with one line in `why`. */
char *vm_kernel(const struct tree *tree, const char *machine, struct strbuf *why);

/*
 * Has the machine, since it began, had less than a third of the processor time that it could have used?
 * Then what ran out of time in it may not be to blame.
 */
bool vm_is_starved(const struct tree *tree, const char *name);
/* The same of what "testenv vm usage" has printed; of anything else, no. */
bool vm_usage_is_starved(const char *usage);

/*
 * Runs a shell command in the machine; $1 is the argument. What it printed goes to `out`; it may be
 * anything, where what is in the machine is hostile. False when it did not run.
 */
bool vm_shell(const struct tree *tree, const char *machine, const char *command,
	      const char *argument, struct strbuf *out);

/* What testenv needs before `-- COMMAND` so that COMMAND runs in the machine. */
void vm_exec_argv(const struct tree *tree, const char *machine, struct strv *argv);

#endif
