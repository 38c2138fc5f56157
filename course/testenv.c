// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Starts testenv. Becoming root is testenv's business (it starts itself again
 * through sudo); asking for the password before the first of many runs, where
 * a terminal is there to answer, is ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "course/files.h"
#include "course/testenv.h"

void testenv_argv(const struct tree *tree, struct strv *argv)
{
	strv_addf(argv, "%s/bin/testenv", tree->build);
}

/* sudo with our terminal: the one child that may read from it. */
static bool sudo_validate(const char *option)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		/* That it must ask is no news: it will. */
		if (!strcmp(option, "-nv") && !freopen("/dev/null", "w", stderr))
			_exit(126);
		execlp("sudo", "sudo", option, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool on_path(const char *name)
{
	const char *path = getenv("PATH");
	AUTO_STRV folders = { 0 };

	strv_split(&folders, path ? path : "/usr/bin:/bin", ":");
	for (size_t i = 0; i < folders.n; i++) {
		AUTO_STR file = xasprintf("%s/%s", folders.v[i], name);

		if (!access(file, X_OK))
			return true;
	}
	return false;
}

/* No lock: verify's threads only read it, for run_probe() has set it before they begin. */
static bool ready;

enum course_exit testenv_ready(const struct tree *tree, struct strbuf *why)
{
	AUTO_STR program = xasprintf("%s/bin/testenv", tree->build);

	if (!is_file(program)) {
		sb_addf(why, "%s is not built; build it with: make tools\n",
			tree_relative(tree, program));
		return COURSE_INTERNAL;
	}
	if (ready || !geteuid())
		return COURSE_OK;
	if (!on_path("sudo")) {
		sb_add(why, "checks need root for their network and BPF, and sudo is not "
			    "installed; install sudo, or become root\n");
		return COURSE_MACHINE;
	}
	if (isatty(STDIN_FILENO) && !sudo_validate("-nv") && !sudo_validate("-v")) {
		sb_add(why, "checks need root for their network and BPF, and sudo said no\n");
		return COURSE_MACHINE;
	}
	ready = true;
	return COURSE_OK;
}

enum course_exit testenv_renew(const struct tree *tree, struct strbuf *why)
{
	ready = false;
	return testenv_ready(tree, why);
}

int testenv_proc(struct proc *proc, struct proc_result *result)
{
	/* As root we may end it ourselves; sudo must stay in the terminal's foreground. */
	proc->our_group = geteuid() != 0;
	return proc_run(proc, result);
}

char *testenv_complaint(const struct proc_result *result)
{
	AUTO_STRV lines = { 0 };

	strv_lines(&lines, sb_str(&result->err));
	for (size_t i = 0; i < lines.n; i++)
		if (starts_with(lines.v[i], "testenv:"))
			return xstrdup(lines.v[i]);
	return NULL;
}
