// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* See start.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/sandbox/broker/start.h"
#include "testenv/sandbox/inside.h"
#include "testenv/testenv.h"

/* What it keeps open is moved above the rest, which is then closed. */
#define KEPT_FROM 512

static int open_folder(const char *path, const char *what, int *fd)
{
	*fd = -1;
	if (!path[0])
		return 0;
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	return report(EXIT_USAGE, "--bpf: %s %s: %s", what, path, strerror(errno));
}

/* Runs of one submission share what they pin, and so they share their user. */
static int own_pins(int pins, uid_t *uid)
{
	struct stat st;

	if (pins < 0)
		return 0;
	if (fstat(pins, &st))
		return report(EXIT_INTERNAL, "cannot look at the pins: %s", strerror(errno));
	if (st.st_uid >= BOX_FIRST_UID && st.st_uid < BOX_FIRST_UID + BOX_NR_UIDS)
		*uid = st.st_uid;
	else if (fchown(pins, *uid, *uid) || fchmod(pins, 0700))
		return report(EXIT_INTERNAL, "cannot hand over the pins: %s", strerror(errno));
	return 0;
}

int broker_plan(struct broker_plan *plan, const char *policy, uid_t *uid)
{
	char why[160];
	int err, code;

	*plan = (struct broker_plan){ .cgroup = -1, .pins = -1, .socket = -1 };
	if (!policy)
		return 0;
	err = policy_read(&plan->policy, policy, why);
	if (err)
		return report(EXIT_USAGE, "--bpf: %s: %s", policy, why);
	err = policy_find_kfuncs(&plan->policy);
	if (err)
		return report(exit_code(err), "cannot read the kernel's types: %s", strerror(-err));
	plan->report = mmap(NULL, sizeof(*plan->report), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (plan->report == MAP_FAILED)
		return report(EXIT_INTERNAL, "cannot get memory: %s", strerror(errno));
	code = open_folder(plan->policy.attach_cgroup, "attach_cgroup", &plan->cgroup);
	if (!code)
		code = open_folder(plan->policy.pins, "pins", &plan->pins);
	return code ? code : own_pins(plan->pins, uid);
}

int broker_show(const struct broker_plan *plan, struct box_root *root)
{
	int err = 0;

	if (!plan->report)
		return 0;
	if (plan->cgroup >= 0)
		err = root_show(root, plan->cgroup, plan->policy.attach_cgroup, false);
	if (!err && plan->pins >= 0)
		err = root_show(root, plan->pins, plan->policy.pins, true);
	if (err || !policy_traces(&plan->policy))
		return err;
	snprintf(root->step, sizeof(root->step), "write down the numbers of events");
	return events_write(root->fd);
}

struct filter_wishes broker_wishes(const struct broker_plan *plan)
{
	return (struct filter_wishes){
		.bpf = plan->report,
		.perf = plan->report && policy_traces(&plan->policy),
		.packet = plan->report && plan->policy.packet_sockets,
	};
}

static int receive(int socket)
{
	struct box_news news;

	int fd = -1;

	return news_receive(socket, &news, &fd) > 0 ? fd : -1;
}

/* Keeps of all open files these, at other numbers. */
static void keep_only(int *fds[], int n)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (int i = 0; i < n; i++)
		if (*fds[i] >= 0)
			*fds[i] = fcntl(*fds[i], F_DUPFD_CLOEXEC, KEPT_FROM);
	close_range(3, KEPT_FROM - 1, 0);
}

/*
 * It handles a stranger's data: were there a hole in it, this much would be behind it, and
 * not the rest of root's rights.
 */
static int drop_rest(void)
{
	static const int kept[] = { CAP_BPF,	     CAP_PERFMON,   CAP_NET_ADMIN,
				    CAP_NET_RAW,     CAP_SYS_ADMIN, /* objects by number */
				    CAP_SYS_PTRACE, /* the student's memory and descriptors */
				    CAP_DAC_OVERRIDE /* its folder of pins */ };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		data[kept[i] / 32].permitted |= 1U << kept[i] % 32;
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted;
	if (syscall(SYS_capset, &header, data) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return 0;
}

/* The new process. */
static void run(struct broker_plan *plan, struct limits_doors doors, int netns, int socket)
{
	struct broker broker = {
		.policy = &plan->policy,
		.report = plan->report,
		.cgroup = plan->cgroup,
		.pins = plan->pins,
		.netns = netns,
	};
	int *kept[] = { &broker.cgroup, &broker.pins, &broker.netns, &socket };

	if (limits_enter(&doors))
		_exit(1);
	keep_only(kept, 4);
	if (setns(broker.netns, CLONE_NEWNET) || drop_rest())
		_exit(1);
	/* With the supervisor, which may be dead already: then the socket has no other end. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	broker.listener = receive(socket);
	close(socket);
	if (broker.listener < 0)
		_exit(1);
	broker_loop(&broker);
}

int broker_start(struct broker_plan *plan, const struct limits *limits,
		 const struct limits_doors *doors, pid_t init)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	char path[32];
	int pair[2], netns;

	if (!plan->report)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/net", init);
	netns = open(path, O_RDONLY | O_CLOEXEC);
	if (netns < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	plan->pid = limits_clone(limits, &args);
	if (plan->pid == 0)
		run(plan, *doors, netns, pair[1]);
	close(netns);
	close(pair[1]);
	plan->socket = pair[0];
	if (plan->pid > 0)
		return 0;
	plan->pid = 0;
	return -errno;
}

int broker_hand_over(struct broker_plan *plan, int listener)
{
	const struct box_news news = { .what = BOX_NEWS_LISTENER };
	int err = news_send(plan->socket, &news, listener);

	close(plan->socket);
	plan->socket = -1;
	close(listener);
	return err;
}

void broker_stop(struct broker_plan *plan)
{
	if (plan->pid > 0) {
		kill(plan->pid, SIGKILL);
		waitpid(plan->pid, NULL, 0);
		plan->pid = 0;
	}
	if (plan->socket >= 0)
		close(plan->socket);
}
