// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Process 1 of the sandbox builds what it and CMD will see. It has all capabilities in
 * its own user namespace and none outside; the last thing it does before CMD is to
 * give up those, too. See inside.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/inside.h"

/* Every machine has it; the new root is put on top of it for a moment. */
#define STAGE "/usr"

static void fail(const struct inside *in, int err, const char *step)
{
	struct box_news news = { .what = BOX_NEWS_FAILED, .value = err };

	snprintf(news.step, sizeof(news.step), "%s", step);
	inside_tell(in->news, &news, -1);
	_exit(1);
}

void inside_tell(int news, const struct box_news *what, int fd)
{
	/* Who cannot be told is dead, and we die with it. */
	if (news_send(news, what, fd))
		_exit(1);
}

/* The supervisor says "go" when it has written our ids. */
static void wait_go(const struct inside *in)
{
	char go;

	if (recv(in->news, &go, 1, 0) != 1)
		_exit(1);
}

static int own_names(void)
{
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0) || setgroups(0, NULL) ||
	    sethostname("sandbox", 7))
		return -errno;
	return 0;
}

/*
 * As long as we are the user who opened the doors. The namespace comes when we are in: before,
 * its root would be that of the supervisor, and a cgroup mount would show the machine's.
 */
static void enter_cgroups(struct inside *in)
{
	int err = limits_enter(&in->doors);

	if (err)
		fail(in, err, "enter its cgroups");
	if (unshare(CLONE_NEWCGROUP))
		fail(in, -errno, "make a cgroup namespace");
}

static int move_tree(int fd, int to, const char *path)
{
	unsigned int flags = MOVE_MOUNT_F_EMPTY_PATH | (*path ? 0 : MOVE_MOUNT_T_EMPTY_PATH);

	return syscall(SYS_move_mount, fd, "", to, path, flags) ? -errno : 0;
}

/* A new /proc needs the old one still in view, or the kernel refuses it. */
static int enter_root(const struct inside *in)
{
	int err;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	err = move_tree(in->root->fd, AT_FDCWD, STAGE);
	if (err)
		return err;
	if (chdir(STAGE))
		return -errno;
	/* subset=pid: no /proc/sys, no /proc/kallsyms, nothing of the machine. */
	if (!in->options->join_processes &&
	    mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid"))
		return -errno;
	if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		return -errno;
	return 0;
}

/* Links that a shown folder may hold lead nowhere. */
static int put_tree(const struct box_tree *tree)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | (tree->folder ? O_DIRECTORY : 0),
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int err, to = syscall(SYS_openat2, AT_FDCWD, tree->at, &how, sizeof(how));

	if (to < 0)
		return -errno;
	err = move_tree(tree->fd, to, "");
	close(to);
	return err;
}

static void build_root(const struct inside *in)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };
	char step[112];
	int err = enter_root(in);

	if (err)
		fail(in, err, "enter the sandbox's root folder");
	err = move_tree(in->root->box, AT_FDCWD, BOX_DIR);
	if (err)
		fail(in, err, "mount the work folder");
	for (int i = 0; i < in->root->nr_trees; i++) {
		err = put_tree(&in->root->trees[i]);
		snprintf(step, sizeof(step), "show something at %s", in->root->trees[i].at);
		if (err)
			fail(in, err, step);
	}
	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &read_only, sizeof(read_only)))
		fail(in, -errno, "make the root folder read only");
}

/* In a network namespace of its own the sandbox may talk to itself. */
static int loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int err = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno == EAFNOSUPPORT ? 0 : -errno;
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err = -errno;
	close(fd);
	return err;
}

/*
 * From the caller come three descriptors and perhaps a socket, nothing else: an fd of
 * a folder outside, left open by mistake, would be a way out.
 */
static int own_descriptors(struct inside *in)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int news;

	if (null < 0)
		return -errno;
	/* Out of the way of those that CMD gets. */
	news = fcntl(in->news, F_DUPFD_CLOEXEC, 16);
	if (news < 0 || dup2(null, 0) < 0)
		return -errno;
	in->news = news;
	for (int i = 1; i <= 3; i++) {
		int from = i == 1 ? in->out : i == 2 ? in->err : in->kept;

		if (i == 3 && from < 0)
			close(3);
		else if (dup2(from, i) < 0 || fcntl(i, F_SETFD, 0))
			return -errno;
	}
	if (close_range(4, news - 1, 0) || close_range(news + 1, ~0U, 0))
		return -errno;
	return 0;
}

static void set_environment(const struct inside *in)
{
	clearenv();
	putenv("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
	putenv("HOME=" BOX_DIR);
	putenv("TMPDIR=" BOX_DIR);
	putenv("LC_ALL=C.UTF-8");
	putenv("TERM=dumb");
	for (char **e = in->options->env; *e; e++)
		putenv(*e);
}

static void start_cmd(const struct inside *in)
{
	struct box_news news = { .what = BOX_NEWS_NO_COMMAND };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	/* No terminal: nothing that this process writes to one is read by a shell. */
	setsid();
	execvp(in->options->argv[0], in->options->argv);
	news.value = -errno;
	inside_tell(in->news, &news, -1);
	_exit(127);
}

static void filter(const struct inside *in)
{
	struct box_news news = { .what = BOX_NEWS_LISTENER };
	int listener = -1, err;

	err = filters_install(&in->wishes, &listener);
	if (err)
		fail(in, err, "filter system calls");
	if (listener < 0)
		return;
	inside_tell(in->news, &news, listener);
	close(listener);
}

void inside_main(const struct inside *inside)
{
	struct inside in = *inside;
	pid_t cmd;
	int err;

	enter_cgroups(&in);
	wait_go(&in);
	err = own_names();
	if (err)
		fail(&in, err, "become a user of its own");
	build_root(&in);
	err = in.options->join ? 0 : loopback_up();
	if (err)
		fail(&in, err, "switch on the loopback interface");
	err = own_descriptors(&in);
	if (err)
		fail(&in, err, "sort its open files");
	if (chdir(in.options->chdir))
		fail(&in, -errno, "enter the folder that --chdir names");
	set_environment(&in);
	err = rights_drop(in.options);
	if (err)
		fail(&in, err, "give up its rights");
	filter(&in);
	cmd = fork();
	if (cmd < 0)
		fail(&in, -errno, "start a process");
	if (cmd == 0)
		start_cmd(&in);
	init_reap(in.news, cmd);
}
