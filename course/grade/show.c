// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Lines and progress of a batch. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "course/clock.h"
#include "course/grade/record.h"
#include "course/grade/show.h"
#include "course/report/text.h"

#define MESSAGE_BYTES 160

/* Seconds below two minutes, then minutes, then hours and minutes. */
static char *duration(long seconds)
{
	if (seconds < 120)
		return xasprintf("%ld s", seconds);
	if (seconds < 7200)
		return xasprintf("%ld min", (seconds + 30) / 60);
	return xasprintf("%ld h %ld min", seconds / 3600, seconds % 3600 / 60);
}

/* The rate is of what was graded: what had a record before took no time. */
char *show_progress(const struct show *show, long now)
{
	size_t graded = show->done - show->reused, left = show->total - show->done;
	long ms = now - show->began;
	AUTO_STR rest = NULL;

	if (!graded || ms <= 0)
		return xasprintf("%zu of %zu", show->done, show->total);
	rest = duration((ms * (long)left / (long)graded + 500) / 1000);
	return xasprintf("%zu of %zu, %.*f a minute, about %s left", show->done, show->total,
			 graded * 60000 / ms < 10 ? 1 : 0, graded * 60000.0 / ms, rest);
}

static void draw(const char *text)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s", text);
	fflush(stderr);
}

static const char *get(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* One line of it; names from inside an archive may stand in it. */
static void add_line(struct strbuf *out, const char *text)
{
	AUTO_STR line = text_one_line(text);
	char *end = line + strlen(line);

	while (end > line && end[-1] == ' ')
		*--end = '\0';
	sb_addf(out, "%.*s", MESSAGE_BYTES, line);
}

/* The lessons that ended like this; returns how many there are. */
static size_t add_lessons(struct strbuf *out, const json_t *record, const char *status,
			  const char *words)
{
	json_t *lesson;
	size_t n = 0, i;

	json_array_foreach (json_object_get(record, "lessons"), i, lesson) {
		if (strcmp(get(lesson, "status"), status))
			continue;
		if (words)
			sb_addf(out, "%s%s", n ? ", " : words, get(lesson, "lesson"));
		n++;
	}
	return n;
}

static void add_errors(struct strbuf *out, const json_t *record)
{
	json_t *lesson;
	size_t i;

	sb_add(out, "  ERROR: no verdict, grade it again");
	json_array_foreach (json_object_get(record, "lessons"), i, lesson)
		if (!strcmp(get(lesson, "status"), "error") && *get(lesson, "message")) {
			sb_addf(out, "; %s: ", get(lesson, "lesson"));
			add_line(out, get(lesson, "message"));
			return;
		}
}

/* Whoever packed the files in another way, or a whole class whose platform did, has 0 points. */
static void add_nothing_taken(struct strbuf *out, const json_t *record)
{
	const json_t *ignored = json_object_get(record, "ignored");
	json_int_t n = json_integer_value(json_object_get(record, "ignored_files"));
	const char *first = json_string_value(json_array_get(ignored, 0));

	if (!n || !first) {
		sb_add(out, "  nothing was handed in");
		return;
	}
	sb_addf(out, "  none of its files counts (%lld): ", (long long)n);
	add_line(out, first);
}

char *show_why(const json_t *record)
{
	size_t n = json_array_size(json_object_get(record, "lessons"));
	AUTO_SB out = { 0 };

	if (record_errors(record)) {
		add_errors(&out, record);
	} else if (!strcmp(get(record, "status"), "invalid")) {
		sb_add(&out, "  invalid: ");
		add_line(&out, get(record, "message"));
	} else if (n && add_lessons(&out, record, "missing", NULL) == n) {
		add_nothing_taken(&out, record);
	} else {
		add_lessons(&out, record, "invalid", "  does not compile: ");
		add_lessons(&out, record, "timeout", "  time limit: ");
		add_lessons(&out, record, "unstable", "  unstable: ");
	}
	return xstrdup(sb_str(&out));
}

static void print(const char *id, const json_t *record, bool reused)
{
	AUTO_STR why = show_why(record);

	printf("%-24s  %3d of %d points%s%s\n", id, record_points(record),
	       record_max_points(record), why, reused ? "  (graded before)" : "");
	fflush(stdout);
}

void show_record(struct show *show, const char *id, const json_t *record, bool reused)
{
	AUTO_STR progress = NULL;

	show->done++;
	show->reused += reused;
	show->errors += record_errors(record) != 0;
	draw("");
	print(id, record, reused);
	progress = show_progress(show, clock_ms());
	if (show->done < show->total)
		draw(progress);
}

void show_waiting(const struct show *show, size_t others)
{
	AUTO_STR text = xasprintf("%zu of %zu, waiting for another grader at %zu of them",
				  show->done, show->total, others);

	draw(text);
}

void show_end(const struct show *show, bool whole)
{
	draw("");
	if (whole)
		printf("\n%zu submission%s: %zu graded, %zu graded before, %zu without a verdict\n",
		       show->done, show->done == 1 ? "" : "s",
		       show->done - show->reused - show->errors, show->reused, show->errors);
}
