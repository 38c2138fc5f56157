/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A course command as a process of its own, whose output is ours, whose end can
 * be waited for beside other things. For output to be read: proc.h.
 */
#ifndef COURSE_JOB_H
#define COURSE_JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include "course/str.h"

struct job {
	pid_t pid;
	int pidfd;	/* readable when it has ended; -1: no job */
	long end_at;	/* monotonic ms: when it is asked to end, then when it is killed */
	long looked_at; /* by job_tend() */
	bool ending;
	bool timed_out;
};

#define JOB_NONE            \
	{                   \
		.pidfd = -1 \
	}

/* Starts this very program with `arguments`, its standard input empty. 0 or -errno. */
int job_start(struct job *job, const struct strv *arguments, int timeout_ms);
bool job_running(const struct job *job);

/* Asks it to end all that it has started, and itself. */
void job_end(struct job *job);

/*
 * Milliseconds until job_tend() is to be called again, never more than a second;
 * -1: no job. job_tend() keeps the deadline; time in which we were stopped
 * does not count.
 */
int job_wait_ms(const struct job *job);
void job_tend(struct job *job);

/* When pidfd is readable: its exit status, 128 + N after signal N. */
int job_reap(struct job *job);

#endif
