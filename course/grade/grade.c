// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Grades a batch. Each submission is a job: taken in, graded lesson by lesson (lesson.c),
 * recorded. What a record holds is record.c.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/clock.h"
#include "course/files.h"
#include "course/grade/batch.h"
#include "course/grade/claim.h"
#include "course/grade/feedback.h"
#include "course/grade/lesson.h"
#include "course/grade/record.h"
#include "course/grade/show.h"
#include "course/grade/suite.h"
#include "course/grade/sweep.h"
#include "course/interrupt.h"
#include "course/pool.h"
#include "course/report/text.h"

struct grading {
	const struct batch *batch;
	struct place *places; /* of batch->lessons */
	char *owner;	      /* HOST-PID: a part of the names of what is ours */
	char *staging;	      /* a folder of ours, for what is taken in */
	int claims;

	pthread_mutex_t lock; /* of what follows */
	struct show show;
	enum course_exit stopped; /* why no more is graded */
	struct strbuf why;
};

struct job {
	struct grading *g;
	const struct submission *sub;
	struct stat found; /* its record, when the batch began */
	bool others;	   /* another grader has claimed it */
	bool wait;	   /* until that one is done with it */
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

static void show(struct grading *g, const char *id, const json_t *record, bool reused)
{
	pthread_mutex_lock(&g->lock);
	show_record(&g->show, id, record, reused);
	pthread_mutex_unlock(&g->lock);
}

/* Not when another grader has done so since this one began. */
static bool asked_again(const struct job *job, const char *path)
{
	const struct strv *regrade = job->g->batch->regrade;
	const struct stat *found = &job->found;
	struct stat now = { 0 };

	if (!strv_has(regrade, "all") && !strv_has(regrade, job->sub->id))
		return false;
	return stat(path, &now) ||
	       (now.st_ino == found->st_ino && now.st_mtim.tv_sec == found->st_mtim.tv_sec &&
		now.st_mtim.tv_nsec == found->st_mtim.tv_nsec);
}

/* What was printed may hold anything; a log is read with a pager. */
static int write_log(const struct batch *batch, const char *id, json_t *record, struct strbuf *log)
{
	AUTO_STR name = xasprintf("%s.log", id);
	AUTO_STR path = xasprintf("%s/%s", batch->results, name);

	for (size_t i = 0; i < log->len; i++)
		if ((unsigned char)log->s[i] < ' ' && log->s[i] != '\n' && log->s[i] != '\t')
			log->s[i] = '?';
	json_object_set_new(record, "log", json_string(name));
	return file_replace(path, sb_str(log), log->len);
}

/* What a process that was killed had begun to write of this submission. */
static void forget_unfinished(const struct batch *batch, const char *id)
{
	static const char *const kinds[] = { "json", "md", "log" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		AUTO_STR path = xasprintf("%s/%s.%s", batch->results, id, kinds[i]);

		file_forget_unfinished(path);
	}
}

static void write_record(struct grading *g, const char *id, json_t *record, const char *path,
			 struct strbuf *log)
{
	AUTO_STR page = xasprintf("%s/%s.md", g->batch->results, id);
	AUTO_STR why = NULL;
	int err;

