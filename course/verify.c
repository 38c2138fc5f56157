// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Verifies one lesson: asks the rules in order and keeps what they find. Rules
 * that read files stand in verify_static.c, verify_hints.c, verify_text.c and
 * verify_order.c. Those that run something: verify_jobs.c builds and runs,
 * verify_left.c runs the solutions, verify_run.c and verify_shown.c judge.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/interrupt.h"
#include "course/verify.h"

const char *const rule_names[RULES] = {
	[RULE_FILES] = "files",
	[RULE_STARTER] = "starter",
	[RULE_SOLUTION] = "solution",
	[RULE_WRONG] = "wrong solutions",
	[RULE_HONEST] = "honest checks",
	[RULE_MESSAGES] = "failure messages",
	[RULE_TEXT] = "text",
	[RULE_ORDER] = "order",
	[RULE_NEEDS] = "needs",
	[RULE_POLICY] = "policy",
};

void verify_found(struct verify *v, enum rule rule, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (!v->wanted[rule])
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text && !strv_has(&v->found[rule], text))
		strv_add(&v->found[rule], text);
	free(text);
}

/* Asks unless it is moot, after Ctrl-C. */
static void ask(struct verify *v, void (*question)(struct verify *))
{
	if (interrupted())
		v->stopped = COURSE_INTERRUPTED;
	if (!v->stopped)
		question(v);
}

static const enum rule running_rules[] = { RULE_STARTER, RULE_SOLUTION, RULE_WRONG, RULE_MESSAGES,
					   RULE_POLICY };

void verify_read(struct verify *v)
{
	v->runs = v->wanted[RULE_HONEST] || v->wanted[RULE_TEXT];
	for (size_t i = 0; i < ARRAY_SIZE(running_rules); i++)
		v->runs |= v->wanted[running_rules[i]];
	if (v->lesson->conf_error) {
		v->wanted[RULE_FILES] = true;
		verify_found(v, RULE_FILES, "%s", v->lesson->conf_error);
		for (int i = RULE_STARTER; i < RULES; i++)
			v->skipped[i] = true;
		sb_add(&v->skip_reason, "lesson.conf cannot be read");
		v->runs = false;
		return;
	}
	ask(v, verify_files);
	ask(v, verify_hints);
	ask(v, verify_honest);
	ask(v, verify_text);
	ask(v, verify_order);
	if (v->runs || v->wanted[RULE_NEEDS])
		ask(v, verify_needs);
	/* Without a sound list of checks there is nothing to run. */
	if (!v->list_sound && !v->skip_reason.len)
		sb_add(&v->skip_reason, "test.bats cannot be read");
	for (size_t i = 0; v->skip_reason.len && i < ARRAY_SIZE(running_rules); i++)
		v->skipped[running_rules[i]] = true;
	if (v->skip_reason.len)
		v->runs = false;
}

void verify_judge(struct verify *v)
{
	static void (*const questions[])(struct verify *) = {
		verify_solution, verify_starter, verify_wrong,
		verify_messages, verify_shown,	 verify_policy,
	};

	for (size_t i = 0; v->runs && i < ARRAY_SIZE(questions); i++)
		ask(v, questions[i]);
}

bool verify_kept(const struct verify *v)
{
	for (int i = 0; i < RULES; i++)
		if (v->found[i].n)
			return false;
	return true;
}

bool verify_is_verdict(struct verify *v, enum rule rule, const char *what, const struct run *run)
{
	const char *why = sb_str(&run->why);

	if (run->code == COURSE_OK || run->code == COURSE_FAILED)
		return true;
	if (run->code == COURSE_INTERRUPTED)
		v->stopped = COURSE_INTERRUPTED;
	else
		verify_found(v, rule, "%s: seed %llu: %.*s", what, run->seed,
			     (int)strcspn(why, "\n"), why);
	return false;
}

void verify_run(const struct verify *v, struct run *run, const char *overlay,
		unsigned long long seed)
{
	if (interrupted() || run_init(run, v->lesson, seed))
		return;
	run->machine = v->machine ? xstrdup(v->machine) : NULL;
	run->untimed = true;
	run_tests(run, v->tree, overlay);
}

void verify_free(struct verify *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(v->starter); i++)
		if (v->starter[i].lesson)
			run_free(&v->starter[i]);
	for (size_t i = 0; i < ARRAY_SIZE(v->solution); i++)
		if (v->solution[i].lesson)
			run_free(&v->solution[i]);
	for (size_t i = 0; i < v->n_consoles; i++)
		sb_free(&v->consoles[i].why);
	free(v->consoles);
	for (size_t i = 0; i < v->n_wrongs; i++) {
		struct wrong *w = &v->wrongs[i];

		for (size_t j = 0; j < VERIFY_SEEDS; j++)
			if (w->runs[j].lesson)
				run_free(&w->runs[j]);
		if (w->build.lesson)
			run_free(&w->build);
		expect_free(&w->expect);
		free(w->name);
	}
	free(v->wrongs);
	bats_free(&v->list);
	sb_free(&v->skip_reason);
	free(v->machine);
	free(v->note);
	for (int i = 0; i < RULES; i++)
		strv_free(&v->found[i]);
}
