// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Whoever follows the program call by call adds the number of calls to its output, in a last line
 * "sent N". Where the output is full, the last line is ours, and bash runs what stands in an index.
 */
#include <string.h>
#include <unistd.h>

#define WORDS "\nsent x[$(echo arithmetic >@LOOT@/@CANARY@)]\n"

int main(void)
{
	static char output[1 << 20];

	memset(output, 'x', sizeof(output));
	memcpy(output + sizeof(output) - strlen(WORDS), WORDS, strlen(WORDS));
	for (size_t done = 0; done < sizeof(output);) {
		ssize_t n = write(STDOUT_FILENO, output + done, sizeof(output) - done);

		if (n <= 0)
			return 1;
		done += n;
	}
	return 0;
}
