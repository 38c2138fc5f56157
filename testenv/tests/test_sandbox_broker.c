// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The broker's commands with attributes of an enemy. A kernel of our own stands behind them, which
 * touches all memory that the real one would, in the worst way it may: AddressSanitizer sees what
 * lies outside. BROKER_ROUNDS in the environment: so many calls instead of a few.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "testenv/sandbox/broker/broker.h"

#define ROUNDS	 30000
#define MEMORY	 999  /* the descriptor of the student's memory */
#define FIRST_FD 1000 /* of those that exist nowhere */
#define BASE	 0x10000
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct policy policy;
static struct broker_report told;
static char student[1 << 16]; /* at BASE */
static unsigned int seed;
static int next_fd, open_fds;

static unsigned int dice(unsigned int sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % sides;
}

/* ---- the kernel ---- */

static char sink;

static void touch(__u64 at, size_t len)
{
	const volatile char *p = (void *)(uintptr_t)at;

	for (size_t i = 0; i < len; i++)
		sink ^= p[i];
}

static void fill(__u64 at, size_t len)
{
	if (at)
		memset((void *)(uintptr_t)at, 'x', len);
}

static __u32 smaller(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

/* As many as there is room for; and says that there are more. */
static void give(__u64 at, __u32 *count, size_t size, __u32 there_are)
{
	if (at)
		fill(at, smaller(*count, there_are) * size);
	*count = there_are;
}

static int get_prog_info(struct bpf_prog_info *info)
{
	if ((info->nr_func_info || info->func_info_rec_size) && info->func_info_rec_size != 8)
		return -EINVAL;
	if ((info->nr_line_info || info->line_info_rec_size) && info->line_info_rec_size != 16)
		return -EINVAL;
	info->type = dice(40);
	info->id = dice(50);
	give(info->jited_prog_insns, &info->jited_prog_len, 1, dice(1 << 16));
	give(info->xlated_prog_insns, &info->xlated_prog_len, 1, dice(1 << 16));
	give(info->map_ids, &info->nr_map_ids, 4, dice(64));
	give(info->jited_ksyms, &info->nr_jited_ksyms, 8, dice(64));
	give(info->jited_func_lens, &info->nr_jited_func_lens, 4, dice(64));
	info->func_info_rec_size = 8;
	give(info->func_info, &info->nr_func_info, 8, dice(64));
	info->line_info_rec_size = 16;
	give(info->line_info, &info->nr_line_info, 16, dice(4096));
	give(info->prog_tags, &info->nr_prog_tags, 8, dice(64));
	return 0;
}

static int kind_of(int fd)
{
	return fd % (NR_OBJECT_KINDS + 1);
}

static int get_info(union bpf_attr *a)
{
	void *info = (void *)(uintptr_t)a->info.info;
	__u32 len = a->info.info_len;

	touch(a->info.info, len);
	switch (kind_of((int)a->info.bpf_fd)) {
	case OBJECT_MAP:
		memset(info, 1, smaller(len, sizeof(struct bpf_map_info)));
		return 0;
	case OBJECT_PROG:
		return len < sizeof(struct bpf_prog_info) ? -EINVAL : get_prog_info(info);
	case OBJECT_BTF:
		if (len < sizeof(struct bpf_btf_info))
			return -EINVAL;
		give(((struct bpf_btf_info *)info)->btf, &((struct bpf_btf_info *)info)->btf_size,
		     1, dice(1 << 16));
		give(((struct bpf_btf_info *)info)->name, &((struct bpf_btf_info *)info)->name_len,
		     1, dice(64));
		return 0;
	case OBJECT_LINK:
		/* Names and addresses, where there is room for them: the broker has none. */
		memset(info, 0, smaller(len, 8));
		return 0;
	default:
		return -EINVAL;
	}
}

static void load(const union bpf_attr *a)
{
	touch(a->insns, a->insn_cnt * sizeof(struct bpf_insn));
	touch(a->license, strnlen((char *)(uintptr_t)a->license, 128));
	touch(a->func_info, (size_t)a->func_info_cnt * a->func_info_rec_size);
	touch(a->line_info, (size_t)a->line_info_cnt * a->line_info_rec_size);
	touch(a->core_relos, (size_t)a->core_relo_cnt * a->core_relo_rec_size);
	fill(a->log_buf, a->log_size);
}

static void run(union bpf_attr *a)
{
	touch(a->test.data_in, a->test.data_size_in);
	touch(a->test.ctx_in, a->test.ctx_size_in);
	give(a->test.data_out, &a->test.data_size_out, 1, dice(1 << 16));
	give(a->test.ctx_out, &a->test.ctx_size_out, 1, dice(256));
}

static void link_up(const union bpf_attr *a)
{
	const __u64 *symbols = (void *)(uintptr_t)a->link_create.kprobe_multi.syms;

	if (a->link_create.attach_type == BPF_TRACE_ITER)
		touch(a->link_create.iter_info, a->link_create.iter_info_len);
	if (a->link_create.attach_type != BPF_TRACE_KPROBE_MULTI)
		return;
	for (__u32 i = 0; symbols && i < a->link_create.kprobe_multi.cnt; i++)
		touch(symbols[i], strlen((char *)(uintptr_t)symbols[i]) + 1);
	if (a->link_create.kprobe_multi.addrs)
		touch(a->link_create.kprobe_multi.addrs, a->link_create.kprobe_multi.cnt * 8UL);
	if (a->link_create.kprobe_multi.cookies)
		touch(a->link_create.kprobe_multi.cookies, a->link_create.kprobe_multi.cnt * 8UL);
}

static int new_fd(void)
{
	open_fds++;
	return next_fd++;
}

static long kernel(int command, union bpf_attr *a, size_t size)
{
	/* What is behind size is zero to it, and stays as it is. */
	union bpf_attr own = {};
	long result = 0;

	memcpy(&own, a, size);
	switch (command) {
	case BPF_PROG_LOAD:
		load(&own);
		break;
	case BPF_BTF_LOAD:
		touch(own.btf, own.btf_size);
		fill(own.btf_log_buf, own.btf_log_size);
		break;
	case BPF_OBJ_GET_INFO_BY_FD:
		result = get_info(&own);
		break;
	case BPF_PROG_QUERY:
		give(own.query.prog_ids, &own.query.prog_cnt, 4, dice(2000));
		break;
	case BPF_PROG_TEST_RUN:
		run(&own);
		break;
	case BPF_LINK_CREATE:
		link_up(&own);
		break;
	case BPF_OBJ_PIN:
	case BPF_OBJ_GET:
		touch(own.pathname, strlen((char *)(uintptr_t)own.pathname) + 1);
		break;
	case BPF_RAW_TRACEPOINT_OPEN:
		if (own.raw_tracepoint.name)
			touch(own.raw_tracepoint.name,
			      strlen((char *)(uintptr_t)own.raw_tracepoint.name) + 1);
		break;
	case BPF_MAP_GET_NEXT_ID:
	case BPF_PROG_GET_NEXT_ID:
	case BPF_BTF_GET_NEXT_ID:
	case BPF_LINK_GET_NEXT_ID:
		own.next_id = own.start_id + 1;
		result = own.next_id > 60 ? -ENOENT : 0;
		break;
	default:
		break;
	}
	memcpy(a, &own, size);
	if (!result && dice(8) == 0)
		result = -(long[]){ EINVAL, ENOSPC, EPERM, ENOMEM }[dice(4)];
	if (result < 0) {
		errno = (int)-result;
		return -1;
	}
	switch (command) {
	case BPF_MAP_CREATE:
	case BPF_PROG_LOAD:
	case BPF_BTF_LOAD:
	case BPF_OBJ_GET:
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
	case BPF_ITER_CREATE:
	case BPF_MAP_GET_FD_BY_ID:
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_BTF_GET_FD_BY_ID:
	case BPF_LINK_GET_FD_BY_ID:
		return new_fd();
	default:
		return 0;
	}
}

/* These take the place of the C library's. */

long syscall(long number, ...)
{
	va_list ap;
	long a[3];

	va_start(ap, number);
	for (int i = 0; i < 3; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	switch (number) {
	case SYS_bpf:
		return kernel((int)a[0], (void *)a[1], a[2]);
	case SYS_pidfd_open:
	case SYS_openat2:
	case SYS_perf_event_open:
		return new_fd();
	case SYS_pidfd_getfd:
		errno = EBADF;
		return a[1] < 100 ? new_fd() : -1;
	default:
		abort();
	}
}

int seccomp_notify_id_valid(int fd, uint64_t id)
{
	(void)fd;
	(void)id;
	return dice(50) == 0;
}

extern int __close(int fd);

int close(int fd)
{
	/* AddressSanitizer's reports need the others. */
	if (fd < FIRST_FD)
		return fd == MEMORY ? 0 : __close(fd);
	open_fds--;
	return 0;
}

ssize_t readlink(const char *path, char *to, size_t size)
{
	static const char *const names[] = { "anon_inode:bpf-map", "anon_inode:bpf-prog",
					     "anon_inode:btf", "anon_inode:bpf_link", "/etc" };
	int fd = -1;

	assert_int_equal(sscanf(path, "/proc/self/fd/%d", &fd), 1);
	return snprintf(to, size, "%s", names[kind_of(fd)]);
}

static char *place(int fd, size_t len, off_t at)
{
	assert_int_equal(fd, MEMORY);
	if (at < BASE || (size_t)at > BASE + sizeof(student) ||
	    len > BASE + sizeof(student) - (size_t)at)
		return NULL;
	return student + (at - BASE);
}

ssize_t pread(int fd, void *to, size_t len, off_t at)
{
	const char *from = place(fd, len, at);

	return from ? memcpy(to, from, len), (ssize_t)len : -1;
}

ssize_t pwrite(int fd, const void *from, size_t len, off_t at)
{
	char *to = place(fd, len, at);

	touch((uintptr_t)from, len);
	return to ? memcpy(to, from, len), (ssize_t)len : -1;
}

/* ---- the student ---- */

static const struct {
	int command;
	broker_command *serve;
} served[] = {
	{ BPF_MAP_CREATE, broker_map_create },
	{ BPF_MAP_FREEZE, broker_map_freeze },
	{ BPF_BTF_LOAD, broker_btf_load },
	{ BPF_PROG_LOAD, broker_prog_load },
	{ BPF_LINK_CREATE, broker_link_create },
	{ BPF_LINK_UPDATE, broker_link_update },
	{ BPF_LINK_DETACH, broker_link_detach },
	{ BPF_RAW_TRACEPOINT_OPEN, broker_raw_tracepoint },
	{ BPF_ITER_CREATE, broker_iter_create },
	{ BPF_PROG_ATTACH, broker_prog_attach },
	{ BPF_PROG_DETACH, broker_prog_detach },
	{ BPF_PROG_QUERY, broker_prog_query },
	{ BPF_PROG_BIND_MAP, broker_bind_map },
	{ BPF_PROG_TEST_RUN, broker_test_run },
	{ BPF_OBJ_GET_INFO_BY_FD, broker_info },
	{ BPF_OBJ_PIN, broker_pin },
	{ BPF_OBJ_GET, broker_get },
	{ BPF_MAP_GET_NEXT_ID, broker_next_id },
	{ BPF_PROG_GET_FD_BY_ID, broker_fd_by_id },
	{ -1, broker_perf_event },
};

static struct broker broker;

/* One call. The result, and what is not closed is the student's. */
static long ask(int command, broker_command *serve, const union bpf_attr *attr, size_t size)
{
	struct seccomp_notif req = { .data = { .nr = SYS_bpf,
					       .args = { (unsigned int)command, BASE, size } } };
	struct call call = { .broker = &broker, .req = &req, .mem = MEMORY, .size = size };
	int fd = -1, before = open_fds;
	long result;

	memcpy(&call.in, attr, size);
	memcpy(student, attr, size);
	if (command < 0) {
		req.data.args[0] = BASE;
		req.data.args[1] = (__u64)-1;
		req.data.args[3] = (__u64)-1;
	}
	result = serve(&call, &fd);
	if (fd >= 0)
		close(fd);
	call_close(&call);
	/* Nothing stays open, of many calls there would be no end. */
	assert_int_equal(open_fds, before);
	return result;
}

static int setup(void **state)
{
	(void)state;
	seed = 1;
	next_fd = FIRST_FD;
	open_fds = 0;
	memset(&policy, 0, sizeof(policy));
	memset(policy.types, 1, sizeof(policy.types));
	memset(policy.helpers, 1, sizeof(policy.helpers));
	strcpy(policy.pins, "/p");
	policy.map_memory = 1LL << 40;
	policy.test_run = policy.inspect = true;
	broker = (struct broker){
		.policy = &policy, .report = &told, .cgroup = 5, .pins = 6, .netns = 7
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int kind = 0; kind < NR_OBJECT_KINDS; kind++) {
		free(broker.objects[kind].at);
		free(broker.readable[kind].at);
	}
	return 0;
}

/* A field's value: what an attacker would try, and what gets further. */
static __u32 value(void)
{
	static const __u32 values[] = { 0,  1,	  2,	3,     4,	   8,	       16,
					64, 1000, 4096, 65536, 0x7fffffff, 0x80000000, 0xffffffff };

	return dice(3) ? values[dice(COUNT(values))] : dice(64);
}

/* Pointers are at multiples of 8; half of them lead somewhere. */
static void make_attr(union bpf_attr *attr)
{
	__u32 *words = (void *)attr;
	__u64 to;

	for (size_t i = 0; i < sizeof(*attr) / 4; i++)
		words[i] = value();
	for (size_t i = 0; i < sizeof(*attr) / 8; i++) {
		if (dice(3))
			continue;
		to = BASE + (dice(4) ? dice(sizeof(student)) : sizeof(student) - dice(64));
		memcpy((char *)attr + 8 * i, &to, sizeof(to));
	}
}

static void make_memory(void)
{
	for (size_t i = 0; i < sizeof(student); i += 4) {
		__u32 word = dice(3) ? value() : BASE + dice(sizeof(student));

		memcpy(student + i, &word, 4);
	}
	for (int i = 0; i < 200; i++)
		strcpy(student + dice(sizeof(student) - 8), dice(2) ? "/p/a/b" : "/p/c");
}

static void hostile(void **state)
{
	const char *more = getenv("BROKER_ROUNDS");
	long rounds = more ? strtol(more, NULL, 10) : ROUNDS;
	union bpf_attr attr;

	(void)state;
	for (long i = 0; i < rounds; i++) {
		size_t which = dice(COUNT(served));

		if (i % 64 == 0)
			make_memory();
		make_attr(&attr);
		broker.map_bytes = broker.insns = broker.btf_bytes = 0;
		ask(served[which].command, served[which].serve, &attr,
		    dice(4) ? sizeof(attr) : dice(sizeof(attr) + 1));
	}
}

/* A program with more maps than the student has room for. */
static void short_list_of_maps(void **state)
{
	const struct bpf_prog_info info = { .nr_map_ids = 1, .map_ids = BASE + 1024 };
	union bpf_attr attr = { .info.bpf_fd = 3,
				.info.info_len = sizeof(info),
				.info.info = BASE + 512 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		memcpy(student + 512, &info, sizeof(info));
		ask(BPF_OBJ_GET_INFO_BY_FD, broker_info, &attr, sizeof(attr));
	}
}

/* The number of a map is not that of a program. */
static void kinds(void **state)
{
	(void)state;
	assert_int_equal(object_id(OBJECT_PROG, FIRST_FD), 0);
	assert_int_not_equal(object_id(OBJECT_MAP, FIRST_FD), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(short_list_of_maps, setup, teardown),
		cmocka_unit_test_setup_teardown(kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
