/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What all commands' argument parsing shares, on top of argp. */
#ifndef TESTENV_CLI_H
#define TESTENV_CLI_H

#include <argp.h>
#include <stdbool.h>

/*
 * Parses the arguments of a command, argv[0] being its name. Wrong usage ends
 * the program with EXIT_USAGE. Options end at the first other argument when
 * in_order is set: what follows belongs to CMD.
 */
void cli_parse(const struct argp *argp, int argc, char **argv, bool in_order, void *input);

/* What the table of commands says of the one that is about to run. */
extern const char *cli_summary;

/* Prints the manual page of a command ("": of testenv itself). */
void cli_manual(const char *command, const char *summary, const struct argp *argp);

/*
 * Set: cli_parse() prints what the last argument can become, for the shell's
 * completion, and ends the program (common/tool/complete.h).
 */
extern bool cli_completing;
void cli_complete(const struct argp *argp, int argc, char **argv) __attribute__((noreturn));

/* Reports wrong usage and ends the program. */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* An option's number, from min to max. Ends the program if text is anything else. */
int cli_number(const char *option, const char *text, int min, int max);

/* Ends the program if name cannot be an environment's. */
void cli_check_name(const char *name);

/* The same for environments that come and go by name: not TESTENV_SELF. */
void cli_check_new_name(const char *name);

/* Says why env_load() returned err (-errno), and returns the exit code. */
int cli_no_env(const char *name, int err);

/*
 * Makes sure that the caller is root: if it is not, starts the same command
 * again through sudo. Returns 0 for root, or an exit code.
 */
int cli_elevate(char **argv);

#endif
