// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Which option or argument of a command is being typed. Values are the tool's
 * to know; printing them as a shell wants it is the shell's script.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/tool/complete.h"

void complete_add(const struct complete *c, const char *word, const char *what)
{
	if (strncmp(word, c->prefix, strlen(c->prefix)) != 0)
		return;
	printf("%s%s", c->before, word);
	if (what && *what)
		printf("\t%.*s", (int)strcspn(what, "\n"), what);
	putchar('\n');
}

/* "[LESSON...|--all]": only what stands before "...", "|" and "]" is the name. */
static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isupper((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

bool complete_placeholder(const char *synopsis, int nr, char *out, size_t size)
{
	bool repeated = false, in_option = false;
	size_t len;

	*out = '\0';
	for (const char *s = synopsis; *s; s += len, s += strspn(s, " \n")) {
		const char *name = s + strspn(s, "[");
		size_t n = name_length(name);
		bool closed;

		len = strcspn(s, " \n");
		closed = len && s[len - 1] == ']';
		if (in_option || *name == '-') {
			if (strcspn(name, " \n") == 2 && name[1] == '-')
				break; /* "--": what follows is a command of the user's */
			in_option = (in_option || *s == '[') && !closed;
			continue;
		}
		if (!n)
			continue;
		snprintf(out, size, "%.*s", (int)n, name);
		repeated = strncmp(name + n, "...", 3) == 0;
		if (nr-- == 0)
			return true;
	}
	return repeated;
}

/* What the words before the last one amount to. */
struct position {
	const struct argp_option *option; /* the last word is its value */
	const char *argument;		  /* the last argument */
	int nr_arguments;
	bool over; /* there was a "--" */
};

static const struct argp_option *find_option(const struct argp_option *options, const char *word)
{
	for (const struct argp_option *o = options; o && o->name; o++)
		if (strncmp(word, "--", 2) == 0 ? strcmp(word + 2, o->name) == 0
						: word[0] == '-' && word[1] == o->key && !word[2])
			return o;
	return NULL;
}

static void find_position(struct position *at, const struct argp_option *options, int n,
			  char **words)
{
	*at = (struct position){ 0 };
	for (int i = 0; i < n - 1 && !at->over; i++) {
		const struct argp_option *o = find_option(options, words[i]);

		if (at->option) {
			at->option = NULL;
		} else if (strcmp(words[i], "--") == 0) {
			at->over = true;
		} else if (o && o->arg) {
			at->option = o;
		} else if (words[i][0] != '-') {
			at->argument = words[i];
			at->nr_arguments++;
		}
	}
}

static void add_options(const struct complete *c, const struct argp_option *options)
{
	static const struct argp_option help[] = { { .name = "help", .doc = "Print this page." },
						   { 0 } };
	const struct argp_option *both[] = { options, help };
	char word[64];

	for (int i = 0; i < 2; i++) {
		for (const struct argp_option *o = both[i]; o && o->name; o++) {
			snprintf(word, sizeof(word), "--%s%s", o->name, o->arg ? "=" : "");
			complete_add(c, word, o->doc);
		}
	}
}

void complete_command(const struct argp_option *options, const char *synopsis, int n, char **words,
		      complete_values_fn values, void *context)
{
	const char *word = words[n - 1];
	struct complete c = { .prefix = word, .before = "", .context = context };
	const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
	struct position at;
	char name[64];

	find_position(&at, options, n, words);
	c.argument = at.argument;
	if (at.over)
		return;
	if (at.option) {
		values(&c, at.option->arg);
	} else if (equals) {
		snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
		at.option = find_option(options, name);
		snprintf(name, sizeof(name), "%.*s", (int)(equals + 1 - word), word);
		c.prefix = equals + 1;
		c.before = name;
		if (at.option && at.option->arg)
			values(&c, at.option->arg);
	} else if (*word == '-') {
		add_options(&c, options);
	} else if (synopsis &&
		   complete_placeholder(synopsis, at.nr_arguments, name, sizeof(name))) {
		values(&c, name);
	}
}
