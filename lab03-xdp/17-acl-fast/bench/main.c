// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * aclbench COMMAND: the parts of the bench that no shell can do. What there is stands
 * in the help; what it is for, in the scripts.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/acl.h"
#include "common/lab/lab.h"
#include "common/test/hex.h"
#include "bench.h"
#include "frames.h"

/* ---- sending ---------------------------------------------------------------- */

static int number(const char *text, __u64 max, __u64 *n)
{
	char *end;

	errno = 0;
	*n = strtoull(text, &end, 10);
	if (errno || end == text || *end || *n < 1 || *n > max)
		return lab_fail(-EINVAL, "not a number from 1 to %llu: %s", max, text);
	return 0;
}

static int send_way(char **args, bool nowhere)
{
	static uint8_t frame[1514];
	long size = hex_read(args[3], frame, sizeof(frame));
	struct sending sending = {
		.ifname = args[1], .nowhere = nowhere, .frame = frame, .tracefile = args[4]
	};
	bool live = strcmp(args[0], "live") == 0;
	__u64 ns = 0;
	int err;

	if (!live && strcmp(args[0], "skb") != 0)
		return lab_fail(-EINVAL, "send live or skb, not '%s'", args[0]);
	if (size < 14)
		return lab_fail(-EINVAL, "not a frame in hex: %s", args[3]);
	sending.size = sending.tracefile ? FRAME_SIZE : size;
	err = number(args[2], INT32_MAX, &sending.packets);
	if (!err)
		err = stay_here();
	if (!err)
		err = live ? send_live(&sending, &ns) : send_skb(&sending, &ns);
	if (!err)
		printf("%.2f\n", (double)ns / sending.packets);
	return err;
}

static int command_send(char **args)
{
	return send_way(args, false);
}

static int command_nowhere(char **args)
{
	return send_way(args, true);
}

/* ---- droppers --------------------------------------------------------------- */

static int command_attach(char **args)
{
	return attach_dropper(args[0], args[1]);
}

static int command_gro(char **args)
{
	return switch_gro_on(args[0]);
}

static int command_dropped(char **args)
{
	__u64 packets;
	int err = read_dropped(&packets);

	(void)args;
	if (!err)
		printf("%llu\n", packets);
	return err;
}

/* ---- rule sets ----------------------------------------------------------------- */

static int command_rules(char **args)
{
	struct rules_wanted wanted = { .kind = args[0], .folder = args[5] };
	__u64 family, rules, packets;
	int err = number(args[1], 6, &family);

	if (!err)
		err = number(args[2], ACL_RULES_MAX, &rules);
	if (!err)
		err = number(args[3], TRACE_MAX, &packets);
	if (!err)
		err = number(args[4], INT32_MAX, &wanted.seed);
	if (err)
		return err;
	wanted.family = family == 6 ? 6 : 4;
	wanted.rules = rules;
	wanted.packets = packets;
	return make_rules(&wanted);
}

static int command_judge(char **args)
{
	__u64 rounds;
	int err = number(args[1], 1000, &rounds);

	return err ?: judge(args[0], rounds, args + 2);
}

static int command_agree(char **args)
{
	return judge(args[0], 0, args + 1);
}

static int command_cached(char **args)
{
	__u64 rounds, size;
	int err = number(args[1], 1000, &rounds);

	if (!err)
		err = number(args[3], 1 << 24, &size);
	return err ?: judge_cached(args[0], rounds, args[2], size);
}

/* ---- memory ---------------------------------------------------------------------- */

static int print_bytes(int err, unsigned long long bytes)
{
	if (!err)
		printf("%llu\n", bytes);
	return err;
}

static int command_memory(char **args)
{
	unsigned long long bytes = 0;
	int err = measure_memory(args, &bytes);

	return print_bytes(err, bytes);
}

static int command_maps(char **args)
{
	unsigned long long bytes = 0;
	int err = measure_maps(args[0], &bytes);

	return print_bytes(err, bytes);
}

/* ---- the command line ------------------------------------------------------- */

/* args: 2 and more. */
#define ANY 100

static const struct command {
	const char *name;
	unsigned int args;
	int (*run)(char **args);
} commands[] = {
	{ "attach", 2, command_attach },   { "dropped", 0, command_dropped },
	{ "gro", 1, command_gro },	   { "send", 4, command_send },
	{ "nowhere", 4, command_nowhere }, { "send", 5, command_send },
	{ "nowhere", 5, command_nowhere }, { "rules", 6, command_rules },
	{ "judge", ANY, command_judge },   { "memory", ANY, command_memory },
	{ "maps", 1, command_maps },	   { "agree", 2, command_agree },
	{ "cached", 4, command_cached },
};

/* The command, and what follows it: all of that is its own. NULL behind the last one. */
static struct {
	char **words;
	unsigned int count;
} env;

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	switch (key) {
	case ARGP_KEY_ARG:
		env.words = state->argv + state->next - 1;
		env.count = state->argc - state->next + 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { .argp = &lab_argp }, { 0 } };
static const struct argp argp = {
	.parser = parse_option,
	.children = children,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "The parts of the access control lists' bench that no shell can do.\v"
	       "attach native|generic|tcx|clsact IFACE\n"
	       "dropped\n"
	       "gro IFACE\n"
	       "send live|skb IFACE N FRAME [TRACE]\n"
	       "nowhere live|skb IFACE N FRAME [TRACE]\n"
	       "rules KIND 4|6 RULES PACKETS SEED FOLDER\n"
	       "judge TRACE ROUNDS NAME=PINS...\n"
	       "agree TRACE NAME=PINS\n"
	       "cached TRACE ROUNDS NAME=PINS SIZE\n"
	       "memory COMMAND ARGUMENT...\n"
	       "maps FOLDER\n\n"
	       "FRAME is in hex. The scripts beside it show what each is for.",
};

static const struct command *find(void)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, env.words[0]) == 0 &&
		    (commands[i].args == env.count - 1 ||
		     (commands[i].args == ANY && env.count >= 3)))
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct command *command;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);
	command = find();
	if (!command) {
		fprintf(stderr, "aclbench: no such command, or not with %u arguments: %s\n",
			env.count - 1, env.words[0]);
		return 2;
	}
	err = command->run(env.words + 1);
	return err ? !!lab_report(err, env.words[0]) : 0;
}