	err = feedback_write(record, page);
	if (!err)
		err = write_log(g->batch, id, record, log);
	/* The record comes last: what has one is complete. */
	if (!err)
		err = record_write(record, path);
	if (!err) {
		show(g, id, record, false);
		return;
	}
	why = xasprintf("cannot write %s: %s", path, strerror(-err));
	stop(g, COURSE_MACHINE, why);
}

/* All lessons, and then the record. */
static void grade_taken(const struct job *job, const char *folder, const char *name, json_t *record,
			const char *path)
{
	const struct submission *sub = job->sub;
	struct grading *g = job->g;
	const struct batch *batch = g->batch;
	/* Names of machines become names of sockets, which are short. */
	AUTO_STR guest = xasprintf("%d-%zu", getpid(), sub - batch->subs.v);
	struct grading_of of = { .tree = batch->tree,
				 .hidden = batch->hidden,
				 .folder = folder,
				 .name = name,
				 .seed = suite_seed(batch->seed, sub->id),
				 .guest = { .tree = batch->tree, .id = guest } };
	bool whole = true;

	for (size_t i = 0; i < batch->n_lessons && whole; i++)
		whole = grade_lesson(&of, record, batch->lessons[i], &g->places[i]);
	if (whole)
		write_record(g, sub->id, record, path, &of.log);
	else
		stop(g, COURSE_INTERRUPTED, "");
	sb_free(&of.log);
}

static void cannot_take(struct grading *g, const char *id, const char *why)
{
	AUTO_STR line = text_one_line(why);
	AUTO_STR whose = xasprintf("%s: %s", id, line);

	stop(g, COURSE_MACHINE, whose);
}

/* `folder` is empty, and this submission's alone. */
static void grade_one(const struct job *job, const char *folder, const char *name)
{
	const struct submission *sub = job->sub;
	struct grading *g = job->g;
	const struct batch *batch = g->batch;
	AUTO_STR path = xasprintf("%s/%s.json", batch->results, sub->id);
	struct record_key key = { .id = sub->id,
				  .suite = batch->suite,
				  .isolation = isolation_name(batch->isolation),
				  .guest_kernel = places_kernel(g->places, batch->n_lessons),
				  .seed = suite_seed(batch->seed, sub->id) };
	json_t *old = record_read(path), *record;
	struct intake in = { 0 };
	AUTO_SB why = { 0 };
	enum course_exit code = intake_take(batch->tree, sub, folder, &in, &why);

	forget_unfinished(batch, sub->id);
	key.submission = in.sha256;
	record = record_new(&key, &in);
	if (code == COURSE_INVALID) {
		record_invalid(record, sb_str(&why));
		/* What had been read of it does not count. */
		remove_all(folder);
	}
	if (code == COURSE_MACHINE)
		cannot_take(g, sub->id, sb_str(&why));
	else if (!asked_again(job, path) &&
		 record_holds(old, record, batch->lessons, batch->n_lessons))
		show(g, sub->id, old, true);
	else
		grade_taken(job, folder, name, record, path);
	json_decref(old);
	json_decref(record);
	intake_free(&in);
}

static bool stopped(struct grading *g)
{
	bool stopped;

	pthread_mutex_lock(&g->lock);
	stopped = g->stopped;
	pthread_mutex_unlock(&g->lock);
	return stopped || interrupted();
}

static void grade_claimed(const struct job *job)
{
	struct grading *g = job->g;
	AUTO_STR name = xasprintf("%s-%zu", g->owner, job->sub - g->batch->subs.v);
	AUTO_STR own = xasprintf("%s/%s", g->staging, name);
	int err = make_dirs(own);

	if (err) {
		AUTO_STR why = xasprintf("cannot write to %s: %s", own, strerror(-err));

		stop(g, COURSE_MACHINE, why);
		return;
	}
	grade_one(job, own, name);
	remove_all(own);
}

static void grade_job(void *arg)
{
	struct job *job = arg;
	struct grading *g = job->g;
	int err;

	if (stopped(g))
		return;
	err = claim_take(g->claims, job->sub->id, job->wait);
	if (!err) {
		grade_claimed(job);
		claim_release(g->claims, job->sub->id);
	} else if (err == -EWOULDBLOCK) {
		job->others = true;
	} else if (err != -EINTR) {
		AUTO_STR why =
			xasprintf("cannot lock %s/.claims: %s", g->batch->results, strerror(-err));

		stop(g, COURSE_MACHINE, why);
	}
}

static void free_grading(struct grading *g)
{
	places_free(g->places, g->batch->n_lessons);
	remove_all(g->staging);
	free(g->staging);
	free(g->owner);
	close_fd(&g->claims);
	sb_free(&g->why);
}

/* All jobs, or those that other graders had; returns how many others have now. */
static size_t run_pass(struct grading *g, struct job *jobs, size_t n, bool wait)
{
	struct pool *pool = pool_start(g->batch->jobs);
	size_t others = 0;

	for (size_t i = 0; i < n; i++) {
		if (wait && !jobs[i].others)
			continue;
		jobs[i].others = false;
		jobs[i].wait = wait;
		pool_add(pool, g, grade_job, &jobs[i]);
	}
	pool_end(pool);
	for (size_t i = 0; i < n; i++)
		others += jobs[i].others;
	return others;
}

/* What another grader is at comes last: most likely it has a record by then. */
static void run_jobs(struct grading *g)
{
	const struct batch *batch = g->batch;
	struct job *jobs = xrealloc(NULL, (batch->subs.n + 1) * sizeof(*jobs));
	size_t n = 0, others;

	for (size_t i = batch->shard - 1; i < batch->subs.n; i += batch->shards) {
		AUTO_STR path = xasprintf("%s/%s.json", batch->results, batch->subs.v[i].id);

		jobs[n] = (struct job){ .g = g, .sub = &batch->subs.v[i] };
		if (stat(path, &jobs[n].found))
			jobs[n].found = (struct stat){ 0 };
		n++;
	}
	g->show.total = n;
	g->show.began = clock_ms();
	others = run_pass(g, jobs, n, false);
	if (others && !stopped(g)) {
		show_waiting(&g->show, others);
		run_pass(g, jobs, n, true);
	}
	free(jobs);
}

static enum course_exit finish(struct grading *g)
{
	if (g->show.done < g->show.total && !g->stopped)
		g->stopped = COURSE_INTERRUPTED;
	show_end(&g->show, !g->stopped);
	if (g->stopped == COURSE_INTERRUPTED)
		course_error("interrupted: %zu of %zu are done; the same command goes on",
			     g->show.done, g->show.total);
	else if (g->stopped)
		course_error("%s", sb_str(&g->why));
	if (g->stopped)
		return g->stopped;
	return g->show.errors ? COURSE_MACHINE : COURSE_OK;
}

enum course_exit grade_batch(struct batch *batch)
{
	struct grading g = { .batch = batch, .lock = PTHREAD_MUTEX_INITIALIZER };
	AUTO_SB why = { 0 };
	AUTO_STR suite = suite_sha256(batch->tree, batch->lessons, batch->n_lessons, batch->hidden);
	enum course_exit code;

	batch->suite = suite;
	if (batch_open(batch, &why)) {
		course_error("%s", sb_str(&why));
		return COURSE_MACHINE;
	}
	g.claims = claims_open(batch->results);
	if (g.claims < 0) {
		course_error("cannot write to %s: %s", batch->results, strerror(-g.claims));
		return COURSE_MACHINE;
	}
	sweep(batch->tree);
	g.owner = sweep_owner();
	g.staging = xasprintf("%s/grade/%s", batch->tree->build, g.owner);
	g.places = places_find(batch->tree, batch->lessons, batch->n_lessons, batch->isolation,
			       g.staging);
	printf("Results in %s; the seed is %llu\n", batch->results, batch->seed);
	places_complain(g.places, batch->lessons, batch->n_lessons);
	run_jobs(&g);
	code = finish(&g);
	free_grading(&g);
	return code;
}
