// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A QEMU process and its wires. See machine.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "testenv/vm/machine.h"
#include "testenv/vm/rights.h"

/* The fds that QEMU finds open. */
enum {
	FD_PORT = 10,
	FD_QMP,
	FD_CONSOLE,
	FD_INITRAMFS,
	FD_END
};

/* So many reads of the console in one go. */
#define PIECES 4

/*
 * Emulated, "rep movsb" and its like take a turn for each byte. Without the features below the kernel
 * copies and clears memory with plain loops, which are several times faster; with it, programs start.
 */
#define TCG_CPU	 "max,-erms,-fsrm"
#define TCG_ARGS " clearcpuid=rep_good"

/*
 * mitigations=off and what follows make booting under emulation twice as fast;
 * the guest protects nobody from anybody.
 */
#define KERNEL_ARGS                                                                        \
	"console=ttyS0 quiet panic=-1 oops=panic lsm=landlock,bpf mitigations=off "        \
	"noreplace-smp random.trust_cpu=on cryptomgr.notests tsc=reliable no_timer_check " \
	"audit=0"

long vm_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void __attribute__((format(printf, 2, 3))) add(struct vm_args *args, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (args->n < VM_ARGS - 1 && vasprintf(&args->argv[args->n], fmt, ap) > 0)
		args->n++;
	va_end(ap);
}

static void add_all(struct vm_args *args, const char *const *list)
{
	for (; *list; list++)
		add(args, "%s", *list);
}

void vm_args_free(struct vm_args *args)
{
	while (args->n)
		free(args->argv[--args->n]);
}

static void add_socket(struct vm_args *args, const char *name, int fd)
{
	add(args, "-chardev");
	add(args, "socket,id=%s,fd=%d", name, fd);
}

/*
 * QEMU 7.2 emulates processors in parallel, and a kernel that changes its own code (a tracepoint
 * gets a program, say) while another processor runs that very code then panics now and then: "Oops:
 * int3". So all but the first are set aside for what chooses them.
 */
static void add_kernel_args(struct vm_args *args, const struct vm_plan *plan)
{
	char aside[32] = "", counter[40] = "";

	if (plan->cpus > 1)
		snprintf(aside, sizeof(aside), " isolcpus=1-%d", plan->cpus - 1);
	if (plan->counter_khz)
		snprintf(counter, sizeof(counter), " tsc_early_khz=%u", plan->counter_khz);
	add(args, "-append");
	add(args, KERNEL_ARGS "%s%s%s", plan->kvm ? "" : TCG_ARGS, aside, counter);
}

static void add_memory(struct vm_args *args, const struct vm_plan *plan)
{
	add(args, "-m");
	add(args, "%d", VM_MEMORY_MB);
	add(args, "-object");
	if (plan->memory)
		add(args, "memory-backend-file,id=ram,size=%dM,mem-path=%s,share=%s", VM_MEMORY_MB,
		    plan->memory, plan->save ? "on" : "off");
	else
		add(args, "memory-backend-ram,id=ram,size=%dM", VM_MEMORY_MB);
}

void vm_args(const struct vm_plan *plan, struct vm_args *args)
{
	static const char *const machine[] = {
		VM_QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none",
		"-nic", "none", "-no-reboot",
		/* PC hardware that no guest of ours uses */
		"-machine", "q35,sata=off,smbus=off,memory-backend=ram",
		/* the host's whole tree; the guest mounts it when it is asked to */
		"-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
		/* its serial port is the console, a virtio port carries the frames */
		"-serial", "chardev:console", "-device", "virtio-serial-pci,id=ports,max_ports=2",
		"-device", "virtserialport,bus=ports.0,chardev=port,name=testenv", "-mon",
		"chardev=qmp,mode=control", NULL
	};

	args->n = 0;
	add_all(args, machine);
	add_kernel_args(args, plan);
	add(args, "-smp");
	add(args, "%d", plan->cpus);
	add(args, "-accel");
	add(args, "%s", plan->kvm ? "kvm" : "tcg");
	add(args, "-cpu");
	add(args, "%s", plan->kvm ? "host" : TCG_CPU);
	add_socket(args, "console", FD_CONSOLE);
	add_socket(args, "port", FD_PORT);
	add_socket(args, "qmp", FD_QMP);
	add_memory(args, plan);
	add(args, "-kernel");
	add(args, "%s", plan->kernel);
	add(args, "-initrd");
	add(args, "/proc/self/fd/%d", FD_INITRAMFS);
	if (plan->incoming) {
		add(args, "-incoming");
		add(args, "defer");
	}
	args->argv[args->n] = NULL;
}

/* Our ends and QEMU's of what it is connected with. */
struct wires {
	int ours[FD_END - FD_PORT];
	int theirs[FD_END - FD_PORT];
	int errors[2];
};

