// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Every program in refused/ is built and loaded here, and what the kernel or
 * libbpf says must lead to the rule that its first comment names and to the line
 * that is marked. The same holds for logs/KERNEL/, what other kernels said of the
 * same programs (save-logs.sh makes them): no kernel is needed for that.
 *
 * Comments of a program:
 *	Refused: RULE.	expected; "Refused, without CAP_PERFMON: RULE." and so on
 *	Until 6.1: RULE. From 7.3: RULE.	of kernels that say something else;
 *			"accepted": they load it
 *	Newer libbpf: RULE.	of libbpf that looks before the kernel does, as 1.5, and not 1.1
 *	here		the line; without it none is to blame
 *	Until 6.1: here	of kernels that name another line
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <bpf/libbpf.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

#define FOLDER "common/lab/tests/refused/"
#define LOGS   "common/lab/tests/logs/"
#define TAIL   ".bpf.c"
#define NEWER  "Newer libbpf: "

enum {
	BRANCHES = 3 /* comments about other kernels */
};

/* The kernels whose words are known: between them, any of a program's rules may be right. */
static const unsigned int known_kernels[] = { 6001, 6012, 6018, 7003 };

/* Built programs: NAME.o. */
static char objects[] = "/tmp/test_refused.XXXXXX";

struct program {
	char name[64];
	char rule[64];	 /* expected; "accepted": it loads */
	bool no_perfmon; /* refused only without CAP_PERFMON */
	bool no_bpf;	 /* refused only without CAP_BPF */
	bool not_here;	 /* a kernel may not allow its type at all */
	bool by_section; /* the object is needed to tell */
	bool slow;	 /* takes half a minute in an emulated machine: not done there */
	struct mark {
		unsigned int line; /* expected; 0: no line is to blame */
		char text[256];
	} here, here_until;
	unsigned int until; /* up to this kernel, here_until counts */
	struct {
		bool until; /* else from */
		unsigned int kernel;
		char rule[64];
	} other[BRANCHES];
	int others;
	char loader[64]; /* the rule of newer libbpf, if that says something itself */
};

/* "6.12" -> 6012 */
static unsigned int kernel_number(const char *text)
{
	unsigned int major = 0, minor = 0;

	assert_int_equal(sscanf(text, "%u.%u", &major, &minor), 2);
	return major * 1000 + minor;
}

static void read_first_comment(struct program *p, const char *line)
{
	p->no_perfmon = strstr(line, "without CAP_PERFMON") != NULL;
	p->no_bpf = strstr(line, "without CAP_BPF") != NULL;
	p->not_here = strstr(line, "where allowed") != NULL;
	p->by_section = strstr(line, "by its SEC()") != NULL;
	p->slow = strstr(line, "slowly") != NULL;
	if (sscanf(line + strcspn(line, ":"), ": %63[a-z-]", p->rule) != 1)
		fail_msg("%s: no rule in its first comment", p->name);
}

/* "Until 6.1: RULE." or "From 7.3: RULE."; "Newer libbpf: RULE.", alone or after another. */
static void read_other(struct program *p, const char *line)
{
	const char *newer = strstr(line, NEWER);
	char when[8], kernel[16], rule[64];

	if (newer)
		sscanf(newer + strlen(NEWER), "%63[a-z-]", p->loader);
	if (sscanf(line, "/* %5s %15[0-9.]: %63[a-z-]", when, kernel, rule) != 3)
		return;
	if (strcmp(when, "Until") != 0 && strcmp(when, "From") != 0)
		return;
	assert_true(p->others < BRANCHES);
	p->other[p->others].until = strcmp(when, "Until") == 0;
	p->other[p->others].kernel = kernel_number(kernel);
	snprintf(p->other[p->others++].rule, sizeof(rule), "%s", rule);
}

static void read_mark(struct program *p, const char *line, unsigned int number)
{
	const char *until = strstr(line, "/* Until ");
	struct mark *mark = strstr(line, "/* here */") ? &p->here : NULL;

	if (until && strstr(until, ": here */")) {
		p->until = kernel_number(until + strlen("/* Until "));
		mark = &p->here_until;
	}
	if (!mark)
		return;
	mark->line = number;
	snprintf(mark->text, sizeof(mark->text), "%s", line + strspn(line, "\t "));
}

/* Reads what is expected from the source: its comments and the mark. */
static void read_source(struct program *p, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];

	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%.*s",
		 (int)(strlen(path) - strlen(FOLDER) - strlen(TAIL)), path + strlen(FOLDER));
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	for (unsigned int number = 1; fgets(line, sizeof(line), f); number++) {
		line[strcspn(line, "\n")] = '\0';
		if (number == 2)
			read_first_comment(p, line);
		read_other(p, line);
		read_mark(p, line, number);
	}
	fclose(f);
}

