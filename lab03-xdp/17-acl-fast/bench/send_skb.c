// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* An ordinary sender: a packet socket, many frames with each system call. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "bench.h"
#include "drop.skel.h"

#define BATCH 64

static int open_socket(const char *ifname)
{
	struct sockaddr_ll address = { .sll_family =
					       AF_PACKET, /* protocol 0: it receives nothing */
				       .sll_ifindex = if_nametoindex(ifname) };
	int fd, err;

	if (!address.sll_ifindex)
		return lab_fail(-ENODEV, "no interface is called %s", ifname);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int send_all(int fd, const struct sending *sending)
{
	struct iovec piece = { .iov_base = (void *)sending->frame, .iov_len = sending->size };
	struct mmsghdr messages[BATCH] = { 0 };
	__u64 left = sending->packets;

	for (int i = 0; i < BATCH; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &piece, .msg_iovlen = 1 };
	while (left && !lab_exiting) {
		int n = sendmmsg(fd, messages, left < BATCH ? left : BATCH, 0);

		if (n < 0)
			return -errno;
		left -= n;
	}
	return left ? -EINTR : 0;
}

/*
 * What is sent gets no further than the way out. The program there does not drop, it
 * says that it has taken the packet: a drop would end sendmmsg() after each.
 */
static int close_way_out(struct bpf_tc_hook *hook, struct drop_bpf *skel)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_program__fd(skel->progs.nobody));
	int err = bpf_tc_hook_create(hook);

	if (err)
		return err;
	err = bpf_tc_attach(hook, &opts);
	if (err)
		bpf_tc_hook_destroy(hook);
	return err;
}

static int send_nowhere(int fd, const struct sending *sending, __u64 *ns)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = if_nametoindex(sending->ifname),
		    .attach_point = BPF_TC_EGRESS);
	struct drop_bpf *skel = drop_bpf__open_and_load();
	int err = skel ? close_way_out(&hook, skel) : -errno;
	__u64 begin = cpu_ns();

	if (!err) {
		err = send_all(fd, sending);
		*ns = cpu_ns() - begin;
		/* Of both directions, for that alone takes the hook away. */
		hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
		bpf_tc_hook_destroy(&hook);
	}
	drop_bpf__destroy(skel);
	return err;
}

int send_skb(const struct sending *sending, __u64 *ns)
{
	int fd = open_socket(sending->ifname), err;
	__u64 begin = cpu_ns();

	if (fd < 0)
		return fd;
	if (sending->nowhere) {
		err = send_nowhere(fd, sending, ns);
	} else {
		err = send_all(fd, sending);
		*ns = cpu_ns() - begin;
	}
	close(fd);
	return err;
}
