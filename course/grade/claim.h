/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Who grades which submission, where several graders share DIR: a lock on one
 * byte of DIR/.claims for each id. It ends with the process that holds it,
 * however that ends, also over NFS; nothing has to be cleaned up.
 */
#ifndef COURSE_GRADE_CLAIM_H
#define COURSE_GRADE_CLAIM_H

#include <stdbool.h>

/* The file descriptor for the other two, which close() releases with all claims; or -errno. */
int claims_open(const char *results);

/*
 * Claims an id for this grader. -EWOULDBLOCK: another one has it, and `wait` is false;
 * -EINTR: Ctrl-C came while waiting. Threads of one grader do not keep each
 * other out: each id is one thread's anyway.
 */
int claim_take(int claims, const char *id, bool wait);
void claim_release(int claims, const char *id);

#endif
