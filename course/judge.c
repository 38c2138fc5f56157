// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counts, points, the refused program. Whether the failures are the pattern of
 * a known mistake is pattern.c, printing is report.c.
 */
#include <stdlib.h>
#include <string.h>

#include "course/judge.h"
#include "course/pattern.h"

static size_t indent_of(const char *line)
{
	return strspn(line, " ");
}

/*
 * The line of the message with which a refusal begins; message.n: there is none. It
 * stands at the begin of its line where a check has loaded the program, and is indented
 * behind "stderr:" where the loader of the lesson has printed it.
 */
static size_t refusal_line(const struct tap_test *test)
{
	const struct strv *message = &test->message;
	bool printed = false;
	size_t i;

	for (i = 0; i < message->n; i++) {
		size_t indent = indent_of(message->v[i]);
		const char *text = message->v[i] + indent;

		if (starts_with(text, "refused:") && (!indent || printed))
			break;
		printed |= !strcmp(text, "stderr:");
	}
	return i;
}

bool judge_is_refusal(const struct tap_test *test)
{
	return test->status == TAP_NOT_OK && refusal_line(test) < test->message.n;
}

void judge_take_refusal(const struct tap_test *test, struct strv *block)
{
	size_t i = refusal_line(test);
	size_t indent = indent_of(test->message.v[i]);

	do
		strv_add(block, test->message.v[i++] + indent);
	while (i < test->message.n && indent_of(test->message.v[i]) > indent);
}

bool judge_is_first_refusal(const struct judgement *j, const struct tap_test *test)
{
	AUTO_STRV block = { 0 };

	if (!j->refused.n || !judge_is_refusal(test))
		return false;
	judge_take_refusal(test, &block);
	if (block.n != j->refused.n)
		return false;
	for (size_t i = 0; i < block.n; i++)
		if (strcmp(block.v[i], j->refused.v[i]))
			return false;
	return true;
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
		if (!j->refused.n)
			judge_take_refusal(test, &j->refused);
		if (judge_is_first_refusal(j, test))
			j->refused_checks++;
		else
			j->also_refused++;
	}
}

void judge(const struct run *run, struct judgement *j)
{
	*j = (struct judgement){ 0 };
	count(run, j);
	if (run->code == COURSE_FAILED || run->compiler_says_no)
		pattern_find(run, j);
}

void judgement_free(struct judgement *j)
{
	strv_free(&j->refused);
	strv_free(&j->fitting);
	free(j->pattern_case);
	free(j->pattern_says);
}
