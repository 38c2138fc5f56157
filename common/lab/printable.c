// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Text from processes and files, which anybody may have named: nothing of it may
 * steer a terminal. Text of our own needs none of this.
 */
#include "common/lab/lab.h"

char *lab_printable(char *text)
{
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}
