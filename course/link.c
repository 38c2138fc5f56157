// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Links by OSC 8. A terminal that does not know them may show rubbish, so only
 * those are used that say by their environment who they are.
 */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course/link.h"

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

bool link_terminal(void)
{
	static const char *const programs[] = { "iTerm.app", "WezTerm", "vscode", "ghostty",
						"Hyper" };
	static const char *const terms[] = { "xterm-kitty", "xterm-ghostty", "alacritty",
					     "foot",	    "contour",	     "wezterm" };

	if (*env("FORCE_HYPERLINK"))
		return strcmp(env("FORCE_HYPERLINK"), "0") != 0;
	/* Older tmux and screen pass on the terminal's variables, but not its links. */
	if (!*env("TERM") || !strcmp(env("TERM"), "dumb") || *env("TMUX") || *env("STY"))
		return false;
	if (atoi(env("VTE_VERSION")) >= 5000 || *env("KITTY_WINDOW_ID") || *env("WT_SESSION") ||
	    *env("DOMTERM") || atoi(env("KONSOLE_VERSION")) >= 210400)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (!strcmp(env("TERM_PROGRAM"), programs[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		if (starts_with(env("TERM"), terms[i]))
			return true;
	return false;
}

char *link_path(FILE *out, const struct tree *tree, const char *path)
{
	const char *shown = tree_relative(tree, path);
	char host[HOST_NAME_MAX + 1] = "";
	AUTO_SB url = { 0 };

	if (!isatty(fileno(out)) || !link_terminal())
		return xstrdup(shown);
	/* With the host's name a terminal elsewhere knows that the file is not its own. */
	gethostname(host, sizeof(host) - 1);
	for (const char *p = path; *p; p++) {
		if (isalnum((unsigned char)*p) || strchr("/-_.~", *p))
			sb_addn(&url, p, 1);
		else
			sb_addf(&url, "%%%02X", (unsigned char)*p);
	}
	return xasprintf("\033]8;;file://%s%s\033\\%s\033]8;;\033\\", host, sb_str(&url), shown);
}
