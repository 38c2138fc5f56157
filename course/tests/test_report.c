// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Text of attackers on its way into reports, and tables read strictly. */
#include "course/report/table.h"
#include "course/report/text.h"
#include "course/tests/scratch.h"

static void becomes(const char *from, const char *to)
{
	AUTO_STR is = text_harmless(from);

	assert_string_equal(is, to);
}

static void test_harmless(void **state)
{
	(void)state;
	becomes("", "");
	becomes("a\tb\nc\r\nd", "a\tb\nc\nd");
	becomes("a\rb\033[31m\a\177", "a?b?[31m??");
	becomes("\xc3\xa4 \xe2\x9c\x93 \xf0\x9f\x90\x9d", "\xc3\xa4 \xe2\x9c\x93 \xf0\x9f\x90\x9d");
	/* C1 controls, right-to-left override, no-break marks, what XML forbids */
	becomes("\xc2\x9b\xe2\x80\xae\xe2\x81\xa7\xef\xbb\xbf\xef\xbf\xbe\xef\xbf\xbf", "??????");
	/* no UTF-8: cut short, overlong, surrogate, beyond the end, stray */
	becomes("\xe2\x80", "??");
	becomes("\xff\xfe\x80x", "???x");
	becomes("\xed\xa0\x80", "?");
	becomes("\xf4\x90\x80\x80", "?");
}

/* Whatever comes in, nothing that a terminal or XML minds comes out. */
static void test_harmless_random(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char in[24];
		AUTO_STR out = NULL;

		for (size_t i = 0; i < sizeof(in); i++)
			in[i] = rand_r(&seed) % 3 ? rand_r(&seed) : 0xe0 + rand_r(&seed) % 24;
		in[rand_r(&seed) % sizeof(in)] = 0;
		in[sizeof(in) - 1] = 0;
		out = text_harmless(in);
		for (const char *p = out; *p; p++)
			assert_true((unsigned char)*p >= ' ' || *p == '\n' || *p == '\t');
		becomes(out, out);
	}
}

static void test_cut(void **state)
{
	AUTO_STR all = text_cut("a\nb\n", 2, 100);
	AUTO_STR one = text_cut("a\nb\nc", 1, 100);
	AUTO_STR two = text_cut("a\nb\nc\n", 2, 100);
	AUTO_STR bytes = text_cut("a\xc3\xa4\xc3\xa4", 9, 4);
	AUTO_STR none = text_cut("a\nb", 0, 100);

	(void)state;
	assert_string_equal(all, "a\nb\n");
	assert_string_equal(one, "a\n... (2 more lines)");
	assert_string_equal(two, "a\nb\n... (1 more line)");
	assert_string_equal(bytes, "a\xc3\xa4\n... (1 more line)");
	assert_string_equal(none, "... (2 more lines)");
}

/* What a learner reads first is not what is left out. */
static void test_cut_message(void **state)
{
	static const char says[] = "sent:     a\n          b\n          c\n"
				   "expected: 1\nseen:     2\n          more\nlook:     there\n";
	static const char forged[] = "seen: x\nseen: y\nexpected: 1\nseen: 2\nlook: z\n";
	AUTO_STR one = text_cut(says, 1, 100);
	AUTO_STR four = text_cut(says, 4, 100);
	AUTO_STR six = text_cut(says, 6, 200);
	AUTO_STR few = text_cut(says, 7, 40);
	AUTO_STR last = text_cut(forged, 1, 100);
	AUTO_STR large = xasprintf("a\nseen: %4000s\nlook: z", "x");
	AUTO_STR cut = text_cut(large, 1, 1000);

	(void)state;
	assert_string_equal(one, "sent:     a\n... (3 more lines)\n"
				 "expected: 1\nseen:     2\nlook:     there");
	assert_string_equal(four, "sent:     a\n          b\n          c\nexpected: 1\n"
				  "... (1 more line)\nseen:     2\nlook:     there");
	assert_string_equal(six, "sent:     a\n          b\n          c\nexpected: 1\n"
				 "seen:     2\n          more\nlook:     there");
	/* They take up to half of the bytes: here they would take more. */
	assert_string_equal(few, "sent:     a\n          b\n          c\nexpe\n"
				 "... (4 more lines)");
	assert_string_equal(last, "seen: x\n... (1 more line)\nexpected: 1\nseen: 2\nlook: z");
	/* However long one is, the whole stays within the bytes, but for the marks. */
	assert_true(strlen(cut) < 400);
}

static void test_html(void **state)
{
	AUTO_SB out = { 0 };

	(void)state;
	text_html(&out, "<a href=\"x\">&amp;</a>");
	assert_string_equal(out.s, "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;");
}

static void cell(const char *text, const char *written)
{
	AUTO_SB out = { 0 };
	AUTO_STR expected = xasprintf("id,%s\n", written);

	table_add(&out, "id");
	table_add(&out, text);
	table_end_row(&out);
	assert_string_equal(out.s, expected);
}

static void test_cells(void **state)
{
	(void)state;
	cell("plain", "plain");
	cell("", "");
	cell("a,b", "\"a,b\"");
	cell("say \"x\"", "\"say \"\"x\"\"\"");
	cell("two\nlines", "\"two\nlines\"");
	cell("=1+1", "'=1+1");
	cell("+1", "'+1");
	cell("-1", "'-1");
	cell("@x", "'@x");
	cell("\tx", "\"'\tx\"");
	cell("=\"a\",b", "\"'=\"\"a\"\",b\"");
}

static int read_table(const char *text, struct table *table, struct strbuf *why)
{
	const char *path = scratch(text);
	int err = table_read(path, "id,name", table, why);

	unlink(path);
	return err;
}

/* What is written can be read again, cell by cell. */
static void test_table(void **state)
{
	struct table table = { 0 };
	AUTO_SB text = { 0 };
	AUTO_SB why = { 0 };

	(void)state;
	table_add(&text, "id");
	table_add(&text, "name");
	table_end_row(&text);
	table_add(&text, "ann");
	table_add(&text, "Smith, \"Ann\"");
	table_end_row(&text);
	assert_int_equal(read_table(text.s, &table, &why), 0);
	assert_int_equal(table.n, 1);
	assert_int_equal(table.rows[0].line, 2);
	assert_string_equal(table.rows[0].cells.v[1], "Smith, \"Ann\"");
	table_free(&table);
	assert_true(read_table("id,name\n\n\na\n", &table, &why) < 0);
	assert_non_null(strstr(why.s, ":4: cells are missing (a row is \"id,name\")"));
	table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_harmless), cmocka_unit_test(test_harmless_random),
		cmocka_unit_test(test_cut),	 cmocka_unit_test(test_cut_message),
		cmocka_unit_test(test_html),	 cmocka_unit_test(test_cells),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
