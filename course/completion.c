// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the arguments of commands can be: lessons, tracks, words of a command's own. */
#include <string.h>

#include "common/tool/complete.h"
#include "course/cli.h"
#include "course/progress.h"
#include "course/tracks.h"

struct context {
	const struct command *command;
	const struct tree *tree;
};

static void add_lessons(const struct complete *c, const struct tree *tree)
{
	for (size_t i = 0; i < tree->n; i++)
		complete_add(c, tree->lessons[i].name, tree->lessons[i].conf.title);
	/* The short names stand only where somebody has begun to type one. */
	for (size_t i = 0; *c->prefix && i < tree->n; i++) {
		AUTO_STR name = progress_short_name(tree, &tree->lessons[i]);

		if (strcmp(name, tree->lessons[i].name))
			complete_add(c, name, tree->lessons[i].conf.title);
	}
}

static void add_tracks(const struct complete *c, const struct tree *tree)
{
	AUTO_STRV tracks = { 0 };

	tracks_all(tree, &tracks);
	for (size_t i = 0; i < tracks.n; i++)
		complete_add(c, tracks.v[i], track_what(tracks.v[i]));
}

static void add_values(const struct complete *c, const char *placeholder)
{
	const struct context *context = c->context;

	if (!strcmp(placeholder, "LESSON"))
		add_lessons(c, context->tree);
	if (!strcmp(placeholder, "TRACK"))
		add_tracks(c, context->tree);
	for (const struct cli_values *v = context->command->values; v && v->placeholder; v++)
		for (size_t i = 0; !strcmp(v->placeholder, placeholder) && v->words[i]; i++)
			complete_add(c, v->words[i], NULL);
}

int cli_complete(const struct command *command, int argc, char **argv)
{
	struct tree tree = { 0 };
	struct context context = { .command = command, .tree = &tree };
	int code;

	if (argc < 2)
		return COURSE_OK;
	code = tree_open(&tree);
	if (!code)
		complete_command(command->options, command->arguments, argc - 1, argv + 1,
				 add_values, &context);
	tree_close(&tree);
	return code;
}
