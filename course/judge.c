// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counts, points, the refused program, and whether the failures are the
 * pattern of a known mistake. Printing is report.c.
 */
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/judge.h"

bool judge_is_refusal(const struct tap_test *test)
{
	if (test->status != TAP_NOT_OK)
		return false;
	for (size_t i = 0; i < test->message.n; i++)
		if (starts_with(test->message.v[i], "refused:"))
			return true;
	return false;
}

/* From "refused:" on, and the indented lines below it. */
static void take_refusal(const struct tap_test *test, struct strv *block)
{
	size_t i = 0;

	while (!starts_with(test->message.v[i], "refused:"))
		i++;
	do
		strv_add(block, test->message.v[i++]);
	while (i < test->message.n && starts_with(test->message.v[i], " "));
}

static void count(const struct run *run, struct judgement *j)
{
	for (size_t i = 0; i < run->list.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];

		if (test->status == TAP_OK) {
			j->passed++;
			j->points += run->list.tests[i].points;
		} else if (test->status == TAP_NOT_OK) {
			j->failed++;
		} else if (test->status == TAP_SKIP) {
			j->skipped++;
		}
		/* What was skipped is not counted against anybody. */
		if (test->status != TAP_SKIP)
			j->max_points += run->list.tests[i].points;
		if (!judge_is_refusal(test))
			continue;
		j->refused_checks++;
		if (!j->refused.n)
			take_refusal(test, &j->refused);
	}
}

static bool failed(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->list.n; i++)
		if (!strcmp(run->list.tests[i].name, name))
			return run->tap.tests[i].status == TAP_NOT_OK;
	return false;
}

static bool meets_checks(const struct run *run, const struct expect *e, struct strbuf *why)
{
	for (size_t i = 0; i < e->must.n; i++) {
		if (failed(run, e->must.v[i]))
			continue;
		sb_addf(why, "check \"%s\" was expected to fail and passed", e->must.v[i]);
		return false;
	}
	for (size_t i = 0; i < run->list.n; i++) {
		const char *name = run->list.tests[i].name;

		if (run->tap.tests[i].status != TAP_NOT_OK || strv_has(&e->must, name) ||
		    strv_has(&e->may, name))
			continue;
		sb_addf(why, "check \"%s\" failed, which expect does not list", name);
		return false;
	}
	return true;
}

bool judge_meets(const struct run *run, const struct expect *e, struct strbuf *why)
{
	size_t refusals = 0, failures = 0;

	for (size_t i = 0; i < run->list.n; i++) {
		refusals += judge_is_refusal(&run->tap.tests[i]);
		failures += run->tap.tests[i].status == TAP_NOT_OK;
	}
	if (e->kind == EXPECT_CHECKS && !refusals)
		return meets_checks(run, e, why);
	if (e->kind == EXPECT_CHECKS)
		sb_add(why, "the verifier refused the program");
	else if (e->kind == EXPECT_BUILD)
		sb_add(why, "it compiled");
	else if (!refusals)
		sb_add(why, "the verifier was expected to refuse it and did not");
	else if (failures > refusals)
		sb_add(why, "a check failed for another reason than the refused program");
	return !why->len;
}

/*
 * Two known mistakes may fit the same failures. Then one whose must is all of
 * them is the better guess; where that is not one alone, nothing is said.
 */
static void find_pattern(const struct run *run, struct judgement *j)
{
	AUTO_STR folder = xasprintf("%s/wrong", run->lesson->dir);
	size_t fitting = 0, exact = 0;
	AUTO_STRV cases = { 0 };

	dir_names(folder, &cases);
	for (size_t i = 0; i < cases.n; i++) {
		AUTO_STR path = xasprintf("%s/%s/expect", folder, cases.v[i]);
		AUTO_STR error = NULL;
		AUTO_SB why = { 0 };
		struct expect e;

		if (!expect_read(path, path, &run->list, &e, &error) && e.kind == EXPECT_CHECKS &&
		    judge_meets(run, &e, &why)) {
			bool is_exact = e.must.n == j->failed;

			fitting++;
			exact += is_exact;
			if (!j->pattern_case || (is_exact && exact == 1)) {
				free(j->pattern_case);
				free(j->pattern_says);
				j->pattern_case = xstrdup(cases.v[i]);
				j->pattern_says = xstrdup(e.says);
			}
		}
		expect_free(&e);
	}
	if (exact != 1 && fitting != 1) {
		free_str(&j->pattern_case);
		free_str(&j->pattern_says);
	}
}

void judge(const struct run *run, struct judgement *j)
{
	*j = (struct judgement){ 0 };
	count(run, j);
	if (run->code == COURSE_FAILED && !j->refused.n)
		find_pattern(run, j);
}

void judgement_free(struct judgement *j)
{
	strv_free(&j->refused);
	free(j->pattern_case);
	free(j->pattern_says);
}
