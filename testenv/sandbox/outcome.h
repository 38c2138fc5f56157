/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What comes out of a sandbox: files (collect.c) and the report on how it ended (status.c). */
#ifndef TESTENV_SANDBOX_OUTCOME_H
#define TESTENV_SANDBOX_OUTCOME_H

#include "testenv/sandbox/box.h"
#include "testenv/sandbox/broker/broker.h"
#include "testenv/sandbox/limits.h"

struct outcome {
	bool ended; /* CMD has ended by itself; then wait_status is its status as wait(2) has it */
	int wait_status;
	enum box_reason reason;
	bool files_full;
	struct usage usage;
	struct broker_report broker; /* what it has refused */
};

/* The exit status of testenv sandbox. */
int outcome_status(const struct outcome *outcome);

/* Why it ended, where nothing else has been decided yet. */
void outcome_decide(struct outcome *outcome);

/* Writes the JSON report. 0 or -errno. */
int outcome_write(const struct outcome *outcome, const char *path);

/* What is at the places where files will be put goes: nobody takes an old one for new. */
void collect_clear(const struct box_list *collects);

/*
 * Copies files out of the work folder, of which box is an fd, after the death of every
 * process that could still change them. Those that are not there are left out.
 * 0, or -errno after a message.
 */
int collect_all(const struct box_list *collects, int box);

/*
 * A new file next to path, for the owner of its folder; put in its place by commit, which closes it
 * and returns 0 or -errno. Or it is given up.
 */
struct outfile {
	int fd;
	char temporary[PATH_MAX];
	const char *path;
};
int outfile_open(struct outfile *file, const char *path, mode_t mode);
int outfile_commit(struct outfile *file);
void outfile_abandon(struct outfile *file);

#endif
