// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Chooses between this machine and a virtual one, and starts that. What the
 * machine is made of is testenv's business, what runs in it run.c's.
 */
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/testenv.h"
#include "course/vm.h"

/* It ends when nothing has used it for so long. */
#define KEEP_SECONDS 600
/* The same of one that a single submission has; it ends with us, too. */
#define KEEP_OWN_SECONDS 60
/* Enough for a first start on a busy host, which boots and saves the state. */
#define START_MS 300000
#define PROBE_MS 60000

static struct {
	bool wanted;
	const char *kernel;
	const char *name;
} choice = { .name = "course" };

void vm_want(const char *kernel)
{
	choice.wanted = true;
	choice.kernel = kernel;
}

bool vm_is_wanted(const char **kernel)
{
	*kernel = choice.kernel;
	return choice.wanted;
}

void vm_call(const char *name)
{
	choice.name = name;
}

bool vm_is_kernel(const char *word)
{
	const char *rest = word + strspn(word, "0123456789");

	return !strcmp(word, "newest") || (rest > word && *rest == '.' && isdigit(rest[1]));
}

/* One machine for each kernel that is asked for. */
static char *machine_name(void)
{
	char *name = choice.kernel ? xasprintf("%s-%s", choice.name, choice.kernel)
				   : xstrdup(choice.name);

	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-')
			*c = '_';
	return name;
}

/* testenv's own line without its name, or what there is instead. */
static void add_complaint(struct strbuf *why, const struct proc_result *r)
{
	AUTO_STR complaint = testenv_complaint(r);

	if (complaint)
		sb_addf(why, "%s\n", complaint + strlen("testenv: "));
	else if (r->out.len)
		sb_add(why, r->out.s);
	else
		sb_add(why, "testenv failed\n");
}

/* Runs testenv without asking for rights: machines need none. What it prints goes to `printed`. */
static enum course_exit ask_testenv(const struct strv *argv, int timeout_ms, struct strbuf *printed,
				    struct strbuf *why)
{
	struct proc proc = { .argv = argv, .timeout_ms = timeout_ms };
	struct proc_result r = { 0 };
	enum course_exit code;

	if (proc_run(&proc, &r))
		code = COURSE_INTERNAL;
	else if (r.interrupted || r.status == COURSE_INTERRUPTED)
		code = COURSE_INTERRUPTED;
	else if (r.status == COURSE_OK)
		code = COURSE_OK;
	else
		code = r.status == COURSE_MACHINE || r.timed_out ? COURSE_MACHINE : COURSE_INTERNAL;
	if (code == COURSE_MACHINE || code == COURSE_INTERNAL)
		add_complaint(why, &r);
	sb_add(printed, sb_str(&r.out));
	proc_result_free(&r);
	return code;
}

static enum course_exit run_testenv(const struct strv *argv, int timeout_ms, struct strbuf *why)
{
	AUTO_SB unused = { 0 };

	return ask_testenv(argv, timeout_ms, &unused, why);
}

/* Where nobody names a kernel: those with long-term support before the newest; any at last. */
static const char *const preferred[] = { "6.12", "6.1", NULL };

static enum course_exit start_kernel(const struct tree *tree, const char *kernel, const char *name,
				     int idle, struct strbuf *why)
{
	AUTO_STRV argv = { 0 };

	testenv_argv(tree, &argv);
	strv_add(&argv, "vm");
	strv_add(&argv, "start");
	/* Checks of races and of per-CPU counters need two. */
	strv_add(&argv, "--cpus=2");
	strv_addf(&argv, "--idle=%d", idle);
	if (idle == KEEP_OWN_SECONDS)
		strv_addf(&argv, "--owner=%d", getpid());
	if (kernel)
		strv_addf(&argv, "--kernel=%s", kernel);
	strv_add(&argv, name);
	return run_testenv(&argv, START_MS, why);
}

static enum course_exit start(const struct tree *tree, const char *name, int idle,
			      struct strbuf *why)
{
	if (choice.kernel)
		return start_kernel(tree, choice.kernel, name, idle, why);
	for (size_t i = 0; preferred[i]; i++) {
		AUTO_SB unused = { 0 };
		enum course_exit code = start_kernel(tree, preferred[i], name, idle, &unused);

		if (code == COURSE_OK || code == COURSE_INTERRUPTED)
			return code;
	}
	return start_kernel(tree, NULL, name, idle, why);
}

enum course_exit vm_start(const struct tree *tree, const char *name, struct strbuf *why)
{
	return start(tree, name, KEEP_OWN_SECONDS, why);
}

void vm_stop(const struct tree *tree, const char *name)
{
	AUTO_STRV argv = { 0 };
	AUTO_SB unused = { 0 };

	testenv_argv(tree, &argv);
	strv_add(&argv, "vm");
	strv_add(&argv, "stop");
	strv_add(&argv, name);
	run_testenv(&argv, PROBE_MS, &unused);
}

