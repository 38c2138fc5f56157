/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A command: its manual page, its options, its code. */
#ifndef COURSE_CLI_H
#define COURSE_CLI_H

#include <argp.h>

#include "course/state.h"
#include "course/tree.h"

/* The words that a placeholder of options or synopsis can be. */
struct cli_values {
	const char *placeholder;
	const char *const *words; /* ended by NULL */
};

struct command {
	const char *name;		   /* "" for the bare `course` */
	const char *arguments;		   /* as in a synopsis */
	const char *summary;		   /* one line, no full stop */
	const char *description;	   /* paragraphs separated by an empty line */
	const char *examples;		   /* one command a line; may be NULL */
	const char *exit_status;	   /* NULL: the usual ones */
	const char *see_also;		   /* may be NULL */
	const struct argp_option *options; /* may be NULL */
	/* For completion; LESSON and TRACK are known. Ended by an empty one; may be NULL. */
	const struct cli_values *values;
	/* argp's parser for options and arguments, with `input` from new_input */
	argp_parser_t parse;
	size_t input_size; /* zeroed and handed to parse and run */
	int (*run)(struct tree *tree, void *input);
	void (*free_input)(void *input); /* may be NULL */
};

/* Parses argv (argv[0] is the command's name), answers --help, runs. Returns the exit code. */
int cli_run(const struct command *command, int argc, char **argv);
void cli_help(const struct command *command);
/* Prints what the last of argv can become (common/tool/complete.h). Returns the exit code. */
int cli_complete(const struct command *command, int argc, char **argv);

/* Under euid 0 in another user's tree: become that user. 0, or an exit code having said why. */
int cli_become_owner(const char *top);

/*
 * The lessons that `names` mean, "lab03" all of its lab; with none, the current
 * lesson. Returns 0 or an exit code, having said why. The caller frees *lessons.
 */
int cli_lessons(const struct tree *tree, const struct strv *names, struct lesson ***lessons,
		size_t *n);
/* The same for commands that take one or none. */
struct lesson *cli_lesson(const struct tree *tree, const char *name, int *code);

/* A parser for commands that take one lesson or none; the input begins with a struct cli_one. */
struct cli_one {
	const char *lesson;
};
error_t cli_parse_one(int key, char *arg, struct argp_state *state);

/* That the first sitting is complete, and what comes then; nothing where `lessons` is 0. */
void cli_print_sitting(size_t lessons);

/* A decimal u64. */
bool cli_number(const char *text, unsigned long long *number);

#endif
