// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv sandbox": reads its options. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "testenv/cli.h"
#include "testenv/sandbox/box.h"
#include "testenv/testenv.h"

#define TMP_DIR "/tmp"
_Static_assert(sizeof(TMP_DIR) == sizeof(BOX_DIR), "one is put in place of the other");

enum {
	OPT_BIND = 0x100,
	OPT_COPY,
	OPT_COLLECT,
	OPT_CHDIR,
	OPT_ENV,
	OPT_MEMORY,
	OPT_PIDS,
	OPT_SECONDS,
	OPT_CPU_SECONDS,
	OPT_OUTPUT,
	OPT_FILES,
	OPT_NETWORK,
	OPT_PROCESSES,
	OPT_BPF,
	OPT_SOCKET,
	OPT_STATUS,
};

static const struct argp_option options[] = {
	{ "bind", OPT_BIND, "SRC[:DST]", 0, "Show a file or folder inside, read only", 0 },
	{ "copy", OPT_COPY, "SRC[:DST]", 0, "Put a copy of a file into the work folder /box", 0 },
	{ "collect", OPT_COLLECT, "NAME=FILE", 0,
	  "When it has ended, copy the file NAME of the work folder to FILE", 0 },
	{ "chdir", OPT_CHDIR, "DIR", 0, "Start CMD in that folder instead of /box", 0 },
	{ "env", OPT_ENV, "N=V", 0, "Give CMD an environment variable", 0 },
	{ "memory", OPT_MEMORY, "MB", 0, "Memory for all of it, files included (256)", 0 },
	{ "pids", OPT_PIDS, "N", 0, "Processes and threads at a time (64)", 0 },
	{ "seconds", OPT_SECONDS, "S", 0, "Time limit (60); exit status 124", 0 },
	{ "cpu-seconds", OPT_CPU_SECONDS, "S", 0, "Processor time of all of it (as --seconds)", 0 },
	{ "output", OPT_OUTPUT, "KB", 0, "What it may write to stdout and stderr (1024)", 0 },
	{ "files", OPT_FILES, "MB", 0, "Size of the work folder (64)", 0 },
	{ "network", OPT_NETWORK, "none|join", 0,
	  "No network, or the caller's: a node of an environment", 0 },
	{ "processes", OPT_PROCESSES, "own|join", 0,
	  "Process numbers of its own, or the caller's, as tracing programs see them", 0 },
	{ "bpf", OPT_BPF, "POLICY", 0, "Allow bpf(2) as far as that JSON file says", 0 },
	{ "socket", OPT_SOCKET, "FD", 0, "Give CMD that UNIX socket as descriptor 3", 0 },
	{ "status", OPT_STATUS, "FILE", 0, "Write JSON about how it ended", 0 },
	{},
};

static void add(struct box_list *list, char *from, char *to)
{
	list->at = realloc(list->at, (list->nr + 1) * sizeof(*list->at));
	if (!list->at)
		abort();
	list->at[list->nr++] = (struct box_pair){ from, to };
}

/* A path inside: absolute, without "." and "..", so that it is where it says. */
static bool is_plain(const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 0 || (len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += len;
		if (*path == '/' && !*++path)
			return false;
	}
	return true;
}

static void add_bind(struct box_options *o, char *arg)
{
	char *to = strchr(arg, ':');

	if (to)
		*to++ = '\0';
	else
		to = realpath(arg, NULL);
	if (!to)
		cli_error("--bind: %s: no such file", arg);
	if (to[0] != '/' || !to[1] || !is_plain(to + 1))
		cli_error("--bind wants an absolute path without '..' after ':', not '%s'", to);
	/* Inside, /tmp is a link to the work folder: nothing can be mounted by its name. */
	if (strncmp(to, TMP_DIR "/", strlen(TMP_DIR "/")) == 0)
		memcpy(to, BOX_DIR, strlen(BOX_DIR));
	add(&o->binds, arg, to);
}

static void add_copy(struct box_options *o, char *arg)
{
	char *to = strchr(arg, ':');

	if (to)
		*to++ = '\0';
	else
		to = strrchr(arg, '/') ? strrchr(arg, '/') + 1 : arg;
	if (strncmp(to, BOX_DIR "/", strlen(BOX_DIR "/")) == 0)
		to += strlen(BOX_DIR "/");
	if (!*to || !is_plain(to))
		cli_error("--copy wants a path in /box without '..' after ':', not '%s'", to);
	add(&o->copies, arg, to);
}

static void add_collect(struct box_options *o, char *arg)
{
	char *to = strchr(arg, '=');

	if (!to || !to[1])
		cli_error("--collect wants NAME=FILE, not '%s'", arg);
	*to++ = '\0';
	if (!*arg || !is_plain(arg))
		cli_error("--collect wants a path in /box without '..' before '=', not '%s'", arg);
	add(&o->collects, arg, to);
}

