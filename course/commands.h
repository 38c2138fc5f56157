/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The commands, each defined in its cmd_*.c. The table is main.c. */
#ifndef COURSE_COMMANDS_H
#define COURSE_COMMANDS_H

#include "course/cli.h"

extern const struct command cmd_where;
extern const struct command cmd_list;
extern const struct command cmd_start;
extern const struct command cmd_watch;
extern const struct command cmd_check;
extern const struct command cmd_hint;
extern const struct command cmd_explain;
extern const struct command cmd_solution;
extern const struct command cmd_reset;
extern const struct command cmd_verify;
extern const struct command cmd_pack;
extern const struct command cmd_handout;
extern const struct command cmd_grade;
extern const struct command cmd_report;

#endif
