// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counts what a lesson leaves on the machine: `labctl census` lists programs,
 * maps, links, pins, namespaces, interfaces, cgroups and processes; what is
 * listed afterwards and was not before is a leftover when it is still there
 * after a while, for the kernel removes some things in the background. A lock
 * keeps two verifies apart, which would see each other's objects.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "course/files.h"
#include "course/interrupt.h"
#include "course/leftover.h"
#include "course/proc.h"

#define SETTLE_SECONDS 5

struct leftover {
	const struct tree *tree;
	int lock;
	struct strv before;
};

static bool census(const struct tree *tree, struct strv *lines, struct strbuf *why)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = 30000, .our_group = geteuid() != 0 };
	int err;

	if (geteuid()) {
		strv_add(&argv, "sudo");
		strv_add(&argv, "-n");
	}
	strv_addf(&argv, "%s/libexec/labctl", tree->build);
	strv_add(&argv, "census");
	err = proc_run(&proc, &r);
	if (err)
		sb_addf(why, "cannot start labctl: %s", strerror(-err));
	else if (r.status)
		sb_addf(why, "labctl census: %.*s", (int)strcspn(sb_str(&r.err), "\n"),
			sb_str(&r.err));
	else
		strv_lines(lines, sb_str(&r.out));
	proc_result_free(&r);
	return !why->len;
}

static int machine_lock(void)
{
	int fd = file_lock("/run/lock/bpf-labs-verify", true);

	/* Not every machine has that folder. */
	return fd == -ENOENT || fd == -EACCES ? file_lock("/tmp/.bpf-labs-verify", true) : fd;
}

struct leftover *leftover_begin(const struct tree *tree, struct strbuf *why)
{
	struct leftover *l = xrealloc(NULL, sizeof(*l));

	*l = (struct leftover){ .tree = tree, .lock = machine_lock() };
	if (l->lock < 0)
		sb_addf(why, "cannot lock /run/lock/bpf-labs-verify: %s", strerror(-l->lock));
	else if (census(tree, &l->before, why))
		return l;
	close_fd(&l->lock);
	strv_free(&l->before);
	free(l);
	return NULL;
}

static void new_lines(const struct leftover *l, struct strv *found, struct strbuf *why)
{
	AUTO_STRV now = { 0 };

	if (!census(l->tree, &now, why))
		return;
	for (size_t i = 0; i < now.n; i++)
		if (!strv_has(&l->before, now.v[i]))
			strv_add(found, now.v[i]);
}

void leftover_end(struct leftover *l, struct verify *v)
{
	time_t deadline = time(NULL) + SETTLE_SECONDS;
	AUTO_STRV found = { 0 };
	AUTO_SB why = { 0 };

	do {
		strv_free(&found);
		new_lines(l, &found, &why);
	} while (found.n && !why.len && time(NULL) <= deadline && !interrupt_wait(100));
	for (size_t i = 0; i < found.n; i++)
		verify_found(v, RULE_SOLUTION, "solution leaves behind: %s", found.v[i]);
	if (why.len)
		verify_found(v, RULE_SOLUTION, "leftovers cannot be counted: %s", why.s);
	close_fd(&l->lock);
	strv_free(&l->before);
	free(l);
}
