// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A log as others show it: framed by loaders and journals, cut, of several programs, or none. */
#include <errno.h>

#include "common/lab/explain.h"
#include "common/lab/tests/support.h"

static const char body[] = "0: R1=ctx() R10=fp0\n"
			   "; data = ctx->data; @ a.c:10\n"
			   "0: (61) r1 = *(u32 *)(r1 +0)          ; R1=pkt(r=0)\n"
			   "; return data[12]; @ a.c:12\n"
			   "1: (71) r2 = *(u8 *)(r1 +12)\n"
			   "invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n"
			   "R1 offset is outside of the packet\n"
			   "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 "
			   "peak_states 0 mark_read 0\n";

static enum lab_verdict explain(const char *text, struct lab_refusal *r)
{
	const struct lab_origin origin = { .saved = true };

	return lab_explain_saved(text, &origin, r);
}

/* Every line of the body with this in front and this behind. */
static void expect_framed(const char *front, const char *behind)
{
	struct lab_refusal r;
	char text[4096] = "";
	char *copy = strdup(body);

	for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n"))
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s%s\n", front, line,
			 behind);
	free(copy);
	if (explain(text, &r) != LAB_VERDICT_REFUSED || !r.rule ||
	    strcmp(r.rule, "packet-bounds") != 0)
		fail_msg("not understood behind \"%s\"", front);
	assert_int_equal(r.line, 12);
	assert_string_equal(r.text, "return data[12];");
	assert_int_equal(r.way_count, 1);
	assert_string_equal(r.message,
			    "invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)");
}

static void test_fronts(void **state)
{
	static const char *const fronts[] = {
		"",
		"\t",
		"    ",
		"[   12.345678] ",
		"[12.345678][ T1234] ",
		"<6>[ 9.1] ",
		"2026-11-22T22:00:01.123456+00:00 host loader[77]: ",
		"2026-11-22 22:00:01,123 ",
		"Nov 22 22:00:01 host kernel: ",
		"Nov  2 22:00:01 host loader[77]: [    3.1] ",
		"22:00:01 ",
		"\033[1;31m",
		"> ",
		" | ",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fronts); i++)
		expect_framed(fronts[i], "");
	expect_framed("", "\r");
	expect_framed("\t", " \t");
}

static void test_libbpf(void **state)
{
	struct lab_refusal r;
	char text[4096];

	(void)state;
	snprintf(text, sizeof(text),
		 "libbpf: prog 'old': BPF program load failed: Invalid argument\n"
		 "libbpf: prog 'old': -- BEGIN PROG LOAD LOG --\n0: (95) exit\nR0 !read_ok\n"
		 "libbpf: -- END PROG LOAD LOG --\n"
		 "libbpf: prog 'parse': BPF program load failed: -EACCES\n"
		 "libbpf: prog 'parse': -- BEGIN PROG LOAD LOG --\n%s"
		 "-- END PROG LOAD LOG --\nlibbpf: prog 'parse': failed to load: -13\n"
		 "libbpf: failed to load object 'a.bpf.o'\nError: failed to load object file\n",
		 body);
	assert_int_equal(explain(text, &r), LAB_VERDICT_REFUSED);
	assert_string_equal(r.rule, "packet-bounds");
	assert_string_equal(r.program, "parse");
	assert_int_equal(r.line, 12);
}

/* Level 4 has no instructions: what is known without them. */
static void test_statistics(void **state)
{
	struct lab_refusal r;

	(void)state;
	assert_int_equal(explain("invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n"
				 "R1 offset is outside of the packet\nverification time 20 usec\n"
				 "stack depth 8\nprocessed 2 insns (limit 1000000)\n",
				 &r),
			 LAB_VERDICT_REFUSED);
	assert_string_equal(r.rule, "packet-bounds");
	assert_int_equal(r.insn, -1);
	assert_int_equal(r.way_count, 0);
	assert_int_equal(explain("the moon is full\nverification time 20 usec\nstack depth 8\n"
				 "processed 2 insns (limit 1000000)\n",
				 &r),
			 LAB_VERDICT_REFUSED);
	assert_null(r.rule);
	assert_string_equal(r.message, "the moon is full");
}

static void test_verdicts(void **state)
{
	static const struct {
		const char *text;
		enum lab_verdict verdict;
		const char *rule; /* NULL: none */
	} cases[] = {
		{ "", LAB_VERDICT_NO_LOG, NULL },
		{ "\n\n\n", LAB_VERDICT_NO_LOG, NULL },
		{ "Dear diary,\ntoday it rained.\n", LAB_VERDICT_NO_LOG, NULL },
		{ "the object loads\n", LAB_VERDICT_LOADS, NULL },
		{ "0: R1=ctx() R10=fp0\n0: (b7) r0 = 0\n1: (95) exit\nprocessed 2 insns (limit "
		  "1000000)\n",
		  LAB_VERDICT_LOADS, NULL },
		/* Kernels before 6.4 keep the beginning of a log that is too long. */
		{ "0: R1=ctx() R10=fp0\n0: (b7) r0 = 0\n", LAB_VERDICT_REFUSED, NULL },
		{ "libbpf: prog 'f': BPF program load failed: Operation not permitted\n"
		  "libbpf: failed to load object 'a'\n",
		  LAB_VERDICT_REFUSED, "not-allowed" },
		{ "libbpf: map 'm': failed to create: Invalid argument(-22)\n"
		  "libbpf: failed to load object 'a'\n",
		  LAB_VERDICT_NOT_LOADED, "map" },
		/* bpftool asks for the type itself */
		{ "libbpf: failed to guess program type from ELF section 'nowhere'\n",
		  LAB_VERDICT_NOT_LOADED, "section" },
		{ "libbpf: something that nobody has seen before\n", LAB_VERDICT_NOT_LOADED, NULL },
	};
	struct lab_refusal r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (explain(cases[i].text, &r) != cases[i].verdict)
			fail_msg("wrong verdict on: %s", cases[i].text);
		if (cases[i].rule)
			assert_string_equal(r.rule, cases[i].rule);
		else
			assert_null(r.rule);
	}
}

/* A million instructions, and lines without end, take no more than what is kept of them. */
static void test_large(void **state)
{
	char *text = malloc(40 << 20), *at = text;
	struct lab_log log;

	(void)state;
	for (int i = 0; i < 1000000; i++)
		at += sprintf(at, "%d: (b7) r1 = %d\n", i, i);
	sprintf(at, "R1 !read_ok\n");
	assert_int_equal(lab_log_read(text, &log), 0);
	assert_true(log.cut && log.n <= LAB_STEPS_MAX);
	assert_int_equal(log.steps[log.n - 1].insn, 999999);
	assert_int_equal(log.count, 1);
	lab_log_free(&log);

	memset(text, 'x', 16 << 20);
	text[16 << 20] = '\0';
	assert_int_equal(lab_log_read(text, &log), 0);
	assert_int_equal(log.count, 1);
	lab_log_free(&log);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fronts),	   cmocka_unit_test(test_libbpf),
		cmocka_unit_test(test_statistics), cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
