// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Runs test.bats in an environment of testenv and decides whether what came
 * back is a verdict at all. What the verdict means to a person is judge.c and
 * report.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/tool/patience.h"
#include "course/build.h"
#include "course/clock.h"
#include "course/files.h"
#include "course/interrupt.h"
#include "course/run.h"
#include "course/testenv.h"
#include "course/vm.h"

/* What labctl session says when nothing was built. */
#define SESSION_NOT_BEGUN 125

/* So often in all are checks run that could not be made, for a reason that is not the program's. */
#define ATTEMPTS 3

/* testenv keeps the time limit; this much later we do it ourselves. */
#define BACKSTOP_MS 15000

unsigned long long run_random_seed(void)
{
	unsigned int seed = 0;

	/* 32 bits are enough, and short enough to be typed again. */
	while (!seed)
		if (getrandom(&seed, sizeof(seed), 0) < 0 && errno != EINTR)
			break;
	return seed;
}

enum course_exit run_init(struct run *run, const struct lesson *lesson, unsigned long long seed)
{
	AUTO_STR path = xasprintf("%s/test.bats", lesson->dir);
	AUTO_STR shown = xasprintf("%s/test.bats", lesson->name);
	AUTO_STR error = NULL;

	*run = (struct run){ .lesson = lesson, .seed = seed };
	if (lesson->conf_error)
		sb_addf(&run->why, "%s\n", lesson->conf_error);
	else if (bats_read(path, shown, &run->list, &error))
		sb_addf(&run->why, "%s\n", error);
	tap_init(&run->tap, &run->list);
	if (run->why.len)
		run->code = COURSE_INTERNAL;
	return run->code;
}

enum course_exit run_add_hidden(struct run *run, const char *path, const char *shown)
{
	AUTO_STR error = NULL;

	if (run->code)
		return run->code;
	tap_free(&run->tap);
	if (bats_add(path, shown, "hidden", &run->list, &error)) {
		sb_addf(&run->why, "%s\n", error);
		run->code = COURSE_INTERNAL;
	}
	strv_add(&run->hidden, path);
	tap_init(&run->tap, &run->list);
	return run->code;
}

void run_free(struct run *run)
{
	strv_free(&run->hidden);
	tap_free(&run->tap);
	bats_free(&run->list);
	sb_free(&run->why);
	free(run->overlay);
	free(run->machine);
	free(run->note);
	free(run->repeated);
	strv_free(&run->limits);
	sb_free(&run->log);
}

static void set_overlay(struct run *run, const char *overlay)
{
	free(run->overlay);
	run->overlay = xstrdup(overlay);
}

enum course_exit run_build(struct run *run, const struct tree *tree, const char *overlay)
{
	set_overlay(run, overlay);
	run->code = build_lesson(tree, run->lesson, overlay, &run->why);
	run->compiler_says_no = run->code == COURSE_INVALID;
	return run->code;
}

/* bpftool's path; looked up once. No lock: run_probe() does it before verify's threads begin. */
static const char *bpftool(const struct tree *tree)
{
	static char *path;
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = 10000 };

	if (path)
		return path;
	strv_add(&argv, "sh");
	strv_addf(&argv, "%s/common/make/find-bpftool", tree->top);
	if (!proc_run(&proc, &r) && !r.status && r.out.len)
		path = xstrdup(trim(r.out.s));
	else
		path = xstrdup("bpftool");
	proc_result_free(&r);
	return path;
}

static int time_limit(const struct run *run)
{
	return run->lesson->conf.timeout * (run->machine ? VM_SLOWNESS : 1);
}

/* What gives the test an environment: testenv here, or a session with one in the machine. */
static void environment_argv(const struct run *run, const struct tree *tree, struct strv *argv)
{
	if (run->machine) {
		strv_addf(argv, "%s/libexec/labctl", tree->build);
		strv_add(argv, "session");
		strv_add(argv, "--testenv");
		testenv_argv(tree, argv);
		strv_add(argv, "--machine");
		strv_add(argv, run->machine);
		strv_add(argv, "--topology");
		strv_add(argv, run->lesson->conf.topology);
		strv_add(argv, "--seconds");
		strv_addf(argv, "%d", time_limit(run));
		if (run->begin) {
			strv_add(argv, "--begin");
			strv_add(argv, "0");
		}
	} else {
		testenv_argv(tree, argv);
		strv_add(argv, "run");
		strv_addf(argv, "--topology=%s", run->lesson->conf.topology);
		strv_addf(argv, "--timeout=%d", time_limit(run));
		strv_add(argv, "--patient");
	}
	strv_add(argv, "--");
}

