// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The rules that run checks: starter (1), solution (2), wrong solutions (3),
 * repeatable messages (4), messages that teach (5). The solution runs alone,
 * because its leftovers are counted; then all else, one run on each CPU.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/build.h"
#include "course/files.h"
#include "course/interrupt.h"
#include "course/leftover.h"
#include "course/pattern.h"
#include "course/verify.h"

#define MIN_WRONG 4

static bool build_one(struct verify *v, enum rule rule, const char *what, const char *overlay)
{
	AUTO_SB why = { 0 };
	enum course_exit code = build_lesson(v->tree, v->lesson, overlay, &why);

	if (code == COURSE_INTERRUPTED)
		v->stopped = code;
	else if (code)
		verify_found(v, rule, "%s does not build: %.*s", what,
			     (int)strcspn(sb_str(&why), "\n"), sb_str(&why));
	return !code;
}

static void build_wrong(struct verify *v, struct wrong *w)
{
	AUTO_STR overlay = xasprintf("wrong-%s", w->name);

	if (!run_init(&w->build, v->lesson, v->seeds[0]))
		run_build(&w->build, v->tree, overlay);
	if (w->build.code == COURSE_INTERRUPTED)
		v->stopped = w->build.code;
	w->built = !w->build.code;
}

/* All overlays in one make; only when that fails is each asked for by itself. */
void verify_build(struct verify *v)
{
	AUTO_SB overlays = { 0 };
	AUTO_SB why = { 0 };
	enum course_exit code;

	sb_add(&overlays, "starter solution");
	for (size_t i = 0; i < v->n_wrongs; i++)
		sb_addf(&overlays, " wrong-%s", v->wrongs[i].name);
	code = build_lesson(v->tree, v->lesson, overlays.s, &why);
	if (code == COURSE_INTERRUPTED)
		v->stopped = code;
	if (!code) {
		v->starter_built = v->solution_built = true;
		for (size_t i = 0; i < v->n_wrongs; i++)
			v->wrongs[i].built = true;
		return;
	}
	v->starter_built = build_one(v, RULE_STARTER, "it", "starter");
	v->solution_built = build_one(v, RULE_SOLUTION, "it", "solution");
	for (size_t i = 0; i < v->n_wrongs && !v->stopped; i++)
		build_wrong(v, &v->wrongs[i]);
}

static void solution_once(struct verify *v, unsigned long long seed)
{
	struct run run;

	run_init(&run, v->lesson, seed);
	run_tests(&run, v->tree, "solution");
	if (verify_is_verdict(v, RULE_SOLUTION, "solution", &run))
		for (size_t i = 0; i < v->list.n; i++)
			if (run.tap.tests[i].status == TAP_NOT_OK)
				verify_found(v, RULE_SOLUTION, "check \"%s\" fails (seed %llu)",
					     v->list.tests[i].name, seed);
	run_free(&run);
}

/* Runs the solution under the first `seeds` seeds, and says what that left on the machine. */
static void solution_leaves(struct verify *v, size_t seeds, struct strv *found)
{
	AUTO_SB why = { 0 };
	struct leftover *before = leftover_begin(v->tree, &why);

	for (size_t i = 0; i < seeds && !interrupted(); i++)
		solution_once(v, v->seeds[i]);
	if (before)
		leftover_end(before, found, &why);
	if (why.len)
		verify_found(v, RULE_SOLUTION, "leftovers cannot be counted: %s", why.s);
}

void verify_solution(struct verify *v)
{
	AUTO_STRV found = { 0 };

	if (!v->solution_built)
		return;
	solution_leaves(v, VERIFY_SEEDS, &found);
	if (!found.n)
		return;
	/* Others use the machine too. What the solution leaves, it leaves again. */
	strv_free(&found);
	solution_leaves(v, 1, &found);
	for (size_t i = 0; i < found.n; i++)
		verify_found(v, RULE_SOLUTION, "the solution leaves behind: %s", found.v[i]);
}

/* ---- all other overlays --------------------------------------------------- */

struct job {
	struct run *run;
	char *overlay;
	unsigned long long seed;
};

struct queue {
	struct verify *v;
	pthread_mutex_t lock;
	struct job *jobs;
	size_t n;
	size_t next;
};

static void add_job(struct queue *q, struct run *run, const char *overlay, unsigned long long seed)
{
	q->jobs = xrealloc(q->jobs, (q->n + 1) * sizeof(*q->jobs));
	q->jobs[q->n++] = (struct job){ .run = run, .overlay = xstrdup(overlay), .seed = seed };
}

