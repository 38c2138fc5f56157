// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Lets a packet socket see only UDP over IPv4 to one port, and prints how many
 * packets that were. The filter is a program for the kernel, written by hand:
 * as classic BPF, and as eBPF. No compiler
 * makes it, and libbpf does not load it.
 *
 *	filter [OPTION...] COMMAND ARG...   until COMMAND ends
 *	filter [OPTION...]                  until Ctrl-C
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "insns.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a filter returns: how many bytes of the packet the socket gets at most. */
#define TAKE 0x40000
#define DROP 0

static struct {
	const char *ifname;
	unsigned int port;
	unsigned int first; /* hand over only so many instructions */
	const char *code;   /* file for the JIT's machine code; NULL: not wanted */
	bool classic;
} env = {
	.ifname = "eth0",
	.port = 53,
	.first = 4096,
};

/* ---- classic BPF ------------------------------------------------------------ */

/* Puts the classic filter on the socket. 0 or -errno. */
static int attach_classic(int sock)
{
	struct sock_filter insns[] = {
		{ 0x28, 0, 0, 0x0000000c }, /* (000) ldh [12] */
		{ 0x15, 0, 8, 0x00000800 }, /* (001) jeq #0x800 jt 2 jf 10 */
		{ 0x30, 0, 0, 0x00000017 }, /* (002) ldb [23] */
		{ 0x15, 0, 6, 0x00000011 }, /* (003) jeq #0x11 jt 4 jf 10 */
		{ 0x28, 0, 0, 0x00000014 }, /* (004) ldh [20] */
		{ 0x45, 4, 0, 0x00001fff }, /* (005) jset #0x1fff jt 10 jf 6 */
		{ 0xb1, 0, 0, 0x0000000e }, /* (006) ldxb 4*([14]&0xf) */
		{ 0x48, 0, 0, 0x00000010 }, /* (007) ldh [x + 16] */
		{ 0x15, 0, 1, 0x00000035 }, /* (008) jeq #0x35 jt 9 jf 10 */
		{ 0x6, 0, 0, TAKE },	    /* (009) ret #262144 */
		{ 0x6, 0, 0, DROP },	    /* (010) ret #0 */
	};
	struct sock_fprog program = {
		.len = env.first < COUNT(insns) ? env.first : COUNT(insns),
		.filter = insns,
	};

	if (setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return -errno;
	printf("%u instructions of classic BPF\n", program.len);
	return 0;
}

/* ---- eBPF ------------------------------------------------------------------- */

/* Hands a program to the kernel. Returns its file descriptor, the caller's, or -errno. */
static int load(const struct bpf_insn *insns, __u32 count)
{
	static char log[64 * 1024];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (__u64)(unsigned long)insns,
		.insn_cnt = count,
		.license = (__u64)(unsigned long)"GPL",
		.prog_name = "hand_made",
		.log_buf = (__u64)(unsigned long)log,
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	int err = fd < 0 ? -errno : 0;

	if (err || lab_opts.verbose)
		fputs(log, stderr);
	return err ?: fd;
}

/* The first bytes of the frame, up to the IP protocol, are copied to the stack. */
#define HEAD 24
/* Where byte number n of the frame is then, seen from r10. */
#define AT(n) ((n)-HEAD)
/* Where there is room for the port, below them. */
#define PORT (-HEAD - 8)

/* Loads the program and puts it on the socket. Returns its fd, the caller's, or -errno. */
static int attach_ebpf(int sock)
{
	const struct bpf_insn insns[] = {
		/* bpf_skb_load_bytes(skb, 0, r10 - HEAD, HEAD) */
		/*  0 */ BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
		/*  1 */ BPF_MOV64_IMM(BPF_REG_2, 0),
		/*  2 */ BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
		/*  3 */ BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -HEAD),
		/*  4 */ BPF_MOV64_IMM(BPF_REG_4, HEAD),
		/*  5 */ BPF_EMIT_CALL(BPF_FUNC_skb_load_bytes),
		/*  6 */ BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 20),

		/* IPv4? UDP? not a later fragment? */
		/*  7 */ BPF_LDX_MEM(BPF_H, BPF_REG_0, BPF_REG_10, AT(12)),
		/*  8 */ BPF_JMP_IMM(BPF_JNE, BPF_REG_0, htons(ETH_P_IP), 18),
		/*  9 */ BPF_LDX_MEM(BPF_B, BPF_REG_0, BPF_REG_10, AT(23)),
		/* 10 */ BPF_JMP_IMM(BPF_JNE, BPF_REG_0, IPPROTO_UDP, 16),
		/* 11 */ BPF_LDX_MEM(BPF_H, BPF_REG_0, BPF_REG_10, AT(20)),
		/* 12 */ BPF_JMP_IMM(BPF_JSET, BPF_REG_0, htons(0x1fff), 14),

		/* bpf_skb_load_bytes(skb, 14 + 4 * (byte 14 & 0xf) + 2, r10 + PORT, 2) */
		/* 13 */ BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
		/* 14 */ BPF_LDX_MEM(BPF_B, BPF_REG_2, BPF_REG_10, AT(14)),
		/* 15 */ BPF_ALU64_IMM(BPF_AND, BPF_REG_2, 0xf),
		/* 16 */ BPF_ALU64_IMM(BPF_LSH, BPF_REG_2, 2),
		/* 17 */ BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, 14 + 2),
		/* 18 */ BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
		/* 19 */ BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, PORT),
		/* 20 */ BPF_MOV64_IMM(BPF_REG_4, 2),
		/* 21 */ BPF_EMIT_CALL(BPF_FUNC_skb_load_bytes),
		/* 22 */ BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 4),
		/* 23 */ BPF_LDX_MEM(BPF_H, BPF_REG_0, BPF_REG_10, PORT),
		/* 24 */ BPF_JMP_IMM(BPF_JNE, BPF_REG_0, htons(env.port), 2),

		/* 25 */ BPF_MOV64_IMM(BPF_REG_0, TAKE),
		/* 26 */ BPF_EXIT_INSN(),
		/* 27 */ BPF_MOV64_IMM(BPF_REG_0, DROP),
		/* 28 */ BPF_EXIT_INSN(),
	};
	unsigned int count = env.first < COUNT(insns) ? env.first : COUNT(insns);
	int prog = load(insns, count);
	int err;

	if (prog < 0)
		return prog;
	if (setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)) < 0) {
		err = -errno;
		close(prog);
		return err;
	}
	printf("%u instructions of eBPF\n", count);
	return prog;
}

