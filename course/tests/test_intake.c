// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Ids of submissions, what is taken of one, and what a hostile one gains. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <sys/stat.h>

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
		cmocka_unit_test(test_targets),
		cmocka_unit_test_setup_teardown(test_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hard_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_archive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bomb, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hash, setup, teardown),
		cmocka_unit_test(test_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
