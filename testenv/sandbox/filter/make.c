// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The system call filters, made by libseccomp. That takes longer than all the rest of starting
 * a sandbox, and always comes to the same: this program is run when testenv is built, and
 * prints them as tables in C, for ../filter.c.
 *
 * The first filter knows system calls by number. Its list names what programs, compilers and
 * libbpf need; what is not in it does not exist (ENOSYS), so what a new kernel brings is
 * refused until somebody has thought about it. The second looks at arguments of some.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/sandbox/filter.h"
#include "testenv/sandbox/filter/list.h"

/* Flags of clone() that make namespaces. clone3() has its flags in memory: it does not exist. */
static const unsigned long namespaces[] = { CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS,
					    CLONE_NEWIPC, CLONE_NEWUSER,   CLONE_NEWPID,
					    CLONE_NEWNET };

/*
 * Not AF_VSOCK, which reaches the hypervisor from every namespace; not AF_ALG and the
 * like, whose code was never meant for strangers.
 */
static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* All that the kernel has are smaller; it refuses the rest itself. */
#define NR_FAMILIES	   64
#define NR_NETLINKS	   32
#define NETLINK_ROUTE_ONLY 0
/* <linux/if_packet.h>; its ring is as large as asked for, and in nobody's memory limit. */
#define SOL_PACKET     263
#define PACKET_RX_RING 5
#define PACKET_TX_RING 13

/* The kernel takes int arguments from 32 bits; bits above are an attempt to slip by. */
#define EQUALS_INT(arg, value) \
	SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, 0xffffffffUL, (unsigned int)(value))

static int add_names(scmp_filter_ctx ctx, const char *const *names, uint32_t action)
{
	int err = 0;

	for (; *names && !err; names++) {
		int nr = seccomp_syscall_resolve_name(*names);

		/* Negative: not on this processor. */
		if (nr >= 0)
			err = seccomp_rule_add(ctx, action, nr, 0);
	}
	return err;
}

static int fill_families(scmp_filter_ctx ctx, const struct filter_wishes *wishes)
{
	int err = 0;

	for (size_t i = 0; i < COUNT(families) && !err; i++)
		err = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				       EQUALS_INT(0, families[i]));
	if (!err && wishes->packet)
		err = seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(socket), 1,
				       EQUALS_INT(0, AF_PACKET));
	return err;
}

static int add_commands(scmp_filter_ctx ctx, const int *commands, uint32_t action)
{
	int err = 0;

	for (; *commands >= 0 && !err; commands++)
		err = seccomp_rule_add(ctx, action, SCMP_SYS(bpf), 1, EQUALS_INT(0, *commands));
	return err;
}

static int fill_bpf(scmp_filter_ctx ctx)
{
	int err = add_commands(ctx, filter_bpf_direct, SCMP_ACT_ALLOW);

	return err ? err : add_commands(ctx, filter_bpf_brokered, SCMP_ACT_NOTIFY);
}

static int fill_numbers(scmp_filter_ctx ctx, const struct filter_wishes *wishes)
{
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);
	int err = add_names(ctx, filter_allowed, SCMP_ACT_ALLOW);

	if (!err)
		err = add_names(ctx, filter_refused, no);
	if (!err)
		err = fill_families(ctx, wishes);
	if (!err)
		err = wishes->bpf ? fill_bpf(ctx) : seccomp_rule_add(ctx, no, SCMP_SYS(bpf), 0);
	if (!err)
		err = seccomp_rule_add(ctx, wishes->perf ? SCMP_ACT_NOTIFY : no,
				       SCMP_SYS(perf_event_open), 0);
	if (!err)
		err = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return err;
}

static bool is_allowed_family(int family)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (families[i] == family)
			return true;
	return false;
}

