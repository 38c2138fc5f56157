// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The layout of manual pages: headings, filled paragraphs, options. What a
 * command's page says stands with the command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/tool/manual.h"

#define WIDTH	    78
#define INDENT	    7
#define INDENT_MORE 14

bool manual_colour(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	return !(no_color && *no_color) && isatty(fileno(out));
}

void manual_fill(const char *text, int indent)
{
	int column = 0;

	while (*text) {
		size_t n = strcspn(text, " \n");

		if (column && column + 1 + (int)n > WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (n)
			column += column ? printf(" %.*s", (int)n, text)
					 : printf("%*s%.*s", indent, "", (int)n, text);
		text += n;
		if (strncmp(text, "\n\n", 2) == 0) {
			fputs("\n\n", stdout);
			column = 0;
		}
		text += strspn(text, " \n");
	}
	if (column)
		putchar('\n');
}

static bool first_heading = true;

void manual_heading(const char *text)
{
	bool bold = manual_colour(stdout);

	printf("%s%s%s%s\n", first_heading ? "" : "\n", bold ? "\033[1m" : "", text,
	       bold ? "\033[0m" : "");
	first_heading = false;
}

void manual_row(const char *name, const char *text)
{
	printf("%*s%-10s %s\n", INDENT, "", name, text);
}

static void print_option(const struct argp_option *o)
{
	char name[128] = "";
	size_t n = 0;

	if (isgraph(o->key))
		n = snprintf(name, sizeof(name), "-%c%s%s, ", o->key, o->arg ? " " : "",
			     o->arg ? o->arg : "");
	snprintf(name + n, sizeof(name) - n, "--%s%s%s", o->name, o->arg ? "=" : "",
		 o->arg ? o->arg : "");
	printf("%*s%s\n", INDENT, "", name);
	manual_fill(o->doc ? o->doc : "", INDENT_MORE);
}

/* Each line of `lines`, with `before` in front. */
static void print_lines(const char *before, const char *lines)
{
	do {
		size_t n = strcspn(lines, "\n");

		printf("%*s%s%s%.*s\n", INDENT, "", before, *before && n ? " " : "", (int)n, lines);
		lines += n + (lines[n] != '\0');
	} while (*lines);
}

void manual_print(const struct manual *m)
{
	static const struct argp_option help = {
		"help", 'h', NULL, 0, "Print this page, as --usage does.", 0
	};
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", m->tool, *m->command ? " " : "", m->command);
	manual_heading("NAME");
	printf("%*s%s - %s\n", INDENT, "", name, m->summary);
	manual_heading("SYNOPSIS");
	print_lines(name, m->synopsis);
	manual_heading("DESCRIPTION");
	manual_fill(m->description, INDENT);
	manual_heading("OPTIONS");
	for (const struct argp_option *o = m->options; o && o->name; o++)
		print_option(o);
	print_option(&help);
	if (m->examples) {
		manual_heading("EXAMPLES");
		print_lines("", m->examples);
	}
	manual_heading("EXIT STATUS");
	manual_fill(m->exit_status, INDENT);
	if (m->see_also) {
		manual_heading("SEE ALSO");
		manual_fill(m->see_also, INDENT);
	}
}
