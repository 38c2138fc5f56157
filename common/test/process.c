// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl wait, stop, pid, wait-attached: what becomes of a process that spawn has
 * started. They touch children of the calling test and nothing else, so that a
 * process id that has come to mean another process is left alone.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/test/deadline.h"
#include "common/test/filter.h"
#include "common/test/proc.h"
#include "common/test/process.h"
#include "common/test/sandboxed.h"

int process_open(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return -errno;
	if (process_parent(pid) == getppid())
		return fd;
	close(fd);
	return -ESRCH;
}

static bool wait_for_end(int pidfd, double seconds)
{
	struct deadline deadline = deadline_in(seconds);
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };

	do {
		if (poll(&ended, 1, deadline_left_ms(deadline)) > 0)
			return true;
	} while (!deadline_over(deadline));
	note_late(deadline);
	return false;
}

int cmd_wait(int argc, char **argv)
{
	const char *seconds = "5";
	const struct option_value table[] = { { .name = "seconds", .value = &seconds }, {} };
	int first = options(argc, argv, table);
	bool ended;
	int fd;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1)
		return usage();
	fd = process_open(atoi(argv[first]));
	if (fd < 0)
		return EXIT_OK;
	ended = wait_for_end(fd, atof(seconds));
	close(fd);
	return ended ? EXIT_OK : EXIT_FAILED;
}

static int signal_number(const char *name)
{
	static const int known[] = { SIGINT, SIGTERM, SIGKILL, SIGHUP, SIGUSR1 };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(sigabbrev_np(known[i]), name))
			return known[i];
	return 0;
}

int cmd_stop(int argc, char **argv)
{
	const char *seconds = "5", *name = "INT";
	const struct option_value table[] = { { .name = "seconds", .value = &seconds },
					      { .name = "signal", .value = &name },
					      {} };
	int first = options(argc, argv, table);
	bool ended, leader;
	pid_t pid;
	int fd;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !signal_number(name))
		return usage();
	pid = atoi(argv[first]);
	fd = process_open(pid);
	if (fd < 0)
		return EXIT_OK;
	leader = getpgid(pid) == pid;
	syscall(SYS_pidfd_send_signal, fd, signal_number(name), NULL, 0);
	ended = wait_for_end(fd, atof(seconds));
	if (!ended) {
		syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
		wait_for_end(fd, 5);
	}
	if (leader)
		kill(-pid, SIGKILL); /* what it has started */
	close(fd);
	return ended ? EXIT_OK : EXIT_FAILED;
}

/* What the machine that runs it calls the process. */
int cmd_pid(int argc, char **argv)
{
	if (argc != 2)
		return usage();
	puts(argv[1]);
	return EXIT_OK;
}

/* ---- wait-attached ---- */

/* A link says what it is in its fdinfo. */
static bool is_link(pid_t pid, const char *fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.16s", pid, fd);
	return proc_field(path, "link_id") > 0;
}

/* Before links came to perf events (Linux 5.15) the program hung on the event itself. */
static bool is_event_with_program(pid_t pid, int fd)
{
	__u32 size = 0, prog = 0, type;
	__u64 offset, address;

	return !bpf_task_fd_query(pid, fd, 0, NULL, &size, &prog, &type, &offset, &address) && prog;
}

/* Links, and sockets with a filter: these have no link. */
static int count_links(pid_t started, int pidfd)
{
	pid_t pid = sandboxed_program(started);
	struct dirent *entry;
	char path[64];
	int count = 0;
	DIR *fds;

	if (pid != started)
		pidfd = syscall(SYS_pidfd_open, pid, 0);
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = opendir(path);
	while (fds && (entry = readdir(fds)))
		if (*entry->d_name != '.' && (is_link(pid, entry->d_name) ||
					      is_event_with_program(pid, atoi(entry->d_name)) ||
					      filter_is_on(pidfd, atoi(entry->d_name))))
			count++;
	if (fds)
		closedir(fds);
	if (pid != started)
		close(pidfd);
	return count;
}

int cmd_wait_attached(int argc, char **argv)
{
	const char *seconds = "5", *links = "1";
	const struct option_value table[] = { { .name = "seconds", .value = &seconds },
					      { .name = "links", .value = &links },
					      {} };
	int first = options(argc, argv, table);
	struct deadline deadline;
	int fd, status;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1)
		return usage();
	deadline = deadline_in(atof(seconds));
	fd = process_open(atoi(argv[first]));
	if (fd < 0)
		return EXIT_ENDED;
	do {
		status = EXIT_OK;
		if (count_links(atoi(argv[first]), fd) >= atoi(links))
			break;
		status = wait_for_end(fd, 0) ? EXIT_ENDED : EXIT_FAILED;
		deadline_pause(deadline);
	} while (status == EXIT_FAILED && !deadline_over(deadline));
	if (status == EXIT_FAILED)
		note_late(deadline);
	close(fd);
	return status;
}
