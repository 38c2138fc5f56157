// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl attach-cgroup, attach-sockmap: a pinned program of type sockops to the
 * environment's own cgroup, by a link that is pinned too; one of type sk_msg to
 * a pinned map of sockets, which holds it as long as the map lives.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "common/test/pins.h"

int cmd_attach_cgroup(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	int prog, cgroup, link, err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	prog = pin_open(dir, "prog", argv[first]);
	if (prog < 0)
		return pin_missing(dir, "prog", argv[first]);
	cgroup = lab_cgroup_open(NULL);
	if (cgroup < 0) {
		close(prog);
		lab_report(cgroup, "cannot attach");
		return EXIT_FAILED;
	}
	link = bpf_link_create(prog, cgroup, BPF_CGROUP_SOCK_OPS, NULL);
	err = link < 0 ? -errno : pin(link, dir, "link", argv[first]);
	if (link >= 0)
		close(link);
	close(cgroup);
	close(prog);
	if (err)
		return fail("cannot attach %s to the environment's cgroup: %s", argv[first],
			    strerror(-err));
	return EXIT_OK;
}

int cmd_attach_sockmap(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	int prog, map, err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 2 || !dir)
		return usage();
	prog = pin_open(dir, "prog", argv[first]);
	if (prog < 0)
		return pin_missing(dir, "prog", argv[first]);
	map = pin_open(dir, "map", argv[first + 1]);
	if (map < 0) {
		close(prog);
		return pin_missing(dir, "map", argv[first + 1]);
	}
	err = bpf_prog_attach(prog, map, BPF_SK_MSG_VERDICT, 0) ? -errno : 0;
	close(map);
	close(prog);
	if (err)
		return fail("cannot attach %s to the map %s: %s", argv[first], argv[first + 1],
			    strerror(-err));
	return EXIT_OK;
}
