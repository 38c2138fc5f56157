/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Shell completion. `TOOL --complete WORD...` prints what the last WORD, which
 * may be empty, can become: one candidate a line, after a tab what it is.
 * Candidates come from the tables that the tool itself works with. Nothing
 * printed means: names of files. The shells' part is completion.{bash,zsh,fish}.
 */
#ifndef TOOL_COMPLETE_H
#define TOOL_COMPLETE_H

#include <argp.h>
#include <stdbool.h>

#define COMPLETE_COMMAND "--complete"

/*
 * What is known when values are wanted for a placeholder of a synopsis or of
 * an option, such as NAME or TOPOLOGY.
 */
struct complete {
	const char *prefix;   /* of the word to complete */
	const char *before;   /* what stands in front of the value: "--topology=", else "" */
	const char *argument; /* the last argument before it that is no option, or NULL */
	void *context;
};

typedef void (*complete_values_fn)(const struct complete *c, const char *placeholder);

/* Prints the candidate if it begins with the prefix; `what` may be NULL. */
void complete_add(const struct complete *c, const char *word, const char *what);

/*
 * Completes the last of `words` (n > 0, those behind the command) for a command
 * with these options (may be NULL) and this synopsis: "[LESSON...|--all] [-a]",
 * "NAME NODE -- CMD". Behind a "--" nothing is printed.
 */
void complete_command(const struct argp_option *options, const char *synopsis, int n, char **words,
		      complete_values_fn values, void *context);

/* The placeholder for argument number `nr`, from 0, in `out`; false: none. Exported for its test. */
bool complete_placeholder(const char *synopsis, int nr, char *out, size_t size);

#endif
