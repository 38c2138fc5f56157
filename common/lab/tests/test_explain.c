// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading a verifier's log, without a kernel: wordings of other kernels, odd logs. */
#include <errno.h>
#include <limits.h>
#include <regex.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

static const struct lab_origin origin = { .program = "drop_all", .err = -EACCES };

/* Complaints as other kernels word them, and those that need more than a small program. */
static const struct {
	const char *rule;
	const char *message;
} wordings[] = {
	{ "packet-bounds", "invalid access to packet, off=12 size=2, R1(id=0,off=12,r=0)" },
	{ "number-as-address", "R1 invalid mem access 'inv'" },
	{ "other-null", "R0 invalid mem access 'sock_or_null'" },
	{ "other-null", "R1 invalid mem access 'ptr_or_null_'" },
	{ "other-null", "R1 invalid mem access 'rcu_ptr_or_null_'" },
	{ "other-null", "R0 invalid mem access 'mem_or_null'" },
	{ "value-bounds", "invalid access to map value, value_size=8 off=8 size=8" },
	{ "value-bounds", "invalid access to memory, mem_size=8 off=8 size=8" },
	{ "value-bounds", "R1 max value is outside of the array range" },
	{ "value-bounds", "R2 unbounded memory access, make sure to bounds check any such access" },
	{ "unbounded-size",
	  "R2 unbounded memory access, use 'var &= const' or 'if (var < const)'" },
	{ "negative-size", "R2 min value is negative, either use unsigned or 'var &= const'" },
	{ "read-only-map", "R1 cannot write into rdonly_mem" },
	{ "read-only-packet", "cannot write into packet" },
	{ "unset-stack", "invalid indirect read from stack off -8+4 size 8" },
	{ "unset-stack", "invalid indirect read from stack R2 off -16+4 size 16" },
	{ "unset-stack", "invalid read from stack off -8+0 size 8" },
	{ "buffer-too-small", "invalid write to stack R1 off=-128 size=256" },
	{ "buffer-too-small", "invalid indirect access to stack R1 off=-128 size=256" },
	{ "not-constant", "R2 is not a known constant'" },
	{ "stack-bounds", "invalid write to stack R2 off=8 size=8" },
	{ "stack-too-large", "invalid write to stack R10 off=-520 size=8" },
	{ "stack-bounds", "invalid stack off=-520 size=8" },
	{ "stack-bounds",
	  "invalid variable-offset read from stack R2 var_off=(0x0; 0xff) off=-32" },
	{ "not-for-unprivileged",
	  "R2 variable offset stack access prohibited for !root, var_off=(0x0; 0x4)" },
	{ "stack-too-large", "combined stack size of 2 calls is 640. Too large" },
	{ "calls-too-deep", "the call stack of 9 frames is too deep !" },
	{ "changed-context", "variable ctx access var_off=(0x0; 0x7c) disallowed" },
	{ "null-arithmetic",
	  "R2 pointer arithmetic on map_value_or_null prohibited, null-check it first" },
	{ "pointer-bits", "R1 bitwise operator &= on pointer prohibited" },
	{ "pointer-sum", "R1 pointer += pointer prohibited" },
	{ "unbounded-offset",
	  "math between pkt pointer and register with unbounded min value is not allowed" },
	{ "unbounded-offset", "value 2147483647 makes pkt pointer be out of bounds" },
	{ "address-leak", "R1 leaks addr into map" },
	{ "trap", "unexpected __bpf_trap() due to uninitialized variable?" },
	{ "misaligned", "misaligned packet access off 0+2+14 size 4" },
	{ "helper-not-allowed", "unknown func bpf_skb_pull_data#39" },
	{ "core-missing", "invalid func unknown#195896080" },
	{ "core-missing",
	  "failed to resolve CO-RE relocation <byte_off> [7] struct task_struct.nosuch (0:0 @ offset 0)" },
	{ "map-missing", "BPF map 'counts' is referenced but wasn't created" },
	{ "kfunc-missing", "kernel function 'bpf_nosuch' is referenced but wasn't resolved" },
	{ "kfunc-not-allowed", "calling kernel function bpf_task_acquire is not allowed" },
	{ "gpl-only", "cannot call GPL-restricted function from non-GPL compatible program" },
	{ "sleepable", "helper call might sleep in a non-sleepable prog" },
	{ "leaked-reference", "Unreleased reference id=3 alloc_insn=4" },
	{ "leaked-reference", "BPF_EXIT instruction in main prog would lead to reference leak" },
	{ "lock-not-released", "bpf_spin_unlock is missing" },
	{ "back-edge", "back-edge from insn 9 to 2" },
	{ "too-complex", "BPF program is too large. Processed 1000001 insn" },
	{ "too-many-branches", "The sequence of 8193 jumps is too complex." },
	{ "return-range",
	  "At program exit the register R0 has value (0x7; 0x0) should have been in (0x0; 0x1)" },
	{ "return-range",
	  "At program exit the register R0 has unknown scalar value should have been in [0, 1]" },
	{ "division-by-zero", "div by zero" },
	{ "negative-size",
	  "R2 min value is negative, either use unsigned index or do a if (index >=0) check." },
	{ "not-constant", "R2 must be a known constant" },
	{ "zero-size", "invalid zero-sized read" },
	{ "global-type", "Arg#1 type UNION in get() is not supported yet." },
	{ "kfunc-argument", "R1 expected pointer to ctx, but got fp" },
	{ "kfunc-argument",
	  "kernel function bpf_task_release args#0 expected pointer to STRUCT task_struct but R1 has a pointer to STRUCT cgroup" },
	{ "not-owned", "func bpf_sk_release#86 reference has not been acquired before" },
	{ "map-type", "cannot pass map_type 1 into func bpf_redirect_map#51" },
	{ "region-not-left", "bpf_rcu_read_unlock is missing" },
	{ "region-sleeps",
	  "kernel func bpf_copy_from_user_str is sleepable within rcu_read_lock region" },
	{ "target-not-modifiable", "can't modify return codes of BPF programs" },
	{ "malformed", "invalid BPF_ALU opcode f7" },
	{ "verifier-bug", "verifier internal error: unexpected null map_ptr" },
	{ "verifier-bug", "verifier bug: callback unexpected regs 1" },
	{ "read-only-map",
	  "bpf_xdp_load_bytes() may write into memory pointed by R3 type=map_value" },
	{ "buffer-bounds", "R1 invalid tp buffer access: off=8, size=8" },
	{ "too-many-arguments", "Function sum has 6 > 5 args" },
	{ "callback-return", "In async callback the register R0 is not a known value (ctx)" },
	{ "lock-for-list", "bpf_spin_lock at off=0 must be held for bpf_list_head" },
	{ "rcu-needed", "expected an RCU CS when using bpf_iter_task_next" },
	{ "rcu-needed", "kernel func bpf_cgroup_acquire requires RCU critical section protection" },
	{ "no-such-field", "map 'tasks' has no valid kptr" },
	{ "kptr", "store to referenced kptr disallowed" },
	{ "no-jit", "JIT does not support calling kernel function" },
	{ "cannot-sleep", "Syscall programs can only be sleepable" },
	{ "cannot-sleep",
	  "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable" },
	{ "timer-map",
	  "workqueue pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0" },
	{ "target-rejected", "Attaching fexit/fmod_ret to __noreturn functions is rejected." },
	{ "read-only-packet", "the prog does not allow writes to packet data" },
	{ "no-exit", "last insn is not an exit or jmp" },
	{ "jump-out", "jump out of range from insn 2 to 9" },
};

