// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl always: runs a pinned program on packets again and again, while somebody else
 * puts one inner map after the other into an outer map, and prints which verdicts came.
 * It ends when the first place of the outer map has had N new inner maps while the program
 * ran, when a packet has had two verdicts, or after so many seconds.
 *
 *	stdin   LABEL HEX		stdout  changes N
 *						LABEL VERDICT	(one line for each that came)
 */
#include "common/test/labctl.h"
#include "common/test/sandboxed.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/test/cpu.h"
#include "common/test/deadline.h"
#include "common/test/hex.h"
#include "common/test/packet.h"
#include "common/test/pins.h"
#include "common/test/tr.h"

#define PACKETS_MAX  16
#define VERDICTS_MAX 8
/* So long it goes on without a pause. Another one of its kind may wait for the same CPU. */
#define ON_END_NS 4000000
/* A run that took longer was interrupted: a change in it may have come when nothing ran. */
#define UNDISTURBED_NS 1000000
/* So many changes of that kind are worth one that is sure to have met a run. */
#define DISTURBED_FOR_ONE 4

struct input {
	char label[64];
	uint8_t bytes[PACKET_MAX];
	long len;
	__u32 verdicts[VERDICTS_MAX];
	int seen; /* how many of them came */
};

static struct input inputs[PACKETS_MAX];
static int count;

static int read_packets(void)
{
	char *line = NULL;
	size_t room = 0;
	int status = 0;

	while (!status && count < PACKETS_MAX && getline(&line, &room, stdin) > 0) {
		struct input *packet = &inputs[count++];
		const char *label = strtok(line, " \n");
		const char *hex = strtok(NULL, " \n");

		packet->len = hex ? hex_read(hex, packet->bytes, sizeof(packet->bytes)) : -EINVAL;
		if (packet->len < 0)
			status = fail("a line must be LABEL HEX");
		else
			snprintf(packet->label, sizeof(packet->label), "%s", label);
	}
	free(line);
	return status;
}

static void note(struct input *packet, __u32 verdict)
{
	for (int i = 0; i < packet->seen; i++)
		if (packet->verdicts[i] == verdict)
			return;
	if (packet->seen < VERDICTS_MAX)
		packet->verdicts[packet->seen++] = verdict;
}

static int run(int prog, struct input *packet)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet->bytes, .data_size_in = packet->len,
		    .repeat = 1);

	if (bpf_prog_test_run_opts(prog, &opts))
		return fail("the kernel did not run the program on %s: %s", packet->label,
			    strerror(errno));
	note(packet, opts.retval);
	return 0;
}

/* The id of the inner map in the first place; 0: there is none. */
static __u32 inner_id(int outer)
{
	__u32 place = 0, id;

	return bpf_map_lookup_elem(outer, &place, &id) ? 0 : id;
}

/*
 * Takes the last CPU nearly for itself, where there is another one for the loader: on a
 * busy machine the program would else seldom be running when a change comes. Where that is
 * not allowed, it goes without. Is there another CPU?
 */
static bool run_first(void)
{
	const struct sched_param least = { .sched_priority = 1 };

	if (cpu_named("first") == cpu_named("last"))
		return false;
	if (!cpu_stay_on("last"))
		(void)sched_setscheduler(0, SCHED_FIFO, &least);
	return true;
}

/* Runs it on all packets. 1: one of them has had two verdicts; negative: an error, already reported. */
static int run_on_all(int prog)
{
	for (int i = 0; i < count; i++) {
		if (run(prog, &inputs[i]))
			return -1;
		if (inputs[i].seen > 1)
			return 1;
	}
	return 0;
}

/*
 * Returns how often there was a new inner map while the program ran, or a negative number
 * (already reported). With one CPU nothing happens while it runs: there each change counts.
 */
static int run_until(int prog, int outer, int changes, double seconds, bool another_cpu)
{
	struct deadline deadline = deadline_in(seconds);
	__u32 last = inner_id(outer), id;
	int64_t on = deadline_now(), before = on, after;
	int worth = 0;

	while (worth < changes * DISTURBED_FOR_ONE && !deadline_over(deadline)) {
		int status = run_on_all(prog);

		if (status < 0)
			return status;
		if (status)
			break;
		id = inner_id(outer);
		after = deadline_now();
		if (id && id != last)
			worth += another_cpu && after - before > count * UNDISTURBED_NS
					 ? 1
					 : DISTURBED_FOR_ONE;
		last = id ?: last;
		before = after;
		if (after - on < ON_END_NS)
			continue;
		/* What else belongs to this CPU gets its turn. A change at that time proves nothing. */
		deadline_pause_for(deadline, 0.0005);
		last = inner_id(outer) ?: last;
		on = before = deadline_now();
	}
	if (worth < changes * DISTURBED_FOR_ONE)
		note_late(deadline);
	return worth / DISTURBED_FOR_ONE;
}

static void print_seen(enum bpf_prog_type type)
{
	for (int i = 0; i < count; i++) {
		for (int v = 0; v < inputs[i].seen; v++) {
			printf("%s ", inputs[i].label);
			tr_print_verdict(type, inputs[i].verdicts[v]);
			putchar('\n');
		}
	}
}

int cmd_always(int argc, char **argv)
{
	const char *dir = NULL, *changes = "1", *seconds = "5";
	const struct option_value table[] = { { .name = "pin", .value = &dir },
					      { .name = "changes", .value = &changes },
					      { .name = "seconds", .value = &seconds },
					      {} };
	int first = options(argc, argv, table);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int prog, outer, changed;
	bool another_cpu;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 2 || !dir)
		return usage();
	prog = pin_open(dir, "prog", argv[first]);
	if (prog < 0)
		return pin_missing(dir, "prog", argv[first]);
	outer = pin_open(dir, "map", argv[first + 1]);
	if (outer < 0) {
		close(prog);
		return pin_missing(dir, "map", argv[first + 1]);
	}
	another_cpu = run_first();
	changed = read_packets() || bpf_obj_get_info_by_fd(prog, &info, &size)
			  ? -1
			  : run_until(prog, outer, atoi(changes), atof(seconds), another_cpu);
	close(outer);
	close(prog);
	if (changed < 0)
		return EXIT_FAILED;
	printf("changes %d\n", changed);
	print_seen(info.type);
	return EXIT_OK;
}
