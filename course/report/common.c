// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What several formats say in the same words. */
#include <stdlib.h>
#include <string.h>

#include "course/report/formats.h"
#include "course/report/text.h"

/* More than this nobody reads, and platforms cut or refuse it. */
#define MESSAGE_LINES 60
#define MESSAGE_BYTES 8192

char *format_check_name(const struct report_lesson *lesson, const struct report_check *check)
{
	return xasprintf("%s: %s", lesson->name, check->name);
}

const char *format_lesson_shown(const struct report_lesson *lesson)
{
	if (!strcmp(lesson->status, "error"))
		return "It could not be graded; this is not your fault.";
	return lesson->message;
}

/* `whole`: what keeps a whole lesson from passing is said of each of its checks. */
static char *message(const struct report_lesson *lesson, const struct report_check *check,
		     const char *whole)
{
	bool none = !*check->message && strcmp(check->status, "passed") && *whole;
	const char *says = none ? whole : check->message;
	AUTO_STR cut = text_cut(says, MESSAGE_LINES, MESSAGE_BYTES);
	const char *missing = !strcmp(lesson->status, "missing") && !*says
				      ? "Nothing was handed in for this lesson."
				      : "";

	if (!check->reason)
		return xasprintf("%s%s", missing, cut);
	return xasprintf("Set to %d of %d points by the teacher: %s (graded: %d).%s%s",
			 check->score, check->points, check->reason, check->graded_score,
			 *cut ? "\n" : "", cut);
}

char *format_message(const struct report_lesson *lesson, const struct report_check *check)
{
	return message(lesson, check, lesson->message);
}

char *format_message_shown(const struct report_lesson *lesson, const struct report_check *check)
{
	return message(lesson, check, format_lesson_shown(lesson));
}

char *format_unseen(const struct report_unseen *unseen)
{
	return xasprintf("%zu of %zu checks that are not shown passed", unseen->passed,
			 unseen->checks);
}

void format_add_json(struct strbuf *out, json_t *json)
{
	AUTO_STR dump = json_dumps(json, JSON_INDENT(1));

	sb_add(out, dump ? dump : "null");
	sb_add(out, "\n");
	json_decref(json);
}
