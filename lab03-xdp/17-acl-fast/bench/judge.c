// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * An engine of ours over a trace. BPF_PROG_TEST_RUN runs judge_next (frames.bpf.c), which puts
 * the next frame of the trace in the place of the packet and calls the engine. The
 * harness alone is the same with a program that does nothing, in turn with it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "bench.h"
#include "trace.h"

/* A measurement goes over the whole trace until this much time is over. */
#define ENOUGH_NS 60000000ULL

#define ENGINES_MAX 16

/* What is measured: the programs of one engine, and where it counts. */
struct engine {
	const char *name; /* no string: it has name_size bytes */
	int name_size;
	__u64 times;		  /* a measurement goes over the trace so often */
	int acl, which, counters; /* fds; -1: not open */
	int cpus;
	__u64 *before, *after; /* packets, by slot */
};

static int open_pin(const char *pins, const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", pins, name);
	fd = bpf_obj_get(path);
	return fd < 0 ? lab_fail(-errno, "%s: %s", path, strerror(errno)) : fd;
}

static void engine_close(struct engine *engine)
{
	const int fds[] = { engine->acl, engine->which, engine->counters };

	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(engine->before);
	free(engine->after);
}

/* From NAME=PINS. After an error, too, it is to be closed. */
static int engine_open(struct engine *engine, const char *name)
{
	const char *pins = strchrnul(name, '=');

	*engine = (struct engine){ .name = name, .name_size = pins - name };
	pins += *pins == '=';
	engine->acl = open_pin(pins, "prog/acl");
	engine->which = open_pin(pins, "prog/acl_which");
	engine->counters = open_pin(pins, "map/counters");
	engine->cpus = libbpf_num_possible_cpus();
	engine->before = calloc(ACL_SLOTS, sizeof(*engine->before));
	engine->after = calloc(ACL_SLOTS, sizeof(*engine->after));
	if (engine->acl < 0 || engine->which < 0 || engine->counters < 0)
		return -ENOENT;
	return engine->before && engine->after && engine->cpus > 0 ? 0 : -ENOMEM;
}

/* ---- is it right? ------------------------------------------------------------- */

static int run_one(int program, const struct frame *frame, __u32 *result)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = FRAME_SIZE,
		    .repeat = 1);

	if (bpf_prog_test_run_opts(program, &opts))
		return -errno;
	*result = opts.retval;
	return 0;
}

static int check_verdicts(const struct engine *engine, const struct trace *trace)
{
	__u32 verdict, slot;

	for (__u32 i = 0; i < trace->n; i++) {
		const struct traced *packet = &trace->packet[i];
		int err = run_one(engine->acl, &packet->frame, &verdict);

		if (!err)
			err = run_one(engine->which, &packet->frame, &slot);
		if (err)
			return err;
		if (verdict != packet->action || slot != packet->rule)
			return lab_fail(
				-EBADMSG,
				"%.*s: packet %u: verdict %u by rule %u; the reference: %u by rule %u",
				engine->name_size, engine->name, i, verdict, slot, packet->action,
				packet->rule);
	}
	return 0;
}

static int read_counters(const struct engine *engine, __u64 *packets)
{
	struct acl_count *values = calloc(engine->cpus, sizeof(*values));
	int err = values ? 0 : -ENOMEM;

	for (__u32 slot = 0; !err && slot < ACL_SLOTS; slot++) {
		if (bpf_map_lookup_elem(engine->counters, &slot, values))
			err = -errno;
		packets[slot] = 0;
		for (int cpu = 0; !err && cpu < engine->cpus; cpu++)
			packets[slot] += values[cpu].packets;
	}
	free(values);
	return err;
}

/* Between before and after, each slot must have got its packets of the trace, times over. */
static int check_counters(const struct engine *engine, const struct trace *trace, __u64 times)
{
	__u64 *expected = calloc(ACL_SLOTS, sizeof(*expected));
	int err = expected ? 0 : -ENOMEM;

	for (__u32 i = 0; !err && i < trace->n; i++)
		expected[trace->packet[i].rule] += times;
	for (__u32 slot = 0; !err && slot < ACL_SLOTS; slot++)
		if (engine->after[slot] - engine->before[slot] != expected[slot])
			err = lab_fail(-EBADMSG, "%.*s: slot %u has counted %llu packets, not %llu",
				       engine->name_size, engine->name, slot,
				       engine->after[slot] - engine->before[slot], expected[slot]);
	free(expected);
	return err;
}

/* ---- how fast? ------------------------------------------------------------------ */

/* Runs `how` on the trace, `times` over, which calls program; *ns is for one packet. */
static int run_how(struct frames_bpf *skel, const struct bpf_program *how, int program,
		   const struct trace *trace, __u64 times, double *ns)
{
	static const struct frame any;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = &any, .data_size_in = FRAME_SIZE,
		    .repeat = trace->n * times);
	const __u32 zero = 0;
	__u64 begin;

	if (bpf_map_update_elem(bpf_map__fd(skel->maps.judge), &zero, &program, BPF_ANY))
		return lab_fail(-errno, "the program cannot be called: %s", strerror(errno));
	skel->bss->next = 0;
	begin = cpu_ns();
	if (bpf_prog_test_run_opts(bpf_program__fd(how), &opts))
		return -errno;
	*ns = (double)(cpu_ns() - begin) / opts.repeat;
	return skel->bss->lost ? lab_fail(-EIO, "%llu frames were not made", skel->bss->lost) : 0;
}

