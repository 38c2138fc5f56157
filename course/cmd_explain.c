// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * course explain: why a program was refused. It has the object loaded (trial.c), or
 * takes a log that somebody saved (savedlog.c); what the words mean is liblab's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "course/build.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/progress.h"
#include "course/savedlog.h"
#include "course/trial.h"
#include "course/variables.h"
#include "course/vm.h"

enum {
	OPT_LOG = 256,
	OPT_VM,
	READER_SECONDS = 20,
};

struct input {
	const char *log;
	const char *what; /* an object, or a lesson */
	bool vm;
	const char *kernel;
};

static const struct argp_option options[] = {
	{ "log", OPT_LOG, "FILE", 0,
	  "Explain what a loader printed and somebody saved; - is standard input. With OBJECT, "
	  "which is not loaded then, source lines and names are known on older kernels, too.",
	  0 },
	{ "vm", OPT_VM, "KERNEL", OPTION_ARG_OPTIONAL,
	  "Load in a virtual machine, under the kernel 6.1, 6.12, newest ... that testenv vm fetch "
	  "has brought.",
	  0 },
	{ 0 }
};

static void take_argument(struct input *in, char *arg, struct argp_state *state)
{
	if (in->vm && !in->kernel && vm_is_kernel(arg))
		in->kernel = arg;
	else if (in->what)
		argp_error(state, "one object or lesson at a time");
	else
		in->what = arg;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case OPT_LOG:
		in->log = arg;
		return 0;
	case OPT_VM:
		in->vm = true;
		in->kernel = arg;
		if (arg && !vm_is_kernel(arg))
			argp_error(state, "--vm takes a kernel such as 6.1, or newest, not \"%s\"",
				   arg);
		return 0;
	case ARGP_KEY_ARG:
		take_argument(in, arg, state);
		return 0;
	case ARGP_KEY_END:
		if (in->log && in->vm)
			argp_error(state, "--log and --vm exclude each other: nothing is loaded");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* ---- explaining a text, with an object or without ---- */

struct reading {
	const struct tree *tree;
	const char *text;
	const struct strbuf *object; /* NULL: not there */
	const char *name;	     /* of what the text is about, as the learner has it */
	bool saved;
};

static void print_loads(const struct reading *reading)
{
	if (reading->saved)
		printf("%s: nothing to complain about: the verifier accepted the program\n",
		       reading->name);
	else
		printf("%s: it loads: the verifier has nothing to complain about\n", reading->name);
}

static void print_not_loaded(const struct lab_refusal *r)
{
	printf("not loaded: %s\n", r->sentence);
	if (r->rule && r->message[0])
		printf("  the loader's words: %s\n", r->message);
	if (!r->rule)
		printf("  this message is not known here, so nothing is said about it\n");
	if (r->fix[0])
		printf("  fix: %s\n", r->fix);
}

static int explain_text(const struct reading *reading)
{
	const struct lab_origin origin = {
		.elf = reading->object ? reading->object->s : NULL,
		.elf_size = reading->object ? reading->object->len : 0,
		.saved = reading->saved,
		.as_root = !reading->saved,
		.variable = variables_find,
	};
	struct lab_refusal r;
	enum lab_verdict verdict = lab_explain_saved(reading->text, &origin, &r);

	if (r.read_on) {
		AUTO_STR lesson = xasprintf("%s/%s", reading->tree->top, r.read_on);

		/* A tree that was handed out need not have all lessons. */
		if (!is_file(lesson))
			r.read_on = NULL;
	}
	switch (verdict) {
	case LAB_VERDICT_LOADS:
		print_loads(reading);
		return COURSE_OK;
	case LAB_VERDICT_REFUSED:
		lab_refusal_tell(stdout, &r);
		break;
	case LAB_VERDICT_NOT_LOADED:
		print_not_loaded(&r);
		break;
	case LAB_VERDICT_NO_LOG:
		course_error("%s holds no log of a verifier or a loader", reading->name);
		return COURSE_INVALID;
	}
	return r.machine ? COURSE_MACHINE : COURSE_FAILED;
}

/* Objects may be hostile, and those who read them are not ours alone: in a child. */
static int explain(const struct reading *reading)
{
	const struct rlimit cpu = { READER_SECONDS, READER_SECONDS }, none = { 0, 0 };
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		setrlimit(RLIMIT_CPU, &cpu);
		setrlimit(RLIMIT_CORE, &none);
		status = explain_text(reading);
		_exit(fflush(stdout) ? COURSE_INTERNAL : status);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0) {
		course_error("cannot fork: %s", strerror(errno));
		return COURSE_INTERNAL;
	}
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	course_error(
		"%s: cannot be explained: its reader was ended by a signal (%s); is the object "
		"damaged?",
		reading->name, strsignal(WTERMSIG(status)));
	return COURSE_INVALID;
}

/* ---- where the text comes from ---- */

static int open_object(const char *path, struct strbuf *bytes, int *fd)
{
	int err;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	err = *fd < 0 ? -errno : object_read(*fd, bytes);
	if (!err)
		return COURSE_OK;
	if (err == -ENOEXEC)
		course_error("%s is not an object file for BPF%s", path,
			     ends_with(path, ".log") || ends_with(path, ".txt")
				     ? "; for a log: course explain --log FILE"
				     : "; compile it with: clang -target bpf");
	else
		course_error("%s: %s", path, strerror(-err));
	return COURSE_INVALID;
}

