// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl capture: prints every frame that arrives at a node's interface, one
 * line of hex each, until it is killed. Its first line, "ready", comes when
 * the socket is open: a frame sent after it has been read cannot be missed.
 *
 * labctl captured: waits until a frame is in such a file, COUNT times after the
 * first SKIP lines; no longer when process PID, which writes the file, has
 * ended. "This frame did not arrive" is shown by one sent after it that did.
 */
#include "common/test/labctl.h"
#include "common/test/sandboxed.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/test/deadline.h"
#include "common/test/hex.h"
#include "common/test/packet.h"
#include "common/test/process.h"
#include "common/test/raw.h"

/* What a flood can make the file grow to. */
#define FRAMES_MAX 10000

/* The kernel takes the outermost VLAN tag out of the frame and reports it beside it. */
static size_t put_tag_back(struct msghdr *message, uint8_t *frame, size_t len)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *part;

	for (part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(part), sizeof(aux));
		if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || len < 12)
			return len;
		memmove(frame + 16, frame + 12, len - 12);
		put_bits(frame + 12, 0, 16,
			 aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : 0x8100);
		put_bits(frame + 14, 0, 16, aux.tp_vlan_tci);
		return len + 4;
	}
	return len;
}

/* Bytes of the next frame that came in; what the node itself sent is passed over. */
static ssize_t receive(int fd, uint8_t *frame, size_t size)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct sockaddr_ll from;
	struct iovec part = { .iov_base = frame, .iov_len = size - 4 };
	struct msghdr message = { .msg_name = &from, .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t len;

	do {
		message.msg_namelen = sizeof(from);
		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		len = recvmsg(fd, &message, 0);
		if (len < 0)
			return -errno;
	} while (from.sll_pkttype == PACKET_OUTGOING);
	return put_tag_back(&message, frame, len);
}

int cmd_capture(int argc, char **argv)
{
	static uint8_t frame[PACKET_MAX];
	const char *node = NULL;
	const struct option_value table[] = { { .name = "node", .value = &node }, {} };
	int first = options(argc, argv, table);
	int fd, on = 1;

	if (first < 0)
		return EXIT_USAGE;
	if (first != argc || !node)
		return usage();
	fd = raw_open(node, ETH_P_ALL);
	if (fd < 0)
		return EXIT_FAILED;
	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)))
		return fail("cannot ask for VLAN tags: %s", strerror(errno));
	setvbuf(stdout, NULL, _IOLBF, 1 << 18);
	puts("ready");
	for (int i = 0; i < FRAMES_MAX; i++) {
		ssize_t len = receive(fd, frame, sizeof(frame));

		if (len < 0)
			return fail("cannot receive: %s", strerror(-len));
		hex_write(stdout, frame, len);
		putchar('\n');
	}
	return fail("more than %d frames", FRAMES_MAX);
}

/* ---- captured ---- */

struct tail {
	FILE *file;
	char *line;
	size_t room;
	int skip;  /* lines still to pass over */
	int count; /* wanted lines seen */
};

/* Counts the wanted lines among those that have been completed since the last call. */
static void read_on(struct tail *tail, const char *wanted)
{
	long start = ftell(tail->file);
	ssize_t len;

	while ((len = getline(&tail->line, &tail->room, tail->file)) > 0) {
		if (tail->line[len - 1] != '\n')
			break;
		tail->line[len - 1] = 0;
		if (tail->skip)
			tail->skip--;
		else if (!strcmp(tail->line, wanted))
			tail->count++;
		start = ftell(tail->file);
	}
	clearerr(tail->file);
	fseek(tail->file, start, SEEK_SET);
}

/* Returns when there are so many wanted lines, the writer has ended, or time is over. */
static int wait_for_lines(struct tail *tail, const char *path, const char *wanted, int count,
			  int writer, struct deadline deadline)
{
	struct pollfd changes[2] = { { .events = POLLIN }, { .fd = writer, .events = POLLIN } };
	char events[4096];
	bool ended = false;

	changes[0].fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (changes[0].fd < 0 || inotify_add_watch(changes[0].fd, path, IN_MODIFY) < 0)
		return fail("cannot watch %s: %s", path, strerror(errno));
	for (;;) {
		read_on(tail, wanted);
		if (tail->count >= count || ended || deadline_over(deadline))
			break;
		poll(changes, 2, deadline_left_ms(deadline));
		ended = changes[1].revents;
		while (read(changes[0].fd, events, sizeof(events)) > 0)
			;
	}
	close(changes[0].fd);
	if (tail->count < count && !ended)
		note_late(deadline);
	return tail->count >= count ? EXIT_OK : EXIT_FAILED;
}

int cmd_captured(int argc, char **argv)
{
	const char *seconds = "2", *skip = "0", *count = "1", *pid = NULL;
	const struct option_value table[] = { { .name = "seconds", .value = &seconds },
					      { .name = "skip", .value = &skip },
					      { .name = "count", .value = &count },
					      { .name = "pid", .value = &pid },
					      {} };
	int first = options(argc, argv, table);
	struct tail tail = {};
	int status, writer;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 2)
		return usage();
	tail.skip = atoi(skip);
	tail.file = fopen(argv[first], "re");
	if (!tail.file)
		return fail("%s: %s", argv[first], strerror(errno));
	writer = pid ? process_open(atoi(pid)) : -1;
	if (writer == -ESRCH)
		seconds = "0";
	status = wait_for_lines(&tail, argv[first], argv[first + 1], atoi(count), writer,
				deadline_in(atof(seconds)));
	if (writer >= 0)
		close(writer);
	free(tail.line);
	fclose(tail.file);
	return status;
}
