// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The tool acl: its commands, options and pages. What they do: commands.c. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/acl/tool.h"
#include "common/lab/lab.h"
#include "common/tool/manual.h"

#define EXIT_STATUS                                                              \
	"0 done; 1 the kernel, the program or what is loaded says no; 2 usage; " \
	"3 a rule, a file or a packet is bad; 4 this machine or user may not."

struct command {
	const char *name;
	const char *args; /* for the synopsis */
	const char *what;
	const char *more;
	const struct argp_option *options;
	const char *examples;
	int min, max; /* number of arguments */
	int (*run)(struct acl_tool *tool);
};

static const struct argp_option common_options[] = {
	{ "pins", 'p', "DIR", 0,
	  "Keep the state in this folder of a BPF filesystem (default: $TESTENV_BPF/acl, outside "
	  "of an environment /sys/fs/bpf/acl).",
	  0 },
	{ "verbose", 'v', NULL, 0, "Show all of libbpf's messages and the verifier's whole log.",
	  0 },
	{ 0 },
};

static const struct argp_option load_options[] = {
	{ "format", 'f', "FORMAT", 0, "auto (default), plain, classbench, iptables, ip6tables.",
	  0 },
	{ "chain", 'c', "CHAIN", 0, "The chain of an iptables file (default INPUT).", 0 },
	{ "slow-ms", 's', "MS", 0,
	  "In slow motion: where a list needs several maps, wait so many milliseconds after each "
	  "that has been put in its place (0 to 1000), so that what packets meet in between can be "
	  "seen.",
	  0 },
	{ 0 },
};

static const struct argp_option add_options[] = {
	{ "at", 'a', "N", 0, "Make it rule N; those from N on move down (default: the last).", 0 },
	{ 0 },
};

static const struct argp_option list_options[] = {
	{ "plain", 'P', NULL, 0, "As a file that acl load reads.", 0 },
	{ 0 },
};

static const struct argp_option attach_options[] = {
	{ "mode", 'm', "MODE", 0, "native (default), generic, offload.", 0 },
	{ 0 },
};

static const struct command commands[] = {
	{ "load", "FILE", "put a list of rules in the place of the one that is there",
	  "FILE holds one rule a line, and perhaps \"default deny\" or \"default permit\"; \"-\" is "
	  "stdin. ClassBench filter sets and the table filter of iptables-save are read, too. A "
	  "packet is judged by the whole old list or by the whole new one. After an error nothing "
	  "is changed. A rule that was in the old list, too, keeps its counter.",
	  load_options, "acl load rules.acl\niptables-save | acl load --chain FORWARD -", 1, 1,
	  acl_cmd_load },
	{ "add", "RULE", "add one rule",
	  "RULE is: permit or deny, a protocol, \"from ADDRESS\" and \"to ADDRESS\", each with "
	  "\"port PORTS\" if need be, then \"type TYPE\" for ICMP or \"flags SET/MASK\" for TCP.",
	  add_options,
	  "acl add deny tcp from any to 192.0.2.0/24 port 22\n"
	  "acl add --at 1 permit icmp6 from any to any type 128\n"
	  "acl add deny tcp from any to any flags S/SA",
	  1, 64, acl_cmd_add },
	{ "del", "N", "take rule N out", "The numbers are those that acl list shows.", NULL,
	  "acl del 3", 1, 1, acl_cmd_del },
	{ "list", "", "the rules, and their numbers", "The first rule that matches decides.",
	  list_options, "acl list", 0, 0, acl_cmd_list },
	{ "stats", "", "packets and bytes of every rule",
	  "Counts of all CPUs, added up. Below the rules stand the packets that no rule has "
	  "matched, those that could not be read, which are dropped, and those that are not IP, "
	  "which pass.",
	  NULL, "acl stats", 0, 0, acl_cmd_stats },
	{ "check", "PACKET", "what becomes of a packet, and by which rule",
	  "The program in the kernel judges a packet that is given in words; it is not counted. "
	  "PACKET is: a protocol, \"from ADDRESS [port PORT]\", \"to ADDRESS [port PORT]\", "
	  "perhaps \"type TYPE\" or \"flags SET\", and how it comes: \"fragment\" (a later one), "
	  "\"options BYTES\" of IPv4, \"extensions N\" of IPv6; in front perhaps \"vlan\", once "
	  "or twice. If the first rule that matches is another one, it is said: then the program "
	  "is wrong.",
	  NULL,
	  "acl check tcp from 192.0.2.2 port 40000 to 192.0.2.1 port 80\n"
	  "acl check vlan udp from 2001:db8::b port 53 to 2001:db8::a port 5000 extensions 2\n"
	  "acl check tcp from 192.0.2.2 to 192.0.2.1 fragment",
	  1, 64, acl_cmd_check },
	{ "attach", "IFACE", "let the list judge what comes in at an interface",
	  "It stays attached when acl has ended, until acl detach.", attach_options,
	  "acl attach eth0", 1, 1, acl_cmd_attach },
	{ "detach", "[IFACE]", "take it off an interface, or off all", "The list stays loaded.",
	  NULL, "acl detach", 0, 1, acl_cmd_detach },
	{ "unload", "", "take everything away: links, program, list, counters",
	  "Packets are no longer looked at.", NULL, "acl unload", 0, 0, acl_cmd_unload },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(*commands))

/* ---- pages ------------------------------------------------------------------------------ */

