/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running a lesson's checks on one built overlay, and what came out. */
#ifndef COURSE_RUN_H
#define COURSE_RUN_H

#include "course/tap.h"
#include "course/tree.h"

struct run {
	const struct lesson *lesson;
	unsigned long long seed;
	struct bats_list list; /* the checks as test.bats lists them, then hidden ones */
	struct strv hidden;    /* paths of the files with hidden checks */
	struct tap tap;	       /* what became of each */
	/* COURSE_OK and COURSE_FAILED are verdicts; with any other code there is none. */
	enum course_exit code;
	struct strbuf why; /* without a verdict: why, first the line that matters */
	char *overlay;	   /* what was built or run last; NULL: nothing yet */
	char *machine;	   /* the virtual machine to run on (vm.h); NULL: this one */
	char *note;	   /* why not on this one; NULL: nothing to say */
	char *repeated; /* why the checks were run again: no verdict the time before; NULL: they were not */
	int begin; /* with a machine: a byte from here says that it is built; 0: it is */
	const char *
		policy; /* what programs may do to the kernel, in a sandbox; NULL: anything, without */
	const struct strv
		*given;	    /* with a policy: programs that are trusted, as the starter has them */
	const char *notes;  /* folder for how sandboxes ended; NULL: nobody asks */
	bool untimed;	    /* nobody asks how long a check took: bats needs 10 ms each to tell */
	struct strv limits; /* that were hit */
	struct strbuf log;  /* what was printed, results included */
	long ms;	    /* how long the checks took */
	bool late;	    /* the machine was so busy that a limit of time says nothing */
	bool compiler_says_no; /* with COURSE_INVALID: `why` is the compiler's error */
};

/*
 * Reads the list of checks. run_free() in either case. A lesson whose
 * test.bats is not sound gives COURSE_INTERNAL.
 */
enum course_exit run_init(struct run *run, const struct lesson *lesson, unsigned long long seed);

/* Adds the checks of a file outside of the lesson; they are hidden. Returns run->code. */
enum course_exit run_add_hidden(struct run *run, const char *path, const char *shown);

/* Builds the overlay. Returns run->code. */
enum course_exit run_build(struct run *run, const struct tree *tree, const char *overlay);

/* Runs them on BUILD/run/LESSON/OVERLAY, which has been built. Returns run->code. */
enum course_exit run_tests(struct run *run, const struct tree *tree, const char *overlay);

/* Builds the overlay "work", finds where to run it (vm_place()), and runs the tests. Returns run->code. */
enum course_exit run_build_and_tests(struct run *run, const struct tree *tree);
void run_free(struct run *run);

/*
 * Has this machine what the lesson needs? COURSE_MACHINE with one line in `why`
 * when not. Comes before run_tests(), which may then run in several threads.
 */
enum course_exit run_probe(const struct tree *tree, const struct lesson *lesson,
			   struct strbuf *why);

/* The check that a run was in when it ended early; the last one when all have a result. */
const char *run_where_it_stopped(const struct run *run);

unsigned long long run_random_seed(void);

#endif
