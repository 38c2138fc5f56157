// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl: the C side of the test seam. The lab_* functions of lab.bash call
 * it; tests do not. This file holds the table of commands and nothing else.
 */
#include "common/test/labctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
} commands[] = {
	{ "load", cmd_load, "OBJECT --pin DIR [--set VARIABLE=VALUE]..." },
	{ "unload", cmd_unload, "--pin DIR" },
	{ "attach", cmd_attach, "OBJECT --pin DIR [PROGRAM...]" },
	{ "attach-xdp", cmd_attach_xdp, "PROGRAM --pin DIR --node NODE [--mode native|generic]" },
	{ "attach-cgroup", cmd_attach_cgroup, "PROGRAM --pin DIR" },
	{ "attach-sockmap", cmd_attach_sockmap, "PROGRAM MAP --pin DIR" },
	{ "adopt", cmd_adopt, "PID --pin DIR" },
	{ "instructions", cmd_instructions, "PROGRAM --pin DIR" },
	{ "detach", cmd_detach, "PROGRAM --pin DIR" },
	{ "get", cmd_get, "--pin DIR VARIABLE..." },
	{ "set", cmd_set, "VARIABLE VALUE --pin DIR" },
	{ "map", cmd_map, "--pin DIR [--cpu first|last] MAP KEY[.FIELD] [VALUE]" },
	{ "ring", cmd_ring, "MAP --pin DIR FIELD:TYPE..." },
	{ "entries", cmd_entries, "OBJECT MAP --pin DIR [FIELD=VALUE,...]" },
	{ "tr", cmd_tr, "PROGRAM --pin DIR [--cpu first|last] <LINES  (LABEL HEX)" },
	{ "packet", cmd_packet,
	  "build SPEC... | pcap HEX | show HEX [EXPECTED-HEX] | nearest HEX" },
	{ "send", cmd_send, "--node NODE [--cpu first|last] HEX..." },
	{ "capture", cmd_capture, "--node NODE" },
	{ "captured", cmd_captured,
	  "FILE HEX [--skip LINES] [--count N] [--pid PID] [--seconds N]" },
	{ "count", cmd_count, "--node NODE --interface INTERFACE" },
	{ "spawn", cmd_spawn,
	  "[--node NODE] [--stdin FILE] [--stdout FILE] [--stderr FILE] [--seconds N] -- COMMAND..." },
	{ "wait", cmd_wait, "PID [--seconds N]" },
	{ "stop", cmd_stop, "PID [--signal NAME] [--seconds N]" },
	{ "wait-attached", cmd_wait_attached, "PID [--links N] [--seconds N]" },
	{ "rand", cmd_rand, "SEED TEST NAME MIN MAX" },
	{ "census", cmd_census, "[diff FILE [--cgroup PATH] [--seconds N]]" },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].name, argv[1]))
			continue;
		/* Learners read our messages, and have never heard of us. */
		program_invocation_short_name = "";
		cli_begin(commands[i].name, commands[i].usage);
		return commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "usage: labctl COMMAND ...; the commands are:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stderr, "  %s %s\n", commands[i].name, commands[i].usage);
	return EXIT_USAGE;
}
