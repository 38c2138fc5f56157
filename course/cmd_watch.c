// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * course watch: checks again on every save. Each check is a `course check` of
 * its own, so that nothing a check does can harm the watching.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/tool/patience.h"
#include "course/clock.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/filewatch.h"
#include "course/interrupt.h"
#include "course/job.h"
#include "course/keys.h"
#include "course/link.h"
#include "course/progress.h"
#include "course/testenv.h"

/* Of an editor's several writes one check is made. */
#define SETTLE_MS     60
#define SETTLE_MAX_MS 200

/* A check keeps its own limits for tests and make; this is for what hangs besides. */
#define BUILD_LIMIT_S 120

enum {
	OPT_DEADLINE = 256
};

struct input {
	struct cli_one one;
	unsigned long long deadline;
};

static const struct argp_option options[] = {
	{ "deadline", OPT_DEADLINE, "SECONDS", 0,
	  "End a check that takes longer. Without it: ten times the lesson's time limit, and two minutes "
	  "for building.",
	  0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	if (key != OPT_DEADLINE)
		return cli_parse_one(key, arg, state);
	if (!cli_number(arg, &in->deadline) || !in->deadline || in->deadline > 86400)
		argp_error(state, "--deadline takes seconds from 1 to 86400, not \"%s\"", arg);
	return 0;
}

struct watch {
	const struct tree *tree;
	const struct input *in;
	struct lesson *lesson;
	struct lesson *next; /* being started */
	struct filewatch files;
	struct job job;
	const char *command; /* of the job */
	bool check_wanted;
	long saved_first,
		saved_last; /* monotonic ms; first 0: nothing saved since the last check */
	char keys[8];	    /* to be answered, in this order, when the job has ended */
	bool leaving;
	bool told_keys;
};

static bool is_screen(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

#define KEYS_IN_LINES "Lines: n next lesson, h hint, l list, r run again, q quit\n"

/* The lesson that n goes on to; NULL: this one has not passed, or none is left. */
static struct lesson *next_lesson(const struct watch *w, bool *passed)
{
	struct lesson *next;
	struct state state;

	state_read(&state, w->tree);
	*passed = state_passed(&state, w->lesson);
	next = *passed ? progress_next(w->tree, &state, w->lesson) : NULL;
	state_free(&state);
	return next;
}

static void print_key(char key, const char *what)
{
	printf("%s%c%s %s  ", colour(stdout, COLOUR_BOLD), key, colour(stdout, COLOUR_OFF), what);
}

static void print_single_keys(const struct watch *w)
{
	bool passed;
	const struct lesson *next = next_lesson(w, &passed);
	AUTO_STR what = next ? xasprintf("next lesson (%s)", next->name) : NULL;

	printf("Keys:  ");
	if (next)
		print_key('n', what);
	print_key('h', "hint");
	print_key('l', "list");
	print_key('r', "run again");
	print_key('q', "quit");
	putchar('\n');
}

static void print_keys(struct watch *w)
{
	const struct strv *edit = &w->lesson->conf.edit;

	printf("\nWaiting until you save ");
	for (size_t i = 0; i < edit->n; i++) {
		AUTO_STR path = xasprintf("%s/%s", w->lesson->work, edit->v[i]);
		AUTO_STR link = link_path(stdout, w->tree, path);

		printf("%s%s", i ? " or " : "", link);
	}
	puts(".");
	if (keys_are_single())
		print_single_keys(w);
	else if (!w->told_keys)
		printf(KEYS_IN_LINES);
	w->told_keys = true;
	fflush(stdout);
}

static void print_begin(const struct watch *w)
{
	time_t now = time(NULL);
	char clock[16];
	struct tm tm;

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &tm));
	if (is_screen())
		fputs("\033[H\033[2J", stdout);
	printf("[%s] checking %s\n", clock, w->lesson->name);
	fflush(stdout);
}

static void start_job(struct watch *w, const char *command, const char *argument, int seconds)
{
	AUTO_STRV arguments = { 0 };
	int err;

	strv_add(&arguments, command);
	if (argument)
		strv_add(&arguments, argument);
	w->command = command;
	err = job_start(&w->job, &arguments, seconds * 1000);
	if (err)
		course_error("cannot start course %s: %s", command, strerror(-err));
}

