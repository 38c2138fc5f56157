// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What must be built and run before a lesson can be judged: its overlays, and
 * the checks on each. The runs are jobs of a pool; what they give is kept in
 * struct verify, and judged in verify_run.c and verify_shown.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/build.h"
#include "course/files.h"
#include "course/interrupt.h"
#include "course/leftover.h"
#include "course/verify.h"
#include "course/vm.h"

/* Where its own rule is not asked, under the first that is: it cannot be judged either. */
static enum rule asked_rule(const struct verify *v, enum rule rule)
{
	for (int i = RULE_STARTER; !v->wanted[rule] && i <= RULE_TEXT; i++)
		if (v->wanted[i])
			return i;
	return rule;
}

static bool build_one(struct verify *v, enum rule rule, const char *what, const char *overlay)
{
	AUTO_SB why = { 0 };
	enum course_exit code = build_lesson(v->tree, v->lesson, overlay, &why);

	if (code == COURSE_INTERRUPTED)
		v->stopped = code;
	else if (code)
		verify_found(v, asked_rule(v, rule), "%s does not build: %.*s",
			     v->wanted[rule] ? "it" : what, (int)strcspn(sb_str(&why), "\n"),
			     sb_str(&why));
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

static bool wants_starter(const struct verify *v)
{
	return v->wanted[RULE_STARTER] || v->wanted[RULE_HONEST] || v->wanted[RULE_MESSAGES] ||
	       v->wanted[RULE_TEXT];
}

static bool wants_solution(const struct verify *v)
{
	return v->wanted[RULE_SOLUTION] || v->wanted[RULE_TEXT] || v->wanted[RULE_POLICY];
}

static bool wants_wrong(const struct verify *v, const struct wrong *w)
{
	return v->wanted[RULE_WRONG] || v->wanted[RULE_MESSAGES] || v->wanted[RULE_POLICY] ||
	       (v->wanted[RULE_TEXT] && w->shown);
}

/* All overlays that a rule asks for, in one make; only when that fails is each asked for by itself. */
void verify_build(struct verify *v)
{
	AUTO_SB overlays = { 0 };
	AUTO_SB why = { 0 };
	enum course_exit code = COURSE_OK;

	if (!v->runs)
		return;
	if (wants_starter(v))
		sb_add(&overlays, "starter");
	if (wants_solution(v))
		sb_add(&overlays, " solution");
	for (size_t i = 0; i < v->n_wrongs; i++)
		if (wants_wrong(v, &v->wrongs[i]))
			sb_addf(&overlays, " wrong-%s", v->wrongs[i].name);
	if (overlays.len)
		code = build_lesson(v->tree, v->lesson, overlays.s, &why);
	if (code == COURSE_INTERRUPTED)
		v->stopped = code;
	v->starter_built =
		wants_starter(v) && (!code || build_one(v, RULE_STARTER, "the starter", "starter"));
	v->solution_built = wants_solution(v) &&
			    (!code || build_one(v, RULE_SOLUTION, "the solution", "solution"));
	for (size_t i = 0; i < v->n_wrongs && !v->stopped; i++) {
		struct wrong *w = &v->wrongs[i];

		w->built = wants_wrong(v, w) && !code;
		if (wants_wrong(v, w) && code)
			build_wrong(v, w);
	}
}

struct job {
	struct verify *v;
	struct run *run;
	char *overlay;
	unsigned long long seed;
};

/* The runs of other lessons may have come before, for longer than a machine waits to be used. */
static void need_machine(const struct verify *v)
{
	if (v->machine && !interrupted())
		vm_again(v->tree, v->machine);
}

/* Shared with other runs; never while somebody counts what is left on the machine. */
static void run_job(void *arg)
{
	struct job *job = arg;
	AUTO_FD lock = leftover_share(job->v->machine);

	need_machine(job->v);
	if (lock != -EINTR)
		verify_run(job->v, job->run, job->overlay, job->seed);
	free(job->overlay);
	free(job);
}

static void add_run(struct verify *v, struct pool *pool, struct run *run, const char *overlay,
		    unsigned long long seed)
{
	struct job *job = xrealloc(NULL, sizeof(*job));

	*job = (struct job){ .v = v, .run = run, .overlay = xstrdup(overlay), .seed = seed };
	pool_add(pool, v, run_job, job);
}

static void console_job(void *arg)
{
	struct verify *v = arg;
	AUTO_FD lock = leftover_share(v->machine);

	need_machine(v);
	if (lock != -EINTR)
		verify_console(v);
}

void verify_add_runs(struct verify *v, struct pool *pool)
{
	bool all = v->wanted[RULE_WRONG] || v->wanted[RULE_MESSAGES];

	if (!v->runs)
		return;
	verify_add_solution(v, pool);
	/* The longest first. */
	if (v->wanted[RULE_TEXT])
		pool_add(pool, v, console_job, v);
	if (v->starter_built &&
	    (v->wanted[RULE_STARTER] || v->wanted[RULE_HONEST] || v->wanted[RULE_MESSAGES]))
		for (size_t i = 0; i < ARRAY_SIZE(v->starter); i++)
			add_run(v, pool, &v->starter[i], "starter", v->seeds[0]);
	for (size_t i = 0; i < v->n_wrongs; i++) {
		struct wrong *w = &v->wrongs[i];
		AUTO_STR overlay = xasprintf("wrong-%s", w->name);
		size_t seeds = all ? VERIFY_SEEDS : w->shown && v->wanted[RULE_TEXT] ? 1 : 0;

		for (size_t j = 0; w->built && w->sound && j < seeds; j++)
			add_run(v, pool, &w->runs[j], overlay, v->seeds[j]);
	}
}
