// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Judges what the runs of a lesson gave: starter (1), solution (2), wrong
 * solutions (3), repeatable messages (4), messages that teach (5). Running them
 * is verify_jobs.c, what the solution leaves behind verify_left.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/pattern.h"
#include "course/verify.h"

#define MIN_WRONG 4

/* A check that skips itself shows nothing, neither that it passes nor that it fails. */
static bool found_skip(struct verify *v, enum rule rule, const struct run *run, size_t i)
{
	const struct tap_test *test = &run->tap.tests[i];

	if (test->status != TAP_SKIP)
		return false;
	verify_found(v, rule, "check \"%s\" skips itself: %s (seed %llu)", v->list.tests[i].name,
		     test->reason && *test->reason ? test->reason : "no reason given", run->seed);
	return true;
}

/* Why it fails may be seen this once only. */
static void found_failing(struct verify *v, enum rule rule, const struct run *run, size_t i)
{
	AUTO_SB words = { 0 };

	tap_words(&run->tap.tests[i], &words);
	verify_found(v, rule, "check \"%s\" fails (seed %llu)%s", v->list.tests[i].name, run->seed,
		     sb_str(&words));
}

void verify_solution(struct verify *v)
{
	for (size_t i = 0; i < VERIFY_SEEDS; i++) {
		const struct run *run = &v->solution[i];

		if (!run->lesson || !verify_is_verdict(v, RULE_SOLUTION, "solution", run))
			continue;
		for (size_t j = 0; j < v->list.n; j++) {
			if (found_skip(v, RULE_SOLUTION, run, j))
				continue;
			if (run->tap.tests[j].status == TAP_NOT_OK)
				found_failing(v, RULE_SOLUTION, run, j);
		}
	}
}

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
		if (found_skip(v, RULE_STARTER, run, i))
			continue;
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
		AUTO_SB words = { 0 };

		if (test->status != TAP_NOT_OK || judge_is_refusal(test))
			continue;
		tap_words(test, &words);
		/* The numbered steps say what was sent where no single thing was. */
		if (!has_part(&test->message, "sent:") && !has_part(&test->message, "steps:"))
			verify_found(v, RULE_MESSAGES, "%s: check \"%s\" does not say \"sent:\"%s",
				     what, name, sb_str(&words));
		for (size_t j = 0; j < ARRAY_SIZE(parts); j++)
			if (!has_part(&test->message, parts[j]))
				verify_found(v, RULE_MESSAGES,
					     "%s: check \"%s\" does not say \"%s\"%s", what, name,
					     parts[j], sb_str(&words));
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
