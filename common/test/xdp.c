// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl attach-xdp: a pinned program on a node's interface, by a link
 * that is pinned too. The pass program that the environment keeps on the
 * interface (XDP_TX and XDP_REDIRECT to a veth need one there) makes room and
 * comes back.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/node.h"
#include "common/test/pins.h"

#define PASS_PROGRAM "testenv_pass"

struct attachment {
	const char *dir, *prog, *node;
	__u32 flags;
	unsigned int ifindex;
};

static bool is_pass_program(int fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && !strcmp(info.name, PASS_PROGRAM);
}

/* Keeps the pass program by a pin and takes it off. Other programs stay: attaching says EBUSY. */
static int set_pass_aside(const struct attachment *at)
{
	__u32 id = 0;
	int fd, err;

	err = bpf_xdp_query_id(at->ifindex, 0, &id);
	if (err || !id)
		return err;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return -errno;
	if (is_pass_program(fd)) {
		err = pin(fd, at->dir, "pass", at->node);
		if (!err || err == -EEXIST)
			err = bpf_xdp_detach(at->ifindex, 0, NULL);
	}
	close(fd);
	return err;
}

static void bring_pass_back(const struct attachment *at)
{
	char path[PATH_MAX];
	int fd, err;

	fd = pin_open(at->dir, "pass", at->node);
	if (fd < 0)
		return;
	err = bpf_xdp_attach(at->ifindex, fd, XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
	close(fd);
	if (!err)
		unlink(pin_path(path, at->dir, "pass", at->node));
}

void pass_programs_back(const char *dir)
{
	char nodes[256];

	pin_names(dir, "pass", nodes, sizeof(nodes));
	for (char *node = strtok(nodes, ", "); node; node = strtok(NULL, ", ")) {
		struct attachment at = { .dir = dir, .node = node };

		if (node_enter(node))
			continue;
		at.ifindex = node_ifindex(node);
		if (at.ifindex)
			bring_pass_back(&at);
	}
}

static int attach(const struct attachment *at)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = at->flags);
	int prog, link, err;

	prog = pin_open(at->dir, "prog", at->prog);
	if (prog < 0)
		return prog;
	err = set_pass_aside(at);
	link = err ? err : bpf_link_create(prog, at->ifindex, BPF_XDP, &opts);
	close(prog);
	if (link < 0) {
		err = err ?: -errno;
		bring_pass_back(at);
		return err;
	}
	err = pin(link, at->dir, "link", at->prog);
	close(link);
	if (err)
		bring_pass_back(at);
	return err;
}

static int mode_flags(const char *mode, __u32 *flags)
{
	if (!strcmp(mode, "native"))
		*flags = XDP_FLAGS_DRV_MODE;
	else if (!strcmp(mode, "generic"))
		*flags = XDP_FLAGS_SKB_MODE;
	else
		return -EINVAL;
	return 0;
}

int cmd_attach_xdp(int argc, char **argv)
{
	const char *dir = NULL, *node = NULL, *mode = "native";
	const struct option_value table[] = { { .name = "pin", .value = &dir },
					      { .name = "node", .value = &node },
					      { .name = "mode", .value = &mode },
					      {} };
	int first = options(argc, argv, table);
	struct attachment at;
	int err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir || !node)
		return usage();
	at = (struct attachment){ .dir = dir, .prog = argv[first], .node = node };
	if (mode_flags(mode, &at.flags))
		return fail("no mode is called %s; there are: native, generic", mode);
	if (node_enter(node))
		return EXIT_FAILED;
	at.ifindex = node_ifindex(node);
	if (!at.ifindex)
		return EXIT_FAILED;
	err = attach(&at);
	if (err)
		return fail("cannot attach %s to %s of node %s: %s", at.prog, node_interface(node),
			    node, strerror(-err));
	return EXIT_OK;
}
