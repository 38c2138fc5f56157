// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Probes of hooks on packets and sockets, on interfaces made for the purpose
 * in the caller's own network namespace.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/net.h"
#include "testenv/ns.h"
#include "testenv/probe.h"

#define LOOPBACK 1
#define VETH	 40
#ifndef AF_XDP
#define AF_XDP 44
#endif
#ifndef SOL_XDP
#define SOL_XDP 283
#endif
/* Newer than the headers of some distributions. */
#define TCX_INGRESS 46

static int make_veth(void)
{
	const struct net_end one = { "probe0", VETH, NULL, 0 },
			     two = { "probe1", VETH + 1, NULL, 0 };
	struct net net;
	int here = ns_net();
	int err = here < 0 ? here : net_open(&net);

	if (err)
		return err;
	err = net_veth(&net, &one, &two, here);
	if (!err)
		err = net_flags(&net, VETH, IFF_UP, IFF_UP);
	net_close(&net);
	close(here);
	return err;
}

static int attach_xdp(int ifindex, __u32 flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);
	int prog = probe_load(BPF_PROG_TYPE_XDP, XDP_PASS, NULL);

	if (prog < 0)
		return prog;
	return bpf_link_create(prog, ifindex, BPF_XDP, &opts) < 0 ? -errno : 0;
}

int probe_xdp_native(void)
{
	int err = make_veth();

	return err ? err : attach_xdp(VETH, XDP_FLAGS_DRV_MODE);
}

int probe_xdp_generic(void)
{
	return attach_xdp(LOOPBACK, XDP_FLAGS_SKB_MODE);
}

int probe_tcx(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = TCX_INGRESS);
	int prog = probe_load(BPF_PROG_TYPE_SCHED_CLS, -1, &opts);

	if (prog < 0)
		return prog;
	return bpf_link_create(prog, LOOPBACK, TCX_INGRESS, NULL) < 0 ? -errno : 0;
}

int probe_sockmap(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_SOCKMAP, "testenv_probe", 4, 4, 1, NULL);
	int prog = probe_load(BPF_PROG_TYPE_SK_MSG, SK_PASS, NULL);

	if (map < 0)
		return -errno;
	if (prog < 0)
		return prog;
	return bpf_prog_attach(prog, map, BPF_SK_MSG_VERDICT, 0) ? -errno : 0;
}

/* A socket with all its rings, bound to a veth in copy mode. */
int probe_af_xdp(void)
{
	static const int rings[] = { XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING };
	const size_t size = 16 * 4096;
	struct sockaddr_xdp to = {
		.sxdp_family = AF_XDP,
		.sxdp_ifindex = VETH,
		.sxdp_flags = XDP_COPY,
	};
	struct xdp_umem_reg umem = { .len = size, .chunk_size = 4096 };
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	int err, entries = 16;
	void *memory;

	if (fd < 0)
		return -errno;
	err = make_veth();
	if (err)
		return err;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -errno;
	umem.addr = (uintptr_t)memory;
	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)))
		return -errno;
	for (int i = 0; i < 3; i++)
		if (setsockopt(fd, SOL_XDP, rings[i], &entries, sizeof(entries)))
			return -errno;
	return bind(fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : 0;
}
