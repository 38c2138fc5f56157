// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format feedback, and the page ID.md that grade writes: what a student gets to
 * read, in Markdown. Names no check that is not shown. What comes from programs
 * and archives stands as code, indented, so that no Markdown and no HTML of theirs counts.
 */
#include <string.h>

#include "course/files.h"
#include "course/grade/feedback.h"
#include "course/report/formats.h"
#include "course/report/text.h"

#define FIRST_LINES 60 /* of the first failing check of a lesson */
#define OTHER_LINES 12
#define BYTES	    4096
#define STEPS	    3 /* what to do next: not more at a time */

/* Below a paragraph code is indented by four blanks, below a list's item by six. */
static void add_code(struct strbuf *page, const char *text, const char *indent, size_t lines)
{
	AUTO_STR cut = text_cut(text, lines, BYTES);
	AUTO_STRV list = { 0 };

	strv_lines(&list, cut);
	sb_add(page, "\n");
	for (size_t i = 0; i < list.n; i++)
		sb_addf(page, "%s%s\n", indent, list.v[i]);
	sb_add(page, "\n");
}

/* Names as text: what Markdown would act upon gets a backslash. */
static void add_text(struct strbuf *page, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*<&[", *text))
			sb_add(page, "\\");
		sb_addn(page, text, 1);
	}
}

static bool failed(const struct report_check *check)
{
	return strcmp(check->status, "passed") && strcmp(check->status, "skipped");
}

static const struct report_check *first_failed(const struct report_lesson *lesson)
{
	for (size_t i = 0; i < lesson->n; i++)
		if (lesson->checks[i].shown && failed(&lesson->checks[i]))
			return &lesson->checks[i];
	return NULL;
}

/* False: there is nothing to do in this lesson. */
static bool add_step(struct strbuf *page, const struct report_lesson *lesson)
{
	const struct report_check *check = first_failed(lesson);
	const char *name = lesson->name;

	if (!strcmp(lesson->status, "missing")) {
		sb_addf(page,
			"- %s: nothing was handed in. `course start %s` begins it, `course pack` "
			"packs it.\n",
			name, name);
	} else if (!strcmp(lesson->status, "invalid")) {
		sb_addf(page, "- %s: make it compile. `course check %s` shows the same errors.\n",
			name, name);
	} else if (!strcmp(lesson->status, "error")) {
		sb_addf(page, "- %s: ask your teacher to have it graded again.\n", name);
	} else if (check && !strcmp(check->status, "unstable")) {
		sb_addf(page, "- %s: run `course check %s` several times; \"", name, name);
		add_text(page, check->name);
		sb_add(page, "\" passes only sometimes.\n");
	} else if (check) {
		sb_addf(page, "- %s: begin with \"", name);
		add_text(page, check->name);
		sb_addf(page, "\". `course check %s` shows it, `course hint %s` helps.\n", name,
			name);
	} else {
		return false;
	}
	return true;
}

/* One for each lesson with something to do: those that were handed in, or the others. */
static void find_steps(const struct report_submission *sub, bool missing, struct strv *steps)
{
	for (size_t i = 0; i < sub->n; i++) {
		const struct report_lesson *lesson = &sub->lessons[i];
		AUTO_SB step = { 0 };

		if (!strcmp(lesson->status, "missing") == missing && add_step(&step, lesson))
			strv_add(steps, step.s);
	}
}

/* What was begun comes first. */
static void add_steps(struct strbuf *page, const struct report_submission *sub)
{
	AUTO_STRV steps = { 0 };
	size_t more;

	sb_add(page, "\n## What to do next\n\n");
	if (!strcmp(sub->status, "invalid")) {
		sb_add(page, "- Hand in an archive that `course pack` has made.\n");
		return;
	}
	if (report_none_counts(sub))
		strv_add(&steps,
			 "- None of your files counts: they are named below, and why. `course "
			 "pack` packs them as they have to be.\n");
	find_steps(sub, false, &steps);
	find_steps(sub, true, &steps);
	for (size_t i = 0; i < steps.n && i < STEPS; i++)
		sb_add(page, steps.v[i]);
	if (!steps.n)
		sb_add(page,
		       sub->points < sub->max_points
			       ? "- All checks that are shown passed, some that are not did not: "
				 "read your tasks again, think of unusual input.\n"
			       : "- Nothing. All of it passed.\n");
	more = steps.n > STEPS ? steps.n - STEPS : 0;
	if (more)
		sb_addf(page, "- Then %zu more lesson%s, below.\n", more, more == 1 ? "" : "s");
}

