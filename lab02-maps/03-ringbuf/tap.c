// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of tap.bpf.c: prints what a process writes and closes, or with -n only
 * what is left in the ring buffer when the command has ended. Given; the
 * lesson's work is in the kernel program.
 *
 *	tap COMMAND ARG...	runs COMMAND, until it ends
 *	tap -n COMMAND ARG...	the same, but reads nothing before it has ended
 *	tap -p PID		process PID, until Ctrl-C
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "common/lab/lab.h"
#include "tap.h"
#include "tap.skel.h"

static struct {
	pid_t pid;
	bool late;
	unsigned long received;
} env;

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Watch process PID", 0 },
	{ "no-reading", 'n', NULL, 0, "Read no records before COMMAND has ended", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		env.pid = lab_pid_arg(arg, state);
		return 0;
	case 'n':
		env.late = true;
		return 0;
	case ARGP_KEY_SUCCESS:
		if (!env.pid == !lab_opts.command)
			argp_error(state, "give either -p PID or a COMMAND");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Text in quotes; what cannot be printed is a dot. */
static void print_data(const char *data, size_t size)
{
	putchar('"');
	for (size_t i = 0; i < size; i++)
		putchar(isprint((unsigned char)data[i]) ? data[i] : '.');
	putchar('"');
}

/* size is the length of this record: it tells how much data there is. */
static int print_event(void *ctx, void *data, size_t size)
{
	const struct write_event *event = data;
	const struct event *head = &event->head;

	(void)ctx;
	env.received++;
	if (size < sizeof(*head)) {
		printf("(a record of %zu bytes, too short)\n", size);
		return 0;
	}
	printf("%4zu bytes: ", size);
	if (head->kind == TAP_CLOSE) {
		printf("close %u", head->fd);
	} else {
		printf("write %u, %u bytes ", head->fd, head->length);
		print_data(event->data, size - sizeof(*head));
	}
	putchar('\n');
	return 0;
}

/* From here on the kernel runs the programs; until the command ends, or Ctrl-C. */
static int watch(struct tap_bpf *skel, struct lab_child *child)
{
	struct ring_buffer *ring;
	int err;

	err = tap_bpf__attach(skel);
	if (err)
		return err;
	ring = ring_buffer__new(bpf_map__fd(skel->maps.events), print_event, NULL, NULL);
	if (!ring)
		return -errno;
	err = lab_resume(child);
	if (!err && env.late) {
		err = lab_tick_loop(0, NULL, NULL, child);
		if (!err)
			err = ring_buffer__consume(ring);
		err = err > 0 ? 0 : err;
	} else if (!err) {
		err = lab_ringbuf_loop(ring, child);
	}
	if (!err)
		printf("%lu records, %llu dropped\n", env.received, skel->bss->dropped);
	ring_buffer__free(ring);
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
		.doc = "Print what a process writes and closes: COMMAND, or process PID until Ctrl-C. "
		       "Run it inside testenv run.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct tap_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = tap_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);

	err = lab_spawn_paused(&child, lab_opts.command);
	skel->rodata->target_pid = lab_opts.command ? child.pid : env.pid;
	if (!err)
		err = tap_bpf__load(skel);
	if (!err)
		err = watch(skel, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	tap_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