static void test_argv(const struct run *run, const struct tree *tree, const char *overlay,
		      struct strv *argv)
{
	const struct lesson *lesson = run->lesson;

	environment_argv(run, tree, argv);
	strv_add(argv, "env");
	/* The same words and order everywhere; and bash is quicker with plain bytes. */
	strv_add(argv, "LC_ALL=C");
	strv_addf(argv, "LAB_BACKEND=%s", run->machine ? "vm" : run->policy ? "sandbox" : "local");
	if (run->policy)
		strv_addf(argv, "LAB_SANDBOX=%s", run->policy);
	if (run->policy && run->given && run->given->n) {
		AUTO_SB names = { 0 };

		for (size_t i = 0; i < run->given->n; i++)
			sb_addf(&names, "%s%s", i ? " " : "", run->given->v[i]);
		strv_addf(argv, "LAB_GIVEN=%s", names.s);
		strv_addf(argv, "LAB_STARTER=%s/run/%s/starter", tree->build, lesson->name);
	}
	if (run->notes)
		strv_addf(argv, "LAB_NOTES=%s", run->notes);
	strv_addf(argv, "LAB_TEST=%s/common/test", tree->top);
	strv_addf(argv, "LAB_CTL=%s/libexec/labctl", tree->build);
	strv_addf(argv, "LAB_FIXTURES=%s/fixtures", tree->build);
	strv_addf(argv, "LAB_BUILD=%s/run/%s/%s", tree->build, lesson->name, overlay);
	strv_addf(argv, "LAB_LESSON=%s", lesson->name);
	strv_addf(argv, "LAB_SEED=%llu", run->seed);
	strv_addf(argv, "LAB_BPFTOOL=%s", bpftool(tree));
	strv_add(argv, "bats");
	strv_add(argv, "--formatter");
	strv_add(argv, "tap");
	if (!run->untimed)
		strv_add(argv, "--timing");
	strv_addf(argv, "%s/test.bats", lesson->dir);
	for (size_t i = 0; i < run->hidden.n; i++)
		strv_add(argv, run->hidden.v[i]);
}

/* For texts that students get to read: a check that is not shown to them is not named. */
static char *check_name(const struct bats_test *check)
{
	if (strcmp(check->visibility, "visible"))
		return xstrdup("a check that is not shown");
	return xasprintf("check \"%s\"", check->name);
}

static const struct bats_test *stopped(const struct run *run)
{
	size_t last = run->list.n - 1;

	return &run->list.tests[run->tap.seen < last ? run->tap.seen : last];
}

const char *run_where_it_stopped(const struct run *run)
{
	return stopped(run)->name;
}

/* All skipped is no pass. */
static enum course_exit verdict(const struct run *run)
{
	size_t passed = 0;

	for (size_t i = 0; i < run->list.n; i++) {
		if (run->tap.tests[i].status == TAP_NOT_OK)
			return COURSE_FAILED;
		passed += run->tap.tests[i].status == TAP_OK;
	}
	return passed ? COURSE_OK : COURSE_MACHINE;
}

/* True where a check could not be made; then `why` says which. */
static bool could_not_check(struct run *run)
{
	for (size_t i = 0; i < run->list.n; i++) {
		const char *line = tap_internal(&run->tap.tests[i]);
		AUTO_STR name = check_name(&run->list.tests[i]);

		if (!line)
			continue;
		sb_addf(&run->why, "%s could not be made: %s\n", name, line);
		return true;
	}
	return false;
}

/* The stream is whole: is it one that bats would end with this status? */
static enum course_exit judge_stream(struct run *run, const struct proc_result *r)
{
	tap_end(&run->tap);
	if (run->tap.error) {
		sb_addf(&run->why, "the results cannot be trusted: %s\n", run->tap.error);
		for (size_t i = 0; i < run->tap.stray.n; i++)
			sb_addf(&run->why, "  %s\n", run->tap.stray.v[i]);
		sb_add(&run->why, sb_str(&r->err));
		return COURSE_INTERNAL;
	}
	if (r->status != (verdict(run) == COURSE_FAILED)) {
		sb_addf(&run->why, "the results cannot be trusted: bats ended with status %d\n",
			r->status);
		return COURSE_INTERNAL;
	}
	if (could_not_check(run))
		return COURSE_INTERNAL;
	if (verdict(run) == COURSE_MACHINE)
		sb_addf(&run->why, "every check is skipped: %s\n", run->tap.tests[0].reason);
	return verdict(run);
}

static enum course_exit classify(struct run *run, const struct proc_result *r)
{
	AUTO_STR complaint = testenv_complaint(r);
	AUTO_STR where = check_name(stopped(run));
	bool dead;

