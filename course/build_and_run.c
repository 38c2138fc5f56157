// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Builds the learner's files while the place where they run is found and made ready: a virtual
 * machine takes as long for that as the compiler for its work. What is built or run is no matter here.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "course/build.h"
#include "course/files.h"
#include "course/run.h"
#include "course/vm.h"

struct building {
	const struct tree *tree;
	const struct lesson *lesson;
	pthread_t thread;
	int done[2]; /* a pipe: a byte when it is built; its end when the build is over */
	enum course_exit code;
	struct strbuf why;
};

static void *build(void *arg)
{
	struct building *b = arg;

	b->code = build_lesson(b->tree, b->lesson, "work", &b->why);
	while (!b->code && write(b->done[1], "", 1) < 0 && errno == EINTR)
		;
	close_fd(&b->done[1]);
	return NULL;
}

static int begin_build(struct building *b)
{
	int err;

	if (pipe2(b->done, O_CLOEXEC))
		return -errno;
	err = -pthread_create(&b->thread, NULL, build, b);
	if (err) {
		close_fd(&b->done[0]);
		close_fd(&b->done[1]);
	}
	return err;
}

static void end_build(struct building *b)
{
	pthread_join(b->thread, NULL);
	close_fd(&b->done[0]);
}

/* What the session says that waited for it in vain is of no interest. */
static void take_failure(struct run *run, const struct building *b)
{
	sb_free(&run->why);
	sb_add(&run->why, sb_str(&b->why));
	run->code = b->code;
	run->compiler_says_no = b->code == COURSE_INVALID;
}

enum course_exit run_build_and_tests(struct run *run, const struct tree *tree)
{
	struct building b = { .tree = tree, .lesson = run->lesson };
	int err = begin_build(&b);
	enum course_exit placed;

	if (err) {
		sb_addf(&run->why, "cannot start the build: %s\n", strerror(-err));
		run->code = COURSE_INTERNAL;
		return run->code;
	}
	run->begin = b.done[0];
	placed = vm_place(run, tree);
	if (!placed && run->machine)
		run_tests(run, tree, "work");
	end_build(&b);
	run->begin = 0;
	/* Why nothing can be checked here matters more than whether it compiles. */
	if (!placed && b.code)
		take_failure(run, &b);
	else if (!placed && !run->machine)
		run_tests(run, tree, "work");
	sb_free(&b.why);
	return run->code;
}