static void explain(const char *log, struct lab_refusal *r)
{
	lab_explain_log(log, &origin, r);
}

static void test_wordings(void **state)
{
	struct lab_refusal r;
	char log[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wordings); i++) {
		snprintf(log, sizeof(log), "; int x = *p;\n3: (61) r0 = *(u32 *)(r1 +0)\n%s\n",
			 wordings[i].message);
		explain(log, &r);
		if (!r.rule || strcmp(r.rule, wordings[i].rule) != 0)
			fail_msg("'%s' is taken for %s", wordings[i].message, r.rule);
		assert_string_equal(r.message, wordings[i].message);
		assert_null(strchr(r.sentence, '\\'));
		assert_null(strchr(r.fix, '\\'));
	}
}

/* What comes before the verifier, and no program of refused/ brings about. */
static void test_loaders(void **state)
{
	static const struct {
		const char *rule;
		const char *text;
	} words[] = {
		{ "no-debug-info", "libbpf: BTF is required, but is missing or corrupted.\n" },
		{ "pin-mismatch",
		  "libbpf: map 'counts': couldn't reuse pinned map at '/sys/fs/bpf/counts': parameter mismatch\n" },
		{ "no-btf", "libbpf: failed to find valid kernel BTF\n" },
		{ "not-allowed",
		  "libbpf: Error in bpf_object__probe_loading():Operation not permitted(1). "
		  "Couldn't load trivial BPF program. Make sure your kernel supports BPF\n" },
		{ "not-known", "libbpf: prog 'prog': BPF program load failed: Invalid argument\n"
			       "libbpf: prog 'prog': failed to load: -22\n" },
		{ "not-known", "libbpf: prog 'prog': BPF program load failed: -EINVAL\n" },
		{ "too-many-instructions",
		  "libbpf: prog 'prog': BPF program load failed: Argument list too long\n" },
	};
	const struct lab_origin saved = { .saved = true };
	struct lab_refusal r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		lab_explain_saved(words[i].text, &saved, &r);
		if (!r.rule || strcmp(r.rule, words[i].rule) != 0)
			fail_msg("'%s' is taken for %s", words[i].text, r.rule);
		assert_null(strchr(r.sentence, '\\'));
	}
}

