// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the broker reads before it believes anything: policies, and instructions. */
#include <errno.h>
#include <linux/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "testenv/sandbox/broker/flow.h"
#include "testenv/sandbox/broker/policy.h"
#include "testenv/sandbox/broker/types.h"
#include "testenv/sandbox/broker/walk.h"

static struct policy policy;
static char why[160];

static int parse(const char *text)
{
	return policy_parse(&policy, text, strlen(text), why);
}

static void good_policy(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"programs\":[\"xdp\",\"sched_cls\"],"
			       "\"helpers\":[\"bpf_map_lookup_elem\",\"ktime_get_ns\"],"
			       "\"kfuncs\":[\"bpf_dynptr_from_xdp\"],\"attach_cgroup\":\"\","
			       "\"pins\":\"/sys/fs/bpf\",\"map_memory_mb\":3,\"test_run\":true}"),
			 0);
	assert_true(policy.types[BPF_PROG_TYPE_XDP]);
	assert_true(policy.types[BPF_PROG_TYPE_SCHED_CLS]);
	assert_false(policy.types[BPF_PROG_TYPE_KPROBE]);
	assert_true(policy.helpers[BPF_FUNC_map_lookup_elem]);
	assert_true(policy.helpers[BPF_FUNC_ktime_get_ns]);
	assert_false(policy.helpers[BPF_FUNC_probe_read]);
	assert_int_equal(policy.nr_kfuncs, 1);
	assert_string_equal(policy.pins, "/sys/fs/bpf");
	assert_string_equal(policy.attach_cgroup, "");
	assert_int_equal(policy.map_memory, 3 << 20);
	assert_true(policy.test_run);
	assert_false(policy_traces(&policy));
	assert_int_equal(parse("{\"programs\":[\"tracepoint\"]}"), 0);
	assert_true(policy_traces(&policy));
	assert_false(policy.test_run);
}

static void bad_policy(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"7",
		"null",
		"\"x\"",
		"{\"programs\":7}",
		"{\"programs\":[7]}",
		"{\"programs\":[\"\"]}",
		"{\"programs\":[null]}",
		"{\"programs\":{\"xdp\":1}}",
		"{\"helpers\":[\"unspec\"]}",
		"{\"helpers\":[\"bpf_\"]}",
		"{\"pins\":7}",
		"{\"pins\":\"x\"}",
		"{\"map_memory_mb\":0}",
		"{\"map_memory_mb\":1e9}",
		"{\"map_memory_mb\":9223372036854775807}",
		"{\"test_run\":\"yes\"}",
		"{\"\":1}",
		"{\"programs\":[],\"programs\":[\"kprobe\"]}",
	};
	char long_path[6000];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		why[0] = '\0';
		assert_int_equal(parse(texts[i]), -EINVAL);
		assert_true(why[0] && strlen(why) < sizeof(why));
	}
	memset(long_path, 'a', sizeof(long_path));
	memcpy(long_path, "{\"pins\":\"/", 10);
	strcpy(long_path + sizeof(long_path) - 3, "\"}");
	assert_int_equal(parse(long_path), -EINVAL);
	assert_int_equal(policy_parse(&policy, "{\"a\0\":1}", 8, why), -EINVAL);
}

static void helper_names(void **state)
{
	(void)state;
	assert_string_equal(policy_helper_name(BPF_FUNC_map_lookup_elem), "map_lookup_elem");
	assert_null(policy_helper_name(-1));
	assert_null(policy_helper_name(1 << 30));
}

/* Descriptor n of the student's is 100 + n of ours; of fd_array there are 3. */
static int map_fd(void *data, int fd)
{
	(void)data;
	return fd >= 0 && fd < 50 ? 100 + fd : -EBADF;
}

static int nth_fd(void *data, unsigned int i, int *fd)
{
	(void)data;
	*fd = (int)i + 7;
	return i < 3 ? 0 : -EFAULT;
}

