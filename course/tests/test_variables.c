// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names of variables in registers, as a compiler notes them. */
#include "common/lab/tests/support.h"
#include "course/variables.h"

static const char source[] = "#include <linux/bpf.h>\n"
			     "#include <bpf/bpf_helpers.h>\n"
			     "SEC(\"xdp\") int first(struct xdp_md *ctx)\n"
			     "{\n"
			     "	char *data = (void *)(long)ctx->data;\n"
			     "	char *begin = data;\n"
			     "	return begin[12];\n"
			     "}\n";

static struct lab_origin origin;

static void expect(const char *function, __u64 offset, int reg, const char *text, const char *want)
{
	const struct lab_location where = {
		.function = function, .offset = offset, .text = text, .reg = reg
	};
	char name[64] = "";

	assert_int_equal(variables_find(&origin, &where, name, sizeof(name)), want != NULL);
	assert_string_equal(name, want ? want : "");
}

static void test_registers(void **state)
{
	(void)state;
	/* 0: r1 = *(u32 *)(r1 + 0); 1: r0 = *(s8 *)(r1 + 12) */
	expect("first", 0, 1, "", "ctx");
	expect("first", 8, 1, "return begin[12];", "begin");
	expect("first", 8, 1, "x = data[1];", "data");
	expect("first", 8, 1, "return data[12] + begin[12];", NULL);
	expect("first", 8, 1, "p->begin = mydata + begins;", NULL);
	expect("first", 8, 7, "return begin[12];", NULL);
	expect("nobody", 8, 1, "return begin[12];", NULL);
	expect("first", 1 << 20, 1, "return begin[12];", NULL);
}

static void test_no_notes(void **state)
{
	const struct lab_origin text = { .elf = "text", .elf_size = 4 }, none = { 0 };
	const struct lab_location where = { .function = "first", .text = "", .reg = 1 };
	char name[64];

	(void)state;
	assert_false(variables_find(&text, &where, name, sizeof(name)));
	assert_false(variables_find(&none, &where, name, sizeof(name)));
}

static int set_up(void **state)
{
	char folder[] = "/tmp/test_variables.XXXXXX", path[64], object[64];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.bpf.c", folder);
	snprintf(object, sizeof(object), "%s/a.bpf.o", folder);
	f = fopen(path, "w");
	fputs(source, f);
	fclose(f);
	compile_bpf(path, object, "");
	origin.elf = read_file(object, &origin.elf_size);
	unlink(path);
	unlink(object);
	return rmdir(folder);
}

static int tear_down(void **state)
{
	(void)state;
	free((void *)origin.elf);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_no_notes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