bool vm_usage_is_starved(const char *usage)
{
	json_t *o = json_loads(usage, 0, NULL);
	json_int_t ran, waited;
	bool read = !json_unpack(o, "{s:I, s:I}", "cpu_ms", &ran, "waited_ms", &waited);

	json_decref(o);
	return read && waited > 2 * ran;
}

bool vm_is_starved(const struct tree *tree, const char *name)
{
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = PROBE_MS };
	struct proc_result r = { 0 };
	bool starved;

	testenv_argv(tree, &argv);
	strv_add(&argv, "vm");
	strv_add(&argv, "usage");
	strv_add(&argv, name);
	starved = !proc_run(&proc, &r) && !r.status && vm_usage_is_starved(sb_str(&r.out));
	proc_result_free(&r);
	return starved;
}

bool vm_shell(const struct tree *tree, const char *machine, const char *command,
	      const char *argument, struct strbuf *out)
{
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = PROBE_MS };
	struct proc_result r = { 0 };
	bool ran;

	vm_exec_argv(tree, machine, &argv);
	strv_add(&argv, "sh");
	strv_add(&argv, "-c");
	strv_add(&argv, command);
	strv_add(&argv, "sh");
	strv_add(&argv, argument);
	ran = !proc_run(&proc, &r) && !r.status && !r.timed_out && !r.capped;
	if (ran)
		sb_add(out, sb_str(&r.out));
	proc_result_free(&r);
	return ran;
}

void vm_exec_argv(const struct tree *tree, const char *machine, struct strv *argv)
{
	testenv_argv(tree, argv);
	strv_add(argv, "vm");
	strv_add(argv, "exec");
	strv_add(argv, machine);
	strv_add(argv, "--");
}

char *vm_kernel(const struct tree *tree, const char *machine, struct strbuf *why)
{
	AUTO_STRV argv = { 0 };
	AUTO_SB printed = { 0 };

	vm_exec_argv(tree, machine, &argv);
	strv_add(&argv, "uname");
	strv_add(&argv, "-r");
	if (ask_testenv(&argv, PROBE_MS, &printed, why))
		return NULL;
	return xstrndup(sb_str(&printed), strcspn(sb_str(&printed), "\n"));
}

enum course_exit vm_probe(const struct tree *tree, const struct lesson *lesson, const char *machine,
			  struct strbuf *why)
{
	AUTO_STRV argv = { 0 };

	if (!lesson->conf.needs.n)
		return COURSE_OK;
	vm_exec_argv(tree, machine, &argv);
	testenv_argv(tree, &argv);
	strv_add(&argv, "doctor");
	for (size_t i = 0; i < lesson->conf.needs.n; i++)
		strv_add(&argv, lesson->conf.needs.v[i]);
	return run_testenv(&argv, PROBE_MS, why);
}

static enum course_exit place_in_machine(struct run *run, const struct tree *tree,
					 struct strbuf *why)
{
	AUTO_STR name = machine_name();
	enum course_exit code = start(tree, name, KEEP_SECONDS, why);

	if (!code)
		run->machine = xstrdup(name);
	return code;
}

void vm_again(const struct tree *tree, const char *machine)
{
	AUTO_SB unused = { 0 };

	start(tree, machine, KEEP_SECONDS, &unused);
}

/* Trying out takes a second, and what has passed has had what it needs: so only now. */
void vm_confirm(struct run *run, const struct tree *tree)
{
	AUTO_SB why = { 0 };
	enum course_exit code;

	if (run->code != COURSE_FAILED || !run->machine)
		return;
	code = vm_probe(tree, run->lesson, run->machine, &why);
	if (!code)
		return;
	sb_add(&run->why, sb_str(&why));
	run->code = code;
}

/* `here` says why not on this machine, `there` why not in a virtual one: one line, if it can be. */
static void say_both(struct strbuf *why, const char *here, const char *there)
{
	size_t end = strlen(here);

	while (end && here[end - 1] == '\n')
		end--;
	sb_addf(why, "%.*s%sa virtual machine would do, but %.*s\n", (int)end, here,
		memchr(here, '\n', end) ? "\n" : "; ", (int)strcspn(there, "\n"), there);
}

enum course_exit vm_place(struct run *run, const struct tree *tree)
{
	AUTO_SB here = { 0 };
	AUTO_SB there = { 0 };
	enum course_exit code;

	if (choice.wanted) {
		run->code = place_in_machine(run, tree, &run->why);
		return run->code;
	}
	run->code = run_probe(tree, run->lesson, &here);
	if (run->code != COURSE_MACHINE) {
		sb_add(&run->why, sb_str(&here));
		return run->code;
	}
	code = place_in_machine(run, tree, &there);
	if (code == COURSE_OK || code == COURSE_INTERRUPTED)
		run->code = code;
	if (code == COURSE_OK)
		run->note = xasprintf("%.*s", (int)strcspn(sb_str(&here), "\n"), sb_str(&here));
	else if (code == COURSE_MACHINE)
		say_both(&run->why, sb_str(&here), sb_str(&there));
	else
		sb_add(&run->why, sb_str(&here));
	return run->code;
}
