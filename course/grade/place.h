/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Where a lesson's submissions are built and run, and what keeps them from this machine and from
 * each other.
 */
#ifndef COURSE_GRADE_PLACE_H
#define COURSE_GRADE_PLACE_H

#include "course/grade/compile.h"

enum isolation {
	ISOLATION_AUTO,	   /* a sandbox, and around it a virtual machine where that is needed */
	ISOLATION_SANDBOX, /* a sandbox on this machine; lessons it does not contain: not at all */
	ISOLATION_VM,	   /* always a virtual machine around it */
	ISOLATION_NONE,	   /* nothing */
};

/* Its name, as on the command line and in records. */
const char *isolation_name(enum isolation isolation);
/* False: there is none of that name. */
bool isolation_parse(const char *name, enum isolation *isolation);

struct place {
	enum course_exit code; /* why the lesson cannot be graded here, with `why` */
	struct strbuf why;
	enum isolation isolation; /* what it comes to for this lesson: never auto */
	char *machine;	      /* none: the virtual machine that all submissions share, or NULL */
	char *kernel;	      /* release of the one in a virtual machine; NULL: this machine's */
	char *policy;	      /* else: file with what a submission may do to the kernel */
	struct recipe recipe; /* else */
};

/*
 * Finds places for lessons, one each; `staging` is a folder of ours that stays as long as they do.
 * Tries out what this machine has, and whether a virtual one can be started.
 */
struct place *places_find(const struct tree *tree, struct lesson *const *lessons, size_t n,
			  enum isolation isolation, const char *staging);
/* Says on stderr which lessons have no place and why, each reason once. */
void places_complain(const struct place *places, struct lesson *const *lessons, size_t n);
void places_free(struct place *places, size_t n);
/* The kernel of virtual machines, which is one for all lessons that run in them; NULL: none does. */
const char *places_kernel(const struct place *places, size_t n);

/*
 * A virtual machine for one lesson of one submission, started when it is first asked for. It begins in
 * the same saved state for all.
 */
struct guest {
	const struct tree *tree;
	const char *id; /* tells it from those of other submissions */
	char *name;	/* NULL: not started */
};

/* The machine's name, or NULL with one line in `why` and the exit code in *code. */
const char *guest_name(struct guest *guest, enum course_exit *code, struct strbuf *why);
void guest_end(struct guest *guest);

#endif
