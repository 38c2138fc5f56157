// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of opens.bpf.c: prints the files that a process opens, with the
 * descriptor it got, or the error. Given; the lesson's work is in the kernel
 * program.
 *
 *	opens COMMAND ARG...	runs COMMAND, until it ends
 *	opens -p PID		process PID, until Ctrl-C
 *	opens			every process, until Ctrl-C
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/lab/lab.h"
#include "opens.h"
#include "opens.skel.h"

static struct {
	pid_t pid;
	unsigned long shown;
} env;

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Report process PID", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		env.pid = lab_pid_arg(arg, state);
		return 0;
	case ARGP_KEY_SUCCESS:
		if (env.pid && lab_opts.command)
			argp_error(state, "give either -p PID or a COMMAND");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* "ENOENT" for -2; a number for what has no name, such as the kernel's own -512. */
static const char *result_text(int result)
{
	static char number[16];
	const char *name = result < 0 ? strerrorname_np(-result) : NULL;

	snprintf(number, sizeof(number), "%d", result);
	return name ?: number;
}

static int print_open(void *ctx, void *data, size_t size)
{
	const struct open_event *e = data;
	char path[PATH_LEN + 1];

	(void)ctx;
	if (size < sizeof(*e)) {
		printf("(a record of %zu bytes, too short)\n", size);
		return 0;
	}
	snprintf(path, sizeof(path), "%.*s", PATH_LEN, e->path);
	printf("%7d  %-8s  %s\n", e->pid, result_text(e->result), lab_printable(path));
	env.shown++;
	return 0;
}

/* From here on the kernel runs the programs; until the command ends, or Ctrl-C. */
static int watch(struct opens_bpf *skel, struct lab_child *child)
{
	struct ring_buffer *queue;
	int err;

	err = opens_bpf__attach(skel);
	if (err)
		return err;
	queue = ring_buffer__new(bpf_map__fd(skel->maps.events), print_open, NULL, NULL);
	if (!queue)
		return -errno;
	printf("%7s  %-8s  %s\n", "PID", "RESULT", "PATH");
	err = lab_resume(child);
	if (!err)
		err = lab_ringbuf_loop(queue, child);
	if (!err)
		printf("%lu reported; meanwhile openat was called %llu times on this machine\n",
		       env.shown, skel->bss->openat_calls);
	ring_buffer__free(queue);
	return err;
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 },
					       { &lab_command_argp, 0, NULL, 0 },
					       { 0 } };
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Print the files that a process opens: COMMAND, or process PID until Ctrl-C; "
		       "without either, every process. Run it inside testenv run.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct opens_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = opens_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);

	err = lab_spawn_paused(&child, lab_opts.command);
	skel->rodata->target_pid = lab_opts.command ? child.pid : env.pid;
	if (!err)
		err = opens_bpf__load(skel);
	if (!err)
		err = watch(skel, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	opens_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
