// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Runs the solutions, and asks what they leave on the machine (rule 2). All
 * lessons' solutions run together between two counts. Only when something is
 * left does each run by itself, to see whose it is. Those that need a virtual
 * machine run in it, between two counts in there, as a job among its other runs.
 * What the runs gave is judged in verify_run.c.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/interrupt.h"
#include "course/leftover.h"
#include "course/verify.h"
#include "course/vm.h"

struct job {
	const struct verify *v;
	struct run *run;
	unsigned long long seed;
};

static void run_solution(void *arg)
{
	struct job *job = arg;

	verify_run(job->v, job->run, "solution", job->seed);
	free(job);
}

static bool has_solution(const struct verify *v)
{
	return v->runs && v->wanted[RULE_SOLUTION] && v->solution_built;
}

static bool has_solution_here(const struct verify *v)
{
	return has_solution(v) && !v->machine;
}

static void run_all(struct verify *all, size_t n, size_t threads)
{
	struct pool *pool = pool_start(threads);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < VERIFY_SEEDS && has_solution_here(&all[i]); j++) {
			struct job *job = xrealloc(NULL, sizeof(*job));

			*job = (struct job){ &all[i], &all[i].solution[j], all[i].seeds[j] };
			pool_add(pool, all, run_solution, job);
		}
	pool_end(pool);
}

/* "program 12 calls, held by process 34 (x)" without the numbers, which differ each time. */
static char *without_numbers(const char *line)
{
	char *copy = xstrdup(line), *to = copy;

	for (const char *from = line; *from; from++)
		if (!isdigit((unsigned char)*from))
			*to++ = *from;
	*to = '\0';
	return copy;
}

static bool is_among(const char *line, const struct strv *lines)
{
	AUTO_STR wanted = without_numbers(line);

	for (size_t i = 0; i < lines->n; i++) {
		AUTO_STR known = without_numbers(lines->v[i]);

		if (!strcmp(wanted, known))
			return true;
	}
	return false;
}

static void cannot_count(struct verify *v, const struct strbuf *why)
{
	if (why->len)
		verify_found(v, RULE_SOLUTION, "leftovers cannot be counted: %s", why->s);
}

/* Others use the machine too: what a solution left among all, it leaves again alone. */
static void ask_alone(struct verify *v, const struct strv *suspects)
{
	struct run run = { 0 };
	AUTO_STRV found = { 0 };
	AUTO_SB why = { 0 };
	struct leftover *before;

	if (!has_solution_here(v) || interrupted())
		return;
	before = leftover_begin(v->tree, NULL, &why);
	if (before)
		verify_run(v, &run, "solution", v->seeds[0]);
	if (before)
		leftover_end(before, &found, &why);
	cannot_count(v, &why);
	for (size_t i = 0; i < found.n; i++)
		if (is_among(found.v[i], suspects))
			verify_found(v, RULE_SOLUTION, "the solution leaves behind: %s",
				     found.v[i]);
	run_free(&run);
}

/* A virtual machine has one lesson's solution at a time: what is new in it is that one's. */
static void machine_job(void *arg)
{
	struct verify *v = arg;
	AUTO_STRV found = { 0 };
	AUTO_SB why = { 0 };
	struct leftover *before;

	if (interrupted())
		return;
	vm_again(v->tree, v->machine);
	before = leftover_begin(v->tree, v->machine, &why);
	for (size_t i = 0; i < VERIFY_SEEDS; i++)
		verify_run(v, &v->solution[i], "solution", v->seeds[i]);
	if (before)
		leftover_end(before, &found, &why);
	cannot_count(v, &why);
	for (size_t i = 0; i < found.n; i++)
		verify_found(v, RULE_SOLUTION, "the solution leaves behind: %s", found.v[i]);
}

void verify_solutions_here(struct verify *all, size_t n, size_t threads)
{
	AUTO_STRV found = { 0 };
	AUTO_SB why = { 0 };
	struct leftover *before;
	size_t solutions = 0;

	for (size_t i = 0; i < n; i++)
		solutions += has_solution_here(&all[i]);
	if (!solutions || interrupted())
		return;
	before = leftover_begin(all->tree, NULL, &why);
	run_all(all, n, threads);
	if (before)
		leftover_end(before, &found, &why);
	for (size_t i = 0; i < n; i++)
		if (has_solution_here(&all[i]))
			cannot_count(&all[i], &why);
	for (size_t i = 0; found.n && i < n; i++)
		ask_alone(&all[i], &found);
}

void verify_add_solution(struct verify *v, struct pool *pool)
{
	if (has_solution(v) && v->machine)
		pool_add(pool, v, machine_job, v);
}
