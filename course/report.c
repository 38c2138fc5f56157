// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Prints the outcome of one lesson's checks for people: the first failing
 * check in full, the others as one line each. Formats for machines are
 * report_machine.c. Decides nothing; that is judge.c.
 */
#include <stdio.h>
#include <string.h>

#include "course/report.h"
#include "course/vm.h"

#define MESSAGE_LINES 120 /* of one check */

static void print_indented(FILE *out, const struct strv *lines, const char *indent)
{
	for (size_t i = 0; i < lines->n; i++)
		fprintf(out, "%s%s\n", *lines->v[i] ? indent : "", lines->v[i]);
}

static void print_check(FILE *out, const char *mark, enum course_colour c, const char *name)
{
	fprintf(out, "  %s%-4s%s  %s\n", colour(out, c), mark, colour(out, COLOUR_OFF), name);
}

/* What a program printed may be in it, and without end. */
static void print_message(FILE *out, const struct tap_test *test)
{
	/* A check that says nothing itself: then bats's own words are better than none. */
	const struct strv *lines = test->message.n ? &test->message : &test->bats_says;
	struct strv first = { .v = lines->v, .n = lines->n };

	if (first.n > MESSAGE_LINES)
		first.n = MESSAGE_LINES;
	print_indented(out, &first, "        ");
	if (lines->n > first.n)
		fprintf(out, "        ... and %zu more lines; to see them: --format tap\n",
			lines->n - first.n);
}

static void print_checks(FILE *out, const struct run *run, const struct judgement *j, bool all)
{
	bool shown = false;

	for (size_t i = 0; i < run->list.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];
		const char *name = run->list.tests[i].name;

		switch (test->status) {
		case TAP_OK:
			print_check(out, "ok", COLOUR_GREEN, name);
			break;
		case TAP_SKIP:
			print_check(out, "skip", COLOUR_YELLOW, name);
			if (test->reason && *test->reason)
				fprintf(out, "        %s\n", test->reason);
			break;
		case TAP_NOT_OK:
			if (judge_is_first_refusal(j, test))
				break;
			print_check(out, "FAIL", COLOUR_RED, name);
			/* One refusal at a time: that of another program can wait. */
			if (all || (!shown && !judge_is_refusal(test)))
				print_message(out, test);
			shown |= !judge_is_refusal(test);
			break;
		case TAP_MISSING:
			print_check(out, "not run", COLOUR_OFF, name);
			break;
		}
	}
}

static void print_counts(FILE *out, const struct run *run, const struct judgement *j)
{
	size_t ran = run->list.n - j->skipped;

	if (run->code == COURSE_OK)
		fprintf(out, "\n%spassed%s: %zu of %zu checks", colour(out, COLOUR_GREEN),
			colour(out, COLOUR_OFF), j->passed, ran);
	else
		fprintf(out, "\n%snot yet%s: %zu of %zu checks pass", colour(out, COLOUR_RED),
			colour(out, COLOUR_OFF), j->passed, ran);
	/* Points are for verdicts. */
	if (run->code == COURSE_OK || run->code == COURSE_FAILED)
		fprintf(out, ", %d of %d points", j->points, j->max_points);
	if (j->skipped)
		fprintf(out, ", %zu skipped", j->skipped);
	fputc('\n', out);
}

static void print_compiler(FILE *out, const struct run *run)
{
	AUTO_STRV lines = { 0 };

	strv_lines(&lines, sb_str(&run->why));
	fprintf(out, "%sdoes not compile%s:\n", colour(out, COLOUR_RED), colour(out, COLOUR_OFF));
	print_indented(out, &lines, "  ");
}

static void print_refused(FILE *out, const struct run *run, const struct judgement *j)
{
	const char *kernel;

	print_indented(out, &j->refused, "  ");
	if (j->refused_checks == run->list.n)
		fprintf(out, "  (so no check could begin)\n");
	else if (!j->also_refused)
		fprintf(out, "  (so %zu of %zu checks could not begin)\n", j->refused_checks,
			run->list.n);
	else
		fprintf(out,
			"  (so %zu of %zu checks could not begin, and %zu more because of other "
			"refusals; all of them: course check -a)\n",
			j->refused_checks, run->list.n, j->also_refused);
	fprintf(out, "  more: course explain %s", run->lesson->name);
	/* Another kernel may see it in another way. */
	if (vm_is_wanted(&kernel))
		fprintf(out, " --vm%s%s", kernel ? " " : "", kernel ? kernel : "");
	fputc('\n', out);
}

static void print_outcome(FILE *out, const struct run *run, const struct judgement *j, bool all)
{
	if (j->refused.n)
		print_refused(out, run, j);
	print_checks(out, run, j, all);
	print_counts(out, run, j);
}

/* No more than is known: other mistakes may have the same effect. */
static const char *likeness(const struct run *run, const struct judgement *j)
{
	if (run->compiler_says_no)
		return "gives the same compiler error";
	return j->refused.n ? "is refused in the same way" : "fails the same checks";
}

void report_human(FILE *out, const struct run *run, const struct judgement *j, bool all)
{
	fprintf(out, "%s%s%s  %s\n", colour(out, COLOUR_BOLD), run->lesson->name,
		colour(out, COLOUR_OFF), run->lesson->conf.title ? run->lesson->conf.title : "");
	if (run->code == COURSE_OK || run->code == COURSE_FAILED)
		print_outcome(out, run, j, all);
	else if (run->compiler_says_no)
		print_compiler(out, run);
	else if (run->tap.seen && !run->tap.error)
		/* What came out before the run ended is worth knowing; the rest did not run. */
		print_outcome(out, run, j, all);
	if (j->pattern_says)
		fprintf(out, "A known mistake %s: %s\n", likeness(run, j), j->pattern_says);
}
