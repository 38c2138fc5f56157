// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A refusal on paper: in short, as checks and loaders show it, and at length. */
#include <string.h>

#include "common/lab/explain.h"

static void print_place(FILE *out, const struct lab_refusal *r)
{
	if (r->file[0])
		fprintf(out, "  at %s:%u: %s\n", r->file, r->line, r->text);
	else if (r->text[0])
		fprintf(out, "  at %s\n", r->text);
}

static void print_cure(FILE *out, const struct lab_refusal *r)
{
	if (r->fix[0])
		fprintf(out, "  fix: %s\n", r->fix);
	if (r->read_on)
		fprintf(out, "  read: %s\n", r->read_on);
}

void lab_refusal_print(FILE *out, const struct lab_refusal *r)
{
	fprintf(out, "refused: %s: %s\n", r->program, r->sentence);
	print_place(out, r);
	print_cure(out, r);
}

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void print_way(FILE *out, const struct lab_refusal *r, const struct lab_way *way)
{
	fputs("    ", out);
	if (way->line && strcmp(way->file, r->file) == 0)
		fprintf(out, "line %u: ", way->line);
	else if (way->line)
		fprintf(out, "%s:%u: ", base(way->file), way->line);
	fprintf(out, "%s\n", way->text);
	if (way->what[0])
		fprintf(out, "        %s\n", way->what);
}

static void print_ways(FILE *out, const struct lab_refusal *r)
{
	if (!r->way_count)
		return;
	fputs("  how it came to that:\n", out);
	for (int i = 0; i < r->way_count; i++)
		print_way(out, r, &r->ways[i]);
	if (r->ways_left)
		fprintf(out, "    (and %zu more branch%s on the way)\n", r->ways_left,
			r->ways_left == 1 ? "" : "es");
}

void lab_refusal_tell(FILE *out, const struct lab_refusal *r)
{
	if (r->program[0])
		fprintf(out, "refused: %s: %s\n", r->program, r->sentence);
	else
		fprintf(out, "refused: %s\n", r->sentence);
	print_place(out, r);
	if (r->function[0])
		fprintf(out, "  in the function %s(), which %s() calls\n", r->function, r->program);
	if (r->about[0])
		fprintf(out, "  about: %s\n", r->about);
	print_ways(out, r);
	if (r->rule && r->message[0])
		fprintf(out, "  the %s's words: %s\n", r->unseen ? "kernel" : "verifier",
			r->message);
	if (!r->rule && r->message[0])
		fputs("  this message is not known here, so nothing is said about it\n", out);
	print_cure(out, r);
}
