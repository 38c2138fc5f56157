// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Why an XDP program could not be attached: who is there, what the interface cannot do. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <linux/if_link.h>

#include "common/lab/internal.h"

/* The link that holds the program on this interface; 0: none, or not allowed to know. */
static __u32 find_link(int ifindex, __u32 prog_id)
{
	__u32 id = 0;

	while (bpf_link_get_next_id(id, &id) == 0) {
		struct bpf_link_info info = {};
		__u32 len = sizeof(info);
		int fd = bpf_link_get_fd_by_id(id);
		int err;

		if (fd < 0)
			continue;
		err = bpf_obj_get_info_by_fd(fd, &info, &len);
		close(fd);
		if (!err && info.type == BPF_LINK_TYPE_XDP && info.prog_id == prog_id &&
		    info.xdp.ifindex == (__u32)ifindex)
			return id;
	}
	return 0;
}

static void program_name(__u32 prog_id, char *name, size_t size)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(prog_id);

	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd(fd, &info, &len) == 0)
		snprintf(name, size, "%s", info.name);
	close(fd);
}

int lab_xdp_holder(int ifindex, struct lab_xdp_holder *holder)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	int err = bpf_xdp_query(ifindex, 0, &query);

	memset(holder, 0, sizeof(*holder));
	if (err)
		return err;
	holder->prog_id = query.drv_prog_id ?: query.hw_prog_id ?: query.skb_prog_id;
	holder->generic = holder->prog_id && holder->prog_id == query.skb_prog_id;
	if (!holder->prog_id)
		return -ENOENT;
	program_name(holder->prog_id, holder->name, sizeof(holder->name));
	holder->link_id = find_link(ifindex, holder->prog_id);
	return 0;
}

static int explain_busy(int err, const char *ifname)
{
	struct lab_xdp_holder holder;
	char remove[96];

	if (lab_xdp_holder(if_nametoindex(ifname), &holder))
		return lab_fail(err, "%s has another XDP program; see: bpftool net", ifname);
	if (holder.link_id)
		snprintf(remove, sizeof(remove), "bpftool link detach id %u", holder.link_id);
	else
		snprintf(remove, sizeof(remove), "ip link set dev %s %s off", ifname,
			 holder.generic ? "xdpgeneric" : "xdp");
	return lab_fail(err, "%s already has an XDP program%s: '%s', id %u; remove it with: %s",
			ifname, holder.generic ? " in generic mode" : "", holder.name,
			holder.prog_id, remove);
}

static int explain_no_interface(int err, const char *ifname)
{
	struct if_nameindex *all = if_nameindex();
	char names[256] = "";
	size_t used = 0;

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		int n = snprintf(names + used, sizeof(names) - used, "%s%s", used ? ", " : "",
				 i->if_name);

		if (n < 0 || used + n >= sizeof(names))
			break;
		used += n;
	}
	if_freenameindex(all);
	return lab_fail(err, "no interface '%s' here; there are: %s (choose one with -i)", ifname,
			names);
}

static int mtu_of(const char *ifname)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = {};
	int mtu = 0;

	if (fd < 0)
		return 0;
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", ifname);
	if (ioctl(fd, SIOCGIFMTU, &req) == 0)
		mtu = req.ifr_mtu;
	close(fd);
	return mtu;
}

static int explain_unsupported(int err, const char *ifname, enum lab_xdp_mode mode)
{
	if (mode == LAB_XDP_OFFLOAD)
		return lab_fail(err,
				"%s cannot run programs on the network card: only a few cards can "
				"(Netronome Agilio); use -m native or -m generic",
				ifname);
	if (mode == LAB_XDP_NATIVE)
		return lab_fail(err, "the driver of %s has no native XDP; use -m generic", ifname);
	return lab_fail(err, "%s cannot run XDP programs in %s mode", ifname,
			lab_xdp_mode_name(mode));
}

int lab_xdp_explain(int err, const char *program, const char *ifname, enum lab_xdp_mode mode)
{
	/* Every reason why offload does not work has the same cure. */
	if (mode == LAB_XDP_OFFLOAD && err != -ENODEV && err != -EPERM && err != -EBUSY)
		return explain_unsupported(err, ifname, mode);
	switch (err) {
	case -ENODEV:
		return explain_no_interface(err, ifname);
	case -EBUSY:
	case -EEXIST:
		return explain_busy(err, ifname);
	case -EPERM:
		return lab_fail(err, "not allowed to attach to %s: " LAB_ADVICE_ROOT, ifname);
	case -EOPNOTSUPP:
		return explain_unsupported(err, ifname, mode);
	case -ERANGE:
		return lab_fail(
			err,
			"the MTU of %s is %d, too large for '%s': make it SEC(\"xdp.frags\"), "
			"or: ip link set dev %s mtu 1500",
			ifname, mtu_of(ifname), program, ifname);
	default:
		return lab_fail(err, "cannot attach '%s' to %s in %s mode: %s", program, ifname,
				lab_xdp_mode_name(mode), strerror(-err));
	}
}
