// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Builds lessons by starting make, and finds in make's output the one error to
 * begin with. How a lesson is built stands in common/lesson.mk only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/build.h"
#include "course/files.h"
#include "course/proc.h"

#define SHOWN_LINES 12
#define SHOWN_WIDTH 500

/* "FILE:LINE:COLUMN: error: ..." of clang and gcc */
static bool is_error(const char *line)
{
	return strstr(line, ": error: ") || strstr(line, ": fatal error: ");
}

static bool begins_diagnostic(const char *line)
{
	return is_error(line) || strstr(line, ": warning: ") ||
	       starts_with(line, "In file included from ") || starts_with(line, "make: ") ||
	       strstr(line, " generated.") || strstr(line, ": In function ");
}

/* The linker, or make itself: the last lines say it. Progress is indented. */
static void add_last_lines(const struct strv *lines, struct strbuf *why)
{
	size_t said = 0;

	for (size_t i = 0; i < lines->n; i++)
		said += !starts_with(lines->v[i], "  ");
	for (size_t i = 0; i < lines->n; i++)
		if (!starts_with(lines->v[i], "  ") && said-- <= SHOWN_LINES)
			sb_addf(why, "%.*s\n", SHOWN_WIDTH, lines->v[i]);
}

/*
 * clang advises to include <stdio.h> for printf(), which cannot help in a
 * program for the kernel. A name of a helper that is misspelt is another mistake.
 */
static bool wants_c_library(const char *error)
{
	const char *place = strstr(error, ": error: ");

	if (starts_with(error, "/usr/include/"))
		return strstr(error, "'bits/") || strstr(error, "'gnu/");
	if (!place || !memmem(error, place - error, ".bpf.c:", strlen(".bpf.c:")))
		return false;
	return strstr(error, " library function '") ||
	       ((strstr(error, "implicit declaration of function '") ||
		 strstr(error, "call to undeclared function '")) &&
		!strstr(error, " function 'bpf_"));
}

/* Of what the loader is built with, a map, a program or a variable is gone: not its own mistake. */
static bool misses_part(const char *error)
{
	const char *what = strstr(error, " has no member named ");

	return what && !strstr(error, ".bpf.c:") &&
	       (memmem(error, what - error, "_bpf", strlen("_bpf")) ||
		memmem(error, what - error, "<anonymous>", strlen("<anonymous>")));
}

void build_first_error(const char *output, struct strbuf *why)
{
	AUTO_STRV lines = { 0 };
	size_t first = 0, errors = 0, shown = 0;

	strv_lines(&lines, output);
	for (size_t i = lines.n; i-- > 0;)
		if (is_error(lines.v[i]))
			errors++, first = i;
	if (!errors) {
		add_last_lines(&lines, why);
		return;
	}
	sb_addf(why, "%.*s\n", SHOWN_WIDTH, lines.v[first]);
	for (size_t i = first + 1; i < lines.n && shown < SHOWN_LINES; i++, shown++) {
		if (begins_diagnostic(lines.v[i]))
			break;
		sb_addf(why, "%.*s\n", SHOWN_WIDTH, lines.v[i]);
	}
	if (wants_c_library(lines.v[first]))
		sb_add(why,
		       BUILD_FIX "there is no C library in the kernel, so including a header of it "
				 "does not help; call helpers (bpf_...) and functions of your own. "
				 "bpf_printk() prints to /sys/kernel/tracing/trace_pipe\n");
	if (misses_part(lines.v[first]))
		sb_add(why,
		       BUILD_FIX "the loader wants a map, program or variable by that name (all "
				 "maps, if it is 'maps'): is it gone from your .bpf.c, its name "
				 "changed, or the SEC() above it gone?\n");
	if (errors > 1)
		sb_addf(why, "(and %zu more; the first often causes the others)\n", errors - 1);
}

static enum course_exit cannot_write(const struct tree *tree, int err, struct strbuf *why)
{
	const char *cure = err == -ENOSPC ? "make room"
					  : "set BUILD and COURSE_WORK to folders you can write to";

	sb_addf(why, "cannot build in %s: %s; %s\n", tree_relative(tree, tree->build),
		strerror(-err), cure);
	return COURSE_MACHINE;
}

/* Why make failed: the learner's file, or this machine. */
static enum course_exit explain(const struct tree *tree, const struct proc_result *r,
				struct strbuf *why)
{
	AUTO_STR output = xasprintf("%s%s", sb_str(&r->err), sb_str(&r->out));

