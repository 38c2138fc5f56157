// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which kernel is meant, where it comes from, and what is taken out of its packages. */
#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "testenv/vm/fetch.h"
#include "testenv/vm/kernel.h"
#include "testenv/vm/modules.h"

static void versions_that_are_asked_for(void **state)
{
	(void)state;
	assert_true(vm_version_valid("newest"));
	assert_true(vm_version_valid("6.1"));
	assert_true(vm_version_valid("6.12.117+deb13-amd64"));
	assert_false(vm_version_valid(""));
	assert_false(vm_version_valid("latest"));
	assert_false(vm_version_valid("6.1/../.."));
	assert_false(vm_version_valid("6 1"));
}

static void beginnings_of_releases(void **state)
{
	(void)state;
	assert_true(vm_version_matches("6.1.0-56-amd64", "6.1"));
	assert_false(vm_version_matches("6.12.117+deb13-amd64", "6.1"));
	assert_true(vm_version_matches("6.12.117+deb13-amd64", "6.12"));
	assert_true(vm_version_matches("6.12.117+deb13-amd64", "6"));
	assert_true(vm_version_matches("6.12.117+deb13-amd64", "6.12.117+deb13-amd64"));
	assert_false(vm_version_matches("6.12.11+deb13-amd64", "6.12.117"));
	assert_true(vm_version_matches("6.1.0-56-amd64", "newest"));
}

static void order_of_releases(void **state)
{
	(void)state;
	assert_true(vm_version_compare("6.9.7-amd64", "6.12.1-amd64") < 0);
	assert_true(vm_version_compare("6.1.0-9-amd64", "6.1.0-56-amd64") < 0);
	assert_true(vm_version_compare("6.12.90+deb13-amd64", "6.12.90+deb13.1-amd64") < 0);
	assert_true(vm_version_compare("6.12.117+deb13-amd64", "7.3.4+deb13-amd64") < 0);
	assert_int_equal(vm_version_compare("6.1", "6.1"), 0);
}

static void packages_that_hold_a_kernel(void **state)
{
	(void)state;
	assert_string_equal(vm_version_of_package("linux-image-6.1.0-56-amd64", "amd64"),
			    "6.1.0-56-amd64");
	assert_string_equal(vm_version_of_package("linux-image-7.3.4+deb13-amd64", "amd64"),
			    "7.3.4+deb13-amd64");
	assert_null(vm_version_of_package("linux-image-amd64", "amd64"));
	assert_null(vm_version_of_package("linux-image-6.12-amd64", "amd64"));
	assert_null(vm_version_of_package("linux-image-6.1.0-56-cloud-amd64", "amd64"));
	assert_null(vm_version_of_package("linux-image-6.1.0-56-rt-amd64", "amd64"));
	assert_null(vm_version_of_package("linux-image-6.1.0-56-amd64-dbg", "amd64"));
	assert_null(vm_version_of_package("linux-image-6.1.0-56-amd64-unsigned", "amd64"));
	assert_null(vm_version_of_package("linux-image-6.1.0-56-arm64", "amd64"));
	assert_null(vm_version_of_package("linux-headers-6.1.0-56-amd64", "amd64"));
}

static void sources_in_both_formats(void **state)
{
	struct vm_source source = {};

	(void)state;
	vm_source_read(&source,
		       "# a comment\n"
		       "deb http://other.example/apt cloud-sdk-bookworm main\n"
		       "deb [arch=amd64 signed-by=/x] http://one.example/debian bookworm main\n"
		       "deb http://two.example/debian-security bookworm-security main\n");
	assert_string_equal(source.main, "http://one.example/debian");
	assert_string_equal(source.security, "http://two.example/debian-security");
	memset(&source, 0, sizeof(source));
	vm_source_read(&source, "Types: deb\n# why\nURIs: http://new.example/debian\n"
				"Suites: trixie trixie-updates\nComponents: main\n\n"
				"Types: deb\nSuites: trixie-security\n"
				"URIs: http://new.example/security\n");
	assert_string_equal(source.main, "http://new.example/debian");
	assert_string_equal(source.security, "http://new.example/security");
	memset(&source, 0, sizeof(source));
	vm_source_read(&source, "deb http://ubuntu.example/ubuntu noble main\n");
	assert_string_equal(source.main, "");
}

