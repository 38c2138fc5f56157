// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The options that loaders share. A loader's own options are not here. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/lab/lab.h"

struct lab_opts lab_opts = { .mode = LAB_XDP_NATIVE };

static const char *const mode_names[] = {
	[LAB_XDP_NATIVE] = "native",
	[LAB_XDP_GENERIC] = "generic",
	[LAB_XDP_OFFLOAD] = "offload",
};

enum {
	MODE_COUNT = sizeof(mode_names) / sizeof(mode_names[0])
};

int lab_xdp_mode_parse(const char *name, enum lab_xdp_mode *mode)
{
	for (int i = 0; i < MODE_COUNT; i++) {
		if (strcmp(name, mode_names[i]) == 0) {
			*mode = i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *lab_xdp_mode_name(enum lab_xdp_mode mode)
{
	return (unsigned int)mode < MODE_COUNT ? mode_names[mode] : "unknown";
}

int lab_pid_parse(const char *text, pid_t *pid)
{
	char *end;
	long number = strtol(text, &end, 10);
	int fd;

	if (end == text || *end || number < 1 || number > INT_MAX)
		return -EINVAL;
	/* kill() would take the number of a thread as well. */
	fd = syscall(SYS_pidfd_open, (pid_t)number, 0);
	if (fd < 0)
		return -ESRCH;
	close(fd);
	*pid = number;
	return 0;
}

pid_t lab_pid_arg(const char *text, struct argp_state *state)
{
	pid_t pid = 0;
	int err = lab_pid_parse(text, &pid);

	if (err == -EINVAL)
		argp_error(state, "'%s' is not a process id", text);
	else if (err)
		argp_error(state, "there is no process %s", text);
	return pid;
}

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	(void)state;
	if (key != 'v')
		return ARGP_ERR_UNKNOWN;
	lab_opts.verbose = true;
	return 0;
}

static error_t parse_net(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'i':
		lab_opts.ifname = arg;
		return 0;
	case 'm':
		if (lab_xdp_mode_parse(arg, &lab_opts.mode))
			argp_error(state, "no such mode: '%s'; it is native, generic or offload",
				   arg);
		return 0;
	case ARGP_KEY_END:
		/* Outside an environment eth0 may be the machine's way to the world. */
		if (!lab_opts.ifname && !getenv("TESTENV"))
			argp_error(state, "this is not an environment, so say which interface: -i "
					  "IFACE; or run it inside: testenv run");
		if (!lab_opts.ifname)
			lab_opts.ifname = "eth0";
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_command(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_ARGS)
		return ARGP_ERR_UNKNOWN;
	if (!*state->argv[state->next])
		argp_error(state, "the COMMAND is empty");
	lab_opts.command = state->argv + state->next;
	return 0;
}

static const struct argp_option common_options[] = {
	{ "verbose", 'v', NULL, 0, "Show all of libbpf's messages and the verifier's whole log",
	  0 },
	{ 0 },
};

static const struct argp_option net_options[] = {
	{ "interface", 'i', "IFACE", 0,
	  "Attach to this interface (default: eth0, inside testenv run)", 0 },
	{ "mode", 'm', "MODE", 0,
	  "Run in the driver (native, the default), in the network stack (generic) or on the card (offload)",
	  0 },
	{ 0 },
};

const struct argp lab_argp = { common_options, parse_common, NULL, NULL, NULL, NULL, NULL };

static const struct argp_child net_children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };

const struct argp lab_net_argp = { net_options, parse_net, NULL, NULL, net_children, NULL, NULL };

const struct argp lab_command_argp = {
	.parser = parse_command,
	.args_doc = "[COMMAND ARG...]",
	.doc = "\vWith a COMMAND the program ends with it, and with its exit status; without one, at "
	       "Ctrl-C. After an error the exit status is 1, after a wrong option 2.",
};
