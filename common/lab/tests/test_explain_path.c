// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The way to a complaint: what the log keeps of it, and how a value is followed back. */
#include <errno.h>

#include "common/lab/explain.h"
#include "common/lab/tests/support.h"

static void explain(const char *log, struct lab_refusal *r)
{
	const struct lab_origin origin = { .saved = true };

	lab_explain_saved(log, &origin, r);
}

/* "LINE: WHAT" of every point of the way */
static void expect_ways(const struct lab_refusal *r, const char *const *want, int n)
{
	for (int i = 0; i < r->way_count && i < n; i++) {
		char got[256];

		snprintf(got, sizeof(got), "%u: %s", r->ways[i].line, r->ways[i].what);
		assert_string_equal(got, want[i]);
	}
	assert_int_equal(r->way_count, n);
}

static void test_insn(void **state)
{
	static const struct {
		const char *text;
		struct lab_insn insn;
	} cases[] = {
		{ "1: (bf) r6 = r1", { LAB_OP_COPY, 6, 1, -1, 0, "" } },
		{ "1: (bc) w6 = w10 ; R6=0", { LAB_OP_COPY, 6, 10, -1, 0, "" } },
		{ "1: (b4) w0 = -1", { LAB_OP_SET, 0, -1, -1, 0, "" } },
		{ "1: (18) r1 = 0xffff8881\n", { LAB_OP_SET, 1, -1, -1, 0, "" } },
		{ "1: (61) r2 = *(u32 *)(r1 +76)", { LAB_OP_LOAD, 2, 1, -1, 76, "" } },
		{ "1: (7b) *(u64 *)(r10 -16) = r7", { LAB_OP_STORE, 10, 7, -1, -16, "" } },
		{ "1: (72) *(u8 *)(r10 -1) = 5", { LAB_OP_STORE, 10, -1, -1, -1, "" } },
		{ "1: (0f) r2 += r3", { LAB_OP_CHANGE, 2, 3, -1, 0, "" } },
		{ "1: (77) r2 >>= 32", { LAB_OP_CHANGE, 2, -1, -1, 0, "" } },
		{ "1: (dc) r2 = be16 r2", { LAB_OP_CHANGE, 2, -1, -1, 0, "" } },
		{ "1: (2d) if r3 > r2 goto pc+10", { LAB_OP_IF, -1, 3, 2, 0, "" } },
		{ "1: (56) if w1 != 0x5 goto pc-2", { LAB_OP_IF, -1, 1, -1, 0, "" } },
		{ "1: (85) call bpf_ringbuf_reserve#131",
		  { LAB_OP_CALL, 0, -1, -1, 0, "bpf_ringbuf_reserve" } },
		{ "1: (85) call pc+4", { LAB_OP_CALL, 0, -1, -1, 0, "" } },
		{ "1: (95) exit", { LAB_OP_OTHER, -1, -1, -1, 0, "" } },
		{ "1: <invalid CO-RE relocation>", { LAB_OP_OTHER, -1, -1, -1, 0, "" } },
		{ "1: (61) r99 = *(", { LAB_OP_OTHER, -1, -1, -1, 0, "" } },
	};
	struct lab_insn insn;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct lab_insn *want = &cases[i].insn;

		lab_insn_read(cases[i].text, &insn);
		if (insn.op != want->op || insn.dst != want->dst || insn.src != want->src ||
		    insn.src2 != want->src2 || insn.off != want->off)
			fail_msg("%s is read wrongly", cases[i].text);
		assert_string_equal(insn.call, want->call);
	}
}

static void expect_steps(const char *text, const char *want)
{
	char got[256] = "";
	struct lab_log log;

	assert_int_equal(lab_log_read(text, &log), 0);
	for (size_t i = 0; i < log.n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%d", i ? " " : "",
			 log.steps[i].insn);
	assert_string_equal(got, want);
	lab_log_free(&log);
}

/* At level 2 the log holds all ways; the last one is what counts. */
static void test_other_ways(void **state)
{
	(void)state;
	expect_steps(
		"0: (b7) r1 = 0\n1: (15) if r2 == 0x0 goto pc+2\n2: (b7) r0 = 1\n3: (95) exit\n"
		"from 1 to 4: R1=0\n4: (95) exit\nR0 !read_ok\n",
		"0 1 4");
	/* A loop: both times the branch at 1 was put aside, the later one is tried first. */
	expect_steps("0: (b7) r1 = 0\n1: (15) if r2 == 0x0 goto pc+2\n2: (05) goto pc-2\n"
		     "1: (15) if r2 == 0x0 goto pc+2\n2: (05) goto pc-2\n1: safe\n"
		     "from 1 to 4: R1=0\n4: (95) exit\n"
		     "from 1 to 4: R1=0\n4: (bf) r0 = r5\nR5 !read_ok\n",
		     "0 1 4");
	/* Where the beginning is lost, nothing is made up. */
	expect_steps("7: (95) exit\nfrom 1 to 4: R1=0\n4: (95) exit\nfoo\n", "4");
	/* Another function begins anew. */
	expect_steps("0: (95) exit\nValidating f() func#1...\n3: (95) exit\nfoo\n", "3");
}