static int walk(struct bpf_insn *insns, unsigned int count)
{
	const struct walk_fds fds = { map_fd, nth_fd, NULL };

	return walk_program(&policy, insns, count, &fds, why);
}

static int walk_one(__u8 code, __u8 src, __s16 off, __s32 imm)
{
	struct bpf_insn insn = { .code = code, .src_reg = src, .off = off, .imm = imm };

	return walk(&insn, 1);
}

#define CALL	 (BPF_JMP | BPF_CALL)
#define CONSTANT (BPF_LD | BPF_IMM | BPF_DW)

static void calls(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"helpers\":[\"map_lookup_elem\"],\"kfuncs\":[\"a\",\"b\"]}"), 0);
	policy.kfunc_ids[1] = 77;
	assert_int_equal(walk_one(CALL, 0, 0, BPF_FUNC_map_lookup_elem), 0);
	assert_int_equal(walk_one(CALL, 0, 0, BPF_FUNC_probe_read), -EACCES);
	assert_non_null(strstr(why, "bpf_probe_read"));
	assert_int_equal(walk_one(CALL, 0, 0, 0), -EACCES);
	/* libbpf: a field that this kernel has not, in a branch that is not taken. */
	assert_int_equal(walk_one(CALL, 0, 0, 195896080), 0);
	assert_int_equal(walk_one(CALL, 0, 0, 195896081), -EACCES);
	assert_int_equal(walk_one(CALL, 0, 0, -1), -EACCES);
	assert_int_equal(walk_one(CALL, 0, 0, INT32_MIN), -EACCES);
	assert_int_equal(walk_one(CALL, 0, 0, INT32_MAX), -EACCES);
	assert_int_equal(walk_one(CALL, BPF_PSEUDO_CALL, 0, 5), 0);
	assert_int_equal(walk_one(CALL, 2, 0, 77), 0);
	/* The same number, of a module's. */
	assert_int_equal(walk_one(CALL, 2, 1, 77), -EACCES);
	assert_int_equal(walk_one(CALL, 2, 0, 78), -EACCES);
	/* A kfunc that this kernel does not have has the number 0. */
	assert_int_equal(walk_one(CALL, 2, 0, 0), -EACCES);
	assert_int_equal(walk_one(CALL, 3, 0, 1), -EINVAL);
	assert_int_equal(walk_one(CALL, 15, 0, 1), -EINVAL);
	assert_int_equal(walk_one(BPF_JMP | BPF_CALL | BPF_X, 0, 0, 1), -EINVAL);
	assert_int_equal(walk_one(BPF_JMP32 | BPF_CALL, 0, 0, 1), -EINVAL);
	assert_int_equal(walk_one(BPF_JMP32 | BPF_CALL | BPF_X, 0, 0, 1), -EINVAL);
}

static void constants(void **state)
{
	struct bpf_insn two[2] = { { .code = CONSTANT, .src_reg = BPF_PSEUDO_MAP_FD, .imm = 5 } };

	(void)state;
	assert_int_equal(walk(two, 2), 0);
	assert_int_equal(two[0].imm, 105);
	two[0] = (struct bpf_insn){ .code = CONSTANT,
				    .src_reg = BPF_PSEUDO_MAP_IDX_VALUE,
				    .imm = 2 };
	two[1].imm = 44;
	assert_int_equal(walk(two, 2), 0);
	assert_int_equal(two[0].src_reg, BPF_PSEUDO_MAP_VALUE);
	assert_int_equal(two[0].imm, 109);
	assert_int_equal(two[1].imm, 44);
	two[0] = (struct bpf_insn){ .code = CONSTANT, .src_reg = BPF_PSEUDO_MAP_IDX, .imm = 3 };
	assert_int_equal(walk(two, 2), -EFAULT);
	two[0] = (struct bpf_insn){ .code = CONSTANT, .src_reg = BPF_PSEUDO_MAP_FD, .imm = -1 };
	assert_int_equal(walk(two, 2), -EBADF);
	two[0] = (struct bpf_insn){ .code = CONSTANT, .src_reg = BPF_PSEUDO_BTF_ID, .imm = 1 };
	assert_int_equal(walk(two, 2), -EACCES);
	two[0] = (struct bpf_insn){ .code = CONSTANT, .src_reg = 9 };
	assert_int_equal(walk(two, 2), -EINVAL);
	two[0] = (struct bpf_insn){ .code = CONSTANT };
	assert_int_equal(walk(two, 1), -EINVAL);
	/* The second half is data, not a call; what follows it is one. */
	two[1] = (struct bpf_insn){ .code = CALL, .imm = BPF_FUNC_probe_read };
	assert_int_equal(walk(two, 2), 0);
	assert_int_equal(walk(two + 1, 1), -EACCES);
}

