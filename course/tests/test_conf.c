// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* lesson.conf: what is read, and that what is wrong is said with file and line. */
#include "course/conf.h"
#include "course/tests/scratch.h"

#define WHOLE            \
	"[lesson]\n"     \
	"id = parsing\n" \
	"title = How?\n" \
	"minutes = 40\n" \
	"level = core\n" \
	"edit = a.bpf.c a.c\n"

static void expect(const char *text, const char *error)
{
	const char *path = scratch(text);
	struct conf conf;
	char *said;
	int err = conf_read(path, "conf", &conf, &said);

	unlink(path);
	if (error) {
		assert_int_not_equal(err, 0);
		assert_string_equal(said, error);
	} else {
		if (said)
			print_error("%s\n", said);
		assert_int_equal(err, 0);
		assert_null(said);
	}
	free(said);
	conf_free(&conf);
}

static void test_reads(void **state)
{
	const char *path = scratch(WHOLE "; a comment\n"
					 "teaches = ring buffer, map,\n"
					 "   per-CPU map\n"
					 "requires = lab01-basics/01-hello, lab02-maps/03-ringbuf\n"
					 "needs = btf ringbuf\n"
					 "timeout = 5\n"
					 "tracks = first, network\n"
					 "topology = none\n");
	struct conf conf;
	char *said;

	(void)state;
	assert_int_equal(conf_read(path, "conf", &conf, &said), 0);
	unlink(path);
	assert_null(said);
	assert_string_equal(conf.id, "parsing");
	assert_int_equal(conf.minutes, 40);
	assert_int_equal(conf.teaches.n, 3);
	assert_string_equal(conf.teaches.v[0], "ring buffer");
	assert_string_equal(conf.teaches.v[2], "per-CPU map");
	assert_int_equal(conf.requires.n, 2);
	assert_int_equal(conf.tracks.n, 2);
	assert_string_equal(conf.tracks.v[0], "first");
	assert_int_equal(conf.edit.n, 2);
	assert_string_equal(conf.edit.v[1], "a.c");
	assert_int_equal(conf.needs.n, 2);
	assert_int_equal(conf.timeout, 5);
	assert_string_equal(conf.topology, "none");
	conf_free(&conf);
}

static void test_defaults(void **state)
{
	const char *path = scratch(WHOLE);
	struct conf conf;
	char *said;

	(void)state;
	assert_int_equal(conf_read(path, "conf", &conf, &said), 0);
	unlink(path);
	assert_int_equal(conf.timeout, 30);
	assert_string_equal(conf.topology, "pair");
	assert_int_equal(conf.teaches.n, 0);
	assert_int_equal(conf.tracks.n, 0);
	conf_free(&conf);
}

static void test_wrong(void **state)
{
	(void)state;
	expect(WHOLE "teach = x\n", "conf:7: unknown key: teach");
	expect(WHOLE "id = again\n", "conf:7: set twice: id");
	expect(WHOLE "[other]\nid = x\n", "conf:8: the only section is [lesson], not other");
	expect(WHOLE "nonsense\n", "conf:7: neither [section] nor KEY = VALUE");
	expect(WHOLE "timeout = 5s\n", "conf:7: not a number between 1 and 3600: 5s");
	expect(WHOLE "timeout = 0\n", "conf:7: not a number between 1 and 3600: 0");
	expect("[lesson]\nid = x\n", "conf:1: missing key: title");
	expect("[lesson]\nid =\n", "conf:2: the value is empty");
	expect("[lesson]\nid=x\ntitle=x\nminutes=1\nedit=a.c\nlevel=easy\n",
	       "conf:1: level is core, extra or depth, not easy");
	expect("[lesson]\nid=x\ntitle=x\nminutes=1\nlevel=core\nedit=../a.c\n",
	       "conf:1: edit holds plain file names, not ../a.c");
}

static void test_what_inih_cuts(void **state)
{
	char text[1024] = WHOLE "teaches = ";

	(void)state;
	expect("[lesson]\ntitle = This ; and that\n",
	       "conf:2: \" ;\" would begin a comment and cut the value off");
	memset(text + strlen(text), 'x', 200);
	expect(text, "conf:7: line too long: write on in the next line, indented");
	/* Some versions of inih take no long comment. */
	strcpy(text, "; ");
	memset(text + 2, 'x', 400);
	strcpy(text + 402, "\n" WHOLE);
	expect(text, "conf:1: line too long: write on in the next line, indented");
}

static void test_no_file(void **state)
{
	struct conf conf;
	char *said;

	(void)state;
	assert_int_not_equal(conf_read("/nonexistent", "lesson.conf", &conf, &said), 0);
	assert_string_equal(said, "lesson.conf: No such file or directory");
	free(said);
	conf_free(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),	cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_wrong),	cmocka_unit_test(test_what_inih_cuts),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
