// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Finds and removes the folders of graders that are no more. */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/files.h"
#include "course/grade/sweep.h"

/* "HOST-" */
static char *host_prefix(void)
{
	char host[65] = "";

	gethostname(host, sizeof(host) - 1);
	for (char *p = host; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			*p = '_';
	return xasprintf("%s-", host);
}

char *sweep_owner(void)
{
	AUTO_STR host = host_prefix();

	return xasprintf("%s%d", host, getpid());
}

/*
 * The process whose folder it is, 0 if none: behind the host stand PID, or PID-N. "one-2" is another
 * host than "one", and its PID no number of ours.
 */
static pid_t owner_of(const char *name, const char *kind)
{
	AUTO_STR host = host_prefix();
	AUTO_STR prefix = xasprintf("%s%s", kind, host);
	size_t digits, more = 0;
	const char *rest;

	if (!starts_with(name, prefix))
		return 0;
	rest = name + strlen(prefix);
	digits = strspn(rest, "0123456789");
	if (*kind && rest[digits] == '-')
		more = 1 + strspn(rest + digits + 1, "0123456789");
	return rest[digits + more] ? 0 : atol(rest);
}

static void sweep_folder(const char *folder, const char *kind)
{
	AUTO_STRV names = { 0 };

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);
		pid_t pid = owner_of(names.v[i], kind);

		if (pid > 0 && kill(pid, 0) && errno == ESRCH)
			remove_all(path);
	}
}

void sweep(const struct tree *tree)
{
	AUTO_STR staging = xasprintf("%s/grade", tree->build);

	sweep_folder(staging, "");
	for (size_t i = 0; i < tree->n; i++) {
		AUTO_STR built = xasprintf("%s/run/%s", tree->build, tree->lessons[i].name);

		sweep_folder(built, "sub-");
	}
}
