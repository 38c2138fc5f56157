// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course report: the records of a batch, merged, in the formats of course/report. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "course/commands.h"
#include "course/files.h"
#include "course/report/formats.h"

enum {
	OPT_FORMAT = 256,
	OPT_ID,
	OPT_ROSTER,
	OPT_OVERRIDES,
	OPT_REVEAL
};

static const struct report_format *const formats[] = {
	&format_csv,	   &format_json,     &format_junit,  &format_html,   &format_gradescope,
	&format_classroom, &format_exercism, &format_moodle, &format_canvas, &format_feedback,
};

struct input {
	struct report_source from;
	const struct report_format *format;
	const char *output;
	const char *id;
};

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "FORMAT", 0,
	  "csv (the default): a row for each submission, a column for each lesson. "
	  "html: a page to look at. json: the records as they are. junit: for CI servers. moodle, canvas: CSV for "
	  "their grade import. gradescope, classroom, exercism, feedback (the student's page): one "
	  "file for each submission.",
	  0 },
	{ "output", 'o', "PATH", 0,
	  "The file to write, or the folder where there is one file for each submission. Without it, "
	  "standard output.",
	  0 },
	{ "id", OPT_ID, "ID", 0, "Only this submission.", 0 },
	{ "roster", OPT_ROSTER, "FILE", 0,
	  "CSV with the columns id and name. Without it, DIR/roster.csv where it is.", 0 },
	{ "overrides", OPT_OVERRIDES, "FILE", 0,
	  "CSV with the columns id, check, points and reason. Without it, DIR/overrides.csv where "
	  "it is.",
	  0 },
	{ "reveal", OPT_REVEAL, "WHEN", 0,
	  "after_due_date or after_published: formats that students read name such checks from then "
	  "on. What is hidden stays hidden.",
	  0 },
	{ 0 }
};

static void parse_format(struct input *in, const char *arg, struct argp_state *state)
{
	AUTO_SB names = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i]->name, arg)) {
			in->format = formats[i];
			return;
		}
		sb_addf(&names, "%s%s", i ? ", " : "", formats[i]->name);
	}
	argp_error(state, "--format is one of %s, not \"%s\"", names.s, arg);
}

