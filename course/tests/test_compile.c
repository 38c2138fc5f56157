// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From what make prints to the script of a sandbox; what is noted about sandboxes. */
#include <sys/stat.h>

#include "course/files.h"
#include "course/grade/compile.h"
#include "course/grade/limits.h"
#include "course/tests/scratch.h"

static void test_script(void **state)
{
	const char *printed =
		"mkdir -p build/run/lab/one/sub-recipe\n"
		"echo 'a b' >build/run/lab/one/sub-recipe/.inputs\n"
		":\n"
		"clang -I. -Ilab/one -c build/grade/7/recipe/lab/one/p.bpf.c "
		"-o build/run/lab/one/sub-recipe/p.bpf.o\n"
		"printf '%s:\\n' 'x' >>build/run/lab/one/sub-recipe/p.bpf.o.d\n"
		"/usr/sbin/bpftool gen skeleton build/run/lab/one/sub-recipe/p.bpf.o name p_bpf "
		">build/run/lab/one/sub-recipe/p.skel.h\n"
		"gcc -Ibuild/run/lab/one/sub-recipe -c lab/one/p.c -o build/run/lab/one/sub-recipe/p.o\n"
		"gcc build/run/lab/one/sub-recipe/p.o build/lib/liblab.a -lbpf "
		"-o build/run/lab/one/sub-recipe/p\n";
	AUTO_STRV makes = { 0 };
	AUTO_STR script = recipe_script(printed, "build/run/lab/one/sub-recipe",
					"build/grade/7/recipe", &makes);

	(void)state;
	assert_string_equal(script,
			    "set -e\nmkdir -p /box/out\n"
			    "clang -I. -Ilab/one -c /box/sub/lab/one/p.bpf.c -o /box/out/p.bpf.o\n"
			    "/usr/sbin/bpftool gen skeleton /box/out/p.bpf.o name p_bpf "
			    ">/box/out/p.skel.h\n"
			    "gcc -I/box/out -c lab/one/p.c -o /box/out/p.o\n"
			    "gcc /box/out/p.o build/lib/liblab.a -lbpf -o /box/out/p\n");
	assert_int_equal(makes.n, 2);
	assert_string_equal(makes.v[0], "p.bpf.o");
	assert_string_equal(makes.v[1], "p");
}

static void put(const char *folder, const char *name, const char *text)
{
	AUTO_STR path = xasprintf("%s/%s", folder, name);

	assert_int_equal(file_replace(path, text, strlen(text)), 0);
}

static char *made[] = { "p.bpf.o", NULL };
static char *edit[] = { "p.bpf.c", NULL };

/*
 * Compiles in a tree whose testenv notes the compiler's status, prints a line on stderr and ends
 * with a status of its own. Returns how that is understood, and why.
 */
static enum course_exit compiles(const char *noted, const char *says, int status, char **why)
{
	char top[] = "/tmp/course-unit-XXXXXX";
	AUTO_STR build = mkdtemp(top) ? xasprintf("%s/build", top) : NULL;
	AUTO_STR bin = xasprintf("%s/bin", build);
	AUTO_STR script = xasprintf("#!/bin/sh\n"
				    "for a; do case $a in --status=*) note=${a#*=} ;; esac; done\n"
				    "echo '{\"reason\": \"exit\", \"status\": %s}' >\"$note\"\n"
				    "echo '%s' >&2\nexit %d\n",
				    noted, says, status);
	struct lesson lesson = { .name = "lab01/01", .dir = top, .conf = { .edit = { edit, 1 } } };
	const struct tree tree = { .top = top, .build = build, .lessons = &lesson, .n = 1 };
	const struct recipe recipe = { .lesson = &lesson,
				       .script = (char *)"true",
				       .makes = { made, 1 } };
	AUTO_STR testenv = xasprintf("%s/testenv", bin);
	AUTO_STRV limits = { 0 };
	AUTO_SB text = { 0 };
	enum course_exit code;

	assert_int_equal(make_dirs(bin), 0);
	put(bin, "testenv", script);
	assert_int_equal(chmod(testenv, 0755), 0);
	code = compile(&recipe, &tree, top, "sub-1", &limits, &text);
	*why = xstrdup(sb_str(&text));
	remove_all(top);
	return code;
}

static void test_blame(void **state)
{
	static const char error[] = "p.bpf.c:1:2: error: No space left on device";
	AUTO_STR first = NULL;
	AUTO_STR second = NULL;

	(void)state;
	/* The compiler can be had to say anything. */
	assert_int_equal(compiles("1", error, 1, &first), COURSE_INVALID);
	assert_true(starts_with(first, error));
	/* testenv cannot write what has been made. */
	assert_int_equal(
		compiles("0", "testenv: cannot write p.bpf.o: Disk quota exceeded", 5, &second),
		COURSE_MACHINE);
	assert_string_equal(second, "testenv: cannot write p.bpf.o: Disk quota exceeded\n");
}

static void test_notes(void **state)
{
	char folder[] = "/tmp/notes-XXXXXX";
	AUTO_STRV limits = { 0 };
	bool late = false;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_false(limits_collect(folder, &limits, &late));
	assert_int_equal(limits.n, 0);
	put(folder, "1.json", "{\"reason\": \"time\", \"status\": 124}");
	put(folder, "2.json", "{\"reason\": \"exit\", \"status\": 0}");
	put(folder, "3.json", "{\"reason\": \"memory\", \"status\": 137}");
	put(folder, "4.json", "{\"reason\": \"time\", \"status\": 124}");
	put(folder, "5.json", "");
	put(folder, "6.json", "{\"reason\": 7}");
	assert_false(limits_collect(folder, &limits, &late));
	assert_int_equal(limits.n, 2);
	assert_string_equal(limits.v[0], "memory");
	assert_string_equal(limits.v[1], "time");
	put(folder, "7.machine", "");
	assert_true(limits_collect(folder, &limits, &late));
	assert_int_equal(limits.n, 2);
	assert_false(late);
	put(folder, "8.late", "");
	limits_collect(folder, &limits, &late);
	assert_true(late);
	remove_all(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_blame),
		cmocka_unit_test(test_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
