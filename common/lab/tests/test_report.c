// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a user reads after a failure: exactly one line or one block, never libbpf's page. */
#include <errno.h>
#include <bpf/bpf.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

static libbpf_print_fn_t libbpf_says;

static int set_up_group(void **state)
{
	(void)state;
	lab_log_init();
	/* libbpf gives the function back that it would call */
	libbpf_says = libbpf_set_print(NULL);
	libbpf_set_print(libbpf_says);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	lab_log_clear();
	lab_use_object(NULL, 0);
	lab_opts.verbose = false;
	return 0;
}

static void say(enum libbpf_print_level level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	libbpf_says(level, fmt, args);
	va_end(args);
}

static void warn(const char *text)
{
	say(LIBBPF_WARN, "libbpf: %s\n", text);
}

/* Runs lab_report() and returns what it wrote to stderr, to be freed. */
static char *report(int err, const char *what)
{
	char *text = calloc(1, 4096);
	int kept = dup(STDERR_FILENO);
	FILE *f = tmpfile();

	assert_non_null(f);
	fflush(stderr);
	dup2(fileno(f), STDERR_FILENO);
	assert_int_equal(lab_report(err, what), err);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(f);
	assert_true(fread(text, 1, 4095, f) > 0);
	fclose(f);
	return text;
}

/* Expects "test_report: " and line. */
static void expect_line(int err, const char *what, const char *line)
{
	char *text = report(err, what), want[1024];

	snprintf(want, sizeof(want), "test_report: %s\n", line);
	assert_string_equal(text, want);
	free(text);
}

static void test_plain_error(void **state)
{
	(void)state;
	expect_line(-ENOENT, "cannot read", "cannot read: No such file or directory");
	expect_line(-EPERM, "cannot load",
		    "cannot load: Operation not permitted; " LAB_ADVICE_ROOT);
}

static void test_kept_line(void **state)
{
	(void)state;
	warn("something else");
	assert_int_equal(lab_fail(-EBUSY, "%s is taken", "eth0"), -EBUSY);
	expect_line(-EBUSY, "cannot attach", "cannot attach: eth0 is taken");
	/* told once */
	expect_line(-EBUSY, "cannot attach", "cannot attach: Device or resource busy");
}