static void add_env(struct box_options *o, char *arg)
{
	if (!strchr(arg, '=') || arg[0] == '=')
		cli_error("--env wants N=V, not '%s'", arg);
	o->env = realloc(o->env, (o->nr_env + 2) * sizeof(*o->env));
	if (!o->env)
		abort();
	o->env[o->nr_env++] = arg;
	o->env[o->nr_env] = NULL;
}

static long milliseconds(const char *option, const char *arg)
{
	long ms = parse_seconds(arg);

	if (ms < 0)
		cli_error("--%s wants seconds such as 5 or 0.5, not '%s'", option, arg);
	return ms;
}

static void set_socket(struct box_options *o, const char *arg)
{
	int domain, fd = cli_number("socket", arg, 3, INT_MAX);
	socklen_t len = sizeof(domain);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) || domain != AF_UNIX)
		cli_error("--socket: descriptor %d is not a UNIX socket", fd);
	o->socket = fd;
}

/* Is it "join"? Else it must be the other word. */
static bool is_join(const char *option, const char *arg, const char *other)
{
	bool join = strcmp(arg, "join") == 0;

	if (!join && strcmp(arg, other) != 0)
		cli_error("--%s wants %s or join, not '%s'", option, other, arg);
	return join;
}

static error_t parse_limit(int key, char *arg, struct box_options *o)
{
	switch (key) {
	case OPT_MEMORY:
		o->memory_mb = cli_number("memory", arg, 8, 1 << 20);
		return 0;
	case OPT_PIDS:
		o->pids = cli_number("pids", arg, 1, 1 << 15);
		return 0;
	case OPT_SECONDS:
		o->wall_ms = milliseconds("seconds", arg);
		return 0;
	case OPT_CPU_SECONDS:
		o->cpu_ms = milliseconds("cpu-seconds", arg);
		return 0;
	case OPT_OUTPUT:
		o->output_kb = cli_number("output", arg, 0, 1 << 20);
		return 0;
	case OPT_FILES:
		o->files_mb = cli_number("files", arg, 1, 1 << 16);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct box_options *o = state->input;

	switch (key) {
	case OPT_BIND:
		add_bind(o, arg);
		return 0;
	case OPT_COPY:
		add_copy(o, arg);
		return 0;
	case OPT_COLLECT:
		add_collect(o, arg);
		return 0;
	case OPT_CHDIR:
		o->chdir = arg;
		return 0;
	case OPT_ENV:
		add_env(o, arg);
		return 0;
	case OPT_NETWORK:
		o->join = is_join("network", arg, "none");
		return 0;
	case OPT_PROCESSES:
		o->join_processes = is_join("processes", arg, "own");
		return 0;
	case OPT_BPF:
		o->policy = arg;
		return 0;
	case OPT_SOCKET:
		set_socket(o, arg);
		return 0;
	case OPT_STATUS:
		o->status = arg;
		return 0;
	case ARGP_KEY_ARGS:
		o->argv = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		if (!o->argv)
			cli_error("sandbox wants a command: testenv sandbox -- CMD");
		return 0;
	default:
		return parse_limit(key, arg, o);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "-- CMD [ARG...]",
	.doc = "Run untrusted code: without rights, without a way to other processes and files, "
	       "within limits. Nothing of it is left afterwards.\v"
	       "Inside there are /usr, what of /etc programs need, and what --bind shows, read "
	       "only; the work folder /box is writable, and goes with the sandbox. "
	       "The exit status is CMD's; 128+N if signal N killed it; 124 at the time limit. "
	       "Before CMD starts: 2 wrong usage, 4 this machine cannot, 5 internal error.",
};

int cmd_sandbox(int argc, char **argv)
{
	char *no_env[] = { NULL };
	struct box_options o = {
		.chdir = BOX_DIR,
		.env = NULL,
		.memory_mb = 256,
		.pids = 64,
		.output_kb = 1024,
		.files_mb = 64,
		.wall_ms = 60000,
		.socket = -1,
	};
	int code, i;
	char **again;

	/* Parsing cuts arguments into pieces: what sudo starts gets them whole. */
	again = calloc(argc + 1, sizeof(*again));
	for (i = 0; again && i < argc; i++)
		again[i] = strdup(argv[i]);
	cli_parse(&argp, argc, argv, true, &o);
	code = again ? cli_elevate(again) : EXIT_INTERNAL;
	for (i = 0; again && i < argc; i++)
		free(again[i]);
	free(again);
	if (!code) {
		if (!o.env)
			o.env = no_env;
		if (!o.cpu_ms)
			o.cpu_ms = o.wall_ms;
		code = box_run(&o);
	}
	return code;
}