/* ---- given: the socket and the options -------------------------------------- */

static const struct argp_option options[] = {
	{ "classic", 'c', NULL, 0, "Use the filter in classic BPF", 0 },
	{ "port", 'p', "PORT", 0, "Take UDP to PORT (default 53)", 0 },
	{ "first", 'f', "N", 0, "Hand over only the first N instructions", 0 },
	{ "jit", 'j', "FILE", 0, "Write what the JIT has made of the eBPF program to FILE", 0 },
	{ "interface", 'i', "IFACE", 0, "Listen on IFACE (default eth0)", 0 },
	{ 0 },
};

static unsigned int number(const char *text, unsigned int max, struct argp_state *state)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || n < 1 || n > max)
		argp_error(state, "not a number from 1 to %u: %s", max, text);
	return n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'c':
		env.classic = true;
		return 0;
	case 'p':
		env.port = number(arg, 65535, state);
		return 0;
	case 'f':
		env.first = number(arg, 4096, state);
		return 0;
	case 'j':
		env.code = arg;
		return 0;
	case 'i':
		env.ifname = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int write_code(const char *path, const void *code, size_t size)
{
	FILE *file = fopen(path, "w");
	bool written;

	if (!file)
		return lab_fail(-errno, "%s: %s", path, strerror(errno));
	written = fwrite(code, 1, size, file) == size;
	return fclose(file) || !written ? lab_fail(-EIO, "cannot write %s", path) : 0;
}

/* $FILTER_ID is the program's number, for bpftool; -j. */
static int show(int prog)
{
	static char code[64 * 1024];
	struct bpf_prog_info info = {
		.jited_prog_insns = (__u64)(unsigned long)code,
		.jited_prog_len = sizeof(code),
	};
	__u32 size = sizeof(info);
	char text[16];

	if (bpf_obj_get_info_by_fd(prog, &info, &size))
		return -errno;
	snprintf(text, sizeof(text), "%u", info.id);
	if (setenv("FILTER_ID", text, 1))
		return -errno;
	return env.code ? write_code(env.code, code, info.jited_prog_len) : 0;
}

/* The socket hears nothing until it is bound, so the filter sees every packet. */
static int listen_on(int sock, const char *ifname)
{
	const struct sockaddr_ll place = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(ifname),
	};
	const int yes = 1;

	if (!place.sll_ifindex)
		return lab_fail(-ENODEV, "no interface '%s' here", ifname);
	if (setsockopt(sock, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) < 0 ||
	    bind(sock, (const struct sockaddr *)&place, sizeof(place)) < 0)
		return -errno;
	return 0;
}

/* The kernel counts what the filter lets through, whether anybody reads it or not. */
static int print_count(int sock)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	if (getsockopt(sock, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		return -errno;
	printf("%u packets taken\n", stats.tp_packets);
	return 0;
}

static int watch(int sock, struct lab_child *child)
{
	int err = listen_on(sock, env.ifname);

	if (!err)
		printf("listening on %s\n", env.ifname);
	if (!err)
		err = lab_spawn_paused(child, lab_opts.command);
	if (!err)
		err = lab_resume(child);
	if (!err)
		err = lab_tick_loop(0, NULL, NULL, child);
	return err ?: print_count(sock);
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 },
					       { &lab_command_argp, 0, NULL, 0 },
					       { 0 } };
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Count the UDP packets to one port that arrive on an interface.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	int sock, prog = -1, err = 0;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return !!lab_report(-errno, "cannot open a packet socket");
	if (env.classic)
		err = attach_classic(sock);
	else
		prog = attach_ebpf(sock);
	if (!err && !env.classic)
		err = prog < 0 ? prog : show(prog);
	if (!err)
		err = watch(sock, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	if (prog >= 0)
		close(prog);
	close(sock);
	return lab_exit_status(err, &child);
}
