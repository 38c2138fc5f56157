/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running a lesson's checks on one built overlay, and what came out. */
#ifndef COURSE_RUN_H
#define COURSE_RUN_H

#include "course/tap.h"
#include "course/tree.h"

struct run {
	const struct lesson *lesson;
	unsigned long long seed;
	struct bats_list list; /* the checks as test.bats lists them */
	struct tap tap;	       /* what became of each */
	/* COURSE_OK and COURSE_FAILED are verdicts; with any other code there is none. */
	enum course_exit code;
	struct strbuf why; /* without a verdict: why, first the line that matters */
	char *overlay;	   /* what was built or run last; NULL: nothing yet */
	char *machine;	   /* the virtual machine to run on (vm.h); NULL: this one */
	char *note;	   /* why not on this one; NULL: nothing to say */
	int begin;	   /* with a machine: a byte from here says that it is built; 0: it is */
	bool compiler_says_no; /* with COURSE_INVALID: `why` is the compiler's error */
};

/*
 * Reads the list of checks. run_free() in either case. A lesson whose
 * test.bats is not sound gives COURSE_INTERNAL.
 */
enum course_exit run_init(struct run *run, const struct lesson *lesson, unsigned long long seed);

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
