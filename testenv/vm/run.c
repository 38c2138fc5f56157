// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv vm run", "start", "exec" and "stop": their options. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/testenv.h"
#include "testenv/vm/vm.h"
#include "testenv/vm/keeper.h"
#include "testenv/vm/state.h"

#define CPUS_MAX 8

struct vm_options {
	const char *wanted; /* kernel */
	long timeout_ms;
	struct vm_life life;
	struct vm_wish wish;
	const char *name;
	char **cmd;
};

#define OPTION_KERNEL                                                                              \
	{                                                                                          \
		"kernel", 'k', "VERSION", 0,                                                       \
			"A kernel that is fetched: 6.1, 6.12, newest, ...; default: the newest", 0 \
	}
#define OPTION_BOOT                                                                      \
	{                                                                                \
		"boot", 'b', NULL, 0, "Boot the kernel, do not restore a saved state", 0 \
	}
#define OPTION_CPUS                                                                      \
	{                                                                                \
		"cpus", 'c', "N", 0,                                                     \
			"How many processors the machine has; default 1, the fastest", 0 \
	}
#define OPTION_TIMEOUT                                                                      \
	{                                                                                   \
		"timeout", 'T', "SECONDS", 0, "End CMD after that time; exit status 124", 0 \
	}

#define OPTION_IDLE                                                                                 \
	{                                                                                           \
		"idle", 'i', "SECONDS", 0,                                                          \
			"It ends by itself when nothing has used it for so long. When it is there " \
			"already, its time begins again",                                           \
			0                                                                           \
	}

#define OPTION_OWNER                                                                           \
	{                                                                                      \
		"owner", 'o', "PID", 0, "It ends when this process does, however that ends", 0 \
	}

static error_t parse_option(int key, char *arg, struct vm_options *o)
{
	switch (key) {
	case 'k':
		if (!vm_version_valid(arg))
			cli_error("'%s' is not a kernel version: use one such as 6.1 or 6.12, or "
				  "newest",
				  arg);
		o->wanted = arg;
		return 0;
	case 'b':
		o->wish.boot = true;
		return 0;
	case 'c':
		o->wish.cpus = cli_number("cpus", arg, 1, CPUS_MAX);
		return 0;
	case 'T':
		o->timeout_ms = parse_seconds(arg);
		if (o->timeout_ms < 0)
			cli_error("--timeout wants seconds such as 5 or 0.5, not '%s'", arg);
		return 0;
	case 'i':
		o->life.idle_ms = parse_seconds(arg);
		if (o->life.idle_ms <= 0)
			cli_error("--idle wants seconds such as 600, not '%s'", arg);
		return 0;
	case 'o':
		o->life.owner = cli_number("owner", arg, 1, INT_MAX);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- pieces ---------------------------------------------------------------- */

/* Everything that a machine takes is there, or one line says what is not. */
static int find_kernel(struct vm_options *o)
{
	const char *wanted = o->wanted ?: "newest";
	char qemu[PATH_MAX];
	int err;

	if (vm_qemu_path(qemu))
		return report(EXIT_MACHINE,
			      "there is no " VM_QEMU " here: make deps, or " VM_QEMU_CURE);
	err = vm_kernel_find(wanted, &o->wish.kernel);
	if (err == -ENOENT)
		return report(EXIT_MACHINE, "no kernel %s is fetched: testenv vm fetch %s",
			      o->wanted ?: "for virtual machines", o->wanted ?: "6.12");
	if (err)
		return report(exit_code(err), "cannot read the cache: %s", strerror(-err));
	return 0;
}

static int no_machine(const char *name, int err)
{
	if (err == -ENOENT)
		return report(EXIT_USAGE, "there is no machine '%s': testenv vm start %s", name,
			      name);
	return report(EXIT_INTERNAL, "cannot reach the machine '%s': %s", name, strerror(-err));
}

/* ---- run ------------------------------------------------------------------- */

static error_t parse_run(int key, char *arg, struct argp_state *state)
{
	struct vm_options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARGS:
		o->cmd = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		if (!o->cmd)
			cli_error("vm run: usage: testenv vm run [--kernel VERSION] -- CMD");
		return 0;
	default:
		return parse_option(key, arg, o);
	}
}

int vm_cmd_run(int argc, char **argv)
{
	static const struct argp_option options[] = {
		OPTION_KERNEL, OPTION_CPUS, OPTION_TIMEOUT, OPTION_BOOT, {}
	};
	static const struct argp argp = {
		.parser = parse_run,
		.options = options,
		.args_doc = "-- CMD [ARG...]",
		.doc = "Run CMD as root of a virtual machine that lives as long as CMD. It sees the "
		       "host's files; what it changes is gone with the machine. No network.\v"
		       "The exit status is CMD's; 124 at the time limit; 123 when the guest panics "
		       "or hangs. Before CMD starts: 2 wrong usage, 4 QEMU or the kernel is "
		       "missing, 5 internal error.",
	};
	struct vm_options o = { .wish.cpus = 1 };
	int keeper, code;
	pid_t pid;

	cli_parse(&argp, argc, argv, true, &o);
	code = find_kernel(&o);
	if (code)
		return code;
	pid = vm_keeper_start(&o.wish, NULL, -1, &o.life, &keeper);
	if (pid < 0)
		return report(EXIT_INTERNAL, "cannot start a process: %s", strerror(-pid));
	code = vm_client_run(keeper, o.cmd, o.timeout_ms);
	close(keeper);
	waitpid(pid, NULL, 0);
	return code;
}

/* ---- start, exec, stop ----------------------------------------------------- */

static error_t parse_name(int key, char *arg, struct argp_state *state)
{
	struct vm_options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (o->name)
			cli_error("one machine at a time");
		cli_check_name(arg);
		o->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->name)
			cli_error("the machine's NAME is missing");
		return 0;
	default:
		return parse_option(key, arg, o);
	}
}