/* The suites that are asked for a kernel. */
static char *suites_for(const char *wanted)
{
	struct vm_source source = { .main = "http://m.example", .security = "http://s.example" };
	struct vm_buf text = {};

	if (vm_source_write(&source, wanted, &text))
		return strdup("");
	vm_buf_add(&text, "", 1);
	return text.data;
}

static void the_suites_that_have_it(void **state)
{
	char *text = suites_for("6.1");

	(void)state;
	assert_non_null(strstr(text, "URIs: http://m.example\nSuites: bookworm\n"));
	assert_non_null(strstr(text, "URIs: http://s.example\nSuites: bookworm-security\n"));
	assert_null(strstr(text, "trixie"));
	free(text);
	text = suites_for("6.12");
	assert_non_null(strstr(text, "Suites: trixie-security\n"));
	assert_null(strstr(text, "Suites: bookworm\n"));
	assert_null(strstr(text, "Suites: sid\n"));
	free(text);
	text = suites_for("newest");
	assert_non_null(strstr(text, "Suites: trixie-backports\n"));
	assert_non_null(strstr(text, "Suites: sid\n"));
	assert_null(strstr(text, "security"));
	free(text);
	text = suites_for("5.10");
	assert_string_equal(text, "");
	free(text);
}

static void names_of_modules(void **state)
{
	char name[64];

	(void)state;
	vm_module_name("drivers/virtio/virtio-pci.ko.xz", name, sizeof(name));
	assert_string_equal(name, "virtio_pci");
	vm_module_name("veth", name, sizeof(name));
	assert_string_equal(name, "veth");
	assert_true(vm_module_wanted("net/sched/cls_bpf.ko"));
	assert_true(vm_module_wanted("drivers/net/veth.ko.xz"));
	assert_true(vm_module_wanted("fs/9p/9p.ko"));
	assert_false(vm_module_wanted("drivers/net/ethernet/intel/e1000/e1000.ko"));
	assert_false(vm_module_wanted("sound/core/snd.ko"));
}

static void signatures_are_cut_off(void **state)
{
	char image[128];
	size_t size;

	(void)state;
	memset(image, 'm', 20); /* the module, then 7 bytes of signature */
	memset(image + 20, 's', 7);
	memcpy(image + 27, "\1\2\3\4\5\0\0\0\0\0\0\7", 12);
	memcpy(image + 39, "~Module signature appended~\n", 28);
	size = 39 + 28;
	assert_int_equal(vm_module_unsigned(image, size), 20);
	image[36] = 1; /* a length that is longer than the file */
	assert_int_equal(vm_module_unsigned(image, size), size);
	assert_int_equal(vm_module_unsigned("abc", 3), 3);
}

/* ---- a kernel's folder in the cache ---- */

static char folder[] = "/tmp/test-vm-kernel-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_folder(void **state)
{
	static const char *const modules[] = { "9p",	"9pnet",  "9pnet_virtio",
					       "netfs", "virtio", "virtio_pci" };
	char path[PATH_MAX];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/modules", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	write_file("modules/index", "9p 9pnet,netfs fs-9p\n9pnet -\n9pnet_virtio virtio,9pnet\n"
				    "netfs -\nvirtio -\nvirtio_pci virtio\nround_a round_b\n"
				    "round_b round_a\n");
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		snprintf(path, sizeof(path), "modules/%s.ko", modules[i]);
		write_file(path, modules[i]);
	}
	write_file("init", "#!init");
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return vm_remove_tree(folder);
}

