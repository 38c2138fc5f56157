// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading Markdown, comparing shown with real output, counting added lines, compiler errors. */
#include "course/build.h"
#include "course/diff.h"
#include "course/markdown.h"
#include "course/match.h"
#include "course/tests/scratch.h"

static void test_markdown(void **state)
{
	struct md md;

	(void)state;
	md_parse(&md, "# Title here\n"
		      "\n"
		      "Three more words\n"
		      "## Run it now\n"
		      "- item one\n"
		      "- item two\n"
		      "```console starter\n"
		      "$ hello\n"
		      "## not a heading\n"
		      "```\n"
		      "## Recall\n"
		      "1. first?\n"
		      "<details><summary>Answer</summary>\n"
		      "\n"
		      "| a | b |\n"
		      "|---|---|\n"
		      "~~~~text\n"
		      "~~~\n"
		      "~~~~\n"
		      "</details>\n");
	assert_int_equal(md.n_sections, 4);
	assert_int_equal(md.n_blocks, 2);
	assert_true(md_is(&md.blocks[0], "console"));
	assert_string_equal(md.blocks[0].info, "console starter");
	assert_int_equal(md.blocks[0].line, 7);
	assert_int_equal(md.blocks[0].lines.n, 2);
	assert_int_equal(md.blocks[0].words_before, 2 + 3 + 3 + 4);
	assert_int_equal(md.blocks[1].lines.n, 1);
	assert_int_equal(md_section(&md, "Run it now")->items, 2);
	assert_int_equal(md_section(&md, "Run it now")->paragraphs.n, 2);
	assert_int_equal(md_section(&md, "Recall")->folded, 1);
	assert_int_equal(md_section(&md, "Recall")->numbered, 1);
	assert_null(md_section(&md, "not a heading"));
	assert_int_equal(md.words, 12 + 1 + 2 + 1 + 2);
	md_free(&md);
}

static void test_match_line(void **state)
{
	(void)state;
	assert_true(match_line("same", "same  "));
	assert_false(match_line("same", "same not"));
	assert_true(match_line("process <...> wrote <...> bytes", "process 12 wrote 3 4 bytes"));
	assert_false(match_line("process <...> wrote", "process  wrote"));
	assert_true(match_line("<...>", "x"));
	assert_false(match_line("<...>", ""));
	assert_true(match_line("a < b", "a < b"));
	assert_true(match_line("a <", "a <"));
	assert_false(match_line("a <.", "a <x"));
}

static bool lines(const char *shown, const char *real, bool anywhere)
{
	AUTO_STRV a = { 0 };
	AUTO_STRV b = { 0 };
	AUTO_SB why = { 0 };
	bool same;

	strv_lines(&a, shown);
	strv_lines(&b, real);
	same = match_lines(&a, &b, anywhere, &why);
	assert_int_equal(same, !why.len);
	return same;
}

static void test_match_lines(void **state)
{
	(void)state;
	assert_true(lines("a\nb\n", "a\nb\n", false));
	assert_false(lines("a\n", "a\nb\n", false));
	assert_false(lines("a\nb\n", "a\n", false));
	assert_true(lines("a\n...\n", "a\n", false));
	assert_true(lines("...\nb\n...\nd\n", "a\nb\nc\nb\nd\n", false));
	assert_false(lines("...\nx\n", "a\nb\n", false));
	assert_true(lines("", "", false));
	assert_false(lines("", "a\n", false));
	assert_true(lines("b\n  c\n", "a\n    b\n    c\nd\n", true));
	assert_false(lines("b\nd\n", "a\nb\nc\nd\n", true));
	assert_true(lines("b\n...\nd\n", "a\nb\nc\nd\n", true));
}

static void test_diff(void **state)
{
	(void)state;
	assert_int_equal(diff_added("a\nb\n", "a\nb\n"), 0);
	assert_int_equal(diff_added("a\nb\n", "a\n\tx\nb\n\n// note\n/* long\n note */\n"), 1);
	assert_int_equal(diff_added("", "a\nb\n"), 2);
	assert_int_equal(diff_added("a\nb\nc\n", "c\nb\na\n"), 2);
}

static bool advised(const char *output)
{
	AUTO_SB why = { 0 };

	build_first_error(output, &why);
	return strstr(why.s, "\n" BUILD_FIX "there is no C library in the kernel");
}

/* The loader does not compile when the program lacks a map: then it is not to blame. */
static void test_part_missing(void **state)
{
	static const struct {
		const char *error;
		bool is_missing;
	} cases[] = {
		{ "a/opens.c:80:30: error: 'struct opens_bpf' has no member named 'maps'\n", true },
		{ "a/opens.c:80:30: error: 'struct <anonymous>' has no member named 'events'\n",
		  true },
		{ "a/opens.c:80:30: error: 'struct event' has no member named 'pib'\n", false },
		{ "a/opens.bpf.c:8:3: error: no member named 'pib' in 'struct event'\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO_SB why = { 0 };

		build_first_error(cases[i].error, &why);
		assert_int_equal(strstr(why.s, BUILD_FIX "the loader wants") != NULL,
				 cases[i].is_missing);
	}
}

/* The words of clang 14, of newer ones, and a header of the C library. */
static void test_no_c_library(void **state)
{
	(void)state;
	assert_true(advised("a.bpf.c:5:2: error: implicitly declaring library function 'printf' "
			    "with type 'int (const char *, ...)'\n"));
	assert_true(advised("a.bpf.c:5:2: error: implicit declaration of function 'getpid' is "
			    "invalid in C99\n"));
	assert_true(advised("a.bpf.c:5:2: error: call to undeclared function 'getpid'\n"));
	assert_true(advised("In file included from a.bpf.c:3:\n/usr/include/stdio.h:27:10: fatal "
			    "error: 'bits/libc-header-start.h' file not found\n"));
	assert_false(advised("a.bpf.c:5:2: error: implicit declaration of function 'bpf_printx' is "
			     "invalid in C99\n"));
	assert_false(advised("a.c:5:2: error: implicit declaration of function 'f'\n"));
	assert_false(advised("a.bpf.c:5:2: error: use of undeclared identifier 'x'\n"));
}

static void test_compiler(void **state)
{
	AUTO_SB why = { 0 };

	(void)state;
	build_first_error("  CLANG    build/x.bpf.o\n"
			  "work/a.c:3:1: error: use of undeclared identifier 'x'\n"
			  "        x = 1;\n"
			  "        ^\n"
			  "work/a.c:9:1: error: expected ';'\n"
			  "2 errors generated.\n"
			  "make: *** [common/lesson.mk:1: x] Error 1\n",
			  &why);
	assert_string_equal(why.s, "work/a.c:3:1: error: use of undeclared identifier 'x'\n"
				   "        x = 1;\n"
				   "        ^\n"
				   "(and 1 more; the first often causes the others)\n");
	sb_free(&why);
	build_first_error("  LINK     x\nld: undefined reference to `f'\n", &why);
	assert_string_equal(why.s, "ld: undefined reference to `f'\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown),     cmocka_unit_test(test_match_line),
		cmocka_unit_test(test_match_lines),  cmocka_unit_test(test_diff),
		cmocka_unit_test(test_compiler),     cmocka_unit_test(test_part_missing),
		cmocka_unit_test(test_no_c_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
