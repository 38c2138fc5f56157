/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the subcommands of labctl share: their entry points, and how they
 * report. Every command is one short process: it does one thing, prints what
 * it saw on stdout, and says on stderr in one line why it could not.
 */
#ifndef LAB_TEST_LABCTL_H
#define LAB_TEST_LABCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses, as everywhere in the course. */
enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_ENDED = 3, /* ours alone: the process in question has ended */
	EXIT_MACHINE = 4,
	EXIT_INTERNAL = 5
};

int cmd_adopt(int argc, char **argv);
int cmd_always(int argc, char **argv);
int cmd_attach(int argc, char **argv);
int cmd_attach_cgroup(int argc, char **argv);
int cmd_attach_sockmap(int argc, char **argv);
int cmd_attach_xdp(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_captured(int argc, char **argv);
int cmd_census(int argc, char **argv);
int cmd_cgroup_programs(int argc, char **argv);
int cmd_classic(int argc, char **argv);
int cmd_count(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_entries(int argc, char **argv);
int cmd_filter(int argc, char **argv);
int cmd_get(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_instructions(int argc, char **argv);
int cmd_key_fields(int argc, char **argv);
int cmd_load(int argc, char **argv);
int cmd_hand_over(int argc, char **argv);
int cmd_held_maps(int argc, char **argv);
int cmd_map(int argc, char **argv);
int cmd_packet(int argc, char **argv);
int cmd_pid(int argc, char **argv);
int cmd_rand(int argc, char **argv);
int cmd_relocations(int argc, char **argv);
int cmd_ring(int argc, char **argv);
int cmd_sections(int argc, char **argv);
int cmd_send(int argc, char **argv);
int cmd_set(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_session(int argc, char **argv);
int cmd_spawn(int argc, char **argv);
int cmd_stop(int argc, char **argv);
int cmd_tr(int argc, char **argv);
int cmd_trial(int argc, char **argv);
int cmd_unload(int argc, char **argv);
int cmd_wait(int argc, char **argv);
int cmd_wait_attached(int argc, char **argv);

/* Which command runs, for messages. usage is what follows its name. */
void cli_begin(const char *name, const char *usage);

/* Prints one line on stderr, which the learner reads as it is, and returns EXIT_FAILED. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same where the learner's program cannot be to blame; returns EXIT_INTERNAL. */
int fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints how the running command is used and returns EXIT_USAGE. */
int usage(void);

/*
 * The common shape of the commands' options: --NAME VALUE before the operands.
 * A table ends with an entry without a name; list is called once for every
 * VALUE. Returns the index of the first operand, or -1 (already reported).
 */
struct option_value {
	const char *name;
	const char **value;
	int (*list)(const char *value, void *context);
	void *context;
};
int options(int argc, char **argv, const struct option_value *table);

#endif
