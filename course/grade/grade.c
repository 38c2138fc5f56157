// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Grades a batch. Each submission is a job: taken in, built, checked, checked
 * once more where something failed, recorded. What a record holds is record.c.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/build.h"
#include "course/clock.h"
#include "course/files.h"
#include "course/grade/batch.h"
#include "course/grade/feedback.h"
#include "course/grade/record.h"
#include "course/grade/suite.h"
#include "course/interrupt.h"
#include "course/pool.h"
#include "course/vm.h"

/*
 * Folders of ours carry our process's number, so that those of a process which
 * was killed can be told: STAGING is BUILD/grade/PID, an overlay sub-PID-N.
 */
static void sweep_folder(const char *folder, const char *prefix)
{
	AUTO_STRV names = { 0 };

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);
		long pid = 0;

		if (starts_with(names.v[i], prefix))
			pid = atol(names.v[i] + strlen(prefix));
		if (pid > 0 && kill(pid, 0) && errno == ESRCH)
			remove_all(path);
	}
}

static void sweep(const struct batch *batch)
{
	AUTO_STR staging = xasprintf("%s/grade", batch->tree->build);

	sweep_folder(staging, "");
	for (size_t i = 0; i < batch->tree->n; i++) {
		AUTO_STR built =
			xasprintf("%s/run/%s", batch->tree->build, batch->tree->lessons[i].name);

		sweep_folder(built, "sub-");
	}
}

/* Where a lesson's checks run; asked once, before the threads begin. */
struct place {
	enum course_exit code;
	struct strbuf why;
	char *machine;
};

struct grading {
	const struct batch *batch;
	struct place *places; /* of batch->lessons */
	char *suite;
	char *staging; /* a folder of ours, for what is taken in */

	pthread_mutex_t lock; /* of what follows */
	size_t total, done, reused, errors;
	enum course_exit stopped; /* why no more is graded */
	struct strbuf why;
	long began;
};

struct job {
	struct grading *g;
	const struct submission *sub;
};

static void stop(struct grading *g, enum course_exit code, const char *why)
{
	pthread_mutex_lock(&g->lock);
	if (!g->stopped) {
		g->stopped = code;
		sb_add(&g->why, why);
	}
	pthread_mutex_unlock(&g->lock);
}

/* On a terminal the time that is left stands below the newest line. */
static void print_line(struct grading *g, const char *id, const json_t *record, bool reused)
{
	bool tty = isatty(STDERR_FILENO);
	const char *status = json_string_value(json_object_get(record, "status"));
	size_t errors = record_errors(record), graded;
	long left;

	pthread_mutex_lock(&g->lock);
	g->done++;
	g->reused += reused;
	g->errors += errors != 0;
	if (tty)
		fputs("\r\033[K", stderr);
	printf("%-24s  %3d of %d points%s%s\n", id, record_points(record),
	       record_max_points(record),
	       errors			   ? "  ERROR: no verdict, grade it again"
	       : strcmp(status, "invalid") ? ""
					   : "  invalid: ",
	       strcmp(status, "invalid") ? reused ? "  (graded before)" : ""
					 : json_string_value(json_object_get(record, "message")));
	fflush(stdout);
	graded = g->done - g->reused;
	left = graded ? (clock_ms() - g->began) * (long)(g->total - g->done) / (long)graded : 0;
	if (tty && g->done < g->total)
		fprintf(stderr, "%zu of %zu, about %ld s left", g->done, g->total, left / 1000);
	pthread_mutex_unlock(&g->lock);
}

static bool handed_in(const struct lesson *lesson, const char *folder)
{
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s/%s", folder, lesson->name, lesson->conf.edit.v[i]);

		if (is_file(path))
			return true;
	}
	return false;
}

static void run_once(struct grading *g, struct run *run, const struct place *place,
		     const char *overlay)
{
	run->machine = place->machine ? xstrdup(place->machine) : NULL;
	run_tests(run, g->batch->tree, overlay);
	if (run->machine)
		vm_confirm(run, g->batch->tree);
}