static void add_check(struct strbuf *page, const struct report_check *check, bool first)
{
	sb_add(page, "- ");
	add_text(page, check->name);
	sb_addf(page, ": %s (%d of %d)", check->status, check->score, check->points);
	if (check->reason) {
		sb_addf(page, ", set by your teacher, was %d: ", check->graded_score);
		add_text(page, check->reason);
	}
	sb_add(page, "\n");
	if (*check->message && strcmp(check->status, "passed"))
		add_code(page, check->message, "      ", first ? FIRST_LINES : OTHER_LINES);
}

static void add_lesson(struct strbuf *page, const struct report_lesson *lesson)
{
	const char *const says[][2] = {
		{ "missing", *lesson->message ? lesson->message : "Nothing was handed in." },
		{ "invalid", "It does not compile:" },
		{ "timeout", "It reached the time limit:" },
		{ "error", "It could not be graded; this is not your fault, ask your teacher." },
		{ "unstable", "Some checks came out differently when they were run again." },
	};
	struct report_unseen unseen = report_unseen(lesson);
	bool whole = !strcmp(lesson->status, "missing") || !strcmp(lesson->status, "invalid");
	const struct report_check *first = first_failed(lesson);

	sb_addf(page, "\n## %s: %d of %d points\n\n", lesson->name, lesson->points,
		lesson->max_points);
	for (size_t i = 0; i < ARRAY_SIZE(says); i++)
		if (!strcmp(lesson->status, says[i][0])) {
			add_text(page, says[i][1]);
			sb_add(page, "\n");
		}
	if (!strcmp(lesson->status, "invalid") || !strcmp(lesson->status, "timeout"))
		add_code(page, lesson->message, "    ", FIRST_LINES);
	else if (!ends_with(page->s, "\n\n"))
		sb_add(page, "\n");
	for (size_t i = 0; i < lesson->n; i++) {
		const struct report_check *check = &lesson->checks[i];

		/* Of what failed as a whole only what the teacher decided is of interest. */
		if (check->shown && (!whole || check->reason))
			add_check(page, check, check == first);
	}
	if (unseen.checks && !whole) {
		AUTO_STR text = format_unseen(&unseen);

		sb_addf(page, "- %s\n", text);
	}
}

static void write_feedback(const struct report *report, const struct report_submission *sub,
			   struct strbuf *page)
{
	(void)report;
	sb_add(page, "# ");
	if (*sub->name) {
		add_text(page, sub->name);
		sb_add(page, ", ");
	}
	sb_addf(page, "%s: %d of %d points\n", sub->id, sub->points, sub->max_points);
	if (!strcmp(sub->status, "invalid")) {
		sb_add(page, "\nYour submission cannot be read:\n");
		add_code(page, sub->message, "    ", OTHER_LINES);
	}
	add_steps(page, sub);
	if (sub->n_ignored) {
		sb_addf(page, "\nOf your files these do not count (%zu):\n", sub->n_ignored);
		for (size_t i = 0; i < sub->ignored.n; i++)
			add_code(page, sub->ignored.v[i], "    ", 1);
	}
	for (size_t i = 0; i < sub->n; i++)
		add_lesson(page, &sub->lessons[i]);
}

int feedback_write(json_t *record, const char *path)
{
	struct report report = { 0 };
	AUTO_SB page = { 0 };

	report_of_record(record, &report);
	write_feedback(&report, &report.subs[0], &page);
	report_free(&report);
	return file_replace(path, page.s, page.len);
}

const struct report_format format_feedback = { .name = "feedback",
					       .one = write_feedback,
					       .ending = ".md" };
