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

#include "course/build.h"
#include "course/files.h"
#include "course/run.h"
#include "course/testenv.h"
#include "course/vm.h"

/* What labctl session says when nothing was built. */
#define SESSION_NOT_BEGUN 125

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

void run_free(struct run *run)
{
	tap_free(&run->tap);
	bats_free(&run->list);
	sb_free(&run->why);
	free(run->overlay);
	free(run->machine);
	free(run->note);
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
	strv_addf(argv, "LAB_BACKEND=%s", run->machine ? "vm" : "local");
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
	strv_add(argv, "--timing");
	strv_addf(argv, "%s/test.bats", lesson->dir);
}

const char *run_where_it_stopped(const struct run *run)
{
	size_t last = run->list.n - 1;

	return run->list.tests[run->tap.seen < last ? run->tap.seen : last].name;
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
	if (verdict(run) == COURSE_MACHINE)
		sb_addf(&run->why, "every check is skipped: %s\n", run->tap.tests[0].reason);
	return verdict(run);
}

static enum course_exit classify(struct run *run, const struct proc_result *r)
{
	AUTO_STR complaint = testenv_complaint(r);
	bool dead;

	if (r->interrupted || r->status == 130)
		return COURSE_INTERRUPTED;
	if (r->timed_out || r->status == 124) {
		sb_addf(&run->why, "time limit of %d s reached in check \"%s\"\n", time_limit(run),
			run_where_it_stopped(run));
		return COURSE_TIME;
	}
	if (run->begin && r->status == SESSION_NOT_BEGUN)
		return COURSE_INTERNAL;
	if (r->capped) {
		sb_addf(&run->why, "more than 1 MiB of output in check \"%s\"\n",
			run_where_it_stopped(run));
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

enum course_exit run_tests(struct run *run, const struct tree *tree, const char *overlay)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .cwd = tree->top, .in = run->begin };
	int err;

	set_overlay(run, overlay);
	run->code = run->machine ? COURSE_OK : testenv_ready(tree, &run->why);
	if (run->code)
		return run->code;
	test_argv(run, tree, overlay, &argv);
	proc.timeout_ms = time_limit(run) * 1000 + BACKSTOP_MS;
	if (run->begin)
		proc.timeout_ms += BUILD_TIMEOUT_MS;
	err = run->machine ? proc_run(&proc, &r) : testenv_proc(&proc, &r);
	if (err) {
		sb_addf(&run->why, "cannot start testenv: %s\n", strerror(-err));
		run->code = COURSE_INTERNAL;
	} else {
		tap_text(&run->tap, sb_str(&r.out));
		run->code = classify(run, &r);
	}
	proc_result_free(&r);
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