	if (strstr(output, "No space left on device"))
		return cannot_write(tree, -ENOSPC, why);
	if (strstr(output, "Read-only file system"))
		return cannot_write(tree, -EROFS, why);
	if (strstr(output, "'vmlinux.h' file not found")) {
		sb_add(why, "this kernel offers no BTF (/sys/kernel/btf/vmlinux), which the "
			    "program is built with; see: testenv doctor btf\n");
		return COURSE_MACHINE;
	}
	if (strstr(output, "bpftool: none found")) {
		sb_add(why, "no bpftool that works; install it with: make deps\n");
		return COURSE_MACHINE;
	}
	if (r->capped)
		sb_add(why, "the build printed more than 1 MiB, and was ended\n");
	build_first_error(output, why);
	return COURSE_INVALID;
}

/* One make at a time: all overlays share vmlinux.h and liblab.a. */
static int lock_build(const struct tree *tree)
{
	AUTO_STR path = xasprintf("%s/.course.lock", tree->build);
	int err = make_dirs(tree->build);

	if (!err)
		err = dir_writable(tree->build);
	return err ? err : file_lock(path, true);
}

static void make_argv(const struct tree *tree, const struct lesson *lesson, const char *overlays,
		      const char *submission, struct strv *argv)
{
	strv_add(argv, "make");
	strv_add(argv, "--no-print-directory");
	strv_addf(argv, "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	strv_add(argv, "-k");
	strv_addf(argv, "-C%s", tree->top);
	strv_addf(argv, "BUILD=%s", tree_relative(tree, tree->build));
	strv_addf(argv, "COURSE_WORK=%s", tree_relative(tree, tree->work));
	if (submission)
		strv_addf(argv, "SUBMISSION=%s", submission);
	strv_addf(argv, "LESSON=%s", lesson->name);
	strv_addf(argv, "OVERLAY=%s", overlays);
	strv_add(argv, "lesson");
}

/* Runs make. What it prints goes to `printed` where that is wanted. */
static enum course_exit run_make(const struct tree *tree, const struct strv *argv,
				 struct strbuf *printed, struct strbuf *why)
{
	AUTO_FD lock = lock_build(tree);
	struct proc_result r = { 0 };
	struct proc proc = { .argv = argv, .timeout_ms = BUILD_TIMEOUT_MS };
	enum course_exit code;
	int err;

	if (lock == -EINTR)
		return COURSE_INTERRUPTED;
	if (lock < 0)
		return cannot_write(tree, lock, why);
	err = proc_run(&proc, &r);
	if (err) {
		sb_addf(why, "cannot start make: %s; install it with: apt install make\n",
			strerror(-err));
		code = COURSE_MACHINE;
	} else if (r.interrupted || r.status == 130) {
		code = COURSE_INTERRUPTED;
	} else if (r.timed_out) {
		sb_add(why, "the build took longer than 10 minutes\n");
		code = COURSE_TIME;
	} else {
		code = r.status ? explain(tree, &r, why) : COURSE_OK;
	}
	if (printed && !code)
		sb_add(printed, sb_str(&r.out));
	proc_result_free(&r);
	return code;
}

enum course_exit build_submission(const struct tree *tree, const struct lesson *lesson,
				  const char *overlays, const char *submission, struct strbuf *why)
{
	AUTO_STRV argv = { 0 };

	make_argv(tree, lesson, overlays, submission, &argv);
	return run_make(tree, &argv, NULL, why);
}

enum course_exit build_print(const struct tree *tree, const struct lesson *lesson,
			     const char *overlay, const char *submission, struct strbuf *commands,
			     struct strbuf *why)
{
	AUTO_STRV argv = { 0 };

	make_argv(tree, lesson, overlay, submission, &argv);
	strv_add(&argv, "--dry-run");
	strv_add(&argv, "V=1");
	return run_make(tree, &argv, commands, why);
}

enum course_exit build_lesson(const struct tree *tree, const struct lesson *lesson,
			      const char *overlays, struct strbuf *why)
{
	return build_submission(tree, lesson, overlays, NULL, why);
}

static int lock_in(const struct tree *tree, const struct lesson *lesson, const char *name)
{
	AUTO_STR dir = xasprintf("%s/run/%s", tree->build, lesson->name);
	AUTO_STR path = xasprintf("%s/%s", dir, name);
	int err = make_dirs(dir);

	return err ? err : file_lock(path, true);
}

int build_lock_lesson(const struct tree *tree, const struct lesson *lesson)
{
	return lock_in(tree, lesson, ".lock");
}

int build_lock_verify(const struct tree *tree, const struct lesson *lesson)
{
	return lock_in(tree, lesson, ".verify.lock");
}