/* The table itself: every pattern compiles, every text that it points to is there. */
static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < lab_rule_count; i++) {
		const struct lab_rule *rule = &lab_rules[i];
		regex_t regex;

		if (regcomp(&regex, rule->pattern, REG_EXTENDED))
			fail_msg("rule %s: broken pattern %s", rule->name, rule->pattern);
		regfree(&regex);
		assert_true(rule->name && rule->what && rule->fix);
		if (rule->read && access(rule->read, R_OK))
			fail_msg("rule %s: there is no %s", rule->name, rule->read);
	}
}

static void test_new_source_line(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("0: R1=ctx() R10=fp0\n"
		"; p = \"a @ b:7\"; @ a b.c:12\n"
		"0: (61) r1 = *(u32 *)(r1 +0)          ; R1_w=pkt(off=0,r=0,imm=0)\n"
		"; return eth->h_proto; @ parse.bpf.c:14\n"
		"1: (71) r2 = *(u8 *)(r1 +12)\n"
		"invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n"
		"R1 offset is outside of the packet\n"
		"processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0\n",
		&r);
	assert_string_equal(r.rule, "packet-bounds");
	assert_string_equal(r.file, "parse.bpf.c");
	assert_int_equal(r.line, 14);
	assert_string_equal(r.text, "return eth->h_proto;");
	assert_int_equal(r.insn, 1);
	assert_string_equal(r.program, "drop_all");
	explain("; p = \"a @ b:7\"; @ a b.c:12\n0: (95) exit\nR0 !read_ok\n", &r);
	assert_string_equal(r.file, "a b.c");
	assert_string_equal(r.text, "p = \"a @ b:7\";");
}

