// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Chooses sandbox or virtual machine, lesson by lesson, and makes ready what each needs (place.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/files.h"
#include "course/grade/place.h"
#include "course/policy.h"
#include "course/vm.h"

static const char *const names[] = {
	[ISOLATION_AUTO] = "auto",
	[ISOLATION_SANDBOX] = "sandbox",
	[ISOLATION_VM] = "vm",
	[ISOLATION_NONE] = "none",
};

const char *isolation_name(enum isolation isolation)
{
	return names[isolation];
}

bool isolation_parse(const char *name, enum isolation *isolation)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name)) {
			*isolation = i;
			return true;
		}
	return false;
}

/* ---- machines of one submission ---- */

const char *guest_name(struct guest *guest, enum course_exit *code, struct strbuf *why)
{
	AUTO_STR name = xasprintf("course-grade-%s", guest->id);

	if (!guest->name) {
		*code = vm_start(guest->tree, name, why);
		if (!*code)
			guest->name = xstrdup(name);
	}
	return guest->name;
}

void guest_end(struct guest *guest)
{
	if (guest->name)
		vm_stop(guest->tree, guest->name);
	free(guest->name);
	guest->name = NULL;
}

/* ---- places ---- */

static void cannot(struct place *place, enum course_exit code, const char *why)
{
	if (place->code || !code)
		return;
	place->code = code;
	sb_add(&place->why, why);
}

/* What submissions may do, as a file for those who enforce it. */
static void write_policy(struct place *place, const struct policy *policy, const char *staging,
			 size_t number)
{
	AUTO_STR text = policy_json(policy);
	AUTO_STR path = xasprintf("%s/policy-%zu.json", staging, number);
	int err = make_dirs(staging);

	if (!err)
		err = file_replace(path, text, strlen(text));
	if (err) {
		AUTO_STR why = xasprintf("cannot write %s: %s\n", path, strerror(-err));

		cannot(place, COURSE_MACHINE, why);
	}
	place->policy = xstrdup(path);
}

/* Which kernel judges there: a verdict may be another one under the next. */
static void find_kernel(struct place *place, const struct tree *tree, const char *machine)
{
	AUTO_SB why = { 0 };

	place->kernel = vm_kernel(tree, machine, &why);
	if (!place->kernel)
		cannot(place, COURSE_MACHINE, sb_str(&why));
}

/* Without isolation: as a learner's check finds its place. */
static void place_as_it_comes(struct place *place, const struct tree *tree,
			      const struct lesson *lesson)
{
	struct run run;

	run_init(&run, lesson, 1);
	if (!run.code)
		vm_place(&run, tree);
	cannot(place, run.code, sb_str(&run.why));
	place->machine = run.machine ? xstrdup(run.machine) : NULL;
	if (place->machine)
		find_kernel(place, tree, place->machine);
	run_free(&run);
}

/* What a sandbox needs, as a lesson would say it. */
static struct lesson sandbox_lesson(void)
{
	static char *needs[] = { "sandbox", NULL };

	return (struct lesson){ .name = "sandbox", .conf = { .needs = { .v = needs, .n = 1 } } };
}

/* `first` has started, or starts now, a machine in which it is tried out what the lesson needs. */
static void place_in_guest(struct place *place, const struct lesson *lesson, struct guest *first)
{
	enum course_exit code = COURSE_OK;
	AUTO_SB why = { 0 };
	const char *name = guest_name(first, &code, &why);
	const struct lesson sandbox = sandbox_lesson();

	if (name)
		code = vm_probe(first->tree, &sandbox, name, &why);
	if (name && !code)
		code = vm_probe(first->tree, lesson, name, &why);
	cannot(place, code, sb_str(&why));
	if (!place->code)
		find_kernel(place, first->tree, name);
	place->isolation = ISOLATION_VM;
}