/* libbpf's messages, and what is made of them. */
static void test_libbpf_messages(void **state)
{
	static const struct {
		const char *message, *line;
	} cases[] = {
		{ "Error in bpf_object__probe_loading():Operation not permitted(1). Couldn't load trivial BPF program. Make sure your kernel supports BPF (CONFIG_BPF_SYSCALL=y) and/or that RLIMIT_MEMLOCK is set to big enough value.",
		  "x: not allowed to use BPF; " LAB_ADVICE_ROOT },
		{ "failed to find valid kernel BTF",
		  "x: this kernel has no type information (/sys/kernel/btf/vmlinux); see what it means and what helps: testenv doctor btf" },
		{ "Error loading vmlinux BTF: -3",
		  "x: this kernel has no type information (/sys/kernel/btf/vmlinux); see what it means and what helps: testenv doctor btf" },
		{ "map 'counts': failed to create: Invalid argument(-22)",
		  "x: the kernel does not create map 'counts': Invalid argument; look at its type, key, value and max_entries" },
		{ "map 'counts': failed to create: -EINVAL",
		  "x: the kernel does not create map 'counts': -EINVAL; look at its type, key, value and max_entries" },
		{ "prog 'p': failed to find kernel BTF type ID of 'do_nosuch': -3",
		  "x: this kernel has no function or hook 'do_nosuch'; look at the name in SEC(); another kernel may have it" },
		{ "extern (func ksym) 'bpf_nosuch': not found in kernel or module BTFs",
		  "x: this kernel has no kernel function (kfunc) 'bpf_nosuch'; look at its name; another kernel may have it" },
		{ "extern (var ksym) 'nosuch': not found in kernel BTF",
		  "x: 'nosuch' is declared extern, but is nowhere; define it, or declare it __ksym or __kconfig" },
		{ "prog 'p': missing BPF prog type, check ELF section name 'nosuch'",
		  "x: libbpf does not know what kind of program SEC(\"nosuch\") is; use a section name that libbpf knows, such as SEC(\"xdp\") or SEC(\"tp/CATEGORY/NAME\")" },
		{ "prog 'p': missing BPF prog type, check ELF section name '.text'",
		  "x: nothing says what kind of program p() is; write that above the function, such as SEC(\"xdp\") or SEC(\"tp/CATEGORY/NAME\")" },
		{ "prog 'p': failed to create BPF link for perf_event FD 5: -13 (Permission denied)",
		  "x: p() reads beyond the end of the tracepoint's record; its fields and their offsets: /sys/kernel/tracing/events/CATEGORY/NAME/format" },
		{ "prog 'p': failed to auto-attach: -22",
		  "x: prog 'p': failed to auto-attach: -22" },
		{ "elf: failed to open /x/a.bpf.o: No such file or directory",
		  "x: there is no object file /x/a.bpf.o; build it first: make" },
		{ "elf: /x/a.bpf.o is not a valid eBPF object file",
		  "x: this is not an object file for BPF; compile it with: clang -target bpf" },
		{ "the first that nobody knows", "x: the first that nobody knows" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		warn(cases[i].message);
		warn("failed to load object 'a'");
		warn("failed to load BPF skeleton 'a': -22");
		expect_line(-EINVAL, "x", cases[i].line);
	}
}

/* Where no tracepoint can be seen, its name is not to blame. */
static void test_tracepoint_missing(void **state)
{
	(void)state;
	warn("failed to determine tracepoint 'sched/nosuch' perf event ID: No such file or directory");
	if (access("/sys/kernel/tracing/events", F_OK) &&
	    access("/sys/kernel/debug/tracing/events", F_OK))
		expect_line(-ENOENT, "x",
			    "x: no tracepoints are to be seen here; " LAB_ADVICE_TESTENV);
	else
		expect_line(
			-ENOENT, "x",
			"x: there is no tracepoint sched/nosuch; look at the name in SEC(); /sys/kernel/tracing/events/CATEGORY/NAME are those that there are");
}

/* SEC("tp/NAME"): libbpf says only that it cannot attach. */
static void test_half_tracepoint(void **state)
{
	char path[] = "/tmp/test_report.XXXXXX";
	int fd = mkstemp(path);
	size_t size;
	void *elf;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	compile_bpf("common/lab/tests/half_tracepoint.bpf.c", path, "");
	elf = read_file(path, &size);
	lab_use_object(elf, size);
	warn("prog 'prog': failed to auto-attach: -22");
	expect_line(
		-EINVAL, "x",
		"x: SEC(\"tp/sched_switch\") names no tracepoint; expected SEC(\"tp/CATEGORY/NAME\")");
	/* another program of this object, of which nothing is known */
	warn("prog 'other': failed to auto-attach: -22");
	expect_line(-EINVAL, "x", "x: prog 'other': failed to auto-attach: -22");
	free(elf);
	unlink(path);
}

static void test_nameless(void **state)
{
	char *kept = program_invocation_short_name, *text;

	(void)state;
	program_invocation_short_name = "";
	text = report(-EBUSY, "cannot attach");
	program_invocation_short_name = kept;
	assert_string_equal(text, "cannot attach: Device or resource busy\n");
	free(text);
}

static void test_real_messages(void **state)
{
	struct bpf_object *object;

	(void)state;
	object = bpf_object__open("/no/such.bpf.o");
	assert_null(object);
	expect_line(-errno, "cannot open",
		    "cannot open: there is no object file /no/such.bpf.o; build it first: make");
	object = bpf_object__open("/etc/passwd");
	assert_null(object);
	expect_line(
		-errno, "cannot open",
		"cannot open: this is not an object file for BPF; compile it with: clang -target bpf");
}

#define LOG                                                                                                \
	"0: R1=ctx() R10=fp0\n; x = *p; @ a.bpf.c:3\n0: (71) r0 = *(u8 *)(r1 +0)\n"                        \
	"invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)\nR1 offset is outside of the packet\n" \
	"processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0\n"

#define BLOCK                                                                                     \
	"refused: p: this touches packet bytes that no bounds check has shown to be there\n"      \
	"  at a.bpf.c:3: x = *p;\n"                                                               \
	"  fix: compare with data_end before it, and leave as for any packet that is too short: " \
	"if ((void *)(header + 1) > data_end) return ...;\n"                                      \
	"  read: lab03-xdp/02-parsing/README.md\n"

static void refuse(const char *log)
{
	say(LIBBPF_WARN, "libbpf: prog '%s': BPF program load failed: %s\n", "p",
	    "Permission denied");
	if (log)
		say(LIBBPF_WARN,
		    "libbpf: prog '%s': -- BEGIN PROG LOAD LOG --\n%s-- END PROG LOAD LOG --\n",
		    "p", log);
	warn("prog 'p': failed to load: -13");
}

static void test_refusal(void **state)
{
	char *text;

	(void)state;
	/* an earlier one, that a program without some feature was tried after */
	refuse("0: (95) exit\nR0 !read_ok\n");
	refuse(LOG);
	text = report(-EACCES, "cannot load");
	assert_string_equal(text, BLOCK);
	free(text);
}

static void test_verbose(void **state)
{
	char *text = calloc(1, 4096);
	int kept = dup(STDERR_FILENO);
	FILE *f = tmpfile();

	(void)state;
	lab_opts.verbose = true;
	fflush(stderr);
	dup2(fileno(f), STDERR_FILENO);
	say(LIBBPF_DEBUG, "libbpf: %s\n", "a detail");
	refuse(LOG);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(f);
	assert_true(fread(text, 1, 4095, f) > 0);
	fclose(f);
	assert_non_null(strstr(text, "libbpf: a detail\n"));
	assert_non_null(strstr(text, LOG));
	free(text);
	text = report(-EACCES, "cannot load");
	assert_string_equal(text, BLOCK);
	free(text);
}

static void test_find(void **state)
{
	char program[4];
	char *log;
	int err;

	(void)state;
	assert_null(lab_log_find("", program, sizeof(program), &err));
	assert_null(lab_log_find("libbpf: prog 'p': failed to load: -13\n", program, 4, &err));
	log = lab_log_find("libbpf: prog 'long_name': BPF program load failed: -EPERM\n", program,
			   sizeof(program), &err);
	assert_string_equal(log, "");
	assert_string_equal(program, "lon");
	assert_int_equal(err, -EPERM);
	free(log);
	/* cut off, as by a full disk */
	log = lab_log_find("libbpf: prog 'p': BPF program load failed: Invalid argument\n"
			   "libbpf: prog 'p': -- BEGIN PROG LOAD LOG --\n0: (95",
			   program, sizeof(program), &err);
	assert_string_equal(log, "0: (95");
	assert_int_equal(err, -EINVAL);
	free(log);
	log = lab_log_find("': BPF program load failed: nonsense", program, sizeof(program), &err);
	assert_string_equal(program, "");
	assert_int_equal(err, 0);
	free(log);
}

static void test_options(void **state)
{
	char *argv[] = { "loader", "-i", "eth7", "--mode=generic", "-v", NULL };
	enum lab_xdp_mode mode = LAB_XDP_OFFLOAD;

	(void)state;
	assert_int_equal(argp_parse(&lab_net_argp, 5, argv, 0, NULL, NULL), 0);
	assert_string_equal(lab_opts.ifname, "eth7");
	assert_int_equal(lab_opts.mode, LAB_XDP_GENERIC);
	assert_true(lab_opts.verbose);
	assert_int_equal(lab_xdp_mode_parse("fast", &mode), -EINVAL);
	assert_int_equal(mode, LAB_XDP_OFFLOAD);
	assert_string_equal(lab_xdp_mode_name(LAB_XDP_NATIVE), "native");
	assert_string_equal(lab_xdp_mode_name(99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain_error, set_up),
		cmocka_unit_test_setup(test_kept_line, set_up),
		cmocka_unit_test_setup(test_libbpf_messages, set_up),
		cmocka_unit_test_setup(test_tracepoint_missing, set_up),
		cmocka_unit_test_setup(test_half_tracepoint, set_up),
		cmocka_unit_test_setup(test_nameless, set_up),
		cmocka_unit_test_setup(test_real_messages, set_up),
		cmocka_unit_test_setup(test_refusal, set_up),
		cmocka_unit_test_setup(test_verbose, set_up),
		cmocka_unit_test_setup(test_find, set_up),
		cmocka_unit_test_setup(test_options, set_up),
	};

	return cmocka_run_group_tests(tests, set_up_group, set_up);
}
