// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Attaching an XDP program to an interface by a link. Why it failed: xdp_why.c. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <linux/if_link.h>

#include "common/lab/internal.h"

/* The program that testenv puts on a peer's interface. */
#define TESTENV_PASS "testenv_pass"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define __close __attribute__((cleanup(close_fd)))

/*
 * Makes a struct bpf_link of a link's fd. libbpf has no function for that, but
 * opens pinned links: pin it in a bpffs that is mounted nowhere and goes with
 * its last fd.
 */
static struct bpf_link *link_from_fd(int link_fd)
{
	int fs __close = fsopen("bpf", FSOPEN_CLOEXEC);
	int mount __close = -1;
	char path[64];

	if (fs < 0 || fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return NULL;
	mount = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mount < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d/link", mount);
	if (bpf_obj_pin(link_fd, path) < 0)
		return NULL;
	return bpf_link__open(path);
}

/* bpf_program__attach_xdp() takes no flags, and without one the kernel chooses. */
static struct bpf_link *attach_mode(const struct bpf_program *prog, int ifindex, __u32 flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);
	int fd __close = bpf_link_create(bpf_program__fd(prog), ifindex, BPF_XDP, &opts);

	return fd < 0 ? NULL : link_from_fd(fd);
}

static struct bpf_link *attach_native(const struct bpf_program *prog, int ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	struct bpf_link *link = bpf_program__attach_xdp(prog, ifindex);

	if (!link)
		return NULL;
	/* A driver without XDP gets a generic attachment: never in its place. */
	if (bpf_xdp_query(ifindex, 0, &query) == 0 && query.attach_mode == XDP_ATTACHED_SKB) {
		bpf_link__destroy(link);
		errno = EOPNOTSUPP;
		return NULL;
	}
	return link;
}

static struct bpf_link *attach(const struct bpf_program *prog, int ifindex, enum lab_xdp_mode mode)
{
	switch (mode) {
	case LAB_XDP_NATIVE:
		return attach_native(prog, ifindex);
	case LAB_XDP_GENERIC:
		return attach_mode(prog, ifindex, XDP_FLAGS_SKB_MODE);
	case LAB_XDP_OFFLOAD:
		return attach_mode(prog, ifindex, XDP_FLAGS_HW_MODE);
	}
	errno = EINVAL;
	return NULL;
}

/*
 * Takes testenv's pass program off, for a link cannot replace it. Returns an fd
 * of it, to put it back if need be; -1: it was not there.
 */
static int take_off_pass(int ifindex, __u32 *flags)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	struct lab_xdp_holder holder;
	int fd;

	if (lab_xdp_holder(ifindex, &holder) || holder.link_id ||
	    strcmp(holder.name, TESTENV_PASS) != 0)
		return -1;
	fd = bpf_prog_get_fd_by_id(holder.prog_id);
	if (fd < 0)
		return -1;
	*flags = holder.generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	/* Only if it is still that one. */
	opts.old_prog_fd = fd;
	if (bpf_xdp_detach(ifindex, *flags | XDP_FLAGS_REPLACE, &opts) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

struct bpf_link *lab_attach_xdp(struct bpf_program *prog, const char *ifname,
				enum lab_xdp_mode mode)
{
	int ifindex = if_nametoindex(ifname);
	struct bpf_link *link = NULL;
	int pass_fd __close = -1;
	__u32 pass_flags = 0;
	int err = ENODEV;

	if (ifindex) {
		pass_fd = take_off_pass(ifindex, &pass_flags);
		link = attach(prog, ifindex, mode);
		err = errno;
	}
	if (link)
		return link;
	if (pass_fd >= 0)
		bpf_xdp_attach(ifindex, pass_fd, pass_flags, NULL);
	lab_xdp_explain(-err, bpf_program__name(prog), ifname, mode);
	errno = err;
	return NULL;
}

int lab_attach_xdp_fd(int prog_fd, const char *name, const char *ifname, enum lab_xdp_mode mode)
{
	static const __u32 mode_flags[] = {
		[LAB_XDP_NATIVE] = XDP_FLAGS_DRV_MODE,
		[LAB_XDP_GENERIC] = XDP_FLAGS_SKB_MODE,
		[LAB_XDP_OFFLOAD] = XDP_FLAGS_HW_MODE,
	};
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode_flags[mode]);
	int ifindex = if_nametoindex(ifname);
	int pass_fd __close = -1;
	__u32 pass_flags = 0;
	int fd = -ENODEV;

	if (ifindex) {
		pass_fd = take_off_pass(ifindex, &pass_flags);
		fd = bpf_link_create(prog_fd, ifindex, BPF_XDP, &opts);
	}
	if (fd >= 0)
		return fd;
	if (pass_fd >= 0)
		bpf_xdp_attach(ifindex, pass_fd, pass_flags, NULL);
	lab_xdp_explain(fd, name, ifname, mode);
	return fd;
}