/* What the kernel did not write again, because it wrote it last, is not what stands above. */
static void test_source_after_return(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("; if (x) @ a.c:3\n1: (15) if r2 == 0x0 goto pc+2\n; other @ a.c:4\n2: (b7) r0 = 1\n"
		"; last @ a.c:9\n3: (95) exit\nfrom 1 to 3: R1=0\n3: (95) exit\nR0 !read_ok\n",
		&r);
	assert_int_equal(r.line, 9);
	explain("; if (x) @ a.c:3\n1: (15) if r2 == 0x0 goto pc+2\n"
		"from 1 to 5: R1=0\n5: (bf) r0 = r7\nR7 !read_ok\n",
		&r);
	assert_int_equal(r.line, 0);
	assert_string_equal(r.text, "");
	assert_int_equal(r.insn, 5);
}

/* At level 1 the other way is taken back, and the kernel writes on in the middle of a line. */
static void test_taken_back(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("; if (x) @ a.c:3\n1: (15) if r2 == 0x0 goto pc+2 4: R1=5 R10=fp0 refs=1\n"
		"4: (bf) r0 = r7\nR7 !read_ok\n",
		&r);
	assert_int_equal(r.insn, 4);
	assert_int_equal(r.line, 0);
	explain("; if (x) @ a.c:3\n1: (15) if r2 == 0x0 goto pc+2 ; y = R1=z; @ a.c:9\n"
		"4: (bf) r0 = r7\nR7 !read_ok\n",
		&r);
	assert_int_equal(r.line, 9);
	assert_string_equal(r.text, "y = R1=z;");
	explain("; if (x) @ a.c:3\n1: (15) if r2 == 0x0 goto pc+2 BPF program is too large. "
		"Processed 1000001 insn\n",
		&r);
	assert_string_equal(r.message, "BPF program is too large. Processed 1000001 insn");
	assert_int_equal(r.line, 3);
	/* A helper calls a function of the program's. */
	explain("; for_each(&m, f); @ a.c:3\n6: (85) call bpf_for_each_map_elem#164 9: frame1: "
		"R1=map_ptr(map=m,ks=4,vs=8) R2=map_key(map=m,ks=4,vs=8) R10=fp0 cb\n"
		"; return key[1]; @ a.c:1\n9: (61) r1 = *(u32 *)(r2 +4)\n"
		"R2 min value is outside of the allowed memory range\n",
		&r);
	assert_string_equal(r.about, "register R2: it points to a map's key");
	assert_int_equal(r.way_count, 1);
	assert_string_equal(r.ways[0].what,
			    "bpf_for_each_map_elem() hands it to the function that it calls");
}

/* What is about the whole program is at no instruction, whatever stands last in the log. */
static void test_whole(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("; return 0; @ a.c:3\n1: (95) exit\ncombined stack size of 2 calls is 640. Too "
		"large\n",
		&r);
	assert_int_equal(r.insn, -1);
	assert_int_equal(r.line, 0);
	assert_int_equal(r.way_count, 0);
}

/* The loop's first instruction has a line that is before the loop. */
static void test_round_again(void **state)
{
	static const char *const ways[] = {
		"4: it is read from memory",
		"6: from here it goes round again",
	};
	struct lab_refusal r;

	(void)state;
	explain("; n = list->n; @ a.c:4\n"
		"1: (79) r3 = *(u64 *)(r6 +0) ; R3=scalar()\n"
		"; if (!n) @ a.c:5\n"
		"2: (07) r6 += 8 ; R6=scalar()\n"
		"; while (--left) @ a.c:6\n"
		"3: (55) if r7 != 0x0 goto pc-2 ; R7=scalar()\n"
		"; if (!n) @ a.c:5\n"
		"2: (07) r6 += 8 ; R6=scalar()\n"
		"; use(*n); @ a.c:7\n"
		"4: (79) r0 = *(u64 *)(r3 +0)\n"
		"R3 invalid mem access 'scalar'\n",
		&r);
	expect_ways(&r, ways, ARRAY_SIZE(ways));
}

