// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How the labctl commands read their options and report. All options are long
 * and take a value, and may stand anywhere before "--"; a table is all that a
 * command needs to say.
 */
#include "common/test/labctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
	const char *name, *usage;
} running;

void cli_begin(const char *name, const char *usage)
{
	running.name = name;
	running.usage = usage;
}

int fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_FAILED;
}

int fault(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_INTERNAL;
}

int usage(void)
{
	fprintf(stderr, "usage: labctl %s %s\n", running.name, running.usage);
	return EXIT_USAGE;
}

static int take(const struct option_value *table, const char *name, const char *value)
{
	for (; table->name; table++) {
		if (strcmp(table->name, name))
			continue;
		if (!value)
			return usage();
		if (table->list)
			return table->list(value, table->context);
		*table->value = value;
		return 0;
	}
	return usage();
}

/* Moves the options out of the way, so that the operands stand together at the end. */
int options(int argc, char **argv, const struct option_value *table)
{
	int first = argc, kept = 0;
	char *operands[argc + 1];

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--")) {
			first = i + 1;
			break;
		}
		if (strncmp(argv[i], "--", 2)) {
			operands[kept++] = argv[i];
			continue;
		}
		if (take(table, argv[i] + 2, argv[i + 1]))
			return -1;
		i++;
	}
	first -= kept;
	memcpy(argv + first, operands, kept * sizeof(*operands));
	return first;
}
