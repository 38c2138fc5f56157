// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What ends the loops, and that nothing is lost at the end. */
#include <errno.h>
#include <bpf/bpf.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

static int set_up(void **state)
{
	(void)state;
	lab_signals_init();
	lab_exiting = 0;
	return 0;
}

/* The eventfd stays readable: lab_exiting is for good, except here. */
static int tear_down(void **state)
{
	__u64 count;
	ssize_t n = read(lab_signals_fd(), &count, sizeof(count));

	(void)state;
	(void)n;
	return 0;
}

static int count_ticks(void *ctx)
{
	++*(int *)ctx;
	return 0;
}

static int stop_at_three(void *ctx)
{
	return ++*(int *)ctx == 3 ? -EDOM : 0;
}

static int raise_at_two(void *ctx)
{
	if (++*(int *)ctx == 2)
		raise(SIGTERM);
	return 0;
}

static void test_tick_error_ends(void **state)
{
	int ticks = 0;

	(void)state;
	assert_int_equal(lab_tick_loop(1, stop_at_three, &ticks, NULL), -EDOM);
	assert_int_equal(ticks, 3);
}

static void test_signal_ends(void **state)
{
	int ticks = 0;

	(void)state;
	assert_int_equal(lab_tick_loop(1, raise_at_two, &ticks, NULL), 0);
	assert_int_equal(lab_exiting, 1);
	/* the last one is at the end: counters are shown as they are then */
	assert_int_equal(ticks, 3);
}

/* A signal before the loop is not missed, and an interval of an hour does not delay it. */
static void test_signal_before(void **state)
{
	int ticks = 0;

	(void)state;
	raise(SIGINT);
	assert_int_equal(lab_tick_loop(3600 * 1000, count_ticks, &ticks, NULL), 0);
	assert_int_equal(ticks, 1);
}

static void test_signal_between(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	char script[64];
	char *argv[] = { "sh", "-c", script, NULL };

	(void)state;
	snprintf(script, sizeof(script), "kill -INT %d", getpid());
	assert_int_equal(lab_spawn_paused(&child, argv), 0);
	assert_int_equal(lab_resume(&child), 0);
	assert_int_equal(lab_tick_loop(0, NULL, NULL, NULL), 0);
	assert_int_equal(lab_exiting, 1);
	lab_reap(&child);
}

static void test_child_ends(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	char *argv[] = { "true", NULL };
	int ticks = 0;

	(void)state;
	assert_int_equal(lab_spawn_paused(&child, argv), 0);
	assert_int_equal(lab_resume(&child), 0);
	assert_int_equal(lab_tick_loop(3600 * 1000, count_ticks, &ticks, &child), 0);
	assert_int_equal(ticks, 1);
	assert_int_equal(lab_exiting, 0);
	lab_reap(&child);
	assert_int_equal(child.status, 0);
}

/* ---- ring buffers ----------------------------------------------------------------- */

/* A program that puts the number 42 into the ring buffer each time it runs. */
static int producer(int map_fd)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -8, .imm = 42 },
		{ .code = BPF_LD | BPF_IMM | BPF_DW,
		  .dst_reg = 1,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map_fd },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 4, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_ringbuf_output },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "producer", "GPL", insns,
			       ARRAY_SIZE(insns), NULL);

	assert_true(fd >= 0);
	return fd;
}

static void produce(int prog_fd)
{
	unsigned char frame[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame));

	assert_int_equal(bpf_prog_test_run_opts(prog_fd, &run), 0);
}

struct events {
	int seen;
	int stop_at;
	int prog_fd; /* produces one more for each seen, until stop_at */
};

static int on_event(void *ctx, void *data, size_t size)
{
	struct events *events = ctx;

	assert_int_equal(size, 8);
	assert_int_equal(*(__u64 *)data, 42);
	if (++events->seen == events->stop_at)
		return -EDOM;
	if (events->stop_at)
		produce(events->prog_fd);
	return 0;
}

static void test_ringbuf(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	char *argv[] = { "true", NULL };
	struct events events = {};
	struct ring_buffer *rb;
	int map_fd;

	(void)state;
	SKIP_UNLESS_ROOT();
	map_fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "events", 0, 0, 4096, NULL);
	assert_true(map_fd >= 0);
	events.prog_fd = producer(map_fd);
	rb = ring_buffer__new(map_fd, on_event, &events, NULL);
	assert_non_null(rb);

	/* the callback ends it */
	produce(events.prog_fd);
	events.stop_at = 5;
	assert_int_equal(lab_ringbuf_loop(rb, NULL), -EDOM);
	assert_int_equal(events.seen, 5);

	/* the child ends it; what was left comes first */
	events = (struct events){ .prog_fd = events.prog_fd };
	assert_int_equal(lab_spawn_paused(&child, argv), 0);
	assert_int_equal(lab_resume(&child), 0);
	produce(events.prog_fd);
	produce(events.prog_fd);
	assert_int_equal(lab_ringbuf_loop(rb, &child), 0);
	assert_true(events.seen >= 2);
	lab_reap(&child);

	/* a signal ends it, and again nothing is left behind */
	events.seen = 0;
	produce(events.prog_fd);
	raise(SIGINT);
	assert_int_equal(lab_ringbuf_loop(rb, NULL), 0);
	assert_int_equal(events.seen, 1);

	ring_buffer__free(rb);
	close(events.prog_fd);
	close(map_fd);
}

/* ---- per-CPU maps ------------------------------------------------------------------ */

static void test_percpu(void **state)
{
	struct {
		__u64 packets, bytes;
	} * values, sums = { 9, 9 };
	int cpus = libbpf_num_possible_cpus();
	__u32 key = 1, no_key = 7;
	int map_fd, plain_fd;

	(void)state;
	SKIP_UNLESS_ROOT();
	map_fd = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "stats", 4, sizeof(*values), 2, NULL);
	plain_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "plain", 4, 8, 2, NULL);
	assert_true(map_fd >= 0 && plain_fd >= 0);
	values = calloc(cpus, sizeof(*values));
	for (int i = 0; i < cpus; i++) {
		values[i].packets = i + 1;
		values[i].bytes = (i + 1) * 0x100000000;
	}
	assert_int_equal(bpf_map_update_elem(map_fd, &key, values, 0), 0);
	free(values);

	assert_int_equal(lab_percpu_sum(map_fd, &key, &sums.packets, 2), 0);
	assert_int_equal(sums.packets, cpus * (cpus + 1) / 2);
	assert_int_equal(sums.bytes, cpus * (cpus + 1) / 2 * 0x100000000);
	assert_int_equal(lab_percpu_sum(map_fd, &no_key, &sums.packets, 2), -ENOENT);
	assert_int_equal(lab_percpu_sum_u64(map_fd, &key, &sums.packets), -EINVAL);
	assert_int_equal(lab_percpu_sum_u64(plain_fd, &key, &sums.packets), -EINVAL);
	assert_true(lab_percpu_sum_u64(-1, &key, &sums.packets) < 0);
	close(map_fd);
	close(plain_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tick_error_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_signal_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_signal_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_signal_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_child_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ringbuf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_percpu, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
