// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Tries every door out of a sandbox. Prints "shut NAME" or "OPEN NAME" for each; no
 * "OPEN" may ever be seen. Each attempt would succeed for root outside.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_doors;

static void tried(const char *name, long result)
{
	printf("%s %s%s%s\n", result < 0 ? "shut" : "OPEN", name, result < 0 ? ": " : "",
	       result < 0 ? strerror(errno) : "");
	open_doors += result >= 0;
}

static void namespaces(void)
{
	static const struct {
		const char *name;
		unsigned long flag;
	} kinds[] = {
		{ "user", CLONE_NEWUSER },     { "mount", CLONE_NEWNS },
		{ "network", CLONE_NEWNET },   { "pid", CLONE_NEWPID },
		{ "ipc", CLONE_NEWIPC },       { "uts", CLONE_NEWUTS },
		{ "cgroup", CLONE_NEWCGROUP },
	};
	char name[48];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct clone_args args = { .flags = kinds[i].flag, .exit_signal = SIGCHLD };
		long pid;

		snprintf(name, sizeof(name), "unshare %s", kinds[i].name);
		tried(name, syscall(SYS_unshare, kinds[i].flag));
		snprintf(name, sizeof(name), "clone %s", kinds[i].name);
		pid = syscall(SYS_clone, kinds[i].flag | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0)
			_exit(0);
		tried(name, pid);
		snprintf(name, sizeof(name), "clone3 %s", kinds[i].name);
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (pid == 0)
			_exit(0);
		tried(name, pid);
	}
	tried("setns", syscall(SYS_setns, open("/proc/self/ns/net", O_RDONLY), 0));
}

static void files(void)
{
	struct mount_attr writable = { .attr_clr = MOUNT_ATTR_RDONLY };

	tried("open /etc/shadow", open("/etc/shadow", O_RDONLY));
	tried("open ../../etc/shadow", open("/box/../../../../etc/shadow", O_RDONLY));
	tried("write to /usr", open("/usr/bin/new", O_WRONLY | O_CREAT, 0755));
	tried("write to /proc/sys", open("/proc/sys/kernel/core_pattern", O_WRONLY));
	tried("open /proc/1/root", open("/proc/1/root/etc", O_RDONLY));
	tried("open /proc/1/mem", open("/proc/1/mem", O_RDWR));
	tried("mount tmpfs", mount("x", "/box", "tmpfs", 0, NULL));
	tried("mount proc", mount("x", "/box", "proc", 0, NULL));
	tried("bind mount", mount("/usr", "/box", NULL, MS_BIND, NULL));
	tried("remount", mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL));
	tried("umount", umount2("/proc", MNT_DETACH));
	tried("mount_setattr",
	      syscall(SYS_mount_setattr, AT_FDCWD, "/usr", 0, &writable, sizeof(writable)));
	tried("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", 1));
	tried("fsopen", fsopen("tmpfs", 0));
	tried("pivot_root", syscall(SYS_pivot_root, "/box", "/box"));
	tried("chroot", chroot("/box"));
	tried("mknod", mknod("/box/mem", S_IFCHR | 0600, 0x101));
	tried("name_to_handle_at", syscall(SYS_name_to_handle_at, AT_FDCWD, "/usr", NULL, NULL, 0));
	tried("open_by_handle_at", syscall(SYS_open_by_handle_at, 3, NULL, 0));
}

static void processes(void)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &here, 1 };

	tried("ptrace process 1", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
	tried("ptrace parent", ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
	tried("process_vm_readv", syscall(SYS_process_vm_readv, getpid(), &here, 1, &there, 1, 0));
	tried("process_vm_writev", syscall(SYS_process_vm_writev, 1, &here, 1, &there, 1, 0));
	tried("pidfd_getfd", syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, 1, 0), 0, 0));
	tried("kcmp", syscall(SYS_kcmp, 1, getpid(), 0, 0, 0));
	tried("setpriority", setpriority(PRIO_PROCESS, 0, -5));
	tried("raise a limit", setrlimit(RLIMIT_CORE, &(struct rlimit){ 1, 1 }));
	tried("sethostname", sethostname("x", 1));
	tried("setuid", setuid(1000));
}

static void sockets(void)
{
	/* int arguments: bits above are cut off by the kernel, not by a careless filter. */
	const unsigned long slip = 1UL << 32;
	int pair[2];

	for (int family = 3; family < 50; family++) {
		char name[32];

		if (family == AF_INET6 || family == AF_NETLINK)
			continue;
		snprintf(name, sizeof(name), "socket family %d", family);
		tried(name, syscall(SYS_socket, family, SOCK_RAW, 0));
		tried(name, syscall(SYS_socket, family, SOCK_STREAM, 0));
		tried(name, syscall(SYS_socket, slip | family, SOCK_DGRAM, 0));
		/* That family's code has other errors, most of them. */
		snprintf(name, sizeof(name), "socketpair family %d", family);
		tried(name, socketpair(family, SOCK_STREAM, 0, pair) < 0 && errno == EAFNOSUPPORT
				    ? -1
				    : 0);
	}
	for (int protocol = 1; protocol < 23; protocol++) {
		tried("netlink", syscall(SYS_socket, AF_NETLINK, SOCK_RAW, protocol));
		tried("netlink, bit 32",
		      syscall(SYS_socket, slip | AF_NETLINK, SOCK_RAW, protocol));
	}
	tried("raw socket", socket(AF_INET, SOCK_RAW, 255));
}

static void rest(void)
{
	struct io_uring_params params = {};
	union bpf_attr bpf = { .map_type = 2, .key_size = 4, .value_size = 4, .max_entries = 1 };
	struct perf_event_attr event = { .size = sizeof(event), .type = PERF_TYPE_SOFTWARE };
	struct sock_filter take = { 0x06, 0, 0, SECCOMP_RET_ALLOW };
	struct sock_fprog listen = { 1, &take };

	tried("bpf", syscall(SYS_bpf, BPF_MAP_CREATE, &bpf, sizeof(bpf)));
	tried("bpf, bit 32", syscall(SYS_bpf, 1UL << 32, &bpf, sizeof(bpf)));
	tried("perf_event_open", syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
	tried("io_uring", syscall(SYS_io_uring_setup, 4, &params));
	tried("userfaultfd", syscall(SYS_userfaultfd, 1));
	tried("keyctl", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, -4, 1));
	tried("add_key", syscall(SYS_add_key, "user", "x", "y", 1, -3));
	tried("personality", syscall(SYS_personality, 0x0400000));
	tried("reboot", syscall(SYS_reboot, 0, 0, 0, NULL));
	tried("syslog", syscall(SYS_syslog, 3, NULL, 0));
	tried("TIOCSTI", syscall(SYS_ioctl, 0, (1UL << 32) | 0x5412, "x"));
	tried("second listener", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
					 SECCOMP_FILTER_FLAG_NEW_LISTENER, &listen));
	tried("unknown system call", syscall(4000));
}

int main(void)
{
	namespaces();
	files();
	processes();
	sockets();
	rest();
	return open_doors != 0;
}