static void read_program(struct program *p, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), FOLDER "%s" TAIL, name);
	read_source(p, path);
}

/* Of several comments that hold, the one that is nearest to the kernel. */
static const char *rule_under(const struct program *p, unsigned int kernel)
{
	const char *rule = p->rule;
	unsigned int nearest = UINT32_MAX;

	for (int i = 0; i < p->others; i++) {
		unsigned int bound = p->other[i].kernel;

		if (p->other[i].until ? kernel > bound : kernel < bound)
			continue;
		if ((kernel > bound ? kernel - bound : bound - kernel) < nearest) {
			nearest = kernel > bound ? kernel - bound : bound - kernel;
			rule = p->other[i].rule;
		}
	}
	return rule;
}

static bool is_known_kernel(unsigned int kernel)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_kernels); i++)
		if (known_kernels[i] == kernel)
			return true;
	return false;
}

static bool is_expected(const struct program *p, unsigned int kernel, const char *rule)
{
	if (strcmp(rule_under(p, kernel), rule) == 0 || strcmp(p->loader, rule) == 0)
		return true;
	if (is_known_kernel(kernel))
		return false;
	for (int i = 0; i < p->others; i++)
		if (strcmp(p->other[i].rule, rule) == 0)
			return true;
	return strcmp(p->rule, rule) == 0;
}

static unsigned int this_kernel(void)
{
	struct utsname host;

	uname(&host);
	return kernel_number(host.release);
}

/* Takes " @ FILE:LINE" off the source lines. */
static void make_old(char *log)
{
	char *to = log;

	for (char *line = log, *next; *line; line = next) {
		char *end = line + strcspn(line, "\n"), *at = end;

		next = *end ? end + 1 : end;
		if (*line == ';')
			while (at > line && strncmp(at, " @ ", 3) != 0)
				at--;
		if (at == line)
			at = end;
		memmove(to, line, at - line);
		to += at - line;
		*to++ = '\n';
	}
	*to = '\0';
}

/* What a loader that shows the verifier's log would have printed; to be freed. */
static char *loader_text(void)
{
	const char *messages = lab_log_text(), *log = lab_verifier_log();
	const char *failed = strstr(messages, "BPF program load failed: ");
	size_t head = failed ? failed + strcspn(failed, "\n") + 1 - messages : 0;
	char *text;

	if (!failed || !log[0])
		return strdup(messages);
	assert_true(asprintf(&text,
			     "%.*slibbpf: prog 'prog': -- BEGIN PROG LOAD LOG --\n"
			     "%s%s-- END PROG LOAD LOG --\n%s",
			     (int)head, messages, log, log[strlen(log) - 1] == '\n' ? "" : "\n",
			     messages + head) > 0);
	return text;
}

/*
 * Loads NAME.o of the folder; its path is in libbpf's words, so from inside of it.
 * The words, to be freed, or NULL: it loads.
 */
static char *load(const struct program *p, const char *folder)
{
	char path[80], top[PATH_MAX], *text = NULL;
	struct bpf_object *object;

	assert_non_null(getcwd(top, sizeof(top)));
	assert_return_code(chdir(folder), errno);
	snprintf(path, sizeof(path), "%s.o", p->name);
	lab_log_clear();
	if (p->no_perfmon || p->no_bpf)
		drop_capabilities(CAPABILITY(CAP_PERFMON) | CAPABILITY(CAP_SYS_ADMIN) |
				  (p->no_bpf ? CAPABILITY(CAP_BPF) : 0));
	object = bpf_object__open(path);
	if (object)
		lab_limit_log(object);
	if (!object || bpf_object__load(object))
		text = loader_text();
	drop_capabilities(0);
	bpf_object__close(object);
	assert_return_code(chdir(top), errno);
	return text;
}

/* All programs are looked at before a test fails. */
static int wrong;

static void __attribute__((format(printf, 1, 2))) complain(const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	print_error("%s\n", text);
	wrong++;
}

static void expect_rule(const struct program *p, unsigned int kernel, const struct lab_refusal *r)
{
	const char *rule = r->rule ? r->rule : "nothing";

	if (!is_expected(p, kernel, rule))
		complain("%s under %u.%u: '%s' is taken for %s, not for %s", p->name, kernel / 1000,
			 kernel % 1000, r->message, rule, rule_under(p, kernel));
	else if (!r->sentence[0] || !r->fix[0] || strchr(r->sentence, '\\') || strchr(r->fix, '\\'))
		complain("%s: '%s', '%s'", p->name, r->sentence, r->fix);
}

