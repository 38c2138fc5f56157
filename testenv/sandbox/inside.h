/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Process 1 of the sandbox, from its birth to the start of CMD, and until CMD ends. */
#ifndef TESTENV_SANDBOX_INSIDE_H
#define TESTENV_SANDBOX_INSIDE_H

#include "testenv/sandbox/box.h"
#include "testenv/sandbox/filter.h"
#include "testenv/sandbox/limits.h"
#include "testenv/sandbox/root.h"

struct inside {
	const struct box_options *options;
	const struct box_root *root;
	struct filter_wishes wishes; /* which calls go to a broker */
	struct limits_doors doors;   /* into its cgroups */
	int news;     /* socket to the supervisor: "go" comes from there, news go there */
	int out, err; /* pipes: CMD's stdout and stderr */
	int kept;     /* CMD's descriptor 3, or -1 */
};

/* The new process: waits for "go", builds, drops every right, starts CMD. */
void inside_main(const struct inside *inside) __attribute__((noreturn));

/* Tells the supervisor; fd comes along, if it is not -1. */
void inside_tell(int news, const struct box_news *what, int fd);

/* The packets (news.c). 0 or -errno. */
int news_send(int socket, const struct box_news *news, int fd);
/* *fd: what came along, the caller's, or -1. 1: a packet; 0: none now; -1: none any more. */
int news_receive(int socket, struct box_news *news, int *fd);

/* Process 1's work while CMD runs: reaps, passes signals on, tells how it ended (init.c). */
void init_reap(int news, pid_t cmd) __attribute__((noreturn));

/* No right left: no capabilities, none to be had, limits on itself (rights.c). 0 or -errno. */
int rights_drop(const struct box_options *options);

#endif