static int note(const char *name, void *data)
{
	strcat(data, name);
	strcat(data, " ");
	return 0;
}

static void dependencies_come_first(void **state)
{
	static const char *const names[] = { "virtio-pci", "9pnet_virtio", "9p", "built_in", NULL };
	static const char *const round[] = { "round_a", NULL };
	char order[256] = "";

	(void)state;
	assert_int_equal(vm_modules_in_order(folder, names, note, order), 0);
	assert_string_equal(order, "virtio virtio_pci 9pnet 9pnet_virtio netfs 9p ");
	order[0] = '\0';
	assert_int_equal(vm_modules_in_order(folder, round, note, order), 0);
	assert_string_equal(order, "round_b round_a ");
}

static void the_initramfs_is_a_cpio_archive(void **state)
{
	struct archive *a = archive_read_new();
	char init[PATH_MAX], what[PATH_MAX], seen[512] = "", data[64];
	struct archive_entry *entry;
	int fd;

	(void)state;
	snprintf(init, sizeof(init), "%s/init", folder);
	fd = memfd_create("initramfs", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(vm_initramfs(fd, folder, init, what), 0);
	lseek(fd, 0, SEEK_SET);
	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_fd(a, fd, 4096), ARCHIVE_OK);
	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		assert_int_equal(archive_format(a), ARCHIVE_FORMAT_CPIO_SVR4_NOCRC);
		note(archive_entry_pathname(entry), seen);
		if (strcmp(archive_entry_pathname(entry), "init") != 0)
			continue;
		assert_int_equal(archive_entry_perm(entry), 0755);
		assert_int_equal(archive_read_data(a, data, sizeof(data)), 6);
		assert_memory_equal(data, "#!init", 6);
	}
	assert_string_equal(seen, "dev proc sys modules init modules/virtio.ko "
				  "modules/virtio_pci.ko modules/9pnet.ko modules/9pnet_virtio.ko "
				  "modules/netfs.ko modules/9p.ko modules/load ");
	archive_read_free(a);
	snprintf(init, sizeof(init), "%s/missing", folder);
	assert_int_equal(vm_initramfs(fd, folder, init, what), -ENOENT);
	assert_string_equal(what, init);
	close(fd);
}

/* A boot image with something else inside, or with numbers that lead out of it. */
static void boot_images(void **state)
{
	static char image[8192];
	struct vm_buf out = {};
	uint32_t length = sizeof(image);

	(void)state;
	assert_int_equal(vm_image_extract(image, sizeof(image), &out), -EINVAL);
	memcpy(image + 0x202, "HdrS", 4);
	memcpy(image + 0x24c, &length, sizeof(length));
	assert_int_equal(vm_image_extract(image, sizeof(image), &out), -EINVAL);
	length = 100;
	memcpy(image + 0x24c, &length, sizeof(length));
	assert_int_equal(vm_image_extract(image, sizeof(image), &out), -EINVAL);
	assert_int_equal(vm_image_extract(image, 100, &out), -EINVAL);
	memcpy(image + (4 + 1) * 512, ELFMAG, SELFMAG);
	assert_int_equal(vm_image_extract(image, sizeof(image), &out), 0);
	assert_int_equal(vm_buf_len(&out), length);
	vm_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_that_are_asked_for),
		cmocka_unit_test(beginnings_of_releases),
		cmocka_unit_test(order_of_releases),
		cmocka_unit_test(packages_that_hold_a_kernel),
		cmocka_unit_test(sources_in_both_formats),
		cmocka_unit_test(the_suites_that_have_it),
		cmocka_unit_test(names_of_modules),
		cmocka_unit_test(signatures_are_cut_off),
		cmocka_unit_test(dependencies_come_first),
		cmocka_unit_test(the_initramfs_is_a_cpio_archive),
		cmocka_unit_test(boot_images),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