/* Whatever the bytes: no access out of bounds, and no call that is not allowed. */
static void noise(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		unsigned int count = rand_r(&seed) % 6;
		struct bpf_insn *insns = malloc(count * sizeof(*insns) + 1);

		for (size_t i = 0; i < count * sizeof(*insns); i++)
			((char *)insns)[i] = (char)rand_r(&seed);
		for (unsigned int i = 0; i < count; i++)
			if (rand_r(&seed) % 2)
				insns[i].code = rand_r(&seed) % 2 ? CALL : CONSTANT;
		if (walk(insns, count) == 0)
			for (unsigned int i = 0; i < count; i++) {
				if (insns[i].code == CONSTANT)
					i++;
				else if (insns[i].code == CALL && insns[i].src_reg == 0)
					assert_true(policy.helpers[insns[i].imm]);
			}
		free(insns);
	}
}

#define LONG  (BPF_LDX | BPF_MEM | BPF_DW)
#define STORE (BPF_STX | BPF_MEM | BPF_DW)
#define COPY  (BPF_ALU64 | BPF_MOV | BPF_X)
#define ADD   (BPF_ALU64 | BPF_ADD | BPF_X)
#define OP(...)             \
	{                   \
		__VA_ARGS__ \
	}
#define END	  OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP(r, m) OP(CONSTANT, r, BPF_PSEUDO_MAP_FD, 0, m), OP(0, 0, 0, 0, 0)
#define GO(by)	  OP(BPF_JMP | BPF_JA, 0, 0, by, 0)
#define SUB(by)	  OP(CALL, 0, BPF_PSEUDO_CALL, 0, by)
#define LOOK_UP	  OP(CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem)
/* Between registers: the last two are an offset and a number. */
#define RR(code, to, from, off) OP(code, to, from, off, 0)
#define OUTER_MAP		7

static bool is_outer(int map)
{
	return map == OUTER_MAP;
}

struct flow_case {
	const char *name;
	int result;
	struct bpf_insn insns[14];
};

