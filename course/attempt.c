// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What course check does with one lesson, and what course hint and course
 * solution do first. What to do next is for the commands to say.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "course/attempt.h"
#include "course/build.h"
#include "course/files.h"
#include "course/overlay.h"
#include "course/report.h"
#include "course/vm.h"

/* Everything up to the verdict. `files`: what was built, told from any other version. */
static void check(struct attempt *a, const struct tree *tree, char **files)
{
	struct run *run = &a->run;
	const struct lesson *lesson = run->lesson;
	AUTO_FD lock = -1;

	if (run->code)
		return;
	a->ready = progress_ready(tree, lesson, &run->why);
	if (a->ready != READY) {
		run->code = COURSE_INVALID;
		return;
	}
	/* Two checks of one lesson would build over each other's programs. */
	lock = build_lock_lesson(tree, lesson);
	/* Before the build: what is saved meanwhile is another version. */
	*files = overlay_fingerprint(lesson);
	if (lock == -EINTR)
		run->code = COURSE_INTERRUPTED;
	else
		run_build_and_tests(run, tree);
	vm_confirm(run, tree);
}

static void failure(const struct run *run, struct result *result)
{
	for (size_t i = 0; i < run->list.n; i++) {
		if (run->tap.tests[i].status != TAP_NOT_OK)
			continue;
		result->check = run->list.tests[i].name;
		result->outcome =
			judge_is_refusal(&run->tap.tests[i]) ? OUTCOME_REFUSED : OUTCOME_FAILED;
		return;
	}
}

/* False: nothing was learned about the files. */
static bool result_of(const struct attempt *a, const char *files, struct result *result)
{
	const struct run *run = &a->run;

	*result = (struct result){ .passed = a->j.passed,
				   .checks = run->list.n - a->j.skipped,
				   .points = a->j.points,
				   .seed = run->seed,
				   .files = files };
	switch (run->code) {
	case COURSE_OK:
		result->outcome = OUTCOME_PASSED;
		return true;
	case COURSE_FAILED:
		failure(run, result);
		return true;
	case COURSE_INVALID:
		result->outcome = OUTCOME_BUILD;
		return run->compiler_says_no;
	case COURSE_TIME:
		result->outcome = OUTCOME_TIME;
		result->check = run_where_it_stopped(run);
		/* Points are for verdicts. */
		result->points = 0;
		return true;
	default:
		return false;
	}
}

static void remember(const struct attempt *a, const struct tree *tree, const char *files)
{
	struct result result;
	int err;

	if (!files || !result_of(a, files, &result))
		return;
	err = state_record(tree, a->run.lesson, &result);
	if (err && err != -EINTR)
		course_error("this result is not remembered: cannot write %s/.course: %s",
			     tree_relative(tree, tree->work), strerror(-err));
}

enum course_exit attempt_make(struct attempt *a, const struct tree *tree,
			      const struct lesson *lesson, unsigned long long seed)
{
	AUTO_STR files = NULL;

	run_init(&a->run, lesson, seed);
	a->ready = READY;
	check(a, tree, &files);
	judge(&a->run, &a->j);
	remember(a, tree, files);
	return a->run.code;
}

void attempt_free(struct attempt *a)
{
	judgement_free(&a->j);
	run_free(&a->run);
}

/* A compiler's error is shown by report_human(). */
static void print_why(const struct run *run)
{
	AUTO_STRV lines = { 0 };

	if (run->code == COURSE_OK || run->code == COURSE_FAILED || run->compiler_says_no)
		return;
	strv_lines(&lines, sb_str(&run->why));
	for (size_t i = 0; i < lines.n; i++)
		if (i)
			fprintf(stderr, "  %s\n", lines.v[i]);
		else
			course_error("%s", lines.v[i]);
}

void attempt_print(const struct attempt *a, bool every_failure)
{
	if (a->run.code == COURSE_INTERRUPTED)
		return;
	report_human(stdout, &a->run, &a->j, every_failure);
	if (a->run.note)
		printf("Checked in a virtual machine: %s\n", a->run.note);
	print_why(&a->run);
}

bool attempt_known(const struct state *state, const struct lesson *lesson, struct result *result)
{
	AUTO_STR files = overlay_fingerprint(lesson);

	return state_result(state, lesson, result) && !strcmp(result->files, files);
}
