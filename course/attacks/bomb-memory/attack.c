// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sys/mman.h>

#define STEP   (16ul << 20)
#define ENOUGH (1536ul << 20) /* bytes; bearable where there is no limit */

static void attack(void)
{
	for (size_t n = 0; n < ENOUGH; n += STEP) {
		char *p = mmap(NULL, STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			       0);

		if (p == MAP_FAILED)
			_exit(1);
		memset(p, 1, STEP);
	}
	success("took 1.5 GB of memory");
}
