// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Command lines of sandboxes hold all of the environment's addresses, or are not run. */
#include "common/test/labctl.h"
#include "common/test/sandboxed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Addresses of so many interfaces, as testenv names them. */
static void have_interfaces(int n)
{
	char name[32];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "B%d_IF", i);
		setenv(name, "eth0", 1);
	}
}

static bool holds(const struct sandboxed *s, const char *word)
{
	for (int i = 0; i < s->argc; i++)
		if (!strcmp(s->argv[i], word))
			return true;
	return false;
}

static void test_command_lines(void **state)
{
	char *const command[] = { "sections", SANDBOXED_OBJECT };
	struct sandboxed s;

	(void)state;
	setenv("LAB_SEED", "7", 1);
	have_interfaces(200);
	assert_int_equal(sandboxed_begin(&s, false, "5"), 0);
	sandboxed_reads(&s, "/x/y.bpf.o", 2, command);
	assert_true(holds(&s, "B0_IF=eth0"));
	assert_true(holds(&s, "B199_IF=eth0"));
	assert_false(holds(&s, "LAB_SEED=7"));
	assert_string_equal(s.argv[s.argc - 4], "--");
	assert_string_equal(s.argv[s.argc - 2], "sections");
	assert_string_equal(s.argv[s.argc - 1], "/box/y.bpf.o");
	sandboxed_free(&s);
	have_interfaces(600);
	assert_int_equal(sandboxed_begin(&s, false, "5"), 0);
	sandboxed_reads(&s, "/x/y.bpf.o", 2, command);
	assert_int_equal(sandboxed_exec(&s), EXIT_MACHINE);
	sandboxed_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
