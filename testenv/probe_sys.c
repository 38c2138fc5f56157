// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Probes of file systems, namespaces and the machine itself. */
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <linux/kvm.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/cgroup.h"
#include "testenv/ns.h"
#include "testenv/probe.h"

/* The initial pid namespace always has this inode number. */
#define INIT_PID_NS 0xeffffffcUL

int probe_load(enum bpf_prog_type type, int result, struct bpf_prog_load_opts *opts)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = result },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(type, "testenv_probe", "GPL", insns, 2, opts);

	return fd < 0 ? -errno : fd;
}

int probe_btf(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct btf_header header;

	if (fd < 0)
		return -errno;
	if (read(fd, &header, sizeof(header)) != sizeof(header) || header.magic != BTF_MAGIC)
		return -EINVAL;
	return 0;
}

int probe_ringbuf(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "testenv_probe", 0, 0,
				(__u32)sysconf(_SC_PAGESIZE), NULL);

	return fd < 0 ? -errno : 0;
}

int probe_bpffs(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "testenv_probe", 4, 4, 1, NULL);

	if (map < 0 || mount("testenv", BPFFS, "bpf", 0, NULL))
		return -errno;
	return bpf_obj_pin(map, BPFFS "/probe") ? -errno : 0;
}

int probe_tracefs(void)
{
	ns_tracefs();
	if (!ns_is(TRACEFS, TRACEFS_MAGIC))
		return -ENODEV;
	return access(TRACEFS "/events", R_OK) ? -errno : 0;
}

int probe_cgroup2(void)
{
	char name[32], path[PATH_MAX];
	int prog, dir, err;

	snprintf(name, sizeof(name), "probe.%d", getpid());
	prog = probe_load(BPF_PROG_TYPE_CGROUP_SKB, 1, NULL);
	if (prog < 0)
		return prog;
	err = cgroup_make(name, path);
	if (err)
		return err;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || bpf_prog_attach(prog, dir, BPF_CGROUP_INET_EGRESS, 0))
		err = -errno;
	close(dir);
	cgroup_remove(path);
	return err;
}

/* The caller is in one: what is left to see is whether its /proc/sys is there. */
int probe_netns(void)
{
	return ns_sysctl("ipv4/ip_forward", "0");
}

int probe_init_pid_ns(void)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st))
		return -errno;
	return st.st_ino == INIT_PID_NS ? 0 : -ENOENT;
}

static int processor_has_virtualization(void)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char *line = NULL;
	size_t room = 0;
	int has = 0;

	while (f && !has && getline(&line, &room, f) > 0)
		has = strncmp(line, "flags", 5) == 0 &&
		      (strstr(line, " vmx") || strstr(line, " svm"));
	free(line);
	if (f)
		fclose(f);
	return has;
}

/* A device that opens is not enough: without vmx or svm guests hang. */
int probe_kvm(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, KVM_CREATE_VM, 0) < 0)
		return -errno;
	return processor_has_virtualization() ? 0 : -EOPNOTSUPP;
}
