// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Compares how a run failed with wrong/CASE/expect of the lesson's cases. A
 * sentence about the learner's mistake is said only when it is the mistake of
 * one case alone.
 */
#include <stdlib.h>
#include <string.h>

#include "course/build.h"
#include "course/files.h"
#include "course/pattern.h"

static bool failed(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->list.n; i++)
		if (!strcmp(run->list.tests[i].name, name))
			return run->tap.tests[i].status == TAP_NOT_OK;
	return false;
}

static void fits_checks(const struct run *run, const struct expect *e, struct strbuf *why)
{
	for (size_t i = 0; i < e->must.n; i++) {
		if (failed(run, e->must.v[i]))
			continue;
		sb_addf(why, "check \"%s\" was expected to fail and passed", e->must.v[i]);
		return;
	}
	for (size_t i = 0; i < run->list.n; i++) {
		const char *name = run->list.tests[i].name;

		if (run->tap.tests[i].status != TAP_NOT_OK || strv_has(&e->must, name) ||
		    strv_has(&e->may, name))
			continue;
		sb_addf(why, "check \"%s\" failed, which expect does not list", name);
		tap_words(&run->tap.tests[i], why);
		return;
	}
}

static void fits_texts(const struct expect *e, const struct strbuf *said, struct strbuf *why)
{
	for (size_t i = 0; i < e->texts.n && !why->len; i++)
		if (!strstr(sb_str(said), e->texts.v[i]))
			sb_addf(why, "\"%s\" is not in what the %s says", e->texts.v[i],
				e->kind == EXPECT_REFUSED ? "verifier" : "compiler");
}

/* Behind "FILE:LINE: " or, from the compiler, "FILE:LINE:COLUMN: ". */
static const char *behind_place(const char *line)
{
	const char *s = line;

	while ((s = strchr(s, ':'))) {
		size_t n = strspn(s + 1, "0123456789:");

		if (n > 1 && s[n] == ':' && s[n + 1] == ' ')
			return s + n + 2;
		s++;
	}
	return line;
}

/* The sentence, and the line of source; the advice follows from the sentence. */
static void refusal_words(const struct tap_test *test, struct strbuf *said)
{
	AUTO_STRV block = { 0 };

	judge_take_refusal(test, &block);
	sb_addf(said, "%s\n", block.v[0] + strlen("refused:"));
	for (size_t i = 1; i < block.n; i++)
		if (starts_with(block.v[i], "  at "))
			sb_addf(said, "%s\n", behind_place(block.v[i]));
}

/* The first error and the source shown with it, without the notes below. */
static void compiler_words(const struct run *run, struct strbuf *said)
{
	AUTO_STRV lines = { 0 };

	strv_lines(&lines, sb_str(&run->why));
	for (size_t i = 0;
	     i < lines.n && !strstr(lines.v[i], ": note: ") && !starts_with(lines.v[i], BUILD_FIX);
	     i++)
		sb_addf(said, "%s\n", behind_place(lines.v[i]));
}

static void fits_refusal(const struct run *run, const struct expect *e, struct strbuf *why)
{
	const struct tap_test *first = NULL;
	AUTO_SB said = { 0 };

	for (size_t i = 0; i < run->list.n; i++) {
		const struct tap_test *test = &run->tap.tests[i];

		if (test->status == TAP_NOT_OK && !judge_is_refusal(test))
			sb_add(why, "a check failed for another reason than the refused program");
		else if (test->status == TAP_NOT_OK && !first)
			first = test;
		if (why->len)
			return;
	}
	if (!first) {
		sb_add(why, "the verifier was expected to refuse it and did not");
		return;
	}
	refusal_words(first, &said);
	fits_texts(e, &said, why);
}

bool pattern_fits(const struct run *run, const struct expect *e, struct strbuf *why)
{
	AUTO_SB said = { 0 };
	bool refused = false;

	for (size_t i = 0; i < run->list.n; i++)
		refused |= judge_is_refusal(&run->tap.tests[i]);
	if (e->kind == EXPECT_BUILD) {
		compiler_words(run, &said);
		if (run->compiler_says_no)
			fits_texts(e, &said, why);
		else
			sb_add(why, "it compiled");
	} else if (run->compiler_says_no) {
		sb_addf(why, "it does not build: %.*s", (int)strcspn(sb_str(&run->why), "\n"),
			sb_str(&run->why));
	} else if (e->kind == EXPECT_REFUSED) {
		fits_refusal(run, e, why);
	} else if (refused) {
		sb_add(why, "the verifier refused the program");
	} else {
		fits_checks(run, e, why);
	}
	return !why->len;
}

/* Who has not begun has made no mistake yet. */
static bool is_starter(const struct run *run)
{
	const struct lesson *lesson = run->lesson;

	if (!run->overlay || strcmp(run->overlay, "work"))
		return false;
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR given = xasprintf("%s/%s", lesson->dir, lesson->conf.edit.v[i]);
		AUTO_STR own = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);

		if (is_file(own) && !file_same(given, own))
			return false;
	}
	return true;
}

/*
 * Reads a case's expect: does the run fit? What would fit any refusal, or any
 * error of the compiler, tells nothing.
 */
static bool read_fitting(const struct run *run, const char *folder, const char *name,
			 struct expect *e)
{
	AUTO_STR path = xasprintf("%s/%s/expect", folder, name);
	AUTO_STR error = NULL;
	AUTO_SB why = { 0 };

	return !expect_read(path, path, &run->list, e, &error) &&
	       (e->kind == EXPECT_CHECKS || e->texts.n) && pattern_fits(run, e, &why);
}

static void take_pattern(struct judgement *j, const char *name, const char *says)
{
	free(j->pattern_case);
	free(j->pattern_says);
	j->pattern_case = xstrdup(name);
	j->pattern_says = xstrdup(says);
}

/*
 * Two known mistakes may fit the same failures. Then one whose must is all of
 * them is the better guess; where that is not one alone, nothing is said.
 */
void pattern_find(const struct run *run, struct judgement *j)
{
	AUTO_STR folder = xasprintf("%s/wrong", run->lesson->dir);
	AUTO_STRV cases = { 0 };
	size_t exact = 0;

	if (is_starter(run))
		return;
	dir_names(folder, &cases);
	for (size_t i = 0; i < cases.n; i++) {
		struct expect e;

		if (read_fitting(run, folder, cases.v[i], &e)) {
			bool is_exact = e.must.n && e.must.n == j->failed;

			strv_add(&j->fitting, cases.v[i]);
			exact += is_exact;
			if (!j->pattern_case || (is_exact && exact == 1))
				take_pattern(j, cases.v[i], e.says);
		}
		expect_free(&e);
	}
	if (exact != 1 && j->fitting.n != 1) {
		free_str(&j->pattern_case);
		free_str(&j->pattern_says);
	}
}
