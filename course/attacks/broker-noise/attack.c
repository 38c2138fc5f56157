// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/bpf.h>
#include <sys/mman.h>
#include <time.h>

/* Sizes, addresses, commands and descriptors of every kind. What it is given, it closes. */
static void attack(void)
{
	static const unsigned long odd[] = { 0,		1,	    8,		 4096,
					     -1ul,	-8ul,	    1ul << 31,	 1ul << 47,
					     1ul << 63, 0x7fffffff, 0xfffffffful };
	unsigned char *page =
		mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int state = 12345;
	time_t end = time(NULL) + 2;

	if (page == MAP_FAILED || munmap(page + 4096, 4096))
		return;
	for (int n = 0; n < 1500 && time(NULL) <= end; n++) {
		unsigned int size, at;
		int cmd, fd;

		for (int i = 0; i < 32; i++) {
			state = state * 1103515245 + 12345;
			((__u32 *)page)[i] =
				state & 0x30000 ? odd[(state >> 20) % 11] : state >> 24;
		}
		state = state * 1103515245 + 12345;
		cmd = (state >> 16) % 42;
		size = state & 0x100 ? (state >> 8) % 160 : odd[(state >> 20) % 11];
		at = state & 0x200 ? 0 : 4096 - (state >> 10) % 128;
		fd = syscall(SYS_bpf, cmd, page + at, size);
		if (fd > 2)
			close(fd);
	}
}
