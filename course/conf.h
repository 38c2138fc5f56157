/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* lesson.conf: what the tools need to know about a lesson. */
#ifndef COURSE_CONF_H
#define COURSE_CONF_H

#include "course/str.h"

struct conf {
	char *id;	      /* never changes, also when the folder moves */
	char *title;	      /* the question the lesson answers */
	int minutes;	      /* what a learner needs */
	char *level;	      /* core, extra or depth */
	struct strv requires; /* lessons, LAB/LESSON */
	struct strv teaches;  /* terms */
	struct strv tracks;   /* more than the one its lab is in; see tracks.h */
	struct strv edit;     /* the only files a submission may hold */
	struct strv needs;    /* capability names of testenv doctor */
	struct strv programs; /* BPF program types a submission may load */
	struct strv helpers;  /* allow-lists; "default" stands for the course's own */
	struct strv kfuncs;
	struct strv sandbox; /* what its loaders need there besides: inspect, packet_sockets ... */
	int timeout;	     /* seconds for all checks together */
	char *topology;	     /* of testenv run */
};

/*
 * Reads the file. `shown` is its name in messages. On failure returns -EINVAL
 * or another -errno and sets *error to one line "FILE:LINE: what is wrong";
 * the caller frees it. Free the conf in either case.
 */
int conf_read(const char *path, const char *shown, struct conf *conf, char **error);
void conf_free(struct conf *conf);

#endif
