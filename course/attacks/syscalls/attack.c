// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#define SYS_IO_URING_SETUP 425

/* A call is there if it fails for another reason than these two. */
static int there(long result)
{
	return result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES);
}

static void socket_of(int family, int type, int protocol, const char *what)
{
	int fd = socket(family, type, protocol);

	if (fd >= 0) {
		close(fd);
		success(what);
	}
}

static void attack(void)
{
	char room[256] = "";

	if (syscall(SYS_add_key, "user", CANARY, "x", 1, KEY_SPEC_SESSION_KEYRING) >= 0)
		success("add_key");
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0)
		success("keyctl");
	if (syscall(SYS_IO_URING_SETUP, 4, room) >= 0)
		success("io_uring_setup");
	if (there(syscall(SYS_io_setup, 0, NULL)) && errno != EINVAL)
		success("io_setup");
	if (syscall(SYS_userfaultfd, 0) >= 0)
		success("userfaultfd");
	if (there(syscall(SYS_init_module, room, 0, "")))
		success("init_module");
	if (there(syscall(SYS_kexec_load, 0, 0, NULL, ~0ul)))
		success("kexec_load");
	if (there(syscall(SYS_quotactl, ~0, NULL, 0, NULL)))
		success("quotactl");
	socket_of(AF_VSOCK, SOCK_STREAM, 0, "a socket of AF_VSOCK");
	socket_of(AF_PACKET, SOCK_RAW, 0, "a socket of AF_PACKET");
	socket_of(AF_INET, SOCK_RAW, 1, "a raw socket");
	socket_of(AF_ALG, SOCK_SEQPACKET, 0, "a socket of AF_ALG");
	socket_of(AF_KEY, SOCK_RAW, 2, "a socket of AF_KEY");
	socket_of(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, "netfilter's netlink");
	socket_of(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT, "netlink of devices");
	socket_of(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT, "netlink of audit");
}
