/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * "testenv sandbox" runs untrusted code: a submission, a compiler that reads one,
 * a loader built with one. The processes:
 *
 *	front       the one that was started; passes signals on, returns the status (front.c)
 *	supervisor  root; builds everything, enforces limits, collects, cleans up (super.c)
 *	broker      root, in the sandbox's cgroups; does bpf(2) for it (broker/), only with --bpf
 *	init        process 1 of the sandbox: no rights left; starts CMD and reaps (inside.c, init.c)
 *	CMD         and what it starts
 *
 * Front and supervisor notice each other's death, the kernel ends init with the
 * supervisor, and everything inside with init.
 */
#ifndef TESTENV_SANDBOX_BOX_H
#define TESTENV_SANDBOX_BOX_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The work folder: the only place where the sandbox can write. */
#define BOX_DIR "/box"

/* Nobody's, by the table of systemd's UIDS-GIDS; each sandbox has one of its own. */
#define BOX_FIRST_UID 1900000000U
#define BOX_NR_UIDS   (4U << 20) /* as many as there can be processes */

struct box_pair {
	char *from, *to; /* point into the arguments */
};

struct box_list {
	struct box_pair *at;
	int nr;
};

/* What the command line says (options.c). */
struct box_options {
	struct box_list binds;	  /* here -> in the sandbox, read only */
	struct box_list copies;	  /* here -> relative to BOX_DIR */
	struct box_list collects; /* relative to BOX_DIR -> here */
	const char *chdir;
	char **env; /* N=V, ended by NULL */
	int nr_env;
	int memory_mb, pids, output_kb, files_mb;
	long wall_ms, cpu_ms;
	bool join;	     /* the caller's network namespace instead of an empty one */
	bool join_processes; /* the caller's process numbers instead of its own */
	const char *policy;  /* file with what bpf(2) may do; NULL: nothing */
	int socket;	     /* CMD's descriptor 3, or -1 */
	const char *status;  /* file for how it ended, or NULL */
	char **argv;
};

/* How it ended. */
enum box_reason {
	BOX_EXIT,
	BOX_SIGNAL,
	BOX_TIME,
	BOX_OUTPUT,
	BOX_MEMORY,
	BOX_PIDS,
	BOX_FILES,
};

/* What init tells the supervisor, one packet each. */
struct box_news {
	enum {
		BOX_NEWS_FAILED,     /* building failed: value is -errno, step what was tried */
		BOX_NEWS_LISTENER,   /* comes with the fd of the system call filter */
		BOX_NEWS_NO_COMMAND, /* value is -errno of execve() */
		BOX_NEWS_ENDED,	     /* value is CMD's status as wait(2) has it */
	} what;
	int value;
	char step[112];
};

/* The whole command; returns the exit status (front.c). */
int box_run(const struct box_options *options);

/* The supervisor; never returns (super.c). */
void box_supervise(const struct box_options *options, int front) __attribute__((noreturn));

#endif
