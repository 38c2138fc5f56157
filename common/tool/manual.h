/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What --help of a command prints: a manual page, the same shape in both tools. */
#ifndef TOOL_MANUAL_H
#define TOOL_MANUAL_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

/* Texts are filled to the width of a page; an empty line separates paragraphs. */
struct manual {
	const char *tool;
	const char *command;  /* "" for the tool itself */
	const char *synopsis; /* what follows the command; one line for each form */
	const char *summary;  /* one line, no full stop */
	const char *description;
	const struct argp_option *options; /* may be NULL; --help is added */
	const char *examples;		   /* one command a line; may be NULL */
	const char *exit_status;
	const char *see_also; /* may be NULL */
};

/* Everything but the list of a tool's commands, which comes between the two. */
void manual_print(const struct manual *manual);

/* The parts of a page, for what is listed besides. */
void manual_heading(const char *text);
/* Fills text to the width of a page, `indent` blanks in front of each line. */
void manual_fill(const char *text, int indent);
void manual_row(const char *name, const char *text);

/* May this stream have colours: is it a terminal, and NO_COLOR not set? */
bool manual_colour(FILE *out);

#endif