static int limit(const struct watch *w)
{
	/* In a virtual machine, and on a busy one, tests have up to ten times their limit. */
	return w->in->deadline ? (int)w->in->deadline
			       : w->lesson->conf.timeout * PATIENCE + BUILD_LIMIT_S;
}

/* Where sudo has forgotten the password, it is asked for now, in an ordinary terminal. */
static void authorise(struct watch *w)
{
	AUTO_SB why = { 0 };

	if (!geteuid())
		return;
	keys_close();
	/* When sudo says no, the check says so, or does without. */
	testenv_renew(w->tree, &why);
	keys_open();
}

static void start_check(struct watch *w)
{
	AUTO_SB why = { 0 };

	w->check_wanted = false;
	if (progress_ready(w->tree, w->lesson, &why) != READY) {
		printf("\n%s", why.s);
		fflush(stdout);
		return;
	}
	authorise(w);
	print_begin(w);
	start_job(w, "check", w->lesson->name, limit(w));
}

static void go_on(struct watch *w)
{
	bool passed;

	w->next = next_lesson(w, &passed);
	if (!passed)
		printf("First this one: it has not passed yet. h gives a hint; course start in another "
		       "terminal begins another lesson.\n");
	else if (!w->next)
		printf("You have passed every lesson there is.\n");
	else
		start_job(w, "start", w->next->name, limit(w));
	fflush(stdout);
}

/* The next lesson has been started: from now on its files are watched. */
static void move(struct watch *w)
{
	w->lesson = w->next;
	w->next = NULL;
	w->saved_first = 0;
	filewatch_close(&w->files);
	filewatch_open(&w->files, w->lesson->work, &w->lesson->conf.edit);
}

/* A hint checks first, where the files have changed since the last check. */
static void print_timed_out(const struct watch *w)
{
	bool checks = !strcmp(w->command, "check") || !strcmp(w->command, "hint");

	course_error("course %s took longer than %d s and was ended%s", w->command, limit(w),
		     checks ? "; is there a loop that never ends, in the program or its build?"
			    : "");
}

static void job_ended(struct watch *w)
{
	bool ended_by_us = w->job.ending;
	int status = job_reap(&w->job);

	keys_refresh();
	if (w->job.timed_out)
		print_timed_out(w);
	else if (status > 128 && !ended_by_us)
		course_error("course itself was ended by signal %d", status - 128);
	if (w->next && !status)
		move(w);
	w->next = NULL;
	if (!w->check_wanted && !w->leaving && !w->keys[0])
		print_keys(w);
}

static void answer(struct watch *w, int key)
{
	switch (key) {
	case 'n':
		go_on(w);
		break;
	case 'h':
		start_job(w, "hint", w->lesson->name, limit(w));
		break;
	case 'l':
		start_job(w, "list", NULL, limit(w));
		break;
	}
}

/* The same again changes nothing, so one of each is enough. */
static void add_key(struct watch *w, int key)
{
	size_t n = strlen(w->keys);

	if (!strchr(w->keys, key) && n + 1 < sizeof(w->keys)) {
		w->keys[n] = key;
		w->keys[n + 1] = '\0';
	}
}

static int first_key(struct watch *w)
{
	int key = w->keys[0];

	if (key)
		memmove(w->keys, w->keys + 1, strlen(w->keys));
	return key;
}

static void take_key(struct watch *w, int key)
{
	switch (key) {
	case 'q':
		w->leaving = true;
		w->check_wanted = false;
		w->keys[0] = '\0';
		job_end(&w->job);
		break;
	case KEY_END:
		/* What was asked for is still done. */
		w->leaving = true;
		break;
	case 'r':
		w->check_wanted = true;
		job_end(&w->job);
		break;
	case 'n':
	case 'h':
	case 'l':
		add_key(w, key);
		break;
	default:
		if (!keys_are_single())
			printf("No such key: %c. " KEYS_IN_LINES, key);
		fflush(stdout);
	}
}

