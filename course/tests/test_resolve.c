// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a person types, and which lesson it means. */
#include "course/tests/scratch.h"
#include "course/tree.h"

static struct lesson lessons[] = {
	{ .name = "lab01-basics/01-hello", .dir = "/t/lab01-basics/01-hello", .work = "/w/1" },
	{ .name = "lab01-basics/04-verifier",
	  .dir = "/t/lab01-basics/04-verifier",
	  .work = "/w/2" },
	{ .name = "lab02-maps/06-verifier-2",
	  .dir = "/t/lab02-maps/06-verifier-2",
	  .work = "/w/3" },
	{ .name = "lab03-xdp/02-parsing", .dir = "/t/lab03-xdp/02-parsing", .work = "/w/4" },
};
static const struct tree tree = { .top = "/t", .lessons = lessons, .n = 4 };

static void means(const char *query, size_t lesson)
{
	char *error;

	assert_ptr_equal(tree_resolve(&tree, query, &error), &lessons[lesson]);
	assert_null(error);
}

static void fails(const char *query, const char *expected)
{
	char *error;

	assert_null(tree_resolve(&tree, query, &error));
	assert_string_equal(error, expected);
	free(error);
}

static void test_means(void **state)
{
	(void)state;
	means("lab03-xdp/02-parsing", 3);
	means("lab03-xdp/02-parsing/", 3);
	means("lab03/02", 3);
	means("xdp/pars", 3);
	means("parsing", 3);
	means("02-parsing", 3);
	means("hel", 0);
	/* A whole name is meant before a part of another. */
	means("verifier", 1);
	means("verifier-2", 2);
}

static void test_fails(void **state)
{
	(void)state;
	fails("verif", "\"verif\" could be: lab01-basics/04-verifier, lab02-maps/06-verifier-2");
	fails("parsnig", "no lesson \"parsnig\"; nearest: lab03-xdp/02-parsing");
	fails("hallo", "no lesson \"hallo\"; nearest: lab01-basics/01-hello");
	fails("quantum-gravity", "no lesson \"quantum-gravity\"; see them all with: course list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_means),
		cmocka_unit_test(test_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
