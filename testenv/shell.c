// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The user's shell inside a node. bash sets its prompt in its start file, so it
 * gets one that reads the user's and then puts the node's name in front. Other
 * shells take the variable PS1, unless their own files say something else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/shell.h"
#include "testenv/testenv.h"

static const char bashrc[] = "[ ! -r ~/.bashrc ] || . ~/.bashrc\n"
			     "PS1=\"($TESTENV:$TESTENV_NODE) $PS1\"\n";

/* The same text for every node: two shells at once write the same. */
static bool write_bashrc(const char *path)
{
	FILE *f = fopen(path, "we");
	bool bad;

	if (!f)
		return false;
	bad = fputs(bashrc, f) < 0;
	return !fclose(f) && !bad;
}

int shell_exec(const struct env *env)
{
	char *shell = getenv("SHELL") ?: "/bin/sh";
	const char *name = strrchr(shell, '/') ? strrchr(shell, '/') + 1 : shell;
	char path[96], prompt[96];

	snprintf(path, sizeof(path), "%s/bashrc", env->dir);
	if (strcmp(name, "bash") == 0 && write_bashrc(path))
		execlp(shell, shell, "--rcfile", path, NULL);
	snprintf(prompt, sizeof(prompt), "(%s:%s) %s ", env->slot.name, getenv("TESTENV_NODE"),
		 geteuid() ? "$" : "#");
	setenv("PS1", prompt, 1);
	execlp(shell, shell, NULL);
	return report(EXIT_USAGE, "cannot run %s: %s", shell, strerror(errno));
}