/* A position without a limit is told from a check that is missing, in both forms of the log. */
static void test_position(void **state)
{
	static const struct {
		const char *state, *rule;
	} cases[] = {
		{ "R1_w=pkt(id=7,off=240,r=0,umax_value=65280,var_off=(0x0; 0xfff8))",
		  "packet-bounds" },
		{ "R1_w=pkt(id=7,off=256,r=0,umax_value=65280,var_off=(0x0; 0xfff8))",
		  "packet-position" },
		{ "R1=pkt(id=7,off=8,r=0,smin=umin=umin32=0,smax=umax=umax32=0x3fc)",
		  "packet-bounds" },
		{ "R1=pkt(id=7,off=256,r=0,smin=smin32=0,smax=umax=smax32=umax32=0xff00)",
		  "packet-position" },
		{ "R1=pkt(id=71,off=256,r=0,smin=smin32=0,smax=umax=smax32=umax32=0xff00)",
		  "packet-bounds" },
	};
	struct lab_refusal r;
	char log[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(log, sizeof(log),
			 "1: (0f) r1 += r3 ; %s\n2: (71) r3 = *(u8 *)(r1 +0)\n"
			 "invalid access to packet, off=8 size=1, R1(id=7,off=8,r=0)\n",
			 cases[i].state);
		explain(log, &r);
		assert_string_equal(r.rule, cases[i].rule);
	}
}

/* To the lesson's text who is elsewhere is sent, and not who is in it. */
static void test_read_on(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("; x @ work/lab03-xdp/01-pass-drop/a.bpf.c:3\n0: (71) r2 = *(u8 *)(r1 +12)\n"
		"invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n",
		&r);
	assert_string_equal(r.read_on, "lab03-xdp/02-parsing/README.md");
	explain("; x @ work/lab03-xdp/02-parsing/a.bpf.c:3\n0: (71) r2 = *(u8 *)(r1 +12)\n"
		"invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n",
		&r);
	assert_null(r.read_on);
}

/* Files of the tree are named from its top, wherever the program runs. */
static void test_shorten(void **state)
{
	char top[PATH_MAX], path[PATH_MAX + 32], got[256];

	(void)state;
	assert_non_null(getcwd(top, sizeof(top)));
	snprintf(path, sizeof(path), "%s/work/lab/x.bpf.c", top);
	assert_return_code(chdir("/tmp"), 0);
	lab_source_shorten(got, sizeof(got), path);
	assert_string_equal(got, "work/lab/x.bpf.c");
	lab_source_shorten(got, sizeof(got), "/tmp/x.bpf.c");
	assert_string_equal(got, "x.bpf.c");
	lab_source_shorten(got, sizeof(got), "/nowhere/x.bpf.c");
	assert_string_equal(got, "/nowhere/x.bpf.c");
	lab_source_shorten(got, sizeof(got), "a/x.bpf.c");
	assert_string_equal(got, "a/x.bpf.c");
	assert_return_code(chdir(top), 0);
}

static void test_old_log(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("Validating prog() func#0...\n"
		"; struct ethhdr *eth = data;\n"
		"0: (61) r1 = *(u32 *)(r1 +0)\n"
		" R1_w=pkt(id=0,off=0,r=0,imm=0) R10=fp0\n"
		"; if (eth->h_proto)\n"
		"1: R1=pkt(id=0,off=0,r=0,imm=0) R10=fp0\n"
		"1: (71) r2 = *(u8 *)(r1 +12)\n"
		"frame1: R1=inv(id=0)\n"
		"from 1 to 4: R1=inv(id=0)\n"
		"invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0)\n",
		&r);
	assert_string_equal(r.rule, "packet-bounds");
	assert_string_equal(r.file, "");
	assert_int_equal(r.line, 0);
	assert_string_equal(r.text, "if (eth->h_proto)");
}

/* The complaint is about another instruction than the last. */
static void test_named_instruction(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("; e = reserve(); @ a.c:3\n2: (85) call bpf_ringbuf_reserve#131\n"
		"; if (!e) @ a.c:4\n3: (15) if r0 == 0x0 goto pc+1\n"
		"; return 0; @ a.c:6\n5: (95) exit\n"
		"Unreleased reference id=2 alloc_insn=2\n",
		&r);
	assert_string_equal(r.rule, "leaked-reference");
	assert_int_equal(r.line, 3);
	assert_int_equal(r.insn, 2);
}

