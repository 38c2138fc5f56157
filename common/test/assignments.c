// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Keeps the --set options of a command until there is an object (assignments.h). */
#include "common/test/assignments.h"

#include "common/test/labctl.h"

int add_assignment(const char *text, void *context)
{
	struct assignments *all = context;

	if (all->count == sizeof(all->texts) / sizeof(*all->texts))
		return fail("too many --set");
	all->texts[all->count++] = text;
	return 0;
}

int set_assignments(struct object *object, const struct assignments *assignments)
{
	int err = 0;

	for (int i = 0; i < assignments->count && !err; i++)
		err = object_set(object, assignments->texts[i]);
	return err;
}