/* Sets or extends the time at which a save has settled. */
static void note_save(struct watch *w)
{
	w->saved_last = clock_ms();
	if (!w->saved_first)
		w->saved_first = w->saved_last;
}

static long settled_at(const struct watch *w)
{
	long last = w->saved_last + SETTLE_MS, most = w->saved_first + SETTLE_MAX_MS;

	return last < most ? last : most;
}

static int wait_ms(const struct watch *w)
{
	long wait = filewatch_interval(&w->files);

	if (w->saved_first && settled_at(w) - clock_ms() < wait)
		wait = settled_at(w) - clock_ms();
	if (job_running(&w->job) && job_wait_ms(&w->job) < wait)
		wait = job_wait_ms(&w->job);
	return wait < 0 ? 0 : wait;
}

/* What is to be done now that nothing runs; false: nothing ever again. */
static bool idle(struct watch *w)
{
	if (w->check_wanted) {
		start_check(w);
	} else if (w->keys[0]) {
		answer(w, first_key(w));
	} else {
		return !w->leaving;
	}
	return true;
}

static void wait_for_events(struct watch *w)
{
	struct pollfd fds[] = {
		{ .fd = interrupt_fd(), .events = POLLIN },
		{ .fd = w->files.inotify, .events = POLLIN },
		{ .fd = w->leaving ? -1 : keys_fd(), .events = POLLIN },
		{ .fd = w->job.pidfd, .events = POLLIN },
	};
	int key;

	poll(fds, ARRAY_SIZE(fds), wait_ms(w));
	if (filewatch_look(&w->files))
		note_save(w);
	if (fds[2].revents)
		keys_read();
	while (!w->leaving && (key = keys_next()) != KEY_NONE)
		take_key(w, key);
	if (fds[3].revents)
		job_ended(w);
	job_tend(&w->job);
	if (!w->leaving && w->saved_first && clock_ms() >= settled_at(w)) {
		w->saved_first = 0;
		w->check_wanted = true;
		job_end(&w->job);
	}
}

static void wait_for_end(struct watch *w)
{
	job_end(&w->job);
	while (job_running(&w->job)) {
		struct pollfd fd = { .fd = w->job.pidfd, .events = POLLIN };

		poll(&fd, 1, job_wait_ms(&w->job));
		if (fd.revents)
			job_reap(&w->job);
		else
			job_tend(&w->job);
	}
}

static int run(struct tree *tree, void *input)
{
	struct watch w = { .tree = tree, .in = input, .job = JOB_NONE, .check_wanted = true };
	AUTO_SB why = { 0 };
	int code;

	w.lesson = cli_lesson(tree, w.in->one.lesson, &code);
	if (code)
		return code;
	if (w.lesson->conf_error) {
		course_error("%s", w.lesson->conf_error);
		return COURSE_INTERNAL;
	}
	if (progress_ready(tree, w.lesson, &why) != READY) {
		course_error("%s", trim(why.s));
		return COURSE_INVALID;
	}
	filewatch_open(&w.files, w.lesson->work, &w.lesson->conf.edit);
	keys_open();
	while (!interrupted() && (job_running(&w.job) || idle(&w)))
		if (job_running(&w.job) || !w.leaving)
			wait_for_events(&w);
	wait_for_end(&w);
	keys_close();
	filewatch_close(&w.files);
	return COURSE_OK;
}

const struct command cmd_watch = {
	.name = "watch",
	.arguments = "[LESSON] [--deadline SECONDS]",
	.summary = "check again on every save",
	.description =
		"Checks the lesson, and again whenever you save one of its files. A save while a check "
		"is running ends that check and begins anew. Without LESSON it takes the current one.\n\n"
		"Keys: n goes on to the next lesson when this one has passed, h shows a hint, l the "
		"list, r runs the check again, q ends it. Where standard input is no terminal, these "
		"are lines, and the end of input ends it after the running check.",
	.examples = "course watch\ncourse watch parsing\ncourse watch --deadline 30",
	.see_also = "course check, course hint",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
