/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Starting testenv, the only program that course starts with privileges. */
#ifndef COURSE_TESTENV_H
#define COURSE_TESTENV_H

#include "course/proc.h"
#include "course/tree.h"

/* Exit status when a virtual machine has died or hangs. */
#define TESTENV_DEAD 123

/* Puts the words that start testenv into argv. */
void testenv_argv(const struct tree *tree, struct strv *argv);

/*
 * Makes sure that testenv can become root, asking for the password once when
 * it must. COURSE_OK, or COURSE_MACHINE with one line in `why`.
 */
enum course_exit testenv_ready(const struct tree *tree, struct strbuf *why);
/* The same, looking again: sudo forgets after some minutes. */
enum course_exit testenv_renew(const struct tree *tree, struct strbuf *why);

/* proc_run() for a testenv command, with the process group that sudo needs. */
int testenv_proc(struct proc *proc, struct proc_result *result);

/* The first line on stderr that begins "testenv:"; NULL when there is none. Caller frees. */
char *testenv_complaint(const struct proc_result *result);

#endif
