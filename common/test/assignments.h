/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* VARIABLE=VALUE from the command line, for the commands that load. */
#ifndef LAB_TEST_ASSIGNMENTS_H
#define LAB_TEST_ASSIGNMENTS_H

#include "common/test/object.h"

struct assignments {
	const char *texts[64];
	int count;
};

/* For struct option_value; context: the assignments. */
int add_assignment(const char *text, void *context);

/* Sets them all before the object is loaded. 0 or -errno, reported. */
int set_assignments(struct object *object, const struct assignments *assignments);

#endif
