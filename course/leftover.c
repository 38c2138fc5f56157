// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counts what a lesson leaves on the machine: `labctl census` lists programs,
 * maps, links, pins, namespaces, interfaces, cgroups and processes, and
 * `labctl census diff` says what is new since, stays for 5 s and belongs to
 * nobody else. A lock keeps two verifies apart, which would see each other's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/files.h"
#include "course/leftover.h"
#include "course/proc.h"
#include "course/vm.h"

struct leftover {
	const struct tree *tree;
	const char *machine; /* NULL: this one */
	int lock;
	char file[32]; /* the first census */
};

/* labctl census ARGUMENTS: its lines. The programs of others are visible to root only. */
static void census(const struct leftover *l, const char *file, struct proc_result *r,
		   struct strbuf *why)
{
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = 60000, .our_group = geteuid() != 0 };
	int err;

	if (l->machine) {
		vm_exec_argv(l->tree, l->machine, &argv);
	} else if (geteuid()) {
		strv_add(&argv, "sudo");
		strv_add(&argv, "-n");
	}
	strv_addf(&argv, "%s/libexec/labctl", l->tree->build);
	strv_add(&argv, "census");
	if (file) {
		strv_add(&argv, "diff");
		strv_add(&argv, file);
	}
	err = proc_run(&proc, r);
	if (err)
		sb_addf(why, "cannot start labctl: %s", strerror(-err));
	else if (r->status > (file ? 1 : 0) || (r->status && !r->out.len && !r->interrupted))
		sb_addf(why, "%.*s", (int)strcspn(sb_str(&r->err), "\n"), sb_str(&r->err));
}

/*
 * Two locks: who waits for the second holds the first, so that those who share
 * it, one always following the other, cannot keep out who wants it alone.
 * *path: the one that was tried last.
 */
static int machine_lock(const char *machine, bool shared, char **path)
{
	/* Not every machine has /run/lock. */
	static const char *const folders[] = { "/run/lock/bpf-labs-verify",
					       "/tmp/.bpf-labs-verify" };
	int fd = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(folders) && (fd == -ENOENT || fd == -EACCES); i++) {
		AUTO_STR file =
			machine ? xasprintf("%s-%s", folders[i], machine) : xstrdup(folders[i]);
		AUTO_STR queue = xasprintf("%s-queue", file);
		AUTO_FD turn = file_lock(queue, true);

		free(*path);
		*path = xstrdup(turn < 0 ? queue : file);
		fd = turn < 0 ? turn : shared ? file_lock_shared(file) : file_lock(file, true);
	}
	return fd;
}

int leftover_share(const char *machine)
{
	AUTO_STR path = NULL;

	return machine_lock(machine, true, &path);
}

static void release(struct leftover *l)
{
	if (*l->file)
		unlink(l->file);
	close_fd(&l->lock);
	free(l);
}

static void take_first(struct leftover *l, struct strbuf *why)
{
	static const char template[] = "/tmp/course-census.XXXXXX";
	struct proc_result r = { 0 };
	AUTO_FD fd = -1;

	census(l, NULL, &r, why);
	if (!why->len) {
		strcpy(l->file, template);
		fd = mkostemp(l->file, O_CLOEXEC);
		/* A machine of root's reads our files as nobody does. */
		if (fd < 0 || fchmod(fd, 0644) ||
		    write(fd, sb_str(&r.out), r.out.len) != (ssize_t)r.out.len)
			sb_addf(why, "%s: %s", template, strerror(errno));
	}
	proc_result_free(&r);
}

struct leftover *leftover_begin(const struct tree *tree, const char *machine, struct strbuf *why)
{
	struct leftover *l = xrealloc(NULL, sizeof(*l));
	AUTO_STR path = NULL;

	*l = (struct leftover){ .tree = tree,
				.machine = machine,
				.lock = machine_lock(machine, false, &path) };
	if (l->lock < 0)
		sb_addf(why, "%s: %s", path, strerror(-l->lock));
	else
		take_first(l, why);
	if (!why->len)
		return l;
	release(l);
	return NULL;
}

void leftover_end(struct leftover *l, struct strv *found, struct strbuf *why)
{
	struct proc_result r = { 0 };

	census(l, l->file, &r, why);
	strv_lines(found, sb_str(&r.out));
	proc_result_free(&r);
	release(l);
}