/* Ways of reading through a pointer to a map, and programs that look like them and do not. */
static const struct flow_case flow_cases[] = {
	{ "looked up", 0, { MAP(1, 3), LOOK_UP, RR(LONG, 2, 0, 0), END } },
	{ "read", -EACCES, { MAP(1, 3), RR(LONG, 2, 1, 40), END } },
	{ "read a byte", -EACCES, { MAP(1, 3), RR(BPF_LDX | BPF_B, 2, 1, 0), END } },
	{ "copied", -EACCES, { MAP(1, 3), RR(COPY, 6, 1, 0), RR(LONG, 2, 6, 0), END } },
	{ "added", -EACCES, { MAP(1, 3), RR(ADD, 6, 1, 0), RR(LONG, 2, 6, 0), END } },
	{ "overwritten", 0, { MAP(1, 3), RR(COPY, 1, 2, 0), RR(LONG, 2, 1, 0), END } },
	{ "spilled",
	  -EACCES,
	  { MAP(1, 3), RR(STORE, 10, 1, -8), RR(LONG, 2, 10, -8), RR(LONG, 3, 2, 0), END } },
	{ "another slot",
	  0,
	  { MAP(1, 3), RR(STORE, 10, 1, -8), RR(LONG, 2, 10, -16), RR(LONG, 3, 2, 0), END } },
	{ "filled over a copy of the stack's pointer",
	  -EACCES,
	  { MAP(1, 3), RR(STORE, 10, 1, -8), RR(COPY, 4, 10, 0), RR(LONG, 2, 4, -8),
	    RR(LONG, 3, 2, 0), END } },
	{ "and over one that was spilled over a copy",
	  -EACCES,
	  { MAP(1, 3), RR(STORE, 10, 1, -8), RR(COPY, 4, 10, 0), RR(STORE, 4, 4, -16),
	    RR(LONG, 5, 10, -16), RR(LONG, 2, 5, -8), RR(LONG, 3, 2, 0), END } },
	{ "stored over a copy",
	  -EACCES,
	  { MAP(1, 3), RR(COPY, 4, 10, 0), RR(STORE, 4, 1, -8), END } },
	{ "exchanged",
	  -EACCES,
	  { MAP(1, 3), RR(STORE, 10, 1, -8), OP(BPF_STX | BPF_ATOMIC | BPF_DW, 10, 2, -8, 0xe1),
	    RR(LONG, 3, 2, 0), END } },
	{ "behind a jump back", -EACCES, { GO(2), RR(LONG, 2, 6, 0), END, MAP(6, 3), GO(-5) } },
	{ "on one of two ways",
	  -EACCES,
	  { OP(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 2, 0), MAP(1, 3), RR(LONG, 2, 1, 0), END } },
	{ "given to a function", -EACCES, { MAP(1, 3), SUB(1), END, RR(LONG, 2, 1, 0), END } },
	{ "returned by one", -EACCES, { SUB(2), RR(LONG, 2, 0, 0), END, MAP(0, 3), END } },
	{ "spilled by the caller",
	  -EACCES,
	  { MAP(2, 3), RR(STORE, 10, 2, -8), RR(COPY, 1, 10, 0), SUB(1), END, RR(LONG, 2, 1, -8),
	    RR(LONG, 3, 2, 0), END } },
	{ "out of a map of maps", -EACCES, { MAP(1, OUTER_MAP), LOOK_UP, RR(LONG, 2, 0, 0), END } },
	{ "looked up in one out of a map of maps",
	  0,
	  { MAP(1, OUTER_MAP), LOOK_UP, RR(COPY, 1, 0, 0), LOOK_UP, RR(LONG, 2, 0, 0), END } },
	{ "given to a callback",
	  -EACCES,
	  { MAP(1, 3), OP(CONSTANT, 2, BPF_PSEUDO_FUNC, 0, 3), OP(0, 0, 0, 0, 0),
	    OP(CALL, 0, 0, 0, BPF_FUNC_for_each_map_elem), END, RR(LONG, 2, 1, 0), END } },
	{ "to nowhere", -EINVAL, { MAP(1, 3), GO(20), END } },
	{ "behind the end", -EINVAL, { MAP(1, 3), RR(COPY, 2, 1, 0) } },
	{ "register 11", -EINVAL, { MAP(1, 3), RR(COPY, 11, 1, 0), END } },
	{ "by register", -EINVAL, { MAP(1, 3), OP(BPF_JMP | BPF_JA | BPF_X, 1, 0, 0, 0), END } },
};

/* The last instruction has a code; what comes behind is only there because arrays have a size. */
static unsigned int length(const struct flow_case *c)
{
	unsigned int n = sizeof(c->insns) / sizeof(c->insns[0]);

	while (n && !c->insns[n - 1].code)
		n--;
	return n;
}