static void parse_end(const struct input *in, struct argp_state *state)
{
	if (!in->from.results)
		argp_error(state, "whose results? Name the folder that course grade -o wrote");
	if (in->format->one && !in->output && !in->id)
		argp_error(state,
			   "--format %s writes a file for each submission: into which folder (-o), "
			   "or of whom (--id)?",
			   in->format->name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		in->format = formats[0];
		return 0;
	case OPT_FORMAT:
		parse_format(in, arg, state);
		return 0;
	case 'o':
		in->output = arg;
		return 0;
	case OPT_ID:
		in->id = arg;
		return 0;
	case OPT_ROSTER:
		in->from.roster = arg;
		return 0;
	case OPT_OVERRIDES:
		in->from.overrides = arg;
		return 0;
	case OPT_REVEAL:
		in->from.reveal = arg;
		if (strcmp(arg, "after_due_date") && strcmp(arg, "after_published"))
			argp_error(state,
				   "--reveal is after_due_date or after_published, not \"%s\"",
				   arg);
		return 0;
	case ARGP_KEY_ARG:
		if (in->from.results)
			argp_error(state, "one folder at a time");
		in->from.results = arg;
		return 0;
	case ARGP_KEY_END:
		parse_end(in, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void say_ids(const struct strv *ids, const char *fmt, size_t all)
{
	AUTO_SB names = { 0 };

	for (size_t i = 0; i < ids->n && i < 10; i++)
		sb_addf(&names, " %s", ids->v[i]);
	if (ids->n > 10)
		sb_add(&names, " ...");
	if (ids->n)
		course_error(fmt, ids->n, all, sb_str(&names));
}

/* What a reader of the report has to know; false when the report is not complete. */
static bool say_gaps(const struct report *report)
{
	size_t all = report->n + report->missing.n;
	AUTO_STRV absent = { 0 };
	AUTO_STRV errors = { 0 };

	for (size_t i = 0; i < report->n; i++)
		if (report->subs[i].errors)
			strv_add(&errors, report->subs[i].id);
	for (size_t i = 0; i < report->absent.n; i++)
		strv_add(&absent, report->absent.rows[i].cells.v[0]);
	say_ids(&report->missing,
		"%zu of %zu submissions have no result yet:%s; the same course grade goes on with "
		"them",
		all);
	say_ids(&errors,
		"%zu of %zu submissions have checks without a verdict:%s; grade them again before "
		"their points count",
		all);
	say_ids(&report->stale,
		"%zu of %zu submissions were graded with other checks or another seed than the "
		"last ones:%s; the same course grade grades them again",
		all);
	say_ids(&absent, "%zu of the roster handed nothing in (%zu did):%s", all);
	say_ids(&report->unknown, "%zu of %zu submissions are not in the roster:%s", all);
	return !report->missing.n && !report->stale.n && !errors.n;
}

/* /dev/stdout, a pipe of the shell's: written to, where a file is replaced. */
static int write_to(const char *path, const struct strbuf *text)
{
	FILE *file = fopen(path, "w");
	bool whole = file && fwrite(sb_str(text), 1, text->len, file) == text->len;

	return file && !fclose(file) && whole ? 0 : -errno;
}

static enum course_exit put(const char *path, const struct strbuf *text)
{
	struct stat st;
	int err;

	if (!path) {
		fwrite(sb_str(text), 1, text->len, stdout);
		return COURSE_OK;
	}
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		err = write_to(path, text);
	else
		err = file_replace(path, sb_str(text), text->len);
	if (!err)
		return COURSE_OK;
	course_error("cannot write %s: %s", path, strerror(-err));
	return COURSE_MACHINE;
}

static enum course_exit write_each(const struct input *in, const struct report *report)
{
	enum course_exit code = COURSE_OK;
	int err = in->output ? make_dirs(in->output) : 0;

	if (err) {
		course_error("cannot write to %s: %s", in->output, strerror(-err));
		return COURSE_MACHINE;
	}
	for (size_t i = 0; i < report->n && !code; i++) {
		const struct report_submission *sub = &report->subs[i];
		AUTO_STR path = NULL;
		AUTO_SB text = { 0 };

		in->format->one(report, sub, &text);
		if (in->output)
			path = xasprintf("%s/%s%s", in->output, sub->id, in->format->ending);
		code = put(path, &text);
	}
	return code;
}

static int run(struct tree *tree, void *input)
{
	struct input *in = input;
	struct report report = { 0 };
	AUTO_SB text = { 0 };
	AUTO_SB why = { 0 };
	enum course_exit code = report_read(tree, &in->from, in->id, &report, &why);

	if (code) {
		course_error("%s", sb_str(&why));
	} else if (in->format->one) {
		code = write_each(in, &report);
	} else {
		in->format->all(&report, &text);
		code = put(in->output, &text);
	}
	if (!code && !say_gaps(&report))
		code = COURSE_FAILED;
	report_free(&report);
	return code;
}

const struct command cmd_report = {
	.name = "report",
	.arguments = "DIR [--format FORMAT] [-o PATH] [--id ID] [--roster FILE] [--overrides FILE] "
		     "[--reveal WHEN]",
	.summary = "the results of course grade, merged. For those who teach",
	.description =
		"Prints what course grade -o DIR wrote, of all shards together. Submissions that "
		"have no result yet or checks without a verdict, or that were graded with other "
		"checks than the last ones, are named, and the exit code is 1.\n\n"
		"overrides.csv says where a teacher decides otherwise, roster.csv who is in the class; "
		"both are read from DIR where they are there. An override's check is \"LAB/LESSON: NAME\", "
		"or NAME alone where only one lesson has it; its reason is shown in the reports.",
	.examples = "course report results/ >marks.csv\n"
		    "course report results/ --format html -o marks.html\n"
		    "course report results/ --format gradescope --id jane\n"
		    "course report results/ --format feedback --reveal after_due_date -o pages/",
	.exit_status =
		"0 done; 1 done, but results are missing, have no verdict or do not compare; 2 wrong "
		"command line, or a wrong line in roster.csv or overrides.csv; 4 it cannot be written; 5 "
		"internal error.",
	.see_also = "course grade",
	.options = options,
	.values =
		(const struct cli_values[]){
			{ "FORMAT", (const char *const[]){ "csv", "json", "junit", "html",
							   "gradescope", "classroom", "exercism",
							   "moodle", "canvas", "feedback", NULL } },
			{ "WHEN",
			  (const char *const[]){ "after_due_date", "after_published", NULL } },
			{ 0 } },
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
