/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the files of aclbench share. aclbench does for the scripts beside it what a
 * shell cannot: it makes packets by the million, attaches droppers, and reads
 * clocks. The scripts decide what is compared with what.
 *
 * Functions return 0 or -errno; why is kept by lab_fail() and printed by main.
 */
#ifndef ACLBENCH_H
#define ACLBENCH_H

#include <stddef.h>
#include <linux/types.h>

/* Where the dropper's counter and link are pinned, in the environment's own bpffs. */
#define DROPPED_PIN  "/sys/fs/bpf/aclbench-dropped"
#define DROPPER_LINK "/sys/fs/bpf/aclbench-link"

/* ---- clock.c ---- */

/*
 * Stays on the CPU it is on. What is sent is received in a softirq of the same CPU; after
 * a move to another one it would be received there beside us, or too late: then it is lost.
 */
int stay_here(void);

/* CPU time of this thread, and of the kernel's thread that receives on this CPU. After stay_here(). */
__u64 cpu_ns(void);

/* ---- attach.c ---- */

/*
 * Puts a program onto the interface that drops UDP to port 9 and counts it; it stays
 * until the environment goes. how: native, generic (XDP), tcx, clsact.
 */
int attach_dropper(const char *how, const char *ifname);

/* How many packets that program has dropped, into *packets. */
int read_dropped(__u64 *packets);

/*
 * Switches generic receive offload of an interface on. That gives a veth a queue of its
 * own: without one, and without an XDP program, it takes no live frames.
 */
int switch_gro_on(const char *ifname);

/* ---- send_live.c, send_skb.c ---- */

/* What is sent, and where to. */
struct sending {
	const char *ifname; /* out of this interface */
	__u64 packets;
	int nowhere;	       /* the sender's own cost: nothing leaves */
	const void *frame;     /* the same frame, all the time */
	__u32 size;	       /* in bytes */
	const char *tracefile; /* send_live: frames from this file in turn; NULL: only frame */
};

/*
 * Sends; *ns is the CPU time until the last one was dealt with at the other end.
 * send_live() makes frames in a BPF program and no skb; send_skb() is a packet socket.
 */
int send_live(const struct sending *sending, __u64 *ns);
int send_skb(const struct sending *sending, __u64 *ns);

/* ---- rules.c ---- */

struct rules_wanted {
	const char *kind; /* as acl_kind_parse() knows them */
	int family;	  /* 4 or 6 */
	size_t rules, packets;
	__u64 seed;
	const char *folder; /* made, if it is not there */
};

/* Writes a rule set and its trace, see rules.c; prints how many rules it has. */
int make_rules(const struct rules_wanted *wanted);

/* ---- judge.c ---- */

/*
 * Measures XDP programs over a trace, rounds times, in turn, and each in turn with the
 * harness alone; names are NAME=PINS, at most 16, then NULL: PINS/prog/acl is the program. Prints for each
 * round NAME ROUND and the ns of both. An error is: a packet of the trace that one judges
 * otherwise than the reference, or counts elsewhere. rounds 0: only this is looked at.
 */
int judge(const char *trace, unsigned int rounds, char **names);

/*
 * One of them with a cache of so many flows in front. Prints SIZE NAME ROUND, then ns with the
 * cache, without it, of the harness alone, and how many percent of the packets were hits.
 */
int judge_cached(const char *trace, unsigned int rounds, const char *name, __u32 size);

/* ---- memory.c ---- */

/* Runs a command; the kernel memory that is charged for it when it has ended, into *bytes. */
int measure_memory(char **command, unsigned long long *bytes);

/* What the kernel has allocated for the maps pinned in a folder, and for the maps in them. */
int measure_maps(const char *folder, unsigned long long *bytes);

#endif