static void add_jobs(struct queue *q)
{
	struct verify *v = q->v;
	bool all = v->wanted[RULE_WRONG] || v->wanted[RULE_MESSAGES];

	if (v->starter_built &&
	    (v->wanted[RULE_STARTER] || v->wanted[RULE_HONEST] || v->wanted[RULE_MESSAGES]))
		for (size_t i = 0; i < ARRAY_SIZE(v->starter); i++)
			add_job(q, &v->starter[i], "starter", v->seeds[0]);
	for (size_t i = 0; i < v->n_wrongs; i++) {
		struct wrong *w = &v->wrongs[i];
		AUTO_STR overlay = xasprintf("wrong-%s", w->name);
		size_t seeds = all ? VERIFY_SEEDS : w->shown && v->wanted[RULE_TEXT] ? 1 : 0;

		for (size_t j = 0; w->built && w->sound && j < seeds; j++)
			add_job(q, &w->runs[j], overlay, v->seeds[j]);
	}
}

static void *work(void *arg)
{
	struct queue *q = arg;

	for (;;) {
		struct job *job = NULL;

		pthread_mutex_lock(&q->lock);
		if (q->next < q->n && !interrupted())
			job = &q->jobs[q->next++];
		pthread_mutex_unlock(&q->lock);
		if (!job)
			return NULL;
		if (!run_init(job->run, q->v->lesson, job->seed))
			run_tests(job->run, q->v->tree, job->overlay);
	}
}

void verify_runs(struct verify *v)
{
	struct queue q = { .v = v, .lock = PTHREAD_MUTEX_INITIALIZER };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[15];
	long n = 0;

	add_jobs(&q);
	while (n < cpus - 1 && n < (long)ARRAY_SIZE(threads) && n + 1 < (long)q.n &&
	       !pthread_create(&threads[n], NULL, work, &q))
		n++;
	work(&q);
	while (n-- > 0)
		pthread_join(threads[n], NULL);
	for (size_t i = 0; i < q.n; i++)
		free(q.jobs[i].overlay);
	free(q.jobs);
}

/* ---- what came out -------------------------------------------------------- */

/* The same seed must give the same words; what differs is named. */
static void compare_runs(struct verify *v, const struct run *a, const struct run *b)
{
	for (size_t i = 0; i < v->list.n; i++) {
		const struct strv *x = &a->tap.tests[i].message, *y = &b->tap.tests[i].message;
		const char *name = v->list.tests[i].name;

		if (a->tap.tests[i].status != b->tap.tests[i].status) {
			verify_found(
				v, RULE_HONEST,
				"check \"%s\" on the starter: two outcomes under the same seed, %llu",
				name, a->seed);
			continue;
		}
		for (size_t j = 0; j < x->n || j < y->n; j++) {
			const char *s = j < x->n ? x->v[j] : "", *t = j < y->n ? y->v[j] : "";

			if (!strcmp(s, t))
				continue;
			verify_found(
				v, RULE_HONEST,
				"check \"%s\": two messages under the same seed, \"%s\" and \"%s\"",
				name, s, t);
			break;
		}
	}
}

void verify_starter(struct verify *v)
{
	const struct run *run = &v->starter[0];
	size_t failed = 0;

	if (!run->lesson || !verify_is_verdict(v, RULE_STARTER, "starter", run) ||
	    !verify_is_verdict(v, RULE_STARTER, "starter", &v->starter[1]))
		return;
	for (size_t i = 0; i < v->list.n; i++) {
		if (run->tap.tests[i].status == TAP_NOT_OK)
			failed++;
		else if (v->list.tests[i].points)
			verify_found(v, RULE_STARTER,
				     "check \"%s\" has points and passes before the learner begins",
				     v->list.tests[i].name);
	}
	if (!failed)
		verify_found(v, RULE_STARTER, "no check fails");
	compare_runs(v, run, &v->starter[1]);
}

