/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Probes: each tries one thing for real (attaches, not only loads) and returns
 * 0 or -errno. "testenv doctor" runs each in a process of its own, with
 * network and mount namespaces of its own.
 */
#ifndef TESTENV_PROBE_H
#define TESTENV_PROBE_H

#include <bpf/bpf.h>

/* The smallest program: returns result. An fd, or -errno. */
int probe_load(enum bpf_prog_type type, int result, struct bpf_prog_load_opts *opts);

/* probe_sys.c: file systems, namespaces, machine */
int probe_btf(void);
int probe_bpffs(void);
int probe_tracefs(void);
int probe_cgroup2(void);
int probe_netns(void);
int probe_init_pid_ns(void);
int probe_ringbuf(void);
int probe_kvm(void);

/* probe_trace.c: hooks in the kernel and in programs */
int probe_tracepoint(void);
int probe_raw_tp(void);
int probe_tp_btf(void);
int probe_fentry(void);
int probe_kprobe(void);
int probe_kprobe_multi(void);
int probe_lsm(void);
int probe_uprobe(void);
int probe_perf_event(void);

/* probe_net.c: hooks on packets and sockets */
int probe_xdp_native(void);
int probe_xdp_generic(void);
int probe_tcx(void);
int probe_sockmap(void);
int probe_af_xdp(void);

/* probe_ops.c: programs that stand in for kernel functions and programs */
int probe_struct_ops(void);
int probe_freplace(void);
int probe_sched_ext(void);

#endif
