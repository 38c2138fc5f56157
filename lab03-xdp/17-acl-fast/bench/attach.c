// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The droppers that are BPF programs, at four hooks, and the interface's offload. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "bench.h"
#include "drop.skel.h"

/* enum bpf_attach_type has had it since 6.6; Debian 12's header is older. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)

static int attach_xdp(struct drop_bpf *skel, int ifindex, __u32 flags)
{
	return bpf_xdp_attach(ifindex, bpf_program__fd(skel->progs.drop_xdp), flags, NULL);
}

/* The link would end with this process: it is pinned. */
static int attach_tcx(struct drop_bpf *skel, int ifindex)
{
	int err = 0, link = bpf_link_create(bpf_program__fd(skel->progs.drop_tc), ifindex,
					    ATTACH_TCX_INGRESS, NULL);

	if (link < 0)
		return -errno;
	if (bpf_obj_pin(link, DROPPER_LINK))
		err = -errno;
	close(link);
	return err;
}

static int attach_clsact(struct drop_bpf *skel, int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_program__fd(skel->progs.drop_tc));
	int err = bpf_tc_hook_create(&hook);

	return err ?: bpf_tc_attach(&hook, &opts);
}

static int attach_how(struct drop_bpf *skel, const char *how, int ifindex)
{
	if (strcmp(how, "native") == 0)
		return attach_xdp(skel, ifindex, XDP_FLAGS_DRV_MODE);
	if (strcmp(how, "generic") == 0)
		return attach_xdp(skel, ifindex, XDP_FLAGS_SKB_MODE);
	if (strcmp(how, "tcx") == 0)
		return attach_tcx(skel, ifindex);
	if (strcmp(how, "clsact") == 0)
		return attach_clsact(skel, ifindex);
	return lab_fail(-EINVAL, "attach native, generic, tcx or clsact, not '%s'", how);
}

int attach_dropper(const char *how, const char *ifname)
{
	int ifindex = if_nametoindex(ifname), err;
	struct drop_bpf *skel;

	if (!ifindex)
		return lab_fail(-ENODEV, "no interface is called %s", ifname);
	skel = drop_bpf__open_and_load();
	if (!skel)
		return -errno;
	err = attach_how(skel, how, ifindex);
	if (!err && bpf_map__pin(skel->maps.dropped, DROPPED_PIN))
		err = -errno;
	drop_bpf__destroy(skel);
	return err;
}

int read_dropped(__u64 *packets)
{
	int cpus = libbpf_num_possible_cpus(), fd, err = 0;
	const __u32 zero = 0;
	__u64 *values;

	if (cpus < 0)
		return cpus;
	fd = bpf_obj_get(DROPPED_PIN);
	if (fd < 0)
		return lab_fail(-errno, "%s: %s", DROPPED_PIN, strerror(errno));
	values = calloc(cpus, sizeof(*values));
	if (!values)
		err = -ENOMEM;
	else if (bpf_map_lookup_elem(fd, &zero, values))
		err = -errno;
	*packets = 0;
	for (int i = 0; !err && i < cpus; i++)
		*packets += values[i];
	free(values);
	close(fd);
	return err;
}

int switch_gro_on(const char *ifname)
{
	struct ethtool_value value = { .cmd = ETHTOOL_SGRO, .data = 1 };
	struct ifreq request = { .ifr_data = (void *)&value };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	if (ioctl(fd, SIOCETHTOOL, &request))
		err = -errno;
	close(fd);
	return err;
}
