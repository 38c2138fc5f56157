/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What several unit tests need: building a kernel program, giving up privileges. */
#ifndef LAB_TESTS_SUPPORT_H
#define LAB_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <linux/capability.h>
#include <cmocka.h>

/* The beginning of a command that compiles kernel programs, as toolchain.mk does it. */
static inline void bpf_compiler(char *buf, size_t size)
{
	const char *clang = getenv("CLANG");
	struct utsname host;

	uname(&host);
	snprintf(buf, size,
		 "%s -target bpf -O2 -g -mcpu=v3 -std=gnu11 -Wall -Werror -D__%s__ -I. "
		 "-idirafter /usr/include/%s-linux-gnu",
		 clang ? clang : "clang", host.machine, host.machine);
}

/* Compiles a kernel program; flags are additional ones. */
static inline void compile_bpf(const char *source, const char *object, const char *flags)
{
	char compiler[512], command[1200];

	bpf_compiler(compiler, sizeof(compiler));
	snprintf(command, sizeof(command), "%s %s -c %s -o %s", compiler, flags, source, object);
	assert_int_equal(system(command), 0);
}

/* Takes away from the effective capabilities, or gives back all permitted ones (0). */
static inline void drop_capabilities(uint64_t drop)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	assert_int_equal(syscall(SYS_capget, &header, data), 0);
	data[0].effective = data[0].permitted & ~(uint32_t)drop;
	data[1].effective = data[1].permitted & ~(uint32_t)(drop >> 32);
	assert_int_equal(syscall(SYS_capset, &header, data), 0);
}

#define CAPABILITY(name) (1ULL << (name))

/* For tests that load or attach. */
#define SKIP_UNLESS_ROOT()                                           \
	do {                                                         \
		if (geteuid() != 0) {                                \
			print_message("this needs root: skipped\n"); \
			skip();                                      \
		}                                                    \
	} while (0)

/* All of a file, to be freed. */
static inline void *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	void *bytes;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*size = ftell(f);
	rewind(f);
	bytes = malloc(*size);
	assert_int_equal(fread(bytes, 1, *size, f), *size);
	fclose(f);
	return bytes;
}

#endif /* LAB_TESTS_SUPPORT_H */