/* The compiler names files as it found them; a record is the same wherever it is made. */
static void forget_folder(struct strbuf *sb, const char *folder)
{
	AUTO_STR prefix = xasprintf("%s/", folder);
	struct strbuf clean = { 0 };

	for (const char *p = sb_str(sb); *p;) {
		const char *at = strstr(p, prefix);
		size_t n = at ? (size_t)(at - p) : strlen(p);

		sb_addn(&clean, p, n);
		p += n + (at ? strlen(prefix) : 0);
	}
	sb_free(sb);
	*sb = clean;
}

/* False when nothing is to be recorded, because somebody wants us to stop. */
static bool grade_lesson(struct grading *g, json_t *record, size_t i, unsigned long long seed,
			 const char *folder, const char *name)
{
	const struct lesson *lesson = g->batch->lessons[i];
	AUTO_STR overlay = xasprintf("sub-%s", name);
	AUTO_STR built = xasprintf("%s/run/%s/%s", g->batch->tree->build, lesson->name, overlay);
	const struct place *place = &g->places[i];
	struct run run = { 0 }, again = { 0 };
	long began = clock_ms();

	run_init(&run, lesson, seed);
	if (!run.code && !handed_in(lesson, folder)) {
		record_add_missing(record, &run);
		run_free(&run);
		return true;
	}
	if (!run.code && place->code) {
		run.code = place->code;
		sb_add(&run.why, sb_str(&place->why));
	}
	if (!run.code)
		run.code = build_submission(g->batch->tree, lesson, overlay, folder, &run.why);
	if (!run.code)
		run_once(g, &run, place, overlay);
	if (run.code == COURSE_FAILED || run.code == COURSE_TIME) {
		run_init(&again, lesson, seed);
		run_once(g, &again, place, overlay);
	}
	remove_all(built);
	forget_folder(&run.why, folder);
	if (run.code != COURSE_INTERRUPTED && again.code != COURSE_INTERRUPTED)
		record_add(record, &run, again.lesson ? &again : NULL, clock_ms() - began);
	else
		stop(g, COURSE_INTERRUPTED, "");
	run_free(&run);
	if (again.lesson)
		run_free(&again);
	return !interrupted();
}

static bool asked_again(const struct batch *batch, const char *id)
{
	return strv_has(batch->regrade, "all") || strv_has(batch->regrade, id);
}

static void write_record(struct grading *g, const char *id, json_t *record, const char *path)
{
	AUTO_STR page = xasprintf("%s/%s.md", g->batch->results, id);
	int err = feedback_write(record, page);
	AUTO_STR why = NULL;

	/* The record comes last: what has one is complete. */
	if (!err)
		err = record_write(record, path);
	if (!err) {
		print_line(g, id, record, false);
		return;
	}
	why = xasprintf("cannot write %s: %s", path, strerror(-err));
	stop(g, COURSE_MACHINE, why);
}

/* `folder` is empty, and this submission's alone. */
static void grade_one(struct grading *g, const struct submission *sub, const char *folder,
		      const char *name)
{
	const struct batch *batch = g->batch;
	AUTO_STR path = xasprintf("%s/%s.json", batch->results, sub->id);
	struct record_key key = { .id = sub->id,
				  .suite = g->suite,
				  .isolation = batch->isolation,
				  .seed = suite_seed(batch->seed, sub->id) };
	json_t *old = record_read(path), *record;
	struct intake in = { 0 };
	AUTO_SB why = { 0 };
	enum course_exit code = intake_take(batch->tree, sub, folder, &in, &why);
	bool whole = true;

	key.submission = in.sha256;
	record = record_new(&key, &in);
	if (code == COURSE_INVALID) {
		record_invalid(record, sb_str(&why));
		/* What had been read of it does not count. */
		remove_all(folder);
	}
	if (code == COURSE_MACHINE) {
		stop(g, code, sb_str(&why));
	} else if (!asked_again(batch, sub->id) &&
		   record_holds(old, &key, batch->lessons, batch->n_lessons)) {
		print_line(g, sub->id, old, true);
	} else {
		for (size_t i = 0; i < batch->n_lessons && whole; i++)
			whole = grade_lesson(g, record, i, key.seed, folder, name);
		if (whole)
			write_record(g, sub->id, record, path);
	}
	json_decref(old);
	json_decref(record);
	intake_free(&in);
}

