// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Grades one lesson of one submission, in its place (lesson.h). */
#include <stdlib.h>
#include <string.h>

#include "course/build.h"
#include "course/clock.h"
#include "course/files.h"
#include "course/grade/hidden.h"
#include "course/grade/lesson.h"
#include "course/grade/limits.h"
#include "course/grade/record.h"
#include "course/interrupt.h"
#include "course/vm.h"

static bool handed_in(const struct lesson *lesson, const char *folder)
{
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s/%s", folder, lesson->name, lesson->conf.edit.v[i]);

		if (is_file(path))
			return true;
	}
	return false;
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

static void build(struct grading_of *of, struct run *run, const struct place *place,
		  const char *overlay)
{
	if (place->isolation == ISOLATION_NONE)
		run->code = build_submission(of->tree, run->lesson, overlay, of->folder, &run->why);
	else
		run->code = compile(&place->recipe, of->tree, of->folder, overlay, &run->limits,
				    &run->why);
	forget_folder(&run->why, of->folder);
	forget_folder(&run->why, RECIPE_SUB);
}

/* Which machine, and which rules. */
static void go_to_place(struct grading_of *of, struct run *run, const struct place *place)
{
	const char *name = NULL;

	if (place->isolation == ISOLATION_VM)
		name = guest_name(&of->guest, &run->code, &run->why);
	else
		name = place->machine;
	/* The batch's own waits for other lessons. */
	if (name && place->isolation == ISOLATION_NONE)
		vm_again(of->tree, name);
	run->machine = name ? xstrdup(name) : NULL;
	run->policy = place->policy;
	run->given = &place->recipe.given;
}

/* What the sandboxes' notes say, and whether a limit of time says anything. */
static void ask_place(struct grading_of *of, struct run *run, const struct place *place,
		      const char *notes)
{
	bool there = place->isolation == ISOLATION_VM;

	if (there ? limits_collect_there(of->tree, run->machine, notes, &run->limits)
		  : limits_collect(notes, &run->limits, &run->late)) {
		sb_add(&run->why, "a sandbox could not be started\n");
		run->code = COURSE_MACHINE;
	}
	if (there && run->code == COURSE_TIME && vm_is_starved(of->tree, run->machine)) {
		sb_add(&run->why,
		       "not counted: this machine was too busy to let the virtual one run "
		       "for a third of the time that it wanted\n");
		run->code = COURSE_MACHINE;
	}
}

static void run_once(struct grading_of *of, struct run *run, const struct place *place,
		     const char *overlay)
{
	AUTO_STR notes = xasprintf("%s.notes", of->folder);

	go_to_place(of, run, place);
	if (run->code)
		return;
	remove_all(notes);
	if (place->policy && !make_dirs(notes))
		run->notes = notes;
	run_tests(run, of->tree, overlay);
	run->notes = NULL;
	if (place->policy)
		ask_place(of, run, place, notes);
	remove_all(notes);
	if (place->isolation == ISOLATION_NONE && run->machine)
		vm_confirm(run, of->tree);
}

static void begin(struct grading_of *of, struct run *run, const struct lesson *lesson)
{
	run_init(run, lesson, of->seed);
	hidden_add(run, of->hidden);
}

static void add_log(struct grading_of *of, const struct run *run, const char *what)
{
	sb_addf(&of->log, "==== %s: %s\n%s%s\n", run->lesson->name, what, sb_str(&run->why),
		sb_str(&run->log));
}

static bool may_differ(const struct run *run)
{
	return run->code == COURSE_FAILED || run->code == COURSE_TIME;
}

/* What has failed is run once more; and if the machine was too busy, the first time does not count. */
static void run_checks(struct grading_of *of, struct run *run, struct run *again,
		       const struct place *place, const char *overlay)
{
	const struct lesson *lesson = run->lesson;

	run_once(of, run, place, overlay);
	add_log(of, run, "first run");
	if (may_differ(run) && run->late) {
		run_free(run);
		begin(of, run, lesson);
		run_once(of, run, place, overlay);
		add_log(of, run, "again, because the machine was too busy");
	}
	if (may_differ(run) && !run->late) {
		begin(of, again, lesson);
		run_once(of, again, place, overlay);
		add_log(of, again, "second run, because something failed in the first");
	}
}

bool grade_lesson(struct grading_of *of, json_t *record, const struct lesson *lesson,
		  const struct place *place)
{
	AUTO_STR overlay = xasprintf("sub-%s", of->name);
	AUTO_STR built = xasprintf("%s/run/%s/%s", of->tree->build, lesson->name, overlay);
	struct run run = { 0 }, again = { 0 };
	long began = clock_ms();
	bool whole;

	begin(of, &run, lesson);
	if (!run.code && !handed_in(lesson, of->folder)) {
		record_add_missing(record, &run);
		run_free(&run);
		return true;
	}
	if (!run.code && place->code) {
		run.code = place->code;
		sb_add(&run.why, sb_str(&place->why));
	}
	if (!run.code)
		build(of, &run, place, overlay);
	if (run.code)
		add_log(of, &run, "not run");
	else
		run_checks(of, &run, &again, place, overlay);
	/* What it has done there to the kernel ends with the machine. */
	guest_end(&of->guest);
	remove_all(built);
	whole = run.code != COURSE_INTERRUPTED && again.code != COURSE_INTERRUPTED;
	if (whole)
		record_add(record, &run, again.lesson ? &again : NULL, clock_ms() - began,
			   isolation_name(place->isolation));
	run_free(&run);
	if (again.lesson)
		run_free(&again);
	return whole && !interrupted();
}