static void close_wires(int *fds, int n)
{
	for (int i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int connect_wires(struct wires *w, const struct vm_plan *plan)
{
	int pair[2];

	memset(w, -1, sizeof(*w));
	for (int i = FD_PORT; i < FD_END; i++) {
		if (i == FD_INITRAMFS)
			continue;
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
			return -errno;
		w->ours[i - FD_PORT] = pair[0];
		w->theirs[i - FD_PORT] = pair[1];
	}
	w->theirs[FD_INITRAMFS - FD_PORT] = fcntl(plan->initramfs, F_DUPFD_CLOEXEC, 0);
	if (w->theirs[FD_INITRAMFS - FD_PORT] < 0 || pipe2(w->errors, O_CLOEXEC))
		return -errno;
	return 0;
}

/* In the child. Nothing but QEMU's wires stays open. */
static void become_qemu(struct wires *w, char **argv, bool kvm, pid_t parent)
{
	int null = open("/dev/null", O_RDWR), err;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* The places that they shall have may be taken by one another. */
	for (int i = 0; i < FD_END - FD_PORT; i++)
		if (w->theirs[i] >= 0)
			w->theirs[i] = fcntl(w->theirs[i], F_DUPFD, FD_END);
	dup2(null, 0);
	dup2(w->errors[1], 1);
	dup2(w->errors[1], 2);
	for (int i = 0; i < FD_END - FD_PORT; i++)
		if (w->theirs[i] >= 0)
			dup2(w->theirs[i], FD_PORT + i);
	close_range(3, FD_PORT - 1, 0);
	close_range(FD_END, ~0U, 0);
	err = vm_rights_drop(kvm);
	if (err) {
		dprintf(2, "cannot give up root's rights: %s\n", strerror(-err));
		_exit(1);
	}
	/* After that, which would clear it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static void take_wires(struct vm_machine *m, const struct wires *w)
{
	m->port = w->ours[0];
	m->qmp = w->ours[FD_QMP - FD_PORT];
	m->console = w->ours[FD_CONSOLE - FD_PORT];
	m->errors = w->errors[0];
	fcntl(m->port, F_SETFL, O_NONBLOCK);
	fcntl(m->console, F_SETFL, O_NONBLOCK);
	fcntl(m->errors, F_SETFL, O_NONBLOCK);
}

int vm_machine_start(struct vm_machine *m, const struct vm_plan *plan, int owner)
{
	pid_t parent = getpid();
	struct vm_args args;
	struct wires w;
	int err;

	memset(m, 0, sizeof(*m));
	m->port = m->qmp = m->console = m->errors = -1;
	m->owner = owner;
	err = connect_wires(&w, plan);
	if (!err) {
		vm_args(plan, &args);
		m->pid = fork();
		if (m->pid == 0)
			become_qemu(&w, args.argv, plan->kvm, parent);
		if (m->pid < 0)
			err = -errno;
		vm_args_free(&args);
	}
	close_wires(w.theirs, FD_END - FD_PORT);
	close_wires(&w.errors[1], 1);
	take_wires(m, &w);
	if (err) {
		m->pid = 0;
		vm_machine_end(m);
	}
	return err;
}

void vm_machine_end(struct vm_machine *m)
{
	int fds[] = { m->port, m->qmp, m->console, m->errors };

	if (m->pid > 0) {
		kill(m->pid, SIGKILL);
		while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	m->pid = 0;
	close_wires(fds, sizeof(fds) / sizeof(fds[0]));
	m->port = m->qmp = m->console = m->errors = -1;
	vm_buf_free(&m->in);
	vm_buf_free(&m->out);
	vm_buf_free(&m->console_tail);
	vm_buf_free(&m->errors_tail);
}

static void keep_tail(int *fd, struct vm_buf *tail)
{
	int n = 1;

	if (*fd < 0)
		return;
	/* The guest may write faster than we read: there is more to do than to listen. */
	for (int i = 0; i < PIECES && n > 0; i++) {
		n = vm_buf_read(tail, *fd);
		vm_buf_trim(tail, VM_TAIL);
	}
	if (n == 0) {
		close(*fd);
		*fd = -1;
	}
}

void vm_machine_listen(struct vm_machine *m)
{
	keep_tail(&m->console, &m->console_tail);
	keep_tail(&m->errors, &m->errors_tail);
}

/* 1: that frame came; 0: not yet; or -errno. */
static int take_frames(struct vm_machine *m, enum vm_type type)
{
	int n = vm_buf_read(&m->in, m->port);
	struct vm_frame frame;

	if (n == -EAGAIN || n == -EINTR)
		return 0;
	if (n <= 0)
		return -ENOLINK;
	while ((n = vm_get(&m->in, &frame)) > 0) {
		if (frame.type == type)
			return 1;
		if (frame.type != VM_FAILED)
			continue;
		vm_buf_add(&m->console_tail, frame.data, frame.size);
		return -EREMOTE;
	}
	return n;
}

static int wait_once(struct vm_machine *m, enum vm_type type, long ms)
{
	struct pollfd fds[] = {
		{ .fd = m->port, .events = POLLIN | (vm_buf_len(&m->out) ? POLLOUT : 0) },
		{ .fd = m->console, .events = POLLIN },
		{ .fd = m->errors, .events = POLLIN },
		/* An owner that says something is still there. */
		{ .fd = m->owner, .events = POLLRDHUP },
	};

	if (poll(fds, 4, ms) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[3].revents)
		return -ECANCELED;
	vm_machine_listen(m);
	if (vm_buf_write(&m->out, m->port))
		return -ENOLINK;
	return fds[0].revents & ~POLLOUT ? take_frames(m, type) : 0;
}

int vm_machine_wait(struct vm_machine *m, enum vm_type type, long ms)
{
	long end = vm_now() + ms, left;
	int got = 0;

	while (!got) {
		left = end - vm_now();
		if (left <= 0)
			return -ETIMEDOUT;
		got = wait_once(m, type, left);
	}
	return got > 0 ? 0 : got;
}
