// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* test.bats: names, tags, and what must not be in a name. */
#include "course/bats.h"
#include "course/tests/scratch.h"

static void expect_error(const char *text, const char *error)
{
	const char *path = scratch(text);
	struct bats_list list;
	char *said;

	assert_int_not_equal(bats_read(path, "test.bats", &list, &said), 0);
	unlink(path);
	assert_string_equal(said, error);
	free(said);
	bats_free(&list);
}

static void test_reads(void **state)
{
	const char *path = scratch("#!/usr/bin/env bats\n"
				   "setup() { lab_setup; }\n"
				   "# bats test_tags=points:3,visibility:hidden\n"
				   "@test \"the first, it's long\" {\n"
				   "	true # @test\n"
				   "}\n"
				   "\n"
				   "  @test 'second' { lab_x; }\n"
				   "# bats test_tags=points:0\n"
				   "@test\t\"third\"\t{\n"
				   "}\n");
	struct bats_list list;
	char *said;

	(void)state;
	assert_int_equal(bats_read(path, "test.bats", &list, &said), 0);
	unlink(path);
	assert_int_equal(list.n, 3);
	assert_string_equal(list.tests[0].name, "the first, it's long");
	assert_int_equal(list.tests[0].points, 3);
	assert_int_equal(list.tests[0].line, 4);
	assert_string_equal(list.tests[0].visibility, "hidden");
	/* Tags are for one test only. */
	assert_string_equal(list.tests[1].name, "second");
	assert_int_equal(list.tests[1].points, 1);
	assert_string_equal(list.tests[1].visibility, "visible");
	assert_string_equal(list.tests[2].name, "third");
	assert_int_equal(bats_points(&list), 4);
	bats_free(&list);
}

static void test_names(void **state)
{
	(void)state;
	expect_error("@test \"a $x\" {\n",
		     "test.bats:1: a test's name is literal, without \" $ ` \\ #: a $x");
	expect_error("@test \"a # b\" {\n",
		     "test.bats:1: a test's name is literal, without \" $ ` \\ #: a # b");
	expect_error("@test \"a\" {\n}\n@test \"a\" {\n",
		     "test.bats:3: two tests have this name: a");
	expect_error("@test \"\" {\n", "test.bats:1: the test has no name");
	expect_error("@test name {\n", "test.bats:1: write it as: @test \"NAME\" {");
	expect_error("@test \"a\" { f() { :; }; f; }\n",
		     "test.bats:1: write it as: @test \"NAME\" {");
	expect_error("name() { # @test\n", "test.bats:1: write it as: @test \"NAME\" {");
	expect_error("setup() { :; }\n", "test.bats:1: no tests");
}

static void test_tags(void **state)
{
	(void)state;
	expect_error("# bats test_tags=point:1\n@test \"a\" {\n",
		     "test.bats:1: unknown tag (points:N or visibility:V): point:1");
	expect_error("# bats test_tags=points:x\n@test \"a\" {\n",
		     "test.bats:1: points are a number from 0 to 1000, not x");
	expect_error("# bats test_tags=visibility:secret\n@test \"a\" {\n",
		     "test.bats:1: unknown visibility: secret");
	expect_error("# bats file_tags=points:1\n@test \"a\" {\n",
		     "test.bats:1: tags stand above each test (test_tags=), not for the file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