	if (r->interrupted || r->status == 130)
		return COURSE_INTERRUPTED;
	if (r->timed_out || r->status == 124) {
		sb_addf(&run->why, "time limit of %d s reached in %s", time_limit(run), where);
		run->late = !run->machine && run->ms >= PATIENCE * 1000L * time_limit(run);
		if (run->late)
			sb_addf(&run->why, ", and %ld s on a machine that is too busy",
				run->ms / 1000);
		sb_add(&run->why, "\n");
		return COURSE_TIME;
	}
	if (run->begin && r->status == SESSION_NOT_BEGUN)
		return COURSE_INTERNAL;
	if (r->capped) {
		sb_addf(&run->why, "more than 1 MiB of output in %s\n", where);
		return COURSE_INTERNAL;
	}
	dead = run->machine && r->status == TESTENV_DEAD;
	if (dead || (r->status > 1 && complaint)) {
		sb_addf(&run->why, "%s\n", complaint ?: "the virtual machine has died");
		return dead || r->status == COURSE_MACHINE ? COURSE_MACHINE : COURSE_INTERNAL;
	}
	if (r->status == 127) {
		sb_add(&run->why, "bats is not installed; install it with: make deps\n");
		return COURSE_MACHINE;
	}
	return judge_stream(run, r);
}

static void attempt(struct run *run, const struct tree *tree, const char *overlay)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .cwd = tree->top, .in = run->begin };
	long began;
	int err;

	test_argv(run, tree, overlay, &argv);
	proc.timeout_ms = time_limit(run) * 1000 * (run->machine ? 1 : PATIENCE) + BACKSTOP_MS;
	if (run->begin)
		proc.timeout_ms += BUILD_TIMEOUT_MS;
	began = clock_ms();
	err = run->machine ? proc_run(&proc, &r) : testenv_proc(&proc, &r);
	run->ms = clock_ms() - began;
	if (err) {
		sb_addf(&run->why, "cannot start testenv: %s\n", strerror(-err));
		run->code = COURSE_INTERNAL;
	} else {
		tap_text(&run->tap, sb_str(&r.out));
		sb_addf(&run->log, "%s%s", sb_str(&r.out), sb_str(&r.err));
		run->code = classify(run, &r);
	}
	proc_result_free(&r);
}

/* Did the checks run to their end, and one of them could not be made? */
static bool is_worth_repeating(const struct run *run)
{
	for (size_t i = 0; run->code == COURSE_INTERNAL && i < run->list.n; i++)
		if (tap_internal(&run->tap.tests[i]))
			return !interrupted();
	return false;
}

enum course_exit run_tests(struct run *run, const struct tree *tree, const char *overlay)
{
	set_overlay(run, overlay);
	run->code = run->machine ? COURSE_OK : testenv_ready(tree, &run->why);
	if (run->code)
		return run->code;
	attempt(run, tree, overlay);
	for (int i = 1; i < ATTEMPTS && is_worth_repeating(run); i++) {
		const char *why = sb_str(&run->why);

		free(run->repeated);
		run->repeated = xasprintf("%.*s", (int)strcspn(why, "\n"), why);
		sb_addf(&run->log, "==== again: %s\n", run->repeated);
		sb_free(&run->why);
		tap_free(&run->tap);
		tap_init(&run->tap, &run->list);
		run->begin = 0; /* what has run once is built */
		attempt(run, tree, overlay);
	}
	return run->code;
}

enum course_exit run_probe(const struct tree *tree, const struct lesson *lesson, struct strbuf *why)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	AUTO_STR complaint = NULL;
	struct proc proc = { .argv = &argv, .timeout_ms = 60000 };
	enum course_exit code;
	int err;

	bpftool(tree);
	code = testenv_ready(tree, why);
	if (code || !lesson || !lesson->conf.needs.n)
		return code;
	testenv_argv(tree, &argv);
	strv_add(&argv, "doctor");
	for (size_t i = 0; i < lesson->conf.needs.n; i++)
		strv_add(&argv, lesson->conf.needs.v[i]);
	err = testenv_proc(&proc, &r);
	complaint = testenv_complaint(&r);
	if (!err && r.interrupted)
		code = COURSE_INTERRUPTED;
	else if (!err && !r.status)
		code = COURSE_OK;
	else if (!err && r.status == 4)
		code = COURSE_MACHINE;
	else
		code = COURSE_INTERNAL;
	if (code == COURSE_MACHINE && r.out.len && !complaint)
		sb_add(why, r.out.s);
	else if (code)
		sb_addf(why, "%s\n", complaint ? complaint : "testenv doctor failed");
	proc_result_free(&r);
	return code;
}
