/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What comes out of the sandbox when a submission's object has been loaded in it. The
 * object is opened inside: nobody outside reads its bytes. Out come, over a UNIX socket of
 * packets, names and the descriptors of what the kernel has made of it:
 *
 *	labctl load (load.c) -- testenv sandbox -- labctl hand-over (hand_over.c)
 *
 * Whoever receives believes none of it before the kernel has confirmed it.
 */
#ifndef LAB_TEST_HANDED_H
#define LAB_TEST_HANDED_H

#include <linux/bpf.h>
#include <stdbool.h>

/* hand-over's end of the socket, as testenv sandbox promises. */
#define HANDED_SOCKET 3

/* So many maps and programs; a lesson has a handful. */
#define HANDED_MAX 128

enum handed_kind {
	HANDED_END, /* that was all */
	HANDED_MAP,
	HANDED_PROGRAM,
	HANDED_SECTION /* a program's name and SEC(), without a descriptor */
};

/* One packet. */
struct handed {
	__u32 kind;
	__u32 attaches; /* of HANDED_SECTION: it attaches when nobody names programs */
	char name[128];
	char section[128];
};

/* fd -1: none goes with it. 0 or -errno. */
int handed_send(int socket, const struct handed *item, int fd);

/*
 * The next one; *fd is -1 or the caller's to close. 0, -ENODATA when nobody writes any more,
 * -EPROTO when it is none of ours.
 */
int handed_receive(int socket, struct handed *item, int *fd);

/* Is the text of the packet as C and SEC() have it: short, ended, and without anything else? */
bool handed_is_sound(const struct handed *item);

/* Is fd such a map or program, and called so as far as the kernel knows? 0 or -EPROTO. */
int handed_check_map(const struct handed *item, int fd, struct bpf_map_info *info);
int handed_check_program(const struct handed *item, int fd, struct bpf_prog_info *info);

#endif
