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
 * After the tests: where a check failed because the virtual machine's kernel lacks what the
 * lesson needs, that is no verdict; run->code and run->why say so.
 */
void vm_confirm(struct run *run, const struct tree *tree);

/* Has the machine's kernel what the lesson needs? COURSE_MACHINE with one line in `why` when not. */
enum course_exit vm_probe(const struct tree *tree, const struct lesson *lesson, const char *machine,
			  struct strbuf *why);

/* What testenv needs before `-- COMMAND` so that COMMAND runs in the machine. */
void vm_exec_argv(const struct tree *tree, const char *machine, struct strv *argv);

#endif