/* What `check` says of this case must be its own sentence, and no other's. */
static void judge_sentence(struct verify *v, const struct wrong *w, const struct run *run)
{
	struct judgement j;

	judge(run, &j);
	if (w->expect.kind != EXPECT_CHECKS && !w->expect.texts.n)
		verify_found(v, RULE_WRONG,
			     "wrong/%s: %s alone fits other mistakes too, so check says nothing; "
			     "add words that the %s says of this one",
			     w->name, w->expect.kind == EXPECT_REFUSED ? "refused" : "build",
			     w->expect.kind == EXPECT_REFUSED ? "verifier" : "compiler");
	else if (j.pattern_case && strcmp(j.pattern_case, w->name))
		verify_found(v, RULE_WRONG,
			     "wrong/%s: check says the sentence of wrong/%s (seed %llu)", w->name,
			     j.pattern_case, run->seed);
	for (size_t i = 0; !j.pattern_case && i < j.fitting.n; i++)
		if (strcmp(j.fitting.v[i], w->name))
			verify_found(
				v, RULE_WRONG,
				"wrong/%s: check cannot tell it from wrong/%s and says nothing "
				"(seed %llu)",
				w->name, j.fitting.v[i], run->seed);
	judgement_free(&j);
}

/* True when it fails as its expect says; else the difference is reported. */
static bool judge_failures(struct verify *v, const struct wrong *w, const struct run *run)
{
	AUTO_SB why = { 0 };

	if (pattern_fits(run, &w->expect, &why))
		return true;
	verify_found(v, RULE_WRONG, "wrong/%s: %s (seed %llu)", w->name, why.s, run->seed);
	return false;
}

static void judge_wrong(struct verify *v, const struct wrong *w)
{
	AUTO_STR what = xasprintf("wrong/%s", w->name);

	if (w->build.compiler_says_no) {
		if (judge_failures(v, w, &w->build))
			judge_sentence(v, w, &w->build);
		return;
	}
	if (w->build.code) {
		verify_is_verdict(v, RULE_WRONG, what, &w->build);
		return;
	}
	for (size_t i = 0; i < VERIFY_SEEDS; i++) {
		const struct run *run = &w->runs[i];

		if (!run->lesson)
			continue;
		if (!verify_is_verdict(v, RULE_WRONG, what, run) || !judge_failures(v, w, run))
			return;
		judge_sentence(v, w, run);
	}
}

void verify_wrong(struct verify *v)
{
	if (v->n_wrongs < MIN_WRONG)
		verify_found(v, RULE_WRONG, "%zu wrong solutions; at least %d", v->n_wrongs,
			     MIN_WRONG);
	for (size_t i = 0; i < v->n_wrongs && !v->stopped; i++)
		if (v->wrongs[i].sound)
			judge_wrong(v, &v->wrongs[i]);
	for (size_t i = 0; i < v->list.n; i++) {
		bool caught = false;

		for (size_t j = 0; j < v->n_wrongs; j++)
			caught |= strv_has(&v->wrongs[j].expect.must, v->list.tests[i].name);
		if (!caught)
			verify_found(v, RULE_WRONG, "check \"%s\": no wrong solution must fail it",
				     v->list.tests[i].name);
	}
}

static bool has_part(const struct strv *message, const char *part)
{
	for (size_t i = 0; i < message->n; i++)
		if (starts_with(message->v[i], part))
			return true;
	return false;
}

static void judge_messages(struct verify *v, const char *what, const struct run *run)
{
	static const char *const parts[] = { "expected:", "seen:", "look:" };

	if (!run->lesson || run->code != COURSE_FAILED)
		return;
	for (size_t i = 0; i < v->list.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];
		const char *name = v->list.tests[i].name;

		if (test->status != TAP_NOT_OK || judge_is_refusal(test))
			continue;
		/* The numbered steps say what was sent where no single thing was. */
		if (!has_part(&test->message, "sent:") && !has_part(&test->message, "steps:"))
			verify_found(v, RULE_MESSAGES, "%s: check \"%s\" does not say \"sent:\"",
				     what, name);
		for (size_t j = 0; j < ARRAY_SIZE(parts); j++)
			if (!has_part(&test->message, parts[j]))
				verify_found(v, RULE_MESSAGES,
					     "%s: check \"%s\" does not say \"%s\"", what, name,
					     parts[j]);
	}
}

void verify_messages(struct verify *v)
{
	judge_messages(v, "starter", &v->starter[0]);
	for (size_t i = 0; i < v->n_wrongs; i++) {
		AUTO_STR what = xasprintf("wrong/%s", v->wrongs[i].name);

		for (size_t j = 0; j < VERIFY_SEEDS; j++)
			judge_messages(v, what, &v->wrongs[i].runs[j]);
	}
}
