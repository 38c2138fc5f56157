// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of capabilities, and trying one safely. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/caps.h"
#include "testenv/net.h"
#include "testenv/ns.h"
#include "testenv/probe.h"

/* A probe that takes longer has failed. */
#define PROBE_SECONDS 20

#define KERNEL	    "sudo apt-get install linux-image-amd64, and boot that kernel"
#define DEPS	    "make deps"
#define TOOL(...)   ((const char *const[]){ __VA_ARGS__, NULL })
#define CLANG_TRIAL "clang", "-target", "bpf", "-c", "-x", "c", "/dev/null", "-o", "/dev/null"

const struct capability capabilities[] = {
	{ "btf", "the kernel's types, for CO-RE", probe_btf, NULL, KERNEL },
	{ "bpffs", "pinning of programs and maps", probe_bpffs, NULL, KERNEL },
	{ "tracefs", "the list of tracepoints", probe_tracefs, NULL, KERNEL },
	{ "cgroup2", "a writable cgroup2, and programs on it", probe_cgroup2, NULL,
	  "sudo mount -t cgroup2 none /sys/fs/cgroup/unified (in a container: start it with "
	  "--privileged --cgroupns=host)" },
	{ "netns", "network namespaces with their own settings", probe_netns, NULL,
	  "in a container: start it with --privileged" },
	{ "init-pid-ns", "process numbers as the kernel has them", probe_init_pid_ns, NULL,
	  "in a container: start it with --pid=host" },
	{ "ringbuf", "ring buffers", probe_ringbuf, NULL, KERNEL },
	{ "tracepoint", "programs on tracepoints", probe_tracepoint, NULL, KERNEL },
	{ "raw-tp", "programs on raw tracepoints", probe_raw_tp, NULL, KERNEL },
	{ "tp-btf", "programs on typed tracepoints", probe_tp_btf, NULL, KERNEL },
	{ "fentry", "programs on function entry and exit", probe_fentry, NULL, KERNEL },
	{ "kprobe", "programs on kprobes", probe_kprobe, NULL, KERNEL },
	{ "kprobe-multi", "one program on many kprobes", probe_kprobe_multi, NULL, KERNEL },
	{ "lsm", "programs on security hooks", probe_lsm, NULL,
	  "add lsm=landlock,lockdown,yama,integrity,apparmor,bpf to the kernel's command line" },
	{ "uprobe", "programs on user-space functions", probe_uprobe, NULL, KERNEL },
	{ "perf-event", "programs on perf events (cpu clock)", probe_perf_event, NULL, KERNEL },
	{ "xdp-native", "XDP in the veth driver", probe_xdp_native, NULL, KERNEL },
	{ "xdp-generic", "XDP on any interface", probe_xdp_generic, NULL, KERNEL },
	{ "tcx", "tc programs attached by link", probe_tcx, NULL, KERNEL },
	{ "sockmap", "redirection between sockets", probe_sockmap, NULL, KERNEL },
	{ "af-xdp", "packets straight to user space", probe_af_xdp, NULL, KERNEL },
	{ "struct-ops", "a TCP congestion control in BPF", probe_struct_ops, NULL, KERNEL },
	{ "freplace", "a program replacing another's function", probe_freplace, NULL, KERNEL },
	{ "sched-ext", "a scheduler in BPF", probe_sched_ext, NULL,
	  "a kernel from 6.12 with CONFIG_SCHED_CLASS_EXT, for example Debian's from "
	  "trixie-backports" },
	{ "kvm", "fast virtual machines", probe_kvm, NULL,
	  "switch on virtualization (VT-x, AMD-V) in the firmware; without it they run slowly" },
	{ "sandbox", "running untrusted code: course grade without virtual machines", NULL,
	  TOOL("/proc/self/exe", "sandbox", "--seconds=15", "--", "true"),
	  "testenv sandbox -- true says what fails; a kernel from 5.14 (cgroups with the memory "
	  "controller, user namespaces, seccomp); in a container: start it with --privileged "
	  "--cgroupns=host; without it submissions are graded in virtual machines" },
	{ "qemu", "virtual machines with other kernels", NULL,
	  TOOL("qemu-system-x86_64", "--version"), DEPS },
	{ "gcc", "compiles the loaders", NULL, TOOL("gcc", "--version"), DEPS },
	{ "clang", "compiles the kernel programs", NULL, TOOL(CLANG_TRIAL), DEPS },
	{ "bpftool", "makes skeletons and vmlinux.h", NULL,
	  TOOL("sh", "-c", "\"$(sh \"$TOP/common/make/find-bpftool\")\" version"), DEPS },
	{ "bats", "runs the checks", NULL, TOOL("bats", "--version"), DEPS },
	{ "tcpdump", "shows packets", NULL, TOOL("tcpdump", "--version"), DEPS },
	{ "ip", "shows interfaces and routes", NULL, TOOL("ip", "-V"), DEPS },
	{ "jq", "reads JSON", NULL, TOOL("jq", "--version"), DEPS },
	{ "socat", "sends and receives in the checks", NULL, TOOL("socat", "-V"), DEPS },
	{},
};

bool capability_basic(const struct capability *cap)
{
	static const char *const basic[] = { "btf", "bpffs", "tracefs", "netns" };

	for (size_t i = 0; i < sizeof(basic) / sizeof(*basic); i++)
		if (strcmp(cap->name, basic[i]) == 0)
			return true;
	/* A sandbox is the grader's. */
	return cap->tool && strcmp(cap->name, "sandbox") != 0;
}

const struct capability *capability_find(const char *name)
{
	for (const struct capability *c = capabilities; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int silent(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level, (void)fmt, (void)ap;
	return 0;
}

/* Runs in the probe's process. */
static int try(const struct capability *cap)
{
	struct net net;
	int err;

	libbpf_set_print(silent);
	if (unshare(CLONE_NEWNET))
		return -errno;
	err = ns_private_mounts();
	if (err)
		return err;
	err = net_open(&net);
	if (!err)
		err = net_flags(&net, 1, IFF_UP, IFF_UP);
	net_close(&net);
	return err ? err : cap->probe();
}

static void become_tool(const char *const *tool)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	execvp(tool[0], (char *const *)tool);
	_exit(127);
}

int capability_probe(const struct capability *cap)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(PROBE_SECONDS);
		if (cap->tool)
			become_tool(cap->tool);
		_exit(-try(cap));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	if (WIFSIGNALED(status))
		return -ETIMEDOUT;
	if (cap->tool && WEXITSTATUS(status))
		return WEXITSTATUS(status) == 127 ? -ENOENT : -EINVAL;
	return -WEXITSTATUS(status);
}
