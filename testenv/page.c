// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The manual page of a command and the shell's completion of its arguments,
 * both from the command's own argp. Only the examples stand here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool/complete.h"
#include "common/tool/manual.h"
#include "testenv/caps.h"
#include "testenv/cli.h"
#include "testenv/env.h"
#include "testenv/slot.h"
#include "testenv/vm/vm.h"

const char *cli_summary = "";
bool cli_completing;

static const struct page {
	const char *command;
	const char *examples; /* one command a line */
	const char *see_also;
} pages[] = {
	{ "",
	  "testenv run\n"
	  "testenv run -- sh -c 'ping -c 1 $B_IP4'\n"
	  "testenv doctor",
	  "course --help, testenv/README.md" },
	{ "run",
	  "testenv run\n"
	  "testenv run -- sh -c 'ping -c 1 $B_IP4'\n"
	  "testenv run --topology=router --vlan=5\n"
	  "testenv run --topology=none --timeout=10 -- build/run/current/hello",
	  "testenv up: an environment that stays" },
	{ "up", "testenv up lab3\ntestenv up lan3 --topology=lan --hosts=5\ntestenv up --new",
	  "testenv exec, enter, status, down" },
	{ "reset", "testenv reset lab3", "testenv up, down" },
	{ "ping", "testenv ping lab3\ntestenv ping lab3 b a -- -c 3 -s 1000", "testenv capture" },
	{ "capture", "testenv capture lab3 b\ntestenv capture lab3 b -- -c 5 udp",
	  "testenv stats" },
	{ "load",
	  "testenv load lab3 a prog.bpf.o\ntestenv load lab3 b prog.bpf.o my_prog --mode=generic",
	  "testenv unload, stats, status" },
	{ "unload", "testenv unload lab3 a", "testenv load" },
	{ "stats", "testenv stats lab3\ntestenv stats lab3 a --json", "testenv status" },
	{ "down", "testenv down lab3\ntestenv down --all", "testenv list, gc" },
	{ "list", "testenv list\ntestenv list --json", "testenv status, down" },
	{ "status", "testenv status\ntestenv status lab3 --json", "testenv list, doctor" },
	{ "exec", "testenv exec lab3 b -- ip address", "testenv enter, up" },
	{ "enter", "testenv enter lab3 a", "testenv exec, up" },
	{ "doctor", "testenv doctor\ntestenv doctor btf xdp-native\ntestenv doctor --json",
	  "course check" },
	{ "vm", "testenv vm fetch 6.12\ntestenv vm run -- uname -r", "testenv/README.md" },
	{ "vm fetch", "testenv vm fetch 6.12\ntestenv vm fetch newest", "testenv vm list" },
	{ "vm list", "testenv vm list", "testenv vm fetch" },
	{ "vm run",
	  "testenv vm run -- uname -r\n"
	  "testenv vm run --kernel=6.1 -- testenv run -- sh -c 'ping -c 1 $B_IP4'",
	  "testenv vm fetch, list, start" },
	{ "vm start", "testenv vm start demo --kernel=6.1", "testenv vm exec, stop, list" },
	{ "vm exec", "testenv vm exec demo -- bpftool prog list", "testenv vm start, stop" },
	{ "vm stop", "testenv vm stop demo", "testenv vm list" },
	{ "sandbox",
	  "testenv sandbox --copy=x.c -- gcc -c x.c\n"
	  "testenv sandbox --seconds=5 --memory=64 --status=how.json -- sh",
	  "testenv vm run: another kernel" },
	{ "gc", "testenv gc", "testenv list, down" },
};

static const struct page *page_of(const char *command)
{
	static const struct page none;

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strcmp(pages[i].command, command) == 0)
			return &pages[i];
	return &none;
}

#define MAX_OPTIONS 32

/* A command's own options, and those it shares with others. */
static const struct argp_option *all_options(const struct argp *argp)
{
	static struct argp_option all[MAX_OPTIONS + 1];
	const struct argp *shared = argp->children ? argp->children[0].argp : NULL;
	const struct argp_option *parts[] = { argp->options, shared ? shared->options : NULL };
	int n = 0;

	for (int i = 0; i < 2; i++)
		for (const struct argp_option *o = parts[i]; o && o->name && n < MAX_OPTIONS; o++)
			all[n++] = *o;
	return all;
}

void cli_manual(const char *command, const char *summary, const struct argp *argp)
{
	const struct page *page = page_of(command);
	char description[2048];
	char *more;
	struct manual manual = {
		.tool = "testenv",
		.command = command,
		.synopsis = argp->args_doc ? argp->args_doc : "",
		.summary = summary,
		.description = description,
		.options = all_options(argp),
		.examples = page->examples,
		.exit_status = "0 done; 2 wrong command line; 4 this machine cannot do it; 5 "
			       "internal error. Commands that run CMD end with CMD's status: 128+N "
			       "when signal N killed it, 124 at the time limit.",
		.see_also = page->see_also,
	};

	/* argp's "\v" stands between what comes before and after the options. */
	snprintf(description, sizeof(description), "%s", argp->doc ? argp->doc : "");
	more = strchr(description, '\v');
	if (more) {
		*more = '\0';
		snprintf(description, sizeof(description), "%.*s\n\n%s",
			 (int)strcspn(argp->doc, "\v"), argp->doc, strchr(argp->doc, '\v') + 1);
	}
	manual_print(&manual);
}

/* Only root may see some of them; then there are none. */
static void add_environments(const struct complete *c)
{
	struct slot *all;
	int n = slot_list(SLOT_DIR, &all);

	for (int i = 0; i < n; i++)
		if (strcmp(all[i].name, TESTENV_SELF) != 0)
			complete_add(c, all[i].name, "environment");
	free(all);
}

static void add_nodes(const struct complete *c)
{
	struct env env;

	if (!c->argument || !name_valid(c->argument) || env_load(&env, c->argument))
		return;
	for (int i = 0; i < env.topo.nr_nodes; i++)
		complete_add(c, env.topo.nodes[i].name, "node");
}

static void add_values(const struct complete *c, const char *placeholder)
{
	if (strcmp(placeholder, "TOPOLOGY") == 0)
		for (const struct topo_kind *k = topologies; k->name; k++)
			complete_add(c, k->name, k->what);
	if (strcmp(placeholder, "CAPABILITY") == 0)
		for (const struct capability *cap = capabilities; cap->name; cap++)
			complete_add(c, cap->name, cap->what);
	/* The name of one that is to be made is the user's to invent. */
	if (strcmp(placeholder, "NAME") == 0 && c->context)
		add_environments(c);
	if (strcmp(placeholder, "NODE") == 0)
		add_nodes(c);
	if (strcmp(placeholder, "VERSION") == 0)
		vm_complete_versions(c);
	if (strcmp(placeholder, "MACHINE") == 0)
		vm_complete_machines(c);
}

void cli_complete(const struct argp *argp, int argc, char **argv)
{
	bool takes_existing = strcmp(argv[0], "up") != 0 && strcmp(argv[0], "vm start") != 0;

	if (argc > 1)
		complete_command(all_options(argp), argp->args_doc, argc - 1, argv + 1, add_values,
				 takes_existing ? argv : NULL);
	exit(0);
}
