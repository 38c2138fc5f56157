// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading what users type: names and times. No options; argp reads those. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/testenv.h"

bool name_valid(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > NAME_LEN || !isalpha((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
			return false;
	return true;
}

long parse_seconds(const char *text)
{
	double seconds;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	seconds = strtod(text, &end);
	if (*end || !(seconds >= 0.001 && seconds <= 1e6))
		return -EINVAL;
	return (long)(seconds * 1000);
}