static void place_here(struct place *place, const struct tree *tree, const struct lesson *lesson,
		       bool contained)
{
	AUTO_SB why = { 0 };

	place->isolation = ISOLATION_SANDBOX;
	if (!contained)
		cannot(place, COURSE_MACHINE,
		       "its programs can see the whole machine, which no sandbox changes; grade it "
		       "with --isolation auto or vm\n");
	else
		cannot(place, run_probe(tree, lesson, &why), sb_str(&why));
}

static void find_place(struct place *place, const struct tree *tree, const struct lesson *lesson,
		       enum isolation isolation, struct guest *first)
{
	struct policy policy;
	AUTO_STR error = NULL;
	AUTO_SB here = { 0 };
	bool contained;

	if (policy_read(tree, &lesson->conf, &policy, &error)) {
		AUTO_STR line = xasprintf("%s/lesson.conf: %s\n", lesson->name, error);

		cannot(place, COURSE_INTERNAL, line);
	}
	contained = policy_contained(&policy);
	if (!place->code) {
		if (isolation == ISOLATION_SANDBOX)
			place_here(place, tree, lesson, contained);
		else if (isolation == ISOLATION_VM || !contained || run_probe(tree, lesson, &here))
			place_in_guest(place, lesson, first);
		else
			place->isolation = ISOLATION_SANDBOX;
	}
	policy_free(&policy);
}

static void make_ready(struct place *place, const struct tree *tree, const struct lesson *lesson,
		       const char *staging, size_t number)
{
	struct policy policy;
	AUTO_STR error = NULL;

	policy_read(tree, &lesson->conf, &policy, &error);
	write_policy(place, &policy, staging, number);
	policy_free(&policy);
	recipe_read(&place->recipe, tree, lesson, staging);
	cannot(place, place->recipe.code, sb_str(&place->recipe.why));
}

struct place *places_find(const struct tree *tree, struct lesson *const *lessons, size_t n,
			  enum isolation isolation, const char *staging)
{
	struct place *places = xrealloc(NULL, (n + 1) * sizeof(*places));
	AUTO_STR id = xasprintf("%d", getpid());
	struct guest first = { .tree = tree, .id = id };
	const struct lesson sandbox = sandbox_lesson();
	enum course_exit code = COURSE_OK;
	AUTO_SB why = { 0 };

	if (isolation == ISOLATION_NONE)
		vm_call("course-grade");
	else
		code = run_probe(tree, &sandbox, &why); /* all are compiled here */
	for (size_t i = 0; i < n; i++) {
		struct place *place = &places[i];

		*place = (struct place){ .isolation = ISOLATION_NONE };
		if (isolation == ISOLATION_NONE) {
			place_as_it_comes(place, tree, lessons[i]);
			continue;
		}
		cannot(place, code, sb_str(&why));
		find_place(place, tree, lessons[i], isolation, &first);
		if (!place->code)
			make_ready(place, tree, lessons[i], staging, i);
	}
	guest_end(&first);
	return places;
}

const char *places_kernel(const struct place *places, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (places[i].kernel)
			return places[i].kernel;
	return NULL;
}

/* The lessons from the i-th on that lack a place for its reason; false: an earlier one has the same. */
static bool same_reason(const struct place *places, size_t n, size_t i, size_t *others)
{
	*others = 0;
	for (size_t j = 0; j < n; j++) {
		if (j == i || strcmp(sb_str(&places[j].why), sb_str(&places[i].why)))
			continue;
		if (j < i)
			return false;
		(*others)++;
	}
	return true;
}

void places_complain(const struct place *places, struct lesson *const *lessons, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *why = sb_str(&places[i].why);
		AUTO_STR more = NULL;
		size_t others;

		if (!places[i].code || !why[0] || !same_reason(places, n, i, &others))
			continue;
		more = others ? xasprintf(" and %zu more", others) : xstrdup("");
		course_error("no verdicts here for %s%s: %.*s", lessons[i]->name, more,
			     (int)strcspn(why, "\n"), why);
	}
}

void places_free(struct place *places, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sb_free(&places[i].why);
		free(places[i].machine);
		free(places[i].kernel);
		free(places[i].policy);
		recipe_free(&places[i].recipe);
	}
	free(places);
}
