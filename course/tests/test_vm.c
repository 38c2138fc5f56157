// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Whose fault is it that time ran out in a virtual machine? */
/* cmocka has a macro of the name of a function of ours: its header comes last. */
#include "course/vm.h"

#include "course/tests/scratch.h"

static void test_starved(void **state)
{
	(void)state;
	assert_true(vm_usage_is_starved("{\"cpu_ms\": 1000, \"waited_ms\": 2001}\n"));
	/* It had a third, or all that it wanted: the program has used its time up. */
	assert_false(vm_usage_is_starved("{\"cpu_ms\": 1000, \"waited_ms\": 2000}\n"));
	assert_false(vm_usage_is_starved("{\"cpu_ms\": 200000, \"waited_ms\": 300}\n"));
	assert_false(vm_usage_is_starved("{\"cpu_ms\": 0, \"waited_ms\": 0}\n"));
	assert_false(vm_usage_is_starved("{\"cpu_ms\": 1}\n"));
	assert_false(vm_usage_is_starved("testenv: there is no machine"));
	assert_false(vm_usage_is_starved(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