static int explain_log(const struct tree *tree, const struct input *in)
{
	AUTO_SB text = { 0 };
	AUTO_SB object = { 0 };
	AUTO_FD fd = -1;
	struct reading reading = { .tree = tree, .saved = true };
	bool cut;
	int err, code;

	reading.name = strcmp(in->log, "-") ? in->log : "standard input";
	err = savedlog_read(in->log, &text, &cut);
	if (err) {
		course_error("%s: %s", reading.name, strerror(-err));
		return COURSE_INVALID;
	}
	if (in->what) {
		code = open_object(in->what, &object, &fd);
		if (code)
			return code;
		reading.object = &object;
	}
	reading.text = sb_str(&text);
	code = explain(&reading);
	if (cut && code != COURSE_INVALID)
		printf("(of this log, only the last %u MiB were read)\n", SAVEDLOG_MAX >> 20);
	return code;
}

static int explain_object(const struct tree *tree, const struct lesson *lesson, const char *path)
{
	AUTO_SB bytes = { 0 };
	AUTO_SB log = { 0 };
	AUTO_SB why = { 0 };
	AUTO_STR machine = NULL;
	AUTO_FD fd = -1;
	struct reading reading = { .tree = tree, .object = &bytes };
	int code = open_object(path, &bytes, &fd);

	if (code)
		return code;
	if (lseek(fd, 0, SEEK_SET))
		return COURSE_INTERNAL;
	code = trial(tree, lesson, fd, &log, &machine, &why);
	if (code) {
		if (code != COURSE_INTERRUPTED)
			course_error("%.*s", (int)strcspn(sb_str(&why), "\n"), sb_str(&why));
		return code;
	}
	reading.name = tree_relative(tree, path);
	reading.text = sb_str(&log);
	code = explain(&reading);
	if (machine)
		printf("(tried in the virtual machine %s)\n", machine);
	return code;
}

/* All kernel programs of the lesson; the first that does not load ends it. */
static int explain_objects(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR folder = xasprintf("%s/run/%s/work", tree->build, lesson->name);
	AUTO_STRV names = { 0 };
	int code = COURSE_OK, worst = COURSE_OK;
	bool found = false;

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n && code <= COURSE_FAILED; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);

		if (!ends_with(names.v[i], ".bpf.o"))
			continue;
		found = true;
		code = explain_object(tree, lesson, path);
		if (code)
			worst = code;
	}
	if (found)
		return worst;
	course_error("%s has no object file to explain: its loader hands over the program itself, "
		     "and says why it is refused",
		     lesson->name);
	return COURSE_INVALID;
}

static int explain_lesson(const struct tree *tree, const char *name)
{
	struct lesson *lesson;
	AUTO_SB why = { 0 };
	AUTO_FD lock = -1;
	int code;

	lesson = cli_lesson(tree, name, &code);
	if (code)
		return code;
	if (progress_ready(tree, lesson, &why) != READY) {
		course_error("%.*s", (int)strcspn(sb_str(&why), "\n"), sb_str(&why));
		return COURSE_INVALID;
	}
	lock = build_lock_lesson(tree, lesson);
	if (lock == -EINTR)
		return COURSE_INTERRUPTED;
	code = build_lesson(tree, lesson, "work", &why);
	if (!code)
		return explain_objects(tree, lesson);
	if (code == COURSE_INVALID)
		printf("does not compile, so there is nothing to load yet:\n%s", sb_str(&why));
	else if (code != COURSE_INTERRUPTED)
		course_error("%.*s", (int)strcspn(sb_str(&why), "\n"), sb_str(&why));
	return code;
}

/* What looks like a file is one: no lesson's name ends so. */
static bool is_object_name(const char *what)
{
	return ends_with(what, ".o") || is_file(what);
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;

	if (in->log)
		return explain_log(tree, in);
	if (in->vm)
		vm_want(in->kernel);
	if (in->what && is_object_name(in->what))
		return explain_object(tree, NULL, in->what);
	return explain_lesson(tree, in->what);
}

const struct command cmd_explain = {
	.name = "explain",
	.arguments = "[LESSON|OBJECT] [--vm [KERNEL]] [--log FILE]",
	.summary = "why a program is refused, and what to do about it",
	.description =
		"Has the kernel try a program, and explains its refusal: what the verifier could not "
		"prove, at which line, about which variable, how the program came there, how such "
		"programs are usually mended, and which lesson teaches it. Nothing is attached, and "
		"nothing stays. Without argument it takes your copy of the current lesson, built "
		"anew; OBJECT is any object file, such as parse.bpf.o.\n\n"
		"With --log nothing is loaded: FILE holds what libbpf, bpftool or another loader "
		"printed, as it is or out of a journal. Of several logs in it the last one counts.\n\n"
		"The exit code is 0 for a program that loads, 1 for one that is refused, 3 for what is "
		"no object or log, and 4 where this machine lacks something, and the program is not "
		"to blame.",
	.examples = "course explain\n"
		    "course explain parsing\n"
		    "course explain my.bpf.o\n"
		    "course explain my.bpf.o --vm 6.1\n"
		    "bpftool prog load my.bpf.o /sys/fs/bpf/my 2>&1 | course explain --log -\n"
		    "course explain --log saved.log my.bpf.o",
	.see_also = "course check, course hint",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