static void print_page(const struct command *command)
{
	struct argp_option options[8];
	size_t n = 0;

	for (const struct argp_option *o = command->options; o && o->name; o++)
		options[n++] = *o;
	for (const struct argp_option *o = common_options; o->name; o++)
		options[n++] = *o;
	options[n] = (struct argp_option){ 0 };
	manual_print(&(struct manual){
		.tool = "acl",
		.command = command->name,
		.synopsis = command->args,
		.summary = command->what,
		.description = command->more,
		.options = options,
		.examples = command->examples,
		.exit_status = EXIT_STATUS,
	});
}

static void print_tool(const struct acl_engine *engine)
{
	char about[1024];

	snprintf(
		about, sizeof(about),
		"An access control list: rules, of which the first that matches a packet decides "
		"whether it passes or is dropped, before the network stack sees it. This is %s%s%s "
		"It takes up to %zu rules. acl COMMAND --help explains a command.",
		engine->name, engine->about ? ": " : ".", engine->about ?: "", engine->rules_max);
	manual_print(&(struct manual){
		.tool = "acl",
		.command = "",
		.synopsis = "COMMAND [OPTION...] [ARGUMENT...]",
		.summary = "an access control list in XDP",
		.description = about,
		.options = common_options,
		.exit_status = EXIT_STATUS,
	});
	manual_heading("COMMANDS");
	for (size_t i = 0; i < NR_COMMANDS; i++)
		manual_row(commands[i].name, commands[i].what);
}

static int usage(void)
{
	fputs("Usage: acl COMMAND [OPTION...] [ARGUMENT...]\n"
	      "An access control list in XDP.\n\n",
	      stderr);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stderr, "  %-8s %s\n", commands[i].name, commands[i].what);
	fputs("\nacl COMMAND --help says more.\n", stderr);
	return EXIT_USAGE;
}

/* ---- the command line ---------------------------------------------------------------------- */

/* What argp needs to know: argp is told the options of one command. */
struct parse {
	struct acl_tool *tool;
	const struct command *command;
};

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	struct acl_tool *tool = ((struct parse *)state->input)->tool;

	if (key == 'p')
		tool->dir = arg;
	else if (key == 'v')
		lab_opts.verbose = true;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

/* A decimal number from min to max? */
static bool parse_number(const char *arg, unsigned long min, unsigned long max,
			 unsigned long *number)
{
	char *end;

	*number = strtoul(arg, &end, 10);
	return *arg >= '0' && *arg <= '9' && !*end && *number >= min && *number <= max;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	const struct parse *parse = state->input;
	struct acl_tool *tool = parse->tool;
	unsigned long number;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = state->input;
		return 0;
	case 'f':
		if (acl_format_parse(arg, &tool->source.format))
			argp_error(state,
				   "no such format: '%s'; there are auto, plain, classbench, "
				   "iptables and ip6tables",
				   arg);
		return 0;
	case 'c':
		tool->source.chain = arg;
		return 0;
	case 's':
		if (!parse_number(arg, 0, 1000, &number))
			argp_error(state, "'%s' is not a number of milliseconds from 0 to 1000",
				   arg);
		tool->slow_ms = number;
		return 0;
	case 'a':
		if (!parse_number(arg, 1, ACL_RULES_MAX, &number))
			argp_error(state, "'%s' is not the number of a rule", arg);
		tool->at = number;
		return 0;
	case 'P':
		tool->plain = true;
		return 0;
	case 'm':
		if (lab_xdp_mode_parse(arg, &lab_opts.mode))
			argp_error(state, "no such mode: '%s'; it is native, generic or offload",
				   arg);
		return 0;
	case ARGP_KEY_ARGS:
		tool->args = state->argv + state->next;
		tool->count = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (tool->count < parse->command->min || tool->count > parse->command->max)
			argp_error(state, "the arguments of acl %s are: %s", parse->command->name,
				   *parse->command->args ? parse->command->args : "none");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *default_dir(void)
{
	static char dir[256];
	const char *bpf = getenv("TESTENV_BPF");

	snprintf(dir, sizeof(dir), "%s/acl", bpf && *bpf ? bpf : "/sys/fs/bpf");
	return dir;
}

static int run(const struct command *command, const struct acl_engine *engine, int argc,
	       char **argv)
{
	static const struct argp common = { common_options, parse_common, NULL, NULL,
					    NULL,	    NULL,	  NULL };
	const struct argp_child children[] = { { &common, 0, NULL, 0 }, { 0 } };
	const struct argp argp = { command->options, parse_option, command->args, NULL,
				   children,	     NULL,	   NULL };
	struct acl_tool tool = { .engine = engine, .dir = default_dir() };
	struct parse parse = { &tool, command };
	char name[32];

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 ||
		    strcmp(argv[i], "--usage") == 0) {
			print_page(command);
			return 0;
		}
	}
	/* argp says who complains. */
	snprintf(name, sizeof(name), "acl %s", command->name);
	argv[0] = name;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, &parse);
	return command->run(&tool);
}

int acl_tool_main(int argc, char **argv, const struct acl_engine *engine)
{
	const char *name = argc > 1 ? argv[1] : "";

	lab_init();
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_tool(engine);
		return 0;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return run(&commands[i], engine, argc - 1, argv + 1);
	if (*name)
		fprintf(stderr, "acl: there is no command '%s'\n", name);
	return usage();
}
