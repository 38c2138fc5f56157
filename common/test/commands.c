// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of labctl's commands and nothing else. */
#include <stdio.h>
#include <string.h>

#include "common/test/labctl.h"
#include "common/test/remote.h"

static const struct labctl_command commands[] = {
	{ "load", cmd_load, KIND_MACHINE,
	  "OBJECT --pin DIR [--rename STRUCT.FIELD=NAME] [--set VARIABLE=VALUE]..." },
	{ "unload", cmd_unload, KIND_MACHINE, "--pin DIR" },
	{ "attach", cmd_attach, KIND_MACHINE,
	  "OBJECT --pin DIR [--rename STRUCT.FIELD=NAME] [PROGRAM...]" },
	{ "attach-xdp", cmd_attach_xdp, KIND_MACHINE,
	  "PROGRAM --pin DIR --node NODE [--mode native|generic]" },
	{ "attach-cgroup", cmd_attach_cgroup, KIND_MACHINE, "PROGRAM --pin DIR" },
	{ "attach-sockmap", cmd_attach_sockmap, KIND_MACHINE, "PROGRAM MAP --pin DIR" },
	{ "cgroup-programs", cmd_cgroup_programs, KIND_MACHINE, "HOOK" },
	{ "adopt", cmd_adopt, KIND_PROCESS, "PID --pin DIR" },
	{ "info", cmd_info, KIND_MACHINE, "prog|map NAME --pin DIR FIELD..." },
	{ "instructions", cmd_instructions, KIND_MACHINE, "PROGRAM --pin DIR" },
	{ "relocations", cmd_relocations, KIND_HERE, "OBJECT" },
	{ "detach", cmd_detach, KIND_MACHINE, "PROGRAM --pin DIR" },
	{ "get", cmd_get, KIND_MACHINE, "--pin DIR VARIABLE..." },
	{ "set", cmd_set, KIND_MACHINE, "VARIABLE VALUE --pin DIR" },
	{ "map", cmd_map, KIND_MACHINE, "--pin DIR [--cpu first|last] MAP KEY[.FIELD] [VALUE]" },
	{ "ring", cmd_ring, KIND_MACHINE, "MAP --pin DIR FIELD:TYPE..." },
	{ "entries", cmd_entries, KIND_MACHINE, "OBJECT MAP --pin DIR [FIELD=VALUE,...]" },
	{ "tr", cmd_tr, KIND_MACHINE_READ,
	  "PROGRAM --pin DIR [--cpu first|last] <LINES  (LABEL HEX)" },
	{ "classic", cmd_classic, KIND_PROCESS, "PID" },
	{ "filter", cmd_filter, KIND_MACHINE_READ,
	  "PROGRAM --pin DIR | --classic INSTRUCTIONS <LINES  (LABEL HEX)" },
	{ "trial", cmd_trial, KIND_MACHINE_READ, "[--level N] <OBJECT" },
	{ "always", cmd_always, KIND_MACHINE_READ,
	  "PROGRAM MAP --pin DIR [--changes N] [--seconds N] <LINES  (LABEL HEX)" },
	{ "held-maps", cmd_held_maps, KIND_PROCESS, "PID" },
	{ "packet", cmd_packet, KIND_HERE,
	  "build SPEC... | pcap HEX | show HEX [EXPECTED-HEX] | nearest HEX" },
	{ "send", cmd_send, KIND_MACHINE, "--node NODE [--cpu first|last] HEX..." },
	{ "capture", cmd_capture, KIND_MACHINE, "--node NODE" },
	{ "captured", cmd_captured, KIND_HERE,
	  "FILE HEX [--skip LINES] [--count N] [--pid PID] [--seconds N]" },
	{ "count", cmd_count, KIND_MACHINE, "--node NODE --interface INTERFACE" },
	{ "hand-over", cmd_hand_over, KIND_HERE,
	  "OBJECT [--rename STRUCT.FIELD=NAME] [--set VARIABLE=VALUE]..." },
	{ "sections", cmd_sections, KIND_HERE, "OBJECT" },
	{ "key-fields", cmd_key_fields, KIND_HERE, "OBJECT MAP FIELD=VALUE,..." },
	{ "spawn", cmd_spawn, KIND_HERE,
	  "[--untrusted yes [--between BYTES] [--show FILE]...] [--node NODE] [--stdin FILE] [--stdout FILE] [--stderr FILE] [--seconds N] -- COMMAND..." },
	{ "wait", cmd_wait, KIND_HERE, "PID [--seconds N]" },
	{ "stop", cmd_stop, KIND_HERE, "PID [--signal NAME] [--seconds N]" },
	{ "wait-attached", cmd_wait_attached, KIND_PROCESS, "PID [--links N] [--seconds N]" },
	{ "pid", cmd_pid, KIND_PROCESS, "PID" },
	{ "rand", cmd_rand, KIND_HERE, "SEED TEST NAME MIN MAX" },
	{ "census", cmd_census, KIND_HERE, "[diff FILE [--cgroup PATH] [--seconds N]]" },
	{ "session", cmd_session, KIND_SERVER,
	  "[--machine NAME] [--topology T] [--testenv PROGRAM] [--seconds N] "
	  "[--begin FD] -- TEST..." },
	{ "serve", cmd_serve, KIND_SERVER, "" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(*commands))

const struct labctl_command *command_find(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

int command_list(void)
{
	fprintf(stderr, "usage: labctl COMMAND ...; the commands are:\n");
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stderr, "  %s %s\n", commands[i].name, commands[i].usage);
	return EXIT_USAGE;
}
