// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loads an object once through labctl trial, which testenv gives the rights for,
 * or a virtual machine. We hand over the bytes: nobody opens a file with more
 * rights than the learner has.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "course/testenv.h"
#include "course/trial.h"
#include "course/vm.h"

enum {
	TRIAL_SECONDS = 60,
	/* The verifier's log is at most 16 MiB, libbpf's words come on top. */
	OUTPUT_MAX = 20 << 20,
};

static void trial_argv(const struct run *run, const struct tree *tree, struct strv *argv)
{
	if (run->machine) {
		vm_exec_argv(tree, run->machine, argv);
	} else {
		testenv_argv(tree, argv);
		strv_add(argv, "run");
		strv_add(argv, "--topology=none");
		strv_addf(argv, "--timeout=%d", TRIAL_SECONDS);
		strv_add(argv, "--");
	}
	strv_addf(argv, "%s/libexec/labctl", tree->build);
	strv_add(argv, "trial");
}

static enum course_exit classify(const struct proc_result *r, struct strbuf *why)
{
	AUTO_STR complaint = testenv_complaint(r);

	if (r->interrupted || r->status == COURSE_INTERRUPTED)
		return COURSE_INTERRUPTED;
	if (r->timed_out || r->status == 124) {
		sb_add(why, "the kernel has not decided within the time limit\n");
		return COURSE_TIME;
	}
	if (r->status <= 1 && r->out.len)
		return COURSE_OK;
	if (complaint)
		sb_addf(why, "%s\n", complaint);
	else
		sb_add(why,
		       r->err.len ? r->err.s : "the object was not tried, for no reason given\n");
	if (r->status == COURSE_INVALID)
		return COURSE_INVALID;
	return r->status == COURSE_MACHINE || r->status == TESTENV_DEAD ? COURSE_MACHINE
									: COURSE_INTERNAL;
}

static enum course_exit run_trial(const struct run *run, const struct tree *tree, int fd,
				  struct strbuf *log, struct strbuf *why)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .in = fd, .cap = OUTPUT_MAX };
	enum course_exit code;
	int err;

	trial_argv(run, tree, &argv);
	proc.timeout_ms = TRIAL_SECONDS * 1000 * (run->machine ? VM_SLOWNESS : 1) + 15000;
	err = run->machine ? proc_run(&proc, &r) : testenv_proc(&proc, &r);
	if (err) {
		sb_addf(why, "cannot start testenv: %s\n", strerror(-err));
		code = COURSE_INTERNAL;
	} else {
		code = classify(&r, why);
	}
	if (!code)
		sb_add(log, r.out.s);
	proc_result_free(&r);
	return code;
}

enum course_exit trial(const struct tree *tree, const struct lesson *lesson, int fd,
		       struct strbuf *log, char **machine, struct strbuf *why)
{
	struct run run = { .lesson = lesson };
	enum course_exit code = vm_place(&run, tree);

	if (!code && !run.machine)
		code = testenv_ready(tree, why);
	if (!code)
		code = run_trial(&run, tree, fd, log, why);
	sb_add(why, sb_str(&run.why));
	*machine = run.machine;
	run.machine = NULL;
	sb_free(&run.why);
	free(run.note);
	return code;
}