static void test_look_up(void **state)
{
	static const char *const ways[] = {
		"3: bpf_map_lookup_elem() returns it, from map counts",
		"5: from here it goes on at line 6",
	};
	struct lab_refusal r;

	(void)state;
	explain("; p = look_up(&counts, &key); @ a.c:3\n"
		"4: (18) r1 = 0xffff88813ccd3c00 ; R1=map_ptr(map=counts,ks=4,vs=8)\n"
		"6: (85) call bpf_map_lookup_elem#1 ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)\n"
		"7: (7b) *(u64 *)(r10 -16) = r0 ; R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)\n"
		"; if (size) @ a.c:5\n"
		"8: (15) if r7 == 0x0 goto pc+3 ; R7=scalar()\n"
		"; *p += 1; @ a.c:6\n"
		"9: (79) r3 = *(u64 *)(r10 -16) ; R3=map_value_or_null(id=1,map=counts,ks=4,vs=8)\n"
		"10: (bf) r4 = r3 ; R4=map_value_or_null(id=1,map=counts,ks=4,vs=8)\n"
		"11: (79) r5 = *(u64 *)(r4 +0)\n"
		"R4 invalid mem access 'map_value_or_null'\n",
		&r);
	assert_string_equal(r.about,
			    "what bpf_map_lookup_elem() returned, in register R4: it points into a "
			    "value of map counts (8 bytes), or is NULL");
	expect_ways(&r, ways, 2);
}

/* Through a function of the program's own: an argument goes in. */
static void test_argument(void **state)
{
	static const char *const ways[] = { "2: it is read from the context" };
	struct lab_refusal r;

	(void)state;
	explain("0: R1=ctx() R10=fp0\n; data = ctx->data; @ a.c:2\n"
		"0: (61) r1 = *(u32 *)(r1 +0) ; R1=pkt(r=0)\n"
		"; f(data); @ a.c:3\n1: (85) call pc+5\n"
		"caller:\n R10=fp0\ncallee:\n frame1: R1=pkt(r=0) R10=fp0\n"
		"; return *p; @ a.c:9\n7: (71) r0 = *(u8 *)(r1 +0)\n"
		"invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)\n",
		&r);
	assert_int_equal(r.line, 9);
	expect_ways(&r, ways, 1);
	assert_non_null(
		strstr(r.about, "0 bytes of the packet are checked, and 1 are needed here"));
}

/* A pointer that a call has taken back. */
static void test_lost(void **state)
{
	static const char *const ways[] = {
		"3: bpf_ringbuf_reserve() returns it",
		"5: after bpf_ringbuf_submit() the pointer must not be used any more",
	};
	struct lab_refusal r;

	(void)state;
	explain("; e = reserve(); @ a.c:3\n"
		"5: (85) call bpf_ringbuf_reserve#131 ; R0=ringbuf_mem(ref_obj_id=2,sz=8)\n"
		"6: (bf) r8 = r0 ; R8=ringbuf_mem(ref_obj_id=2,sz=8)\n"
		"; submit(e); @ a.c:5\n7: (85) call bpf_ringbuf_submit#132 ;\n"
		"; e->pid = 1; @ a.c:6\n8: (63) *(u32 *)(r8 +0) = r1\n"
		"R8 invalid mem access 'scalar'\n",
		&r);
	expect_ways(&r, ways, 2);
	assert_non_null(strstr(r.about, "it was a pointer, and is none any more"));
}

static void test_states(void **state)
{
	static const struct {
		const char *note, *words;
	} cases[] = {
		{ "scalar()", "a number that may be anything" },
		{ "inv(id=0)", "a number that may be anything" },
		{ "scalar(smin=0,smax=umax=0xff,var_off=(0x0; 0xff))", "a number from 0 to 255" },
		{ "scalar(umax=255,var_off=(0x0; 0xff))", "a number from 0 to 255" },
		{ "inv(id=3,umax_value=63,var_off=(0x0; 0x3f))", "a number from 0 to 63" },
		{ "scalar(smin=-2147483648,smax=64)", "a number from -2147483648 to 64" },
		{ "5", "the number 5" },
		{ "inv-1", "the number -1" },
		{ "ctx(off=0,imm=0)", "it is the context, the program's argument" },
		{ "fp-16", "it points to a local variable (the stack)" },
		{ "pkt(off=14,r=20)",
		  "it points 14 bytes behind the packet's first byte; 20 bytes of the packet are "
		  "checked" },
		{ "pkt(id=2,off=0,r=8,umax=60,var_off=(0x0; 0x3c))",
		  "it points to a place in the packet that is known only when it runs; 8 bytes "
		  "behind that place are checked" },
		{ "map_value(off=4,ks=4,vs=16,imm=0)",
		  "it points into a map's value (16 bytes), to byte 4" },
		{ "map_value(map=a.bss,ks=4,vs=16)",
		  "it points into .bss, where global variables are (16 bytes)" },
		{ "trusted_ptr_task_struct()", "it points to a kernel's struct task_struct" },
		{ "ptr_or_null_sock_common(id=1)",
		  "it points to a kernel's struct sock_common, or is NULL" },
		{ "sock_or_null(id=1)", "it is a socket, or NULL" },
		{ "something_new(a=1)", "" },
	};
	char words[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		lab_state_describe(cases[i].note, NULL, words, sizeof(words));
		assert_string_equal(words, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_insn),
		cmocka_unit_test(test_other_ways),
		cmocka_unit_test(test_round_again),
		cmocka_unit_test(test_look_up),
		cmocka_unit_test(test_source_after_return),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_argument),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