static void grade_job(void *arg)
{
	struct job *job = arg;
	struct grading *g = job->g;
	AUTO_STR name = xasprintf("%d-%zu", getpid(), job->sub - g->batch->subs.v);
	AUTO_STR own = xasprintf("%s/%s", g->staging, name);
	enum course_exit stopped;
	int err;

	pthread_mutex_lock(&g->lock);
	stopped = g->stopped;
	pthread_mutex_unlock(&g->lock);
	if (stopped || interrupted())
		return;
	err = make_dirs(own);
	if (err) {
		AUTO_STR why = xasprintf("cannot write to %s: %s", own, strerror(-err));

		stop(g, COURSE_MACHINE, why);
		return;
	}
	grade_one(g, job->sub, own, name);
	remove_all(own);
}

/* Which lessons run here, which in a virtual machine, and which nowhere. */
static void find_places(struct grading *g)
{
	const struct batch *batch = g->batch;

	g->places = xrealloc(NULL, (batch->n_lessons + 1) * sizeof(*g->places));
	vm_call("course-grade");
	for (size_t i = 0; i < batch->n_lessons; i++) {
		struct place *place = &g->places[i];
		struct run run;

		*place = (struct place){ 0 };
		run_init(&run, batch->lessons[i], 1);
		if (!run.code)
			vm_place(&run, batch->tree);
		place->code = run.code;
		sb_add(&place->why, sb_str(&run.why));
		place->machine = run.machine ? xstrdup(run.machine) : NULL;
		run_free(&run);
	}
}

static void free_grading(struct grading *g)
{
	for (size_t i = 0; i < g->batch->n_lessons; i++) {
		sb_free(&g->places[i].why);
		free(g->places[i].machine);
	}
	free(g->places);
	free(g->suite);
	remove_all(g->staging);
	free(g->staging);
	sb_free(&g->why);
}

static void run_jobs(struct grading *g)
{
	const struct batch *batch = g->batch;
	struct job *jobs = xrealloc(NULL, (batch->subs.n + 1) * sizeof(*jobs));
	struct pool *pool = pool_start(batch->jobs);

	g->began = clock_ms();
	for (size_t i = 0; i < batch->subs.n; i++)
		g->total += i % batch->shards == batch->shard - 1;
	for (size_t i = batch->shard - 1; i < batch->subs.n; i += batch->shards) {
		jobs[i] = (struct job){ .g = g, .sub = &batch->subs.v[i] };
		pool_add(pool, g, grade_job, &jobs[i]);
	}
	pool_end(pool);
	free(jobs);
}

static enum course_exit finish(struct grading *g)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (g->stopped && g->stopped != COURSE_INTERRUPTED)
		course_error("%s", sb_str(&g->why));
	if (g->stopped)
		return g->stopped;
	printf("\n%zu submission%s: %zu graded, %zu graded before, %zu without a verdict\n",
	       g->done, g->done == 1 ? "" : "s", g->done - g->reused - g->errors, g->reused,
	       g->errors);
	return g->errors ? COURSE_MACHINE : COURSE_OK;
}

enum course_exit grade_batch(struct batch *batch)
{
	struct grading g = { .batch = batch, .lock = PTHREAD_MUTEX_INITIALIZER };
	AUTO_SB why = { 0 };
	enum course_exit code;

	if (batch_open(batch, &why)) {
		course_error("%s", sb_str(&why));
		return COURSE_MACHINE;
	}
	sweep(batch);
	g.staging = xasprintf("%s/grade/%d", batch->tree->build, getpid());
	g.suite = suite_sha256(batch->tree, batch->lessons, batch->n_lessons);
	find_places(&g);
	printf("Results in %s; the seed is %llu\n", batch->results, batch->seed);
	run_jobs(&g);
	code = finish(&g);
	free_grading(&g);
	return code;
}
