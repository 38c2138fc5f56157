// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl classic: prints the classic filter that a running loader has put on a
 * socket, as the kernel has it: CODE:JT:JF:K,... in hex, or "none".
 * labctl filter: puts such a filter, or a pinned program, on one of a pair of Unix
 * sockets, and sends packets through it. That runs the filter as on any socket, with
 * the packet's first byte at offset 0, and needs no wire. One packet a line:
 *
 *	stdin   LABEL HEX       stdout  LABEL taken | dropped | cut to N bytes
 */
#include "common/test/filter.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/filter.h>

#include "common/test/hex.h"
#include "common/test/labctl.h"
#include "common/test/packet.h"
#include "common/test/pins.h"
#include "common/test/sandboxed.h"

/*
 * The classic filter of a process's socket. Returns the number of instructions, 0
 * without a filter; -EACCES: it is eBPF; or another error when fd is no socket.
 */
static int get_classic(int pidfd, int fd, struct sock_filter insns[BPF_MAXINSNS])
{
	socklen_t count = BPF_MAXINSNS;
	int sock, err;

	sock = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (sock < 0)
		return -errno;
	err = getsockopt(sock, SOL_SOCKET, SO_GET_FILTER, insns, &count) ? -errno : 0;
	close(sock);
	return err ?: (int)count;
}

bool filter_is_on(int pidfd, int fd)
{
	struct sock_filter insns[BPF_MAXINSNS];
	int count = get_classic(pidfd, fd, insns);

	return count > 0 || count == -EACCES;
}

/* ---- classic ---- */

static void print_classic(const struct sock_filter *insns, int count)
{
	for (int i = 0; i < count; i++)
		printf("%s%x:%x:%x:%x", i ? "," : "", insns[i].code, insns[i].jt, insns[i].jf,
		       insns[i].k);
	puts(count > 0 ? "" : "none");
}

int cmd_classic(int argc, char **argv)
{
	struct sock_filter insns[BPF_MAXINSNS];
	struct dirent *entry;
	int pidfd, count = 0;
	char path[64];
	pid_t pid;
	DIR *fds;

	if (argc != 2)
		return usage();
	pid = sandboxed_program(atoi(argv[1]));
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = pidfd < 0 ? NULL : opendir(path);
	if (!fds)
		return EXIT_ENDED;
	while (count <= 0 && (entry = readdir(fds)))
		if (*entry->d_name != '.')
			count = get_classic(pidfd, atoi(entry->d_name), insns);
	closedir(fds);
	close(pidfd);
	print_classic(insns, count);
	return EXIT_OK;
}

/* ---- filter ---- */

static int attach_classic(int sock, const char *text)
{
	struct sock_filter insns[BPF_MAXINSNS], *insn;
	struct sock_fprog program = { .filter = insns };
	int used;

	while (program.len < BPF_MAXINSNS) {
		insn = &insns[program.len++];
		if (sscanf(text, "%hx:%hhx:%hhx:%x%n", &insn->code, &insn->jt, &insn->jf, &insn->k,
			   &used) != 4)
			return -EINVAL;
		text += used;
		if (!*text++)
			break;
	}
	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ? -errno
											 : 0;
}

static int attach_pinned(int sock, const char *dir, const char *name)
{
	int prog = pin_open(dir, "prog", name);
	int err;

	if (prog < 0)
		return pin_missing(dir, "prog", name);
	err = setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)) ? -errno : 0;
	close(prog);
	return err;
}

/* What the filter refuses is gone, and sending it is no error. */
static int pass_line(const int pair[2], const char *label, const char *hex)
{
	static uint8_t in[PACKET_MAX], out[PACKET_MAX];
	long len = hex_read(hex, in, sizeof(in)), got;

	if (len < 0)
		return fail("%s: not a packet in hex", label);
	if (send(pair[0], in, len, 0) != len)
		return fail("cannot send %s: %s", label, strerror(errno));
	got = recv(pair[1], out, sizeof(out), MSG_DONTWAIT);
	if (got < 0 && errno != EAGAIN)
		return fail("cannot receive %s: %s", label, strerror(errno));
	if (got >= 0 && got < len)
		printf("%s cut to %ld byte%s\n", label, got, got == 1 ? "" : "s");
	else
		printf("%s %s\n", label, got < 0 ? "dropped" : "taken");
	return 0;
}

static int pass_lines(const int pair[2])
{
	char *line = NULL;
	size_t room = 0;
	int status = 0;

	while (!status && getline(&line, &room, stdin) > 0) {
		char *label = strtok(line, " \n");
		char *hex = strtok(NULL, " \n");

		if (!label || !hex)
			status = fail("a line must be LABEL HEX");
		else
			status = pass_line(pair, label, hex);
	}
	free(line);
	return status;
}

int cmd_filter(int argc, char **argv)
{
	const char *dir = NULL, *classic = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir },
					      { .name = "classic", .value = &classic },
					      {} };
	int first = options(argc, argv, table);
	int pair[2], err, status;

	if (first < 0)
		return EXIT_USAGE;
	if (classic ? dir || argc != first : !dir || argc - first != 1)
		return usage();
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return fail("cannot make sockets: %s", strerror(errno));
	err = classic ? attach_classic(pair[1], classic) : attach_pinned(pair[1], dir, argv[first]);
	if (err < 0)
		status = fail("the kernel does not put %s on a socket: %s",
			      classic ? "this filter" : argv[first], strerror(-err));
	else
		status = err ?: pass_lines(pair);
	close(pair[0]);
	close(pair[1]);
	return status;
}
