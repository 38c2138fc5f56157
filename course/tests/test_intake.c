// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Ids of submissions, what is taken of one, and what a hostile one gains. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/tests/scratch.h"

#include "course/files.h"
#include "course/grade/intake.h"
#include "course/grade/suite.h"

static char *edit[] = { "hello.bpf.c", "hello.h", NULL };
static struct lesson lessons[] = {
	{ .name = "lab01-basics/01-hello", .conf = { .edit = { .v = edit, .n = 2 } } },
};
static const struct tree tree = { .top = "/t", .lessons = lessons, .n = 1 };

#define HELLO "lab01-basics/01-hello/hello.bpf.c"

static char folder[64], box[64];

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/course-unit-XXXXXX");
	strcpy(box, "/tmp/course-unit-XXXXXX");
	return mkdtemp(folder) && mkdtemp(box) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	remove_all(folder);
	return remove_all(box);
}

static void has_id(const char *name, bool archive, const char *id)
{
	AUTO_STR got = submission_id(name, archive);

	assert_string_equal(got, id);
}

static void test_ids(void **state)
{
	AUTO_STR first = NULL;
	AUTO_STR second = NULL;
	char name[200];

	(void)state;
	has_id("jane.tar.gz", true, "jane");
	has_id("jane.zip", true, "jane");
	has_id("jane.zip", false, "jane.zip");
	has_id("j.d_2-3", false, "j.d_2-3");
	has_id("a b", false, "a%20b");
	has_id("=1+1", false, "%3D1%2B1");
	has_id("-1", false, "%2D1");
	has_id("..", false, "%2E.");
	has_id(".zip", true, "%2Ezip");
	has_id("\303\251", false, "%C3%A9");
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	first = submission_id(name, false);
	name[150] = 'y';
	second = submission_id(name, false);
	assert_int_equal(strlen(first), 64);
	assert_string_not_equal(first, second);
}

static void named(const char *id, const char *name)
{
	AUTO_STR got = submission_name(id);

	assert_string_equal(got, name);
}

static void test_names(void **state)
{
	static char *all[] = { "a%40b", "jane", "jane.zip", NULL };
	const struct strv ids = { .v = all, .n = 3 };

	(void)state;
	named("jane", "jane");
	named("%3D1%2B1", "=1+1");
	named("\303\251", "\303\251");
	named("%C3%A9", "\303\251");
	/* No name is written like this. */
	named("%4A", "%4A");
	named("100%", "100%");
	named("%00", "%00");
	assert_string_equal(submission_called(&ids, "a@b"), "a%40b");
	assert_string_equal(submission_called(&ids, "a%40b"), "a%40b");
	assert_string_equal(submission_called(&ids, "jane.tar.gz"), "jane");
	assert_string_equal(submission_called(&ids, "jane.zip"), "jane.zip");
	assert_null(submission_called(&ids, "Jane"));
}

static void goes(const char *name, const char *target)
{
	const struct lesson *lesson;
	AUTO_STR got = intake_target(&tree, name, &lesson);

	if (!target) {
		assert_null(got);
		return;
	}
	assert_string_equal(got, target);
	assert_ptr_equal(lesson, &lessons[0]);
}

static void test_targets(void **state)
{
	(void)state;
	goes(HELLO, HELLO);
	goes("./" HELLO, HELLO);
	goes("jane/" HELLO, HELLO);
	goes("lab01-basics/01-hello/hello.h", "lab01-basics/01-hello/hello.h");
	goes("lab01-basics/01-hello/hello.c", NULL);
	goes("lab01-basics/01-hello/test.bats", NULL);
	goes("lab01-basics/01-hello/x/hello.h", NULL);
	goes("lab01-basics/01-hell", NULL);
	goes("a/b/" HELLO, NULL);
	goes("/" HELLO, NULL);
	goes("../" HELLO, NULL);
	goes("lab01-basics/../" HELLO, NULL);
	goes("jane/../lab01-basics/01-hello/hello.h", NULL);
	goes("lab01-basics//01-hello/hello.h", NULL);
	goes("..", NULL);
	goes("", NULL);
}

