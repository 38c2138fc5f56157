/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Names of variables, from the debug information (DWARF) of an object. */
#ifndef COURSE_VARIABLES_H
#define COURSE_VARIABLES_H

#include "common/lab/lab.h"

/*
 * Which variable of the program's is it? For lab_origin.variable. Only a name that is certain:
 * where several variables are in one register, the one that the source line names.
 */
bool variables_find(const struct lab_origin *origin, const struct lab_location *where, char *name,
		    size_t size);

#endif