static int run_trace(struct frames_bpf *skel, int program, const struct trace *trace, __u64 times,
		     double *ns)
{
	return run_how(skel, skel->progs.judge_next, program, trace, times, ns);
}

/* How often over the trace is enough. */
static int find_times(struct frames_bpf *skel, struct engine *engine, const struct trace *trace)
{
	double ns = 0;
	int err = run_trace(skel, engine->acl, trace, 1, &ns);

	engine->times = ns > 0 ? 1 + ENOUGH_NS / (ns * trace->n) : 1;
	return err;
}

/* One round of one engine. */
static int measure(struct frames_bpf *skel, const struct engine *engine, const struct trace *trace,
		   unsigned int round)
{
	int nothing = bpf_program__fd(skel->progs.judge_nothing);
	double own, ns;
	int err = run_trace(skel, nothing, trace, engine->times, &own);

	if (!err)
		err = run_trace(skel, engine->acl, trace, engine->times, &ns);
	if (!err)
		printf("%.*s %u %.2f %.2f\n", engine->name_size, engine->name, round, ns, own);
	return err;
}

static int check_all(struct engine *engines, int count, const struct trace *trace,
		     unsigned int rounds)
{
	int err = 0;

	for (int i = 0; !err && i < count; i++) {
		err = read_counters(&engines[i], engines[i].after);
		if (!err)
			err = check_counters(&engines[i], trace, engines[i].times * rounds);
	}
	return err;
}

/* In turn, so that a bad minute is bad for all. */
static int measure_all(struct engine *engines, int count, const struct trace *trace,
		       unsigned int rounds)
{
	struct frames_bpf *skel = frames_bpf__open_and_load();
	int err = skel ? trace_load(trace, skel, NULL) : -errno;

	for (int i = 0; !err && i < count; i++) {
		err = find_times(skel, &engines[i], trace);
		if (!err)
			err = read_counters(&engines[i], engines[i].before);
	}
	for (unsigned int round = 1; !err && round <= rounds; round++)
		for (int i = 0; !err && i < count; i++)
			err = lab_exiting ? -EINTR : measure(skel, &engines[i], trace, round);
	frames_bpf__destroy(skel);
	return err ?: check_all(engines, count, trace, rounds);
}

int judge(const char *path, unsigned int rounds, char **names)
{
	struct engine engines[ENGINES_MAX];
	struct trace trace;
	int count = 0, err = trace_read(&trace, path);

	while (!err && names[count] && count < ENGINES_MAX) {
		err = engine_open(&engines[count], names[count]);
		count++;
		if (!err)
			err = check_verdicts(&engines[count - 1], &trace);
	}
	if (!err && rounds)
		err = stay_here();
	if (!err && rounds)
		err = measure_all(engines, count, &trace, rounds);
	while (count--)
		engine_close(&engines[count]);
	trace_free(&trace);
	return err;
}

/* ---- with a cache in front ------------------------------------------------------ */

static int measure_cached(struct frames_bpf *skel, const struct engine *engine,
			  const struct trace *trace, unsigned int round, __u32 size)
{
	double own, ns, cached;
	int nothing = bpf_program__fd(skel->progs.judge_nothing);
	int err = run_trace(skel, nothing, trace, engine->times, &own);

	if (!err)
		err = run_trace(skel, engine->acl, trace, engine->times, &ns);
	skel->bss->hits = 0;
	if (!err)
		err = run_how(skel, skel->progs.judge_cached, engine->acl, trace, engine->times,
			      &cached);
	if (!err)
		printf("%u %.*s %u %.2f %.2f %.2f %.1f\n", size, engine->name_size, engine->name,
		       round, cached, ns, own,
		       100.0 * skel->bss->hits / (engine->times * trace->n));
	return err;
}

static int cache_of(struct engine *engine, const struct trace *trace, unsigned int rounds,
		    __u32 size)
{
	struct frames_bpf *skel = frames_bpf__open();
	double ns;
	int err = skel ? 0 : -errno;

	if (!err)
		err = bpf_map__set_max_entries(skel->maps.cache, size);
	if (!err)
		err = frames_bpf__load(skel);
	if (!err)
		err = trace_load(trace, skel, NULL);
	if (!err)
		err = find_times(skel, engine, trace);
	/* What has been seen once is in the cache, if there is room for it. */
	if (!err)
		err = run_how(skel, skel->progs.judge_cached, engine->acl, trace, 1, &ns);
	for (unsigned int round = 1; !err && round <= rounds; round++)
		err = lab_exiting ? -EINTR : measure_cached(skel, engine, trace, round, size);
	frames_bpf__destroy(skel);
	return err;
}

int judge_cached(const char *path, unsigned int rounds, const char *name, __u32 size)
{
	struct trace trace = { 0 };
	struct engine engine;
	int err = engine_open(&engine, name);

	if (!err)
		err = trace_read(&trace, path);
	if (!err)
		err = stay_here();
	if (!err)
		err = cache_of(&engine, &trace, rounds, size);
	engine_close(&engine);
	trace_free(&trace);
	return err;
}