static enum course_exit take(const char *path, struct intake *in, struct strbuf *why)
{
	const struct submission sub = { .id = "x", .path = (char *)path };

	return intake_take(&tree, &sub, box, in, why);
}

static void put(const char *name, const char *text)
{
	AUTO_STR path = xasprintf("%s/%s", folder, name);
	AUTO_STR dir = xstrndup(path, strrchr(path, '/') - path);

	assert_int_equal(make_dirs(dir), 0);
	assert_int_equal(file_replace(path, text, strlen(text)), 0);
}

static bool taken(const char *name)
{
	AUTO_STR path = xasprintf("%s/%s", box, name);

	return is_file(path);
}

static void test_folder(void **state)
{
	AUTO_STR link = xasprintf("%s/lab01-basics/01-hello/hello.h", folder);
	AUTO_STR fifo = xasprintf("%s/lab01-basics/01-hello/fifo", folder);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	put(HELLO, "mine");
	put("lab01-basics/01-hello/Makefile", "all: ; evil");
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(take(folder, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 1);
	assert_int_equal(in.n_ignored, 3);
	assert_true(taken(HELLO));
	assert_false(taken("lab01-basics/01-hello/hello.h"));
	assert_int_equal(strlen(in.sha256), 64);
	intake_free(&in);
}

/* What is no file is not opened: of a device that would be noticed. */
static void test_opens_no_device(void **state)
{
	AUTO_STR fifo = xasprintf("%s/" HELLO, folder);
	AUTO_STR mine = xasprintf("%s/lab01-basics/01-hello/hello.h", folder);
	const struct submission alone = { .id = "x", .path = fifo, .found = true };
	AUTO_FD events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	AUTO_SB why = { 0 };
	struct intake in;
	char event[4096];

	(void)state;
	put("lab01-basics/01-hello/hello.h", "x");
	unlink(fifo);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_true(inotify_add_watch(events, fifo, IN_OPEN) >= 0);
	assert_int_equal(take(folder, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 1);
	assert_string_equal(in.ignored.v[0], HELLO ": it is not a regular file");
	intake_free(&in);
	assert_int_equal(intake_take(&tree, &alone, box, &in, &why), COURSE_INVALID);
	intake_free(&in);
	assert_int_equal(read(events, event, sizeof(event)), -1);
	/* The same watch sees an open of a file. */
	assert_true(inotify_add_watch(events, mine, IN_OPEN) >= 0);
	assert_int_equal(take(folder, &in, &why), COURSE_OK);
	assert_true(read(events, event, sizeof(event)) > 0);
	intake_free(&in);
}

static void test_hard_link(void **state)
{
	AUTO_STR mine = xasprintf("%s/" HELLO, folder);
	AUTO_STR other = xasprintf("%s/secret", folder);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	put(HELLO, "x");
	put("secret", "somebody else's");
	unlink(mine);
	assert_int_equal(link(other, mine), 0);
	assert_int_equal(take(folder, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 0);
	assert_false(taken(HELLO));
	intake_free(&in);
}

static void test_large_file(void **state)
{
	AUTO_STR mine = xasprintf("%s/" HELLO, folder);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	put(HELLO, "x");
	assert_int_equal(truncate(mine, INTAKE_FILE_MAX + 1), 0);
	assert_int_equal(take(folder, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 0);
	assert_string_equal(in.ignored.v[0], HELLO ": it is larger than 1 MiB");
	intake_free(&in);
}

/* ---- archives ---- */

static struct archive *open_archive(char *path)
{
	struct archive *a = archive_write_new();

	strcpy(path, folder);
	strcat(path, "/a.tar.gz");
	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_gzip(a);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	return a;
}

static void add_entry(struct archive *a, const char *name, int type, const char *target,
		      const char *text, size_t len)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, len);
	if (target && type == AE_IFLNK)
		archive_entry_set_symlink(entry, target);
	else if (target)
		archive_entry_set_hardlink(entry, target);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (len)
		assert_int_equal(archive_write_data(a, text, len), len);
	archive_entry_free(entry);
}

static void end_archive(struct archive *a)
{
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

static void test_archive(void **state)
{
	char path[128];
	struct archive *a = open_archive(path);
	AUTO_STR got = xasprintf("%s/" HELLO, box);
	AUTO_STR text = NULL;
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	add_entry(a, "jane", AE_IFDIR, NULL, NULL, 0);
	add_entry(a, "jane/" HELLO, AE_IFREG, NULL, "mine", 4);
	add_entry(a, "jane/" HELLO, AE_IFREG, NULL, "other", 5);
	end_archive(a);
	assert_int_equal(take(path, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 1);
	assert_int_equal(file_read(got, &text, NULL), 0);
	assert_string_equal(text, "mine");
	assert_string_equal(in.ignored.v[0],
			    "jane/" HELLO ": it comes twice; the first one counts");
	intake_free(&in);
}

static void test_hostile_entries(void **state)
{
	char path[128];
	struct archive *a = open_archive(path);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	add_entry(a, "../" HELLO, AE_IFREG, NULL, "x", 1);
	add_entry(a, "/tmp/course-unit-escape", AE_IFREG, NULL, "x", 1);
	add_entry(a, HELLO, AE_IFLNK, "/etc/shadow", NULL, 0);
	add_entry(a, HELLO, AE_IFREG, "/etc/shadow", NULL, 0);
	add_entry(a, HELLO, AE_IFIFO, NULL, NULL, 0);
	add_entry(a, HELLO, AE_IFCHR, NULL, NULL, 0);
	add_entry(a, "lab01-basics/01-hello/hello.h", AE_IFREG, NULL, "ok", 2);
	end_archive(a);
	assert_int_equal(take(path, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 1);
	assert_int_equal(in.n_ignored, 6);
	assert_false(taken(HELLO));
	assert_int_not_equal(access("/tmp/course-unit-escape", F_OK), 0);
	intake_free(&in);
}

/* A block as no honest packer writes it. */
static void add_header(FILE *tar, const char *name, char type, size_t size)
{
	unsigned char block[512] = { 0 };
	unsigned int sum = 0;

	strcpy((char *)block, name);
	sprintf((char *)block + 100, "0000644");
	sprintf((char *)block + 124, "%011zo", size);
	memset(block + 148, ' ', 8);
	block[156] = type;
	strcpy((char *)block + 157, "other");
	strcpy((char *)block + 257, "ustar");
	memcpy(block + 263, "00", 2);
	for (size_t i = 0; i < sizeof(block); i++)
		sum += block[i];
	sprintf((char *)block + 148, "%06o", sum);
	assert_int_equal(fwrite(block, sizeof(block), 1, tar), 1);
}

/* By POSIX a hard link may hold its data once more. */
static void test_bomb_in_link(void **state)
{
	AUTO_STR path = xasprintf("%s/a.tar", folder);
	FILE *tar = fopen(path, "w");
	static const char record[512] = "16 path=lab01/x\n";
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	add_header(tar, "PaxHeaders/x", 'x', strlen(record));
	assert_int_equal(fwrite(record, sizeof(record), 1, tar), 1);
	add_header(tar, "x", '1', 80 << 20);
	assert_int_equal(fclose(tar), 0);
	assert_int_equal(truncate(path, 81 << 20), 0);
	assert_int_equal(take(path, &in, &why), COURSE_INVALID);
	assert_string_equal(why.s, "the archive holds more than 64 MiB");
	intake_free(&in);
}

/* 80 MiB of zeros are 80 kB in an archive. */
static void test_bomb(void **state)
{
	static char zeros[1 << 20];
	char path[128];
	struct archive *a = open_archive(path);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	for (int i = 0; i < 80; i++) {
		AUTO_STR name = xasprintf("junk/%d", i);

		add_entry(a, name, AE_IFREG, NULL, zeros, sizeof(zeros));
	}
	end_archive(a);
	assert_int_equal(take(path, &in, &why), COURSE_INVALID);
	assert_string_equal(why.s, "the archive holds more than 64 MiB");
	intake_free(&in);
}

static void test_many_entries(void **state)
{
	char path[128];
	struct archive *a = open_archive(path);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	for (int i = 0; i < INTAKE_ENTRIES_MAX + 1; i++) {
		AUTO_STR name = xasprintf("%d", i);

		add_entry(a, name, AE_IFREG, NULL, NULL, 0);
	}
	end_archive(a);
	assert_int_equal(take(path, &in, &why), COURSE_INVALID);
	assert_string_equal(why.s, "the archive has more than 10000 entries");
	assert_int_equal(in.ignored.n, INTAKE_NAMED_MAX);
	intake_free(&in);
}

static void test_damaged(void **state)
{
	char path[128];
	struct archive *a = open_archive(path);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	add_entry(a, HELLO, AE_IFREG, NULL, "mine, and some more", 19);
	end_archive(a);
	assert_int_equal(truncate(path, 60), 0);
	assert_int_equal(take(path, &in, &why), COURSE_INVALID);
	assert_true(starts_with(why.s, "the archive cannot be read: "));
	intake_free(&in);
	sb_free(&why);
	put("notes.txt", "hello");
	strcpy(path, folder);
	strcat(path, "/notes.txt");
	assert_int_equal(take(path, &in, &why), COURSE_INVALID);
	intake_free(&in);
}

/* What stands where a header must be is not passed over: a file may be lost there. */
static void test_damaged_header(void **state)
{
	AUTO_STR path = xasprintf("%s/a.tar", folder);
	FILE *tar = fopen(path, "w");
	char junk[512];
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	memset(junk, 'x', sizeof(junk));
	add_header(tar, HELLO, '0', sizeof(junk));
	fwrite(junk, sizeof(junk), 1, tar);
	fwrite(junk, sizeof(junk), 1, tar);
	add_header(tar, "lab01-basics/01-hello/hello.h", '0', 0);
	assert_int_equal(fclose(tar), 0);
	assert_int_equal(take(path, &in, &why), COURSE_INVALID);
	assert_true(starts_with(why.s, "the archive cannot be read: "));
	intake_free(&in);
}

/* Whatever order the disk has them in. */
static void test_two_folders(void **state)
{
	AUTO_STR got = xasprintf("%s/" HELLO, box);

	(void)state;
	for (int round = 0; round < 2; round++) {
		AUTO_STR text = NULL;
		AUTO_SB why = { 0 };
		struct intake in;

		put(round ? "b/" HELLO : "a/" HELLO, round ? "second" : "first");
		put(round ? "a/" HELLO : "b/" HELLO, round ? "first" : "second");
		assert_int_equal(take(folder, &in, &why), COURSE_OK);
		assert_int_equal(file_read(got, &text, NULL), 0);
		assert_string_equal(text, "first");
		assert_string_equal(in.ignored.v[0],
				    "b/" HELLO ": it comes twice; the first one counts");
		intake_free(&in);
		remove_all(folder);
		remove_all(box);
		make_dirs(box);
	}
}

/* One that lies in the class's folder may lead to somebody else's work. */
static void test_link_to_another(void **state)
{
	AUTO_STR path = xasprintf("%s/link", folder);
	struct submission sub = { .id = "x", .path = path, .found = true };
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	put("other/" HELLO, "not mine");
	assert_int_equal(symlink("other", path), 0);
	assert_int_equal(intake_take(&tree, &sub, box, &in, &why), COURSE_INVALID);
	assert_string_equal(why.s, "it is a symbolic link");
	assert_int_equal(in.files, 0);
	intake_free(&in);
	sub.found = false;
	assert_int_equal(intake_take(&tree, &sub, box, &in, &why), COURSE_OK);
	assert_int_equal(in.files, 1);
	intake_free(&in);
}

/*
 * Half of a file is not graded. Our own memory as a file cannot be read at 0: it is
 * TID/mem below /proc/self/task, and "task" the folder around the labs.
 */
static void test_read_error(void **state)
{
	AUTO_STR name = xasprintf("%d", gettid());
	static char *mem[] = { "mem", NULL };
	struct lesson lesson = { .name = name, .conf = { .edit = { .v = mem, .n = 1 } } };
	const struct tree own = { .top = "/t", .lessons = &lesson, .n = 1 };
	const struct submission sub = { .id = "x", .path = "/proc/self" };
	AUTO_STR says = xasprintf("task/%s/mem cannot be read: Input/output error", name);
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	assert_int_equal(intake_take(&own, &sub, box, &in, &why), COURSE_MACHINE);
	assert_string_equal(why.s, says);
	assert_int_equal(in.files, 0);
	intake_free(&in);
}

static void test_hash(void **state)
{
	AUTO_STR first = NULL;
	AUTO_SB why = { 0 };
	struct intake in;

	(void)state;
	put(HELLO, "mine");
	assert_int_equal(take(folder, &in, &why), COURSE_OK);
	first = xstrdup(in.sha256);
	intake_free(&in);
	remove_all(box);
	make_dirs(box);
	/* What does not count changes nothing; what counts does. */
	put("notes", "x");
	take(folder, &in, &why);
	assert_string_equal(in.sha256, first);
	intake_free(&in);
	remove_all(box);
	make_dirs(box);
	put(HELLO, "Mine");
	take(folder, &in, &why);
	assert_string_not_equal(in.sha256, first);
	intake_free(&in);
}

/* Has the suite another hash when a file of it is new? */
static bool counts(const char *name)
{
	static struct lesson own = { .name = "lab01-basics/01-hello" };
	static struct lesson *const list[] = { &own };
	const struct tree there = { .top = folder, .lessons = &own, .n = 1 };
	AUTO_STR dir = xasprintf("%s/%s", folder, own.name);
	AUTO_STR before = NULL;
	AUTO_STR after = NULL;

	own.dir = dir;
	before = suite_sha256(&there, list, 1, NULL);
	put(name, "x");
	after = suite_sha256(&there, list, 1, NULL);
	return strcmp(before, after) != 0;
}

static void test_suite(void **state)
{
	(void)state;
	assert_true(counts("common/lesson.mk"));
	assert_true(counts("common/elf/loader.h"));
	assert_true(counts("common/test/fixtures/calls.c"));
	assert_true(counts("testenv/sandbox/broker/load.c"));
	assert_true(counts("course/policy/helpers.default"));
	assert_true(counts("lab01-basics/01-hello/test.bats"));
	assert_false(counts("lab01-basics/01-hello/README.md"));
	assert_false(counts("lab01-basics/01-hello/solution/hello.bpf.c"));
	assert_false(counts("lab01-basics/02-next/test.bats"));
	assert_false(counts("common/lab/tests/test_loop.c"));
	assert_false(counts("course/cmd_hint.c"));
}

static void test_seeds(void **state)
{
	(void)state;
	assert_int_equal(suite_seed(1, "jane"), suite_seed(1, "jane"));
	assert_int_not_equal(suite_seed(1, "jane"), suite_seed(1, "john"));
	assert_int_not_equal(suite_seed(1, "jane"), suite_seed(2, "jane"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_targets),
		cmocka_unit_test_setup_teardown(test_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opens_no_device, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hard_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_archive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bomb, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bomb_in_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_header, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_folders, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_to_another, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_error, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hash, setup, teardown),
		cmocka_unit_test_setup_teardown(test_suite, setup, teardown),
		cmocka_unit_test(test_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
