// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loads a submission's object in a sandbox, and takes what comes out: descriptors,
 * each of which the kernel is asked about, and names. Pins, as load does without a sandbox;
 * attaching a program by the words of its SEC() is attach_section.c.
 */
#include "common/test/receive.h"

#include <errno.h>
#include <linux/limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/test/attach_section.h"
#include "common/test/labctl.h"
#include "common/test/pins.h"
#include "common/test/sandboxed.h"

/* More processor time than any verifier needs. */
#define LOAD_CPU "120"

static pid_t start(struct sandboxed *s, int ends[2])
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(ends[0]);
	_exit(sandboxed_exec(s));
}

/* Until the end, or the first that is not right. */
static int take_all(int socket, int (*take)(const struct handed *, int, void *), void *context)
{
	struct handed item;
	int fd, err;

	for (int n = 0; n <= HANDED_MAX; n++) {
		err = handed_receive(socket, &item, &fd);
		if (!err && item.kind != HANDED_END)
			err = take(&item, fd, context);
		if (fd >= 0)
			close(fd);
		if (err == -EPROTO)
			fail("what came out of the sandbox is not what was asked for");
		if (err || item.kind == HANDED_END)
			return err;
	}
	fail("the object has too many maps and programs");
	return -E2BIG;
}

int receive(int argc, char *const argv[], const char *object,
	    int (*take)(const struct handed *item, int fd, void *context), void *context)
{
	struct sandboxed s;
	int ends[2], err, status;
	pid_t pid;

	if (access(object, R_OK))
		return fail("%s is not there: it has not been built", object);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		return fail("cannot make a socket: %s", strerror(errno));
	err = sandboxed_begin(&s, true, LOAD_CPU);
	sandboxed_add(&s, "--socket");
	sandboxed_add(&s, "%d", ends[1]);
	sandboxed_reads(&s, object, argc, argv);
	pid = err ? -1 : start(&s, ends);
	close(ends[1]);
	err = pid < 0 ? -EAGAIN : take_all(ends[0], take, context);
	close(ends[0]);
	/* It has nothing more to say: whatever it wants to do now, it is too late. */
	if (pid > 0 && err != -ENODATA)
		kill(pid, SIGTERM);
	status = pid > 0 ? sandboxed_wait(&s, pid) : SANDBOXED_NOT_RUN;
	sandboxed_free(&s);
	if (!err)
		return EXIT_OK;
	return status == SANDBOXED_NOT_RUN ? EXIT_MACHINE : EXIT_FAILED;
}

/* ---- load ---- */

static int pin_one(const struct handed *item, int fd, void *context)
{
	const char *dir = context, *kind = item->kind == HANDED_MAP ? "map" : "prog";
	struct bpf_prog_info prog;
	struct bpf_map_info map;
	char path[PATH_MAX];
	int err;

	if (item->kind == HANDED_MAP)
		err = handed_check_map(item, fd, &map);
	else if (item->kind == HANDED_PROGRAM)
		err = handed_check_program(item, fd, &prog);
	else
		err = -EPROTO;
	if (!err && item->kind == HANDED_PROGRAM && !sandboxed_allows(prog.type))
		err = -EPROTO;
	if (err)
		return err;
	if (item->kind == HANDED_PROGRAM)
		unlink(pin_path(path, dir, kind, item->name));
	err = pin(fd, dir, kind, item->name);
	if (err)
		fail("cannot pin %s %s in %s: %s", kind, item->name, dir, strerror(-err));
	return err;
}

int receive_and_pin(const char *object, const char *dir, int argc, char *const more[])
{
	char *command[2 + argc];

	command[0] = "hand-over";
	command[1] = SANDBOXED_OBJECT;
	memcpy(command + 2, more, argc * sizeof(*more));
	return receive(2 + argc, command, object, pin_one, (void *)dir);
}

/* ---- attach ---- */

struct attaching {
	const char *dir, *object;
	int count;
	char *const *names;
	unsigned long long found; /* bit i: names[i] */
};

static bool wanted(struct attaching *a, const struct handed *item)
{
	for (int i = 0; i < a->count && i < 64; i++)
		if (!strcmp(a->names[i], item->name)) {
			a->found |= 1ull << i;
			return true;
		}
	return !a->count && item->attaches;
}

static int attach_one(const struct handed *item, int fd, void *context)
{
	struct attaching *a = context;
	int prog, link, err = 0;

	(void)fd;
	if (item->kind != HANDED_SECTION)
		return -EPROTO;
	if (!wanted(a, item))
		return 0;
	prog = pin_open(a->dir, "prog", item->name);
	if (prog < 0)
		return a->count ? (pin_missing(a->dir, "prog", item->name), prog) : 0;
	if (!a->count && !attach_by_itself(prog))
		goto out;
	link = attach_section(prog, item->name, item->section);
	err = link < 0 ? link : pin(link, a->dir, "link", item->name);
	if (link >= 0) {
		if (err)
			fail("cannot pin the link of %s in %s: %s", item->name, a->dir,
			     strerror(-err));
		close(link);
	}
out:
	close(prog);
	return err;
}

int receive_and_attach(const char *object, const char *dir, int count, char *const names[])
{
	struct attaching a = { .dir = dir, .object = object, .count = count, .names = names };
	char *command[] = { "sections", SANDBOXED_OBJECT };
	int status = receive(2, command, object, attach_one, &a);

	for (int i = 0; !status && i < count; i++)
		if (!(a.found >> i & 1))
			return fail("%s has no program %s", object, names[i]);
	return status;
}
