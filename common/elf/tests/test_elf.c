// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Section names, and files that cannot be opened or lie. What a good object gives is tested
 * in loader.bats, with clang's own objects.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/elf/loader.h"
#include "common/lab/lab.h"

static void section_names(void **state)
{
	(void)state;
	assert_int_equal(progtype_of("xdp")->type, BPF_PROG_TYPE_XDP);
	assert_int_equal(progtype_of("xdp")->flags, 0);
	assert_int_equal(progtype_of("xdp.frags")->flags, BPF_F_XDP_HAS_FRAGS);
	assert_int_equal(progtype_of("tc")->type, BPF_PROG_TYPE_SCHED_CLS);
	assert_int_equal(progtype_of("tp/syscalls/sys_enter_write")->type,
			 BPF_PROG_TYPE_TRACEPOINT);
	assert_int_equal(progtype_of("sk_skb/stream_verdict")->attach_type,
			 BPF_SK_SKB_STREAM_VERDICT);
	assert_string_equal(progtype_of("socket")->name, "SOCKET_FILTER");
	assert_null(progtype_of(""));
	assert_null(progtype_of("xdpx"));
	assert_null(progtype_of("fentry/vfs_read"));
	assert_null(progtype_of("t"));
}

/* Opens these bytes as an object file; what it returns. */
static int open_bytes(const void *bytes, size_t size)
{
	struct image image;
	char path[64];
	int fd = memfd_create("test", 0), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = image_open(&image, path);
	close(fd);
	image_close(&image);
	lab_log_clear();
	return err;
}

static void not_an_object(void **state)
{
	Elf64_Ehdr header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
			      .e_type = ET_REL,
			      .e_machine = EM_X86_64,
			      .e_version = EV_CURRENT,
			      .e_ehsize = sizeof(header) };
	struct image image;

	(void)state;
	assert_int_equal(open_bytes("", 0), -ENOEXEC);
	assert_int_equal(open_bytes("#!/bin/sh\n", 10), -ENOEXEC);
	assert_int_equal(open_bytes(&header, sizeof(header)), -ENOEXEC);
	header.e_machine = EM_BPF;
	header.e_ident[EI_DATA] = ELFDATA2MSB;
	assert_int_equal(open_bytes(&header, sizeof(header)), -ENOEXEC);
	assert_int_equal(image_open(&image, "/nowhere/at-all.o"), -ENOENT);
	assert_int_equal(image_open(&image, "/"), -EISDIR);
	assert_int_equal(image_open(&image, "/dev/zero"), -EFBIG);
	image_close(&image);
	lab_log_clear();
}

/* No function of an object without symbols, but no crash either. */
static void without_symbols(void **state)
{
	struct objfile file = { 0 };

	(void)state;
	assert_null(objfile_symbol(&file, "a"));
	assert_null(objfile_function_at(&file, 1, 0));
	assert_null(objfile_relocation_at(&file, 1, 0));
	assert_null(objfile_section(&file, "license"));
	objfile_close(&file);
}

static void damaged(const char *name, int wanted)
{
	struct objfile file;
	char path[128];

	snprintf(path, sizeof(path), "common/elf/tests/corpus/%s.damaged", name);
	assert_int_equal(objfile_open(&file, path), wanted);
	if (!wanted)
		assert_int_equal(objfile_supported(&file), 0);
	objfile_close(&file);
	lab_log_clear();
}

static void damaged_files(void **state)
{
	(void)state;
	damaged("function-outside", -EINVAL);
	damaged("relocation-symbol", -EINVAL);
	damaged("symbol-section", -EINVAL);
	damaged("types-without-bytes", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(section_names),
		cmocka_unit_test(not_an_object),
		cmocka_unit_test(without_symbols),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}
