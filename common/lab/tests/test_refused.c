// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Every program in refused/ is built and loaded here, and the verifier's
 * complaint must lead to the rule that its first comment names and to the line
 * that is marked, with the log as this kernel writes it and as kernels before 6.9
 * did, which name no line.
 */
#include <errno.h>
#include <glob.h>
#include <bpf/libbpf.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

#define FOLDER "common/lab/tests/refused/"

static char object_path[] = "/tmp/test_refused.XXXXXX";

struct program {
	const char *path;
	char rule[64];	   /* expected */
	bool unprivileged; /* refused only without CAP_PERFMON */
	unsigned int line; /* expected */
	char text[256];
};

/* Reads what is expected from the source: its first comment and the mark. */
static void read_source(struct program *p, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned int number = 0;

	memset(p, 0, sizeof(*p));
	p->path = path;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (number == 2) {
			p->unprivileged = strstr(line, "without CAP_PERFMON") != NULL;
			assert_int_equal(sscanf(strchr(line, ':'), ": %63[a-z-]", p->rule), 1);
		}
		if (strstr(line, "here */")) {
			p->line = number;
			snprintf(p->text, sizeof(p->text), "%s", line + strspn(line, "\t "));
		}
	}
	fclose(f);
}

/* Loads, and returns the verifier's log. */
static char *refusal_log(const char *path, const struct program *p, char *name, size_t size,
			 int *err)
{
	struct bpf_object *object = bpf_object__open(object_path);
	char *log;

	assert_non_null(object);
	lab_log_clear();
	lab_limit_log(object);
	if (p->unprivileged)
		drop_capabilities(CAPABILITY(CAP_PERFMON) | CAPABILITY(CAP_SYS_ADMIN));
	*err = bpf_object__load(object);
	drop_capabilities(0);
	if (!*err)
		fail_msg("%s was not refused", path);
	bpf_object__close(object);
	log = lab_log_find(lab_log_text(), name, size, err);
	assert_non_null(log);
	assert_string_equal(log, "");
	free(log);
	return strdup(lab_verifier_log());
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

static void expect_place(const struct program *p, const struct lab_refusal *r, const char *file)
{
	assert_string_equal(r->file, file);
	assert_int_equal(r->line, p->line);
	assert_string_equal(r->text, p->text);
}

static void check(const char *path, const void *elf, size_t elf_size)
{
	struct lab_origin origin = { .elf = elf, .elf_size = elf_size };
	struct lab_refusal r;
	struct program p;
	char name[64];
	char *log;

	read_source(&p, path);
	log = refusal_log(path, &p, name, sizeof(name), &origin.err);
	origin.program = name;
	assert_string_equal(name, "prog");

	assert_int_equal(lab_explain_log(log, &origin, &r), 0);
	assert_string_equal(r.rule, p.rule);
	assert_true(r.sentence[0] && r.fix[0]);
	expect_place(&p, &r, path);

	/* without the object: the kernel's own note, if it writes one */
	origin.elf = NULL;
	assert_int_equal(lab_explain_log(log, &origin, &r), 0);
	if (r.file[0])
		expect_place(&p, &r, path + strlen(FOLDER));
	else
		assert_int_equal(r.line, 0);

	origin.elf = elf;
	make_old(log);
	assert_int_equal(lab_explain_log(log, &origin, &r), 0);
	assert_string_equal(r.rule, p.rule);
	expect_place(&p, &r, path);
	free(log);
}

static void test_refused(void **state)
{
	glob_t found;

	(void)state;
	SKIP_UNLESS_ROOT();
	assert_int_equal(glob(FOLDER "*.bpf.c", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		size_t size;
		void *elf;

		print_message("%s\n", found.gl_pathv[i]);
		compile_bpf(found.gl_pathv[i], object_path, "");
		elf = read_file(object_path, &size);
		check(found.gl_pathv[i], elf, size);
		free(elf);
	}
	globfree(&found);
}

/* An object as a student might make it: broken anywhere, it must not break us. */
static void test_broken_object(void **state)
{
	struct lab_source source;
	char section[32];
	unsigned char *elf, *copy;
	size_t size;

	(void)state;
	compile_bpf(FOLDER "subprogram.bpf.c", object_path, "");
	elf = read_file(object_path, &size);
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

static int set_up(void **state)
{
	int fd = mkstemp(object_path);

	(void)state;
	lab_log_init();
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	lab_log_clear();
	return unlink(object_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_broken_object),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