/* A saved log holds the line as it was: marks may have moved since. */
static bool is_same_text(const char *a, const char *b)
{
	const char *end_a = strstr(a, "/*") ?: a + strlen(a);
	const char *end_b = strstr(b, "/*") ?: b + strlen(b);

	while (end_a > a && end_a[-1] == ' ')
		end_a--;
	while (end_b > b && end_b[-1] == ' ')
		end_b--;
	return end_a - a == end_b - b && memcmp(a, b, end_a - a) == 0;
}

static void expect_place(const struct program *p, unsigned int kernel, const struct lab_refusal *r,
			 const char *file)
{
	const struct mark *mark = kernel <= p->until ? &p->here_until : &p->here;

	if (r->line != mark->line || !is_same_text(r->text, mark->text))
		complain("%s under %u.%u: '%s' is said to be at line %u (%s), not %u", p->name,
			 kernel / 1000, kernel % 1000, r->message, r->line, r->text, mark->line);
	else if (mark->line && strcmp(r->file, file) != 0)
		complain("%s: the file is %s", p->name, r->file);
}

/* text is explained as this kernel and this object have it, and as others would. */
static void check(const struct program *p, unsigned int kernel, char *text, const void *elf,
		  size_t elf_size)
{
	struct lab_origin origin = { .elf = elf, .elf_size = elf_size, .saved = true };
	char path[256], file[80];
	struct lab_refusal r;
	bool in_program;

	snprintf(path, sizeof(path), FOLDER "%s" TAIL, p->name);
	snprintf(file, sizeof(file), "%s" TAIL, p->name);
	/* What libbpf says is about no line. */
	in_program = lab_explain_saved(text, &origin, &r) != LAB_VERDICT_NOT_LOADED;
	expect_rule(p, kernel, &r);
	if (in_program)
		expect_place(p, kernel, &r, path);
	else if (strcmp(r.rule ?: "", p->rule) == 0 && p->here.line)
		complain("%s: no line for '%s'", p->name, r.message);

	/* without the object: the kernel's own note, if it writes one */
	origin.elf = NULL;
	lab_explain_saved(text, &origin, &r);
	if (!p->by_section)
		expect_rule(p, kernel, &r);
	if (r.line)
		expect_place(p, kernel, &r, file);

	origin.elf = elf;
	make_old(text);
	lab_explain_saved(text, &origin, &r);
	expect_rule(p, kernel, &r);
	if (in_program)
		expect_place(p, kernel, &r, path);
}

static void *read_object(const char *name, size_t *size)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s.o", objects, name);
	return read_file(path, size);
}

/* A kernel that does not allow the type, or users without rights, does not look at it. */
static bool is_out_of_reach(const struct program *p, const char *text)
{
	return (p->not_here || p->no_bpf) && strstr(text, "ot permitted") &&
	       !strstr(text, "-- BEGIN PROG LOAD LOG --");
}

static void check_here(const char *path)
{
	unsigned int kernel = this_kernel();
	struct program p;
	char *text, *elf;
	size_t size;

	read_source(&p, path);
	text = load(&p, objects);
	if (!text) {
		if (!is_expected(&p, kernel, "accepted"))
			complain("%s was not refused", path);
		return;
	}
	if (is_out_of_reach(&p, text)) {
		print_message("%s: not on this machine\n", p.name);
	} else {
		elf = read_object(p.name, &size);
		check(&p, kernel, text, elf, size);
		free(elf);
	}
	free(text);
}