/* The same families as above: here with the error that programs expect. */
static int fill_sockets(scmp_filter_ctx ctx, const struct filter_wishes *wishes)
{
	int err = 0;

	for (int f = 0; f < NR_FAMILIES && !err; f++)
		if (!is_allowed_family(f) && !(f == AF_PACKET && wishes->packet))
			err = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket),
					       1, EQUALS_INT(0, f));
	/* Of netlink only ROUTE; others reach what is not in a namespace. */
	for (int p = NETLINK_ROUTE_ONLY + 1; p < NR_NETLINKS && !err; p++)
		err = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPROTONOSUPPORT), SCMP_SYS(socket), 2,
				       EQUALS_INT(0, AF_NETLINK), EQUALS_INT(2, p));
	/* socket() is not the only way to a family. */
	if (!err)
		err = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socketpair), 1,
				       SCMP_CMP(0, SCMP_CMP_NE, AF_UNIX, 0));
	for (int ring = PACKET_RX_RING; ring <= PACKET_TX_RING && !err;
	     ring += PACKET_TX_RING - PACKET_RX_RING)
		err = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(setsockopt), 2,
				       EQUALS_INT(1, SOL_PACKET), EQUALS_INT(2, ring));
	return err;
}

static int fill_arguments(scmp_filter_ctx ctx, const struct filter_wishes *wishes)
{
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);
	int err = fill_sockets(ctx, wishes);

	for (size_t i = 0; i < COUNT(namespaces) && !err; i++)
		err = seccomp_rule_add(ctx, no, SCMP_SYS(clone), 1,
				       SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]));
	/* Typing into a terminal what its user's shell will read. There is none, but in case. */
	if (!err)
		err = seccomp_rule_add(ctx, no, SCMP_SYS(ioctl), 1, EQUALS_INT(1, 0x5412));
	if (!err)
		err = seccomp_rule_add(ctx, no, SCMP_SYS(ioctl), 1, EQUALS_INT(1, 0x541c));
	/* A second listener could answer in the broker's place; devices in the work folder. */
	if (!err)
		err = seccomp_rule_add(ctx, no, SCMP_SYS(seccomp), 1,
				       SCMP_A1(SCMP_CMP_MASKED_EQ, SECCOMP_FILTER_FLAG_NEW_LISTENER,
					       SECCOMP_FILTER_FLAG_NEW_LISTENER));
	return err;
}

/* Prints the program that the context stands for. */
static int print(scmp_filter_ctx ctx, const char *name, unsigned int number)
{
	int fd = memfd_create("filter", MFD_CLOEXEC), err = fd < 0 ? -errno : 0;
	struct sock_filter op;
	ssize_t n = 0;

	if (!err)
		err = seccomp_export_bpf(ctx, fd);
	if (!err && lseek(fd, 0, SEEK_SET))
		err = -errno;
	printf("static const struct sock_filter %s_%u[] = {\n", name, number);
	while (!err && (n = read(fd, &op, sizeof(op))) == sizeof(op))
		printf("\t{ 0x%x, %u, %u, 0x%x },\n", op.code, op.jt, op.jf, op.k);
	printf("};\n");
	close(fd);
	return err ? err : n ? -EIO : 0;
}

static int make(const char *name, unsigned int number, uint32_t otherwise,
		int (*fill)(scmp_filter_ctx ctx, const struct filter_wishes *wishes))
{
	const struct filter_wishes wishes = filter_wishes(number);
	scmp_filter_ctx ctx = seccomp_init(otherwise);
	int err = ctx ? fill(ctx, &wishes) : -ENOMEM;

	if (!err)
		err = print(ctx, name, number);
	seccomp_release(ctx);
	return err;
}

static void print_table(const char *name)
{
	printf("static const struct sock_fprog %s[] = {\n", name);
	for (unsigned int i = 0; i < FILTER_WISHES; i++)
		printf("\t{ sizeof(%s_%u) / sizeof(%s_%u[0]), (struct sock_filter *)%s_%u },\n",
		       name, i, name, i, name, i);
	printf("};\n");
}

int main(void)
{
	int err = 0;

	for (unsigned int i = 0; i < FILTER_WISHES && !err; i++) {
		err = make("numbers", i, SCMP_ACT_ERRNO(ENOSYS), fill_numbers);
		if (!err)
			err = make("arguments", i, SCMP_ACT_ALLOW, fill_arguments);
	}
	print_table("numbers");
	print_table("arguments");
	if (err)
		fprintf(stderr, "cannot make a system call filter: %s\n", strerror(-err));
	return err || fflush(stdout) ? 1 : 0;
}