static void flows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(flow_cases) / sizeof(flow_cases[0]); i++) {
		const struct flow_case *c = &flow_cases[i];
		int result = flow_check(c->insns, length(c), is_outer, why);

		if (result != c->result)
			fail_msg("%s: %d, not %d", c->name, result, c->result);
	}
}

/* Types: a header, one tag, and the strings. */
static int check_tag(const char *tag, __u32 kind, __u32 cut)
{
	struct {
		struct btf_header header;
		struct btf_type type;
		struct btf_decl_tag tag;
		char strings[32];
	} btf = { .header = { .magic = BTF_MAGIC,
			      .version = 1,
			      .hdr_len = sizeof(btf.header),
			      .type_len = sizeof(btf.type) + sizeof(btf.tag) - cut,
			      .str_off = sizeof(btf.type) + sizeof(btf.tag),
			      .str_len = sizeof(btf.strings) },
		  .type = { .name_off = 1, .info = kind << 24 } };

	snprintf(btf.strings + 1, sizeof(btf.strings) - 1, "%s", tag);
	return types_check(&btf, sizeof(btf), false);
}

static void types(void **state)
{
	struct btf_header header = { .magic = BTF_MAGIC, .hdr_len = sizeof(header), .str_len = 1 };

	(void)state;
	assert_int_equal(check_tag("arg:ctx", BTF_KIND_DECL_TAG, 0), 0);
	assert_int_equal(check_tag("mine", BTF_KIND_DECL_TAG, 0), 0);
	assert_int_equal(check_tag("arg:untrusted", BTF_KIND_DECL_TAG, 0), -EACCES);
	assert_int_equal(check_tag("arg:trusted", BTF_KIND_DECL_TAG, 0), -EACCES);
	assert_int_equal(check_tag("arg:ctx", 30, 0), -EINVAL);
	assert_int_equal(check_tag("arg:ctx", BTF_KIND_DECL_TAG, 2), -EINVAL);
	assert_int_equal(types_check(&header, sizeof(header), false), -EINVAL);
	assert_int_equal(types_check(&header, sizeof(header) - 1, false), -EINVAL);
	header.hdr_len = ~0U;
	assert_int_equal(types_check(&header, sizeof(header), false), -EINVAL);
}

static __u32 function_after(__u32 linkage, bool keep_global)
{
	struct {
		struct btf_header header;
		struct btf_type types[2];
		char strings[8];
	} btf = { .header = { .magic = BTF_MAGIC,
			      .version = 1,
			      .hdr_len = sizeof(btf.header),
			      .type_len = sizeof(btf.types),
			      .str_off = sizeof(btf.types),
			      .str_len = sizeof(btf.strings) },
		  .types = { { .info = BTF_KIND_FUNC_PROTO << 24 },
			     { .name_off = 1, .info = BTF_KIND_FUNC << 24 | linkage, .type = 1 } },
		  .strings = "\0f" };

	assert_int_equal(types_check(&btf, sizeof(btf), keep_global), 0);
	assert_int_equal(BTF_INFO_KIND(btf.types[1].info), BTF_KIND_FUNC);
	return BTF_INFO_VLEN(btf.types[1].info);
}

static void functions(void **state)
{
	(void)state;
	assert_int_equal(function_after(BTF_FUNC_GLOBAL, false), BTF_FUNC_STATIC);
	assert_int_equal(function_after(BTF_FUNC_GLOBAL, true), BTF_FUNC_GLOBAL);
	assert_int_equal(function_after(BTF_FUNC_STATIC, false), BTF_FUNC_STATIC);
	assert_int_equal(function_after(BTF_FUNC_EXTERN, false), BTF_FUNC_EXTERN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_policy),	cmocka_unit_test(bad_policy),
		cmocka_unit_test(helper_names), cmocka_unit_test(calls),
		cmocka_unit_test(constants),	cmocka_unit_test(noise),
		cmocka_unit_test(flows),	cmocka_unit_test(types),
		cmocka_unit_test(functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
