// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is completed where. The shells themselves: course/tests/completion.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/tool/complete.h"

static const struct argp_option options[] = {
	{ "topology", 't', "TOPOLOGY", 0, "Its shape", 0 },
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 },
};

static void values(const struct complete *c, const char *placeholder)
{
	if (strcmp(placeholder, "TOPOLOGY") == 0) {
		complete_add(c, "pair", "two nodes");
		complete_add(c, "none", NULL);
	}
	if (strcmp(placeholder, "NODE") == 0)
		complete_add(c, c->argument, "said before");
	if (strcmp(placeholder, "LESSON") == 0)
		complete_add(c, "lab01/01", NULL);
}

/* What is printed for these words, the last one being completed. */
static void expect(const char *synopsis, const char *text, const char *expected)
{
	static char seen[1024];
	char copy[128], *words[8], *save = NULL;
	int n = 0, out = dup(STDOUT_FILENO);
	FILE *file = tmpfile();

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		words[n++] = strcmp(w, "''") == 0 ? "" : w;
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	complete_command(options, synopsis, n, words, values, NULL);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	rewind(file);
	seen[fread(seen, 1, sizeof(seen) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(seen, expected);
}

static void test_options(void **state)
{
	(void)state;
	expect("", "--j", "--json\tPrint JSON\n");
	expect("", "-", "--topology=\tIts shape\n--json\tPrint JSON\n--help\tPrint this page.\n");
	expect("", "--topology ''", "pair\ttwo nodes\nnone\n");
	expect("", "-t p", "pair\ttwo nodes\n");
	expect("", "--topology=p", "--topology=pair\ttwo nodes\n");
	expect("", "--unknown=p", "");
	expect("", "--json=", "");
}

static void test_arguments(void **state)
{
	(void)state;
	expect("NAME NODE -- CMD [ARG...]", "abc ''", "abc\tsaid before\n");
	expect("NAME NODE -- CMD [ARG...]", "-t pair abc a", "abc\tsaid before\n");
	expect("NAME NODE -- CMD [ARG...]", "abc a ''", "");
	expect("NAME NODE -- CMD [ARG...]", "abc a -- --", "");
	expect("[LESSON]", "''", "lab01/01\n");
	expect("[LESSON]", "lab01/01 ''", "");
	expect("[LESSON...|--all] [-a] [--seed N]", "x y lab", "lab01/01\n");
	expect("[-a] [--seed N] LESSON", "lab", "lab01/01\n");
	expect("[-- CMD [ARG...]]", "''", "");
	expect("NAME\n--all", "a ''", "");
	expect(NULL, "''", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
