// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv run": reads its options. super.c does the work. */
#include "testenv/cli.h"
#include "testenv/super.h"
#include "testenv/testenv.h"

enum {
	OPT_PATIENT = 0x100,
};

static const struct argp_option options[] = {
	{ "timeout", 'T', "SECONDS", 0, "End CMD after that time; exit status 124", 0 },
	{ "patient", OPT_PATIENT, NULL, 0,
	  "On a busy machine later, up to ten times: as much as processes wait for processors", 0 },
	{},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->plan;
		return 0;
	case 'T':
		run->timeout_ms = parse_seconds(arg);
		if (run->timeout_ms < 0)
			cli_error("--timeout wants seconds such as 5 or 0.5, not '%s'", arg);
		return 0;
	case OPT_PATIENT:
		run->patient = true;
		return 0;
	case ARGP_KEY_ARGS:
		run->argv = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &plan_argp, 0, NULL, 0 }, {} };

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "[-- CMD [ARG...]]",
	.doc = "Build an environment, run CMD in your node (your shell without CMD), "
	       "and remove the environment when CMD ends.\v"
	       "The exit status is CMD's; 128+N if signal N killed it; 124 at the time limit. "
	       "Before CMD starts: 2 wrong usage, 4 this machine cannot, 5 internal error.",
};

int cmd_run(int argc, char **argv)
{
	struct run run = {};
	int code;

	plan_init(&run.plan);
	cli_parse(&argp, argc, argv, true, &run);
	code = cli_elevate(argv);
	return code ? code : super_run(&run);
}
