// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of reads.bpf.c: prints what a process reads. Given; the lesson's work
 * is in the kernel program.
 *
 *	reads [-k] COMMAND ARG...	runs COMMAND, until it ends
 *	reads [-k]			every process, until Ctrl-C
 *
 * Without -k it uses fexit, with -k the kprobes. Only what it uses is loaded, so
 * that either works where the kernel has not got the other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/lab/lab.h"
#include "reads.h"
#include "reads.skel.h"

static struct {
	bool kprobes;
	unsigned long shown;
} env;

static const struct argp_option options[] = {
	{ "kprobes", 'k', NULL, 0, "Use kprobe and kretprobe instead of fexit", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	(void)arg, (void)state;
	if (key != 'k')
		return ARGP_ERR_UNKNOWN;
	env.kprobes = true;
	return 0;
}

static int print_read(void *ctx, void *data, size_t size)
{
	const struct read_event *e = data;
	char name[NAME_LEN + 1];
	const char *error;

	(void)ctx;
	if (size < sizeof(*e)) {
		printf("(a record of %zu bytes, too short)\n", size);
		return 0;
	}
	error = e->result < 0 ? strerrorname_np(-e->result) : NULL;
	printf("%7d  %9llu  ", e->pid, e->asked);
	if (error)
		printf("%9s", error);
	else
		printf("%9lld", e->result);
	snprintf(name, sizeof(name), "%.*s", NAME_LEN, e->name);
	printf("  %s\n", lab_printable(name));
	env.shown++;
	return 0;
}

static void choose_programs(struct reads_bpf *skel)
{
	bpf_program__set_autoload(skel->progs.enter_read, env.kprobes);
	bpf_program__set_autoload(skel->progs.leave_read, env.kprobes);
	bpf_program__set_autoload(skel->progs.exit_read, !env.kprobes);
	bpf_program__set_autoload(skel->progs.count_read, !env.kprobes);
}

static void print_sum(const struct reads_bpf *skel)
{
	printf("%lu reported", env.shown);
	if (!env.kprobes)
		printf("; meanwhile vfs_read was called %llu times on this machine",
		       skel->bss->machine_reads);
	putchar('\n');
}

/* From here on the kernel runs the programs; until the command ends, or Ctrl-C. */
static int watch(struct reads_bpf *skel, struct lab_child *child)
{
	struct ring_buffer *queue;
	int err;

	err = reads_bpf__attach(skel);
	if (err)
		return err;
	queue = ring_buffer__new(bpf_map__fd(skel->maps.events), print_read, NULL, NULL);
	if (!queue)
		return -errno;
	printf("%7s  %9s  %9s  %s\n", "PID", "ASKED", "RESULT", "FILE");
	err = lab_resume(child);
	if (!err)
		err = lab_ringbuf_loop(queue, child);
	if (!err)
		print_sum(skel);
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
		.doc = "Print what a process reads: file, bytes asked for, result.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct reads_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = reads_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);
	choose_programs(skel);

	err = lab_spawn_paused(&child, lab_opts.command);
	skel->rodata->target_pid = lab_opts.command ? child.pid : 0;
	if (!err)
		err = reads_bpf__load(skel);
	if (!err)
		err = watch(skel, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	reads_bpf__destroy(skel);
	return !!err;
}