/* Who looks whether a name is a dead one's has its lock for a moment. */
#define LOCK_TRIES 10

/*
 * Locks the machine's name. -EAGAIN: there is one of that name. With --idle that is as good,
 * once it is ready: -EEXIST.
 */
static int lock_name(const struct vm_options *o)
{
	char path[PATH_MAX];
	int err = vm_cache(path, "machines/%s.lock", o->name), lock, keeper;

	if (err)
		return err;
	for (int i = 0; (lock = vm_lock(path, false, -1)) == -EAGAIN; i++) {
		keeper = vm_connect(o->name);
		if (keeper >= 0) {
			close(keeper);
			return o->life.idle_ms ? -EEXIST : -EAGAIN;
		}
		if (!o->life.idle_ms && i == LOCK_TRIES)
			return -EAGAIN;
		/* Another command is starting it; if that fails, the lock is free. */
		poll(NULL, 0, 20);
	}
	return lock;
}

static int start(struct vm_options *o)
{
	int code = find_kernel(o), lock, keeper;
	pid_t pid;

	if (code)
		return code;
	vm_forget_dead();
	lock = lock_name(o);
	if (lock == -EEXIST)
		return 0;
	if (lock == -EAGAIN)
		return report(EXIT_USAGE, "there is a machine '%s' already: testenv vm stop %s",
			      o->name, o->name);
	if (lock < 0)
		return report(exit_code(lock), "cannot use the cache: %s", strerror(-lock));
	pid = vm_keeper_start(&o->wish, o->name, lock, &o->life, &keeper);
	if (pid < 0)
		return report(EXIT_INTERNAL, "cannot start a process: %s", strerror(-pid));
	code = vm_client_wait(keeper);
	close(keeper);
	return code;
}

int vm_cmd_start(int argc, char **argv)
{
	static const struct argp_option options[] = { OPTION_KERNEL, OPTION_CPUS,  OPTION_BOOT,
						      OPTION_IDLE,   OPTION_OWNER, {} };
	static const struct argp argp = {
		.parser = parse_name,
		.options = options,
		.args_doc = "NAME",
		.doc = "Start a virtual machine that stays until testenv vm stop NAME.",
	};
	struct vm_options o = { .wish.cpus = 1 };

	cli_parse(&argp, argc, argv, false, &o);
	return start(&o);
}

static error_t parse_exec(int key, char *arg, struct argp_state *state)
{
	struct vm_options *o = state->input;
	char **args = state->argv + state->next;
	int n = state->argc - state->next;

	switch (key) {
	case ARGP_KEY_ARGS:
		o->name = args[0];
		/* "--" is only recognised before the first other argument. */
		o->cmd = args + 1 + (n > 1 && strcmp(args[1], "--") == 0);
		return 0;
	case ARGP_KEY_END:
		if (!o->cmd || !*o->cmd)
			cli_error("vm exec: usage: testenv vm exec MACHINE -- CMD");
		cli_check_name(o->name);
		return 0;
	default:
		return parse_option(key, arg, o);
	}
}

int vm_cmd_exec(int argc, char **argv)
{
	static const struct argp_option options[] = { OPTION_TIMEOUT, {} };
	static const struct argp argp = {
		.parser = parse_exec,
		.options = options,
		.args_doc = "MACHINE -- CMD [ARG...]",
		.doc = "Run CMD in a machine that testenv vm start made. Several may run at once.\v"
		       "The exit status is CMD's; 124 at the time limit; 123 when the guest panics "
		       "or hangs.",
	};
	struct vm_options o = {};
	int keeper, code;

	cli_parse(&argp, argc, argv, true, &o);
	keeper = vm_connect(o.name);
	if (keeper < 0)
		return no_machine(o.name, keeper);
	code = vm_client_run(keeper, o.cmd, o.timeout_ms);
	close(keeper);
	return code;
}

int vm_cmd_stop(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_name,
		.args_doc = "MACHINE",
		.doc = "End a virtual machine and all that runs in it. A second call is fine.",
	};
	struct vm_options o = {};
	int keeper;

	cli_parse(&argp, argc, argv, false, &o);
	keeper = vm_connect(o.name);
	if (keeper == -ENOENT) {
		vm_forget(o.name);
		return 0;
	}
	if (keeper < 0)
		return no_machine(o.name, keeper);
	vm_client_stop(keeper);
	close(keeper);
	return 0;
}