static void test_refused(void **state)
{
	glob_t found;

	(void)state;
	wrong = 0;
	SKIP_UNLESS_ROOT();
	assert_int_equal(glob(FOLDER "*" TAIL, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_here(found.gl_pathv[i]);
	globfree(&found);
	assert_int_equal(wrong, 0);
}

static void check_saved(const char *path)
{
	char kernel[16], name[64], *text, *elf;
	struct program p;
	size_t size;

	assert_int_equal(sscanf(path + strlen(LOGS), "%15[0-9.]/%63[^.]", kernel, name), 2);
	read_program(&p, name);
	text = read_file(path, &size);
	text = realloc(text, size + 1);
	text[size] = '\0';
	elf = read_object(name, &size);
	check(&p, kernel_number(kernel), text, elf, size);
	free(elf);
	free(text);
}

static void test_saved(void **state)
{
	glob_t found;

	(void)state;
	wrong = 0;
	assert_int_equal(glob(LOGS "*/*.log", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_saved(found.gl_pathv[i]);
	globfree(&found);
	assert_int_equal(wrong, 0);
}

static bool is_rule_of(const struct program *p, const char *rule)
{
	for (int i = 0; i < p->others; i++)
		if (strcmp(p->other[i].rule, rule) == 0)
			return true;
	return strcmp(p->rule, rule) == 0 || strcmp(p->loader, rule) == 0;
}

/* Every rule is the explanation of a program here; others have a line in test_explain.c. */
static void test_complete(void **state)
{
	static const char *const others[] = { "log-too-long",
					      "trap",
					      "type-not-allowed",
					      "not-allowed",
					      "not-known",
					      "too-many-instructions",
					      "no-btf",
					      "no-debug-info",
					      "pin-mismatch",
					      "tracepoint",
					      "object",
					      "object-damaged",
					      "map-missing",
					      "kfunc-missing",
					      "cannot-sleep",
					      "buffer-bounds",
					      "too-many-arguments",
					      "lock-for-list",
					      "rcu-needed",
					      "kptr",
					      "no-jit" };
	struct program p;
	glob_t found;

	(void)state;
	wrong = 0;
	assert_int_equal(glob(FOLDER "*" TAIL, 0, NULL, &found), 0);
	for (size_t r = 0; r < lab_rule_count; r++) {
		const char *rule = lab_rules[r].name;
		bool shown = false;

		for (size_t i = 0; i < found.gl_pathc && !shown; i++) {
			read_source(&p, found.gl_pathv[i]);
			shown = is_rule_of(&p, rule);
		}
		for (size_t i = 0; i < ARRAY_SIZE(others); i++)
			shown = shown || strcmp(others[i], rule) == 0;
		if (!shown)
			complain("rule %s has no program", rule);
	}
	globfree(&found);
	assert_int_equal(wrong, 0);
}

/* An object as a student might make it: broken anywhere, it must not break us. */
static void test_broken_object(void **state)
{
	struct lab_source source;
	char section[32];
	unsigned char *elf, *copy;
	size_t size;

	(void)state;
	elf = read_object("subprogram", &size);
	assert_int_equal(lab_source_find(elf, size, "prog", 0, "", &source), 0);
	assert_int_equal(lab_source_section(elf, size, "prog", section, sizeof(section)), 0);
	assert_string_equal(section, "xdp");
	assert_int_equal(lab_source_find(elf, size, "other", 0, "", &source), -ENOENT);
	assert_int_equal(lab_source_find(elf, 40, "prog", 0, "", &source), -EINVAL);
	assert_int_equal(lab_source_find("text", 4, "prog", 0, "", &source), -EINVAL);
	assert_int_equal(lab_source_find(NULL, 0, "prog", 0, "", &source), -EINVAL);

	srand(1);
	copy = malloc(size);
	for (int round = 0; round < 3000; round++) {
		size_t len = rand() % 8 ? size : rand() % size;

		memcpy(copy, elf, size);
		for (int i = rand() % 20; i >= 0; i--)
			copy[rand() % size] = rand() % 2 ? rand() : 0xff;
		lab_source_find(copy, len, "prog", rand() % 20, "", &source);
		lab_source_section(copy, len, "prog", section, sizeof(section));
	}
	free(copy);
	free(elf);
}

/* All programs at once, on all CPUs: one by one it would take half a minute. */
static void compile_all(const char *folder)
{
	char compiler[512], command[1200];

	bpf_compiler(compiler, sizeof(compiler));
	snprintf(command, sizeof(command),
		 "ls " FOLDER "*" TAIL " | xargs -P \"$(nproc)\" -n 1 sh -c "
		 "'%s -c $1 -o %s/$(basename $1 " TAIL ").o' sh",
		 compiler, folder);
	assert_int_equal(system(command), 0);
}

/*
 * test_refused print FOLDER: what the kernel says of the objects in a folder (save-logs.sh),
 * but of the slow ones and those that it does not look at.
 */
static int print_words(const char *folder)
{
	struct program p;
	glob_t found;

	assert_int_equal(glob(FOLDER "*" TAIL, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text;

		read_source(&p, found.gl_pathv[i]);
		if (p.slow)
			continue;
		text = load(&p, folder);
		if (text && !is_out_of_reach(&p, text))
			printf("=== %s\n%s", p.name, text);
		fflush(stdout);
		free(text);
	}
	globfree(&found);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(objects))
		return -1;
	compile_all(objects);
	return 0;
}

static int tear_down(void **state)
{
	char command[80];

	(void)state;
	lab_log_clear();
	snprintf(command, sizeof(command), "rm -r %s", objects);
	return system(command);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_saved),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_broken_object),
	};

	lab_log_init();
	if (argc == 3 && strcmp(argv[1], "print") == 0)
		return print_words(argv[2]);
	if (argc == 3 && strcmp(argv[1], "compile") == 0)
		return compile_all(argv[2]), 0;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
