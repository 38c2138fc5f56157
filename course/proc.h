/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running a program to its end, with a deadline and a cap on what it prints. */
#ifndef COURSE_PROC_H
#define COURSE_PROC_H

#include "course/str.h"

struct proc {
	const struct strv *argv;
	const char *cwd;	/* NULL: here */
	const struct strv *env; /* "NAME=VALUE" over our own environment; may be NULL */
	int timeout_ms;		/* 0: none */
	size_t cap;		/* bytes of output; 0: 1 MiB */
	int in;			/* an fd that it reads as its stdin; 0: nothing */
	/*
	 * The child stays in our process group, as sudo wants it, which may
	 * have to ask at the terminal. Else it gets one of its own, and all
	 * of it is ended together.
	 */
	bool our_group;
};

struct proc_result {
	struct strbuf out;
	struct strbuf err;
	int status; /* exit status, 128 + N after signal N */
	bool timed_out;
	bool capped;
	bool interrupted; /* Ctrl-C while it ran; the child was ended */
};

/* Returns 0 when it ran, however it ended, or -errno when it could not be started. */
int proc_run(const struct proc *proc, struct proc_result *result);
void proc_result_free(struct proc_result *result);

#endif
