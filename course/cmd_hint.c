// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course hint: the next hint for the first failing check, one a call. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "course/advice.h"
#include "course/attempt.h"
#include "course/commands.h"
#include "course/link.h"
#include "course/overlay.h"
#include "course/progress.h"

struct input {
	struct cli_one one;
	bool again;
};

static const struct argp_option options[] = {
	{ "again", 'a', NULL, 0, "Show the hints you have had for this check, and no new one.", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	if (key != 'a')
		return cli_parse_one(key, arg, state);
	in->again = true;
	return 0;
}

/*
 * Checks again where the newest result is not about these files, or where the
 * compiler has to say what is wrong. Returns COURSE_FAILED, or COURSE_TIME, or
 * what the command then ends with.
 */
static int bring_up_to_date(const struct tree *tree, const struct lesson *lesson,
			    bool *compiler_says_no)
{
	struct result known;
	struct attempt a;
	struct state state;
	bool same, fresh;
	int code;

	state_read(&state, tree);
	same = attempt_known(&state, lesson, &known);
	fresh = same && known.outcome != OUTCOME_BUILD;
	if (!same && state_result(&state, lesson, &known) && overlay_started(lesson))
		printf("Your files have changed since the last check, so first:\n\n");
	code = known.outcome == OUTCOME_PASSED ? COURSE_OK : COURSE_FAILED;
	state_free(&state);
	if (fresh)
		return code;
	fflush(stdout);
	code = attempt_make(&a, tree, lesson, run_random_seed());
	attempt_print(&a, false);
	*compiler_says_no = a.run.compiler_says_no;
	attempt_free(&a);
	putchar('\n');
	return code;
}

/* The compiler has said what is wrong, and no hint knows better. */
static void print_on_compiler(const struct advice *advice)
{
	if (advice->levels)
		printf("Mend what the first line names. Besides, there are hints for the lesson as a "
		       "whole:\n\n");
	else
		printf("Mend what the first line names, then: course check. This lesson has no hints "
		       "for what does not compile.\n");
}

static void print_title(const struct lesson *lesson, const struct result *result, size_t nr,
			const struct advice *advice, const struct hint_section *section)
{
	printf("%s%s%s, hint %zu of %zu", colour(stdout, COLOUR_BOLD), lesson->name,
	       colour(stdout, COLOUR_OFF), nr + 1, advice->levels);
	if (advice_is_general(section))
		printf(", general hint\n\n");
	else if (result->outcome == OUTCOME_REFUSED)
		printf(", for a program that the verifier refuses\n\n");
	else
		printf(", for the check \"%s\"\n\n", result->check);
}

static void print_no_more(const struct tree *tree, const struct lesson *lesson,
			  const struct advice *advice, const char *argument)
{
	AUTO_STR path = xasprintf("%s/README.md", lesson->dir);
	AUTO_STR readme = link_path(stdout, tree, path);

	if (!advice->levels) {
		printf("There is no hint for this.\n");
	} else {
		printf("There are no more: you have had all %zu hints for this.\n", advice->levels);
		printf("  see them again   course hint%s --again\n", argument);
	}
	printf("  read again       %s, \"The code\" and \"Three errors you will meet\"\n", readme);
	printf("  the solution     course solution%s, after a pass; with --force now, and it says "
	       "what that costs\n",
	       argument);
}

static int give(const struct tree *tree, const struct lesson *lesson, const struct result *result,
		const struct advice *advice, const struct state *state)
{
	size_t nr = advice_next(advice, state, lesson, 0);
	bool left = advice_next(advice, state, lesson, nr + 1) < advice->levels;
	AUTO_STR argument = progress_argument(tree, lesson);
	const struct hint_section *section;
	size_t level;
	const char *text = advice_level(advice, nr, &section, &level);
	int err;

	if (!text) {
		print_no_more(tree, lesson, advice, argument);
		return COURSE_OK;
	}
	print_title(lesson, result, nr, advice, section);
	advice_print(text);
	printf("\nThen: course check%s", argument);
	if (left)
		printf("    Another hint: course hint%s", argument);
	putchar('\n');
	/* Those of the general ones that came with another check. */
	if (!left && nr + 1 < advice->levels)
		printf("The others you have had before: course hint%s --again\n", argument);
	err = state_set_hints(tree, lesson, section->title, level + 1);
	if (err && err != -EINTR) {
		course_error("the next call will show this hint again: cannot write %s/.course: %s",
			     tree_relative(tree, tree->work), strerror(-err));
		return COURSE_MACHINE;
	}
	return COURSE_OK;
}

static void give_again(const struct lesson *lesson, const struct result *result,
		       const struct advice *advice, const struct state *state)
{
	const struct hint_section *section;
	const char *text;
	size_t shown = 0, level;

	for (size_t nr = 0; (text = advice_level(advice, nr, &section, &level)); nr++) {
		if (level >= state_hints(state, lesson, section->title))
			continue;
		if (shown++)
			putchar('\n');
		print_title(lesson, result, nr, advice, section);
		advice_print(text);
	}
	if (!shown)
		printf("You have had no hint for this check yet: course hint\n");
}

static int hint(const struct tree *tree, const struct lesson *lesson, bool again)
{
	AUTO_STR path = xasprintf("%s/hints.md", lesson->dir);
	struct advice advice = { 0 };
	struct result result;
	struct hints hints;
	struct state state;
	int code = COURSE_OK, err;

	state_read(&state, tree);
	err = hints_read(path, &hints);
	if (err) {
		course_error("%s/hints.md: %s", lesson->name, strerror(-err));
		code = COURSE_INTERNAL;
		goto out;
	}
	/* Without a result on record there are still the general hints. */
	if (!state_result(&state, lesson, &result))
		result = (struct result){ .outcome = OUTCOME_FAILED };
	advice_make(&advice, &hints, &result);
	if (result.outcome == OUTCOME_BUILD)
		print_on_compiler(&advice);
	if (result.outcome == OUTCOME_BUILD && !advice.levels)
		code = COURSE_INVALID;
	else if (again)
		give_again(lesson, &result, &advice, &state);
	else
		code = give(tree, lesson, &result, &advice, &state);
out:
	advice_free(&advice);
	hints_free(&hints);
	state_free(&state);
	return code;
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	bool compiler_says_no = false;
	struct lesson *lesson;
	int code;

	lesson = cli_lesson(tree, in->one.lesson, &code);
	if (code)
		return code;
	code = bring_up_to_date(tree, lesson, &compiler_says_no);
	if (code == COURSE_OK)
		printf("Every check passes; no hint is needed. What is next: course\n");
	if (code == COURSE_FAILED || code == COURSE_TIME || compiler_says_no)
		code = hint(tree, lesson, in->again);
	return code;
}

const struct command cmd_hint = {
	.name = "hint",
	.arguments = "[LESSON] [--again]",
	.summary = "the next hint for the first failing check",
	.description =
		"Shows one hint a call: first those for the check that fails first, or for a program "
		"that the verifier refuses, then the general ones of the lesson. Which check that is "
		"it knows from the last course check; where your files have changed since, it checks "
		"again first. Without LESSON it takes the current one.",
	.examples = "course hint\ncourse hint parsing\ncourse hint --again",
	.see_also = "course check, course solution",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
