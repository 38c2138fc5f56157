// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Prints the outcome of one lesson's checks for people: the first failing
 * check in full, the others as one line each. Formats for machines are
 * report_machine.c. Decides nothing; that is judge.c.
 */
#include <stdio.h>
#include <string.h>

#include "course/report.h"

static void print_indented(const struct strv *lines, const char *indent)
{
	for (size_t i = 0; i < lines->n; i++)
		printf("%s%s\n", *lines->v[i] ? indent : "", lines->v[i]);
}

static void print_check(const char *mark, enum course_colour c, const char *name)
{
	printf("  %s%-4s%s  %s\n", colour(c), mark, colour(COLOUR_OFF), name);
}

static void print_message(const struct tap_test *test)
{
	/* A check that says nothing itself: then bats's own words are better than none. */
	print_indented(test->message.n ? &test->message : &test->bats_says, "        ");
}

static void print_checks(const struct run *run, const struct judgement *j, bool all)
{
	bool shown = false;

	for (size_t i = 0; i < run->list.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];
		const char *name = run->list.tests[i].name;

		switch (test->status) {
		case TAP_OK:
			print_check("ok", COLOUR_GREEN, name);
			break;
		case TAP_SKIP:
			print_check("skip", COLOUR_YELLOW, name);
			if (test->reason && *test->reason)
				printf("        %s\n", test->reason);
			break;
		case TAP_NOT_OK:
			if (j->refused.n && judge_is_refusal(test))
				break;
			print_check("FAIL", COLOUR_RED, name);
			if (all || !shown)
				print_message(test);
			shown = true;
			break;
		case TAP_MISSING:
			print_check("-", COLOUR_OFF, name);
			break;
		}
	}
}

static void print_counts(const struct run *run, const struct judgement *j)
{
	size_t ran = run->list.n - j->skipped;

	if (run->code == COURSE_OK)
		printf("\n%spassed%s: %zu of %zu checks", colour(COLOUR_GREEN), colour(COLOUR_OFF),
		       j->passed, ran);
	else
		printf("\n%snot yet%s: %zu of %zu checks pass", colour(COLOUR_RED),
		       colour(COLOUR_OFF), j->passed, ran);
	printf(", %d of %d points", j->points, j->max_points);
	if (j->skipped)
		printf(", %zu skipped", j->skipped);
	putchar('\n');
}

void report_human(const struct run *run, const struct judgement *j, bool all)
{
	printf("%s%s%s  %s\n", colour(COLOUR_BOLD), run->lesson->name, colour(COLOUR_OFF),
	       run->lesson->conf.title ? run->lesson->conf.title : "");
	if (run->code != COURSE_OK && run->code != COURSE_FAILED) {
		/* What passed before the run ended is worth knowing; the rest did not run. */
		if (run->tap.seen && !run->tap.error)
			print_checks(run, j, all);
		return;
	}
	if (j->refused.n) {
		print_indented(&j->refused, "  ");
		printf("  (so %zu of %zu checks could not begin)\n", j->refused_checks,
		       run->list.n);
	}
	print_checks(run, j, all);
	print_counts(run, j);
	if (j->pattern_says)
		printf("This is the pattern of a known mistake: %s\n", j->pattern_says);
}
