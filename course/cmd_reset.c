// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course reset: the starter's files again, after a backup of the learner's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/commands.h"
#include "course/overlay.h"
#include "course/progress.h"

static int run(struct tree *tree, void *input)
{
	const struct cli_one *in = input;
	struct lesson *lesson;
	AUTO_STR folder = NULL;
	AUTO_STR failed = NULL;
	AUTO_SB why = { 0 };
	int code, err;
	bool kept;

	lesson = cli_lesson(tree, in->lesson, &code);
	if (code)
		return code;
	if (progress_ready(tree, lesson, &why) == NOT_STARTED) {
		course_error("%s", trim(why.s));
		return COURSE_INVALID;
	}
	kept = overlay_started(lesson);
	err = kept ? overlay_backup(tree, lesson, &folder) : 0;
	if (err) {
		course_error("nothing is changed: cannot back up to %s: %s",
			     tree_relative(tree, folder), strerror(-err));
		return COURSE_MACHINE;
	}
	err = overlay_reset(lesson, &failed);
	if (err) {
		course_error("cannot write %s: %s%s%s", tree_relative(tree, failed), strerror(-err),
			     kept ? "; your files are in " : "",
			     kept ? tree_relative(tree, folder) : "");
		return COURSE_MACHINE;
	}
	printf("%s: the starter is back.\n", lesson->name);
	if (kept)
		printf("Your files are kept; this brings them back:\n  cp %s/* %s/\n",
		       tree_relative(tree, folder), tree_relative(tree, lesson->work));
	return COURSE_OK;
}

const struct command cmd_reset = {
	.name = "reset",
	.arguments = "[LESSON]",
	.summary = "the lesson's files as they were at first",
	.description = "Copies your files to work/.course/backup/TIME/ and puts the starter's in "
		       "their place. Prints the command that brings yours back.",
	.examples = "course reset\ncourse reset hello",
	.see_also = "course start, course check",
	.parse = cli_parse_one,
	.input_size = sizeof(struct cli_one),
	.run = run,
};