static void test_unknown_message(void **state)
{
	struct lab_refusal r;

	(void)state;
	assert_int_equal(lab_explain_log("; x @ a.c:3\n0: (95) exit\nthe moon is full\nso it is\n",
					 &origin, &r),
			 -ENOENT);
	assert_null(r.rule);
	assert_string_equal(r.message, "the moon is full");
	assert_string_equal(r.sentence, "the verifier says: the moon is full");
	assert_string_equal(r.fix, "");
	assert_int_equal(r.line, 3);
}

static void test_odd_logs(void **state)
{
	static const char *const logs[] = {
		"\n",
		";",
		"; @ :",
		"; @ a.c:",
		"; x @ a.c:99999999999999999999\nfoo",
		": (",
		"12",
		"12:",
		"12: ",
		"12: (",
		"99999999999999999999: (95) exit\nfoo",
		"R1",
		"foo",
		"insn insn= insn 99999999999",
		"; x @ @ @ a:1\n1: (95) exit\ninsn 1",
	};
	struct lab_refusal r;
	char *large = malloc(100001);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		char *copy = strdup(logs[i]);

		explain(copy, &r);
		assert_true(r.sentence[0]);
		free(copy);
	}
	memset(large, 'x', 100000);
	large[100000] = '\0';
	explain(large, &r);
	large[0] = ';';
	memcpy(large + 90000, "\n1: (95) exit\nR0 !read_ok\n", 26);
	explain(large, &r);
	assert_int_equal(strlen(r.text), sizeof(r.text) - 1);
	free(large);
}

static void test_kernel_refuses_type(void **state)
{
	const struct lab_origin eperm = { .program = "on_open", .err = -EPERM };
	struct lab_refusal r;

	(void)state;
	SKIP_UNLESS_ROOT();
	assert_int_equal(lab_explain_log("", &eperm, &r), 0);
	assert_string_equal(r.rule, "type-not-allowed");
	assert_null(strstr(r.sentence, "ulimit"));
	drop_capabilities(CAPABILITY(CAP_SYS_ADMIN));
	assert_int_equal(lab_explain_log("", &eperm, &r), 0);
	drop_capabilities(0);
	assert_string_equal(r.rule, "not-allowed");
}

static void expect_print(const struct lab_refusal *r, const char *want)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	lab_refusal_print(f, r);
	fclose(f);
	assert_string_equal(text, want);
	free(text);
}

static void test_one_byte(void **state)
{
	struct lab_refusal r;

	(void)state;
	explain("0: (71) r0 = *(u8 *)(r1 +12)\ninvalid bpf_context access off=12 size=1\n", &r);
	assert_non_null(strstr(r.sentence, "no field of 1 byte at offset 12 "));
}

static void test_print(void **state)
{
	struct lab_refusal r = { .program = "p",
				 .sentence = "s",
				 .file = "f.c",
				 .line = 3,
				 .text = "t",
				 .fix = "x",
				 .read_on = "l" };

	(void)state;
	expect_print(&r, "refused: p: s\n  at f.c:3: t\n  fix: x\n  read: l\n");
	r.file[0] = '\0';
	r.read_on = NULL;
	expect_print(&r, "refused: p: s\n  at t\n  fix: x\n");
	r.text[0] = r.fix[0] = '\0';
	expect_print(&r, "refused: p: s\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wordings),
		cmocka_unit_test(test_loaders),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_new_source_line),
		cmocka_unit_test(test_position),
		cmocka_unit_test(test_read_on),
		cmocka_unit_test(test_shorten),
		cmocka_unit_test(test_old_log),
		cmocka_unit_test(test_named_instruction),
		cmocka_unit_test(test_unknown_message),
		cmocka_unit_test(test_odd_logs),
		cmocka_unit_test(test_kernel_refuses_type),
		cmocka_unit_test(test_one_byte),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
