// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Policies: what lesson.conf and the file of defaults come to, and what is refused. */
#include <jansson.h>
#include <sys/stat.h>

#include "course/files.h"
#include "course/policy.h"
#include "course/tests/scratch.h"

static char *top;

/* A tree whose defaults are these. */
static struct tree tree_with(const char *defaults)
{
	AUTO_STR folder = NULL;
	AUTO_STR path = NULL;
	char pattern[] = "/tmp/policy-XXXXXX";

	top = xstrdup(mkdtemp(pattern));
	folder = xasprintf("%s/course/policy", top);
	path = xasprintf("%s/helpers.default", folder);
	assert_int_equal(make_dirs(folder), 0);
	assert_int_equal(file_replace(path, defaults, strlen(defaults)), 0);
	return (struct tree){ .top = top };
}

static void forget_tree(void)
{
	remove_all(top);
	free(top);
}

static struct conf conf_with(const char *programs, const char *helpers, const char *kfuncs)
{
	struct conf conf = { 0 };

	strv_split(&conf.programs, programs, ", ");
	strv_split(&conf.helpers, helpers, ", ");
	strv_split(&conf.kfuncs, kfuncs, ", ");
	return conf;
}

static void test_default(void **state)
{
	struct tree tree = tree_with("# comment\n\nmap_lookup_elem\n  ktime_get_ns\n");
	struct conf conf = conf_with("xdp sched_cls", "default, loop map_lookup_elem", "a_kfunc");
	struct policy policy;
	AUTO_STR error = NULL;

	(void)state;
	assert_int_equal(policy_read(&tree, &conf, &policy, &error), 0);
	assert_null(error);
	assert_int_equal(policy.programs.n, 2);
	assert_int_equal(policy.helpers.n, 3);
	assert_true(strv_has(&policy.helpers, "loop"));
	assert_true(strv_has(&policy.helpers, "ktime_get_ns"));
	assert_string_equal(policy.kfuncs.v[0], "a_kfunc");
	policy_free(&policy);
	conf_free(&conf);
	forget_tree();
}

static void refuse(const char *defaults, const char *programs, const char *helpers,
		   const char *wanted)
{
	struct tree tree = tree_with(defaults);
	struct conf conf = conf_with(programs, helpers, "");
	struct policy policy;
	AUTO_STR error = NULL;

	assert_int_not_equal(policy_read(&tree, &conf, &policy, &error), 0);
	assert_string_equal(error, wanted);
	policy_free(&policy);
	conf_free(&conf);
	forget_tree();
}

static void test_unknown(void **state)
{
	(void)state;
	refuse("", "xpd", "", "programs: there is no type xpd");
	refuse("", "xdp", "map_lookup", "helpers: there is no helper map_lookup");
	refuse("", "xdp", "unspec", "helpers: there is no helper unspec");
	refuse("map_lookup_elem\nwhat\n", "xdp", "default",
	       "course/policy/helpers.default:2: there is no helper what");
}

/* What a lesson does not name is not allowed either because libbpf would like to try it. */
static void test_no_more(void **state)
{
	struct tree tree = tree_with("map_lookup_elem\n");
	struct conf conf = conf_with("kprobe", "default probe_read_user_str", "");
	struct policy policy;
	AUTO_STR error = NULL;

	(void)state;
	assert_int_equal(policy_read(&tree, &conf, &policy, &error), 0);
	assert_false(strv_has(&policy.helpers, "probe_read_kernel"));
	assert_false(strv_has(&policy.programs, "tracepoint"));
	policy_free(&policy);
	conf_free(&conf);
	forget_tree();
}

static bool contained(const char *programs)
{
	struct tree tree = tree_with("");
	struct conf conf = conf_with(programs, "", "");
	struct policy policy;
	AUTO_STR error = NULL;
	bool yes;

	assert_int_equal(policy_read(&tree, &conf, &policy, &error), 0);
	yes = policy_contained(&policy);
	policy_free(&policy);
	conf_free(&conf);
	forget_tree();
	return yes;
}

static void test_contained(void **state)
{
	(void)state;
	assert_true(contained("xdp sched_cls socket_filter cgroup_skb sock_ops sk_msg"));
	assert_false(contained("tracepoint"));
	assert_false(contained("xdp, kprobe"));
	assert_false(contained("tracing"));
	assert_false(contained("syscall"));
	/* None at all: nothing to contain. */
	assert_true(contained(""));
}

static void test_json(void **state)
{
	struct tree tree = tree_with("map_lookup_elem\n");
	struct conf conf = conf_with("xdp", "default", "f");
	json_t *right;
	struct policy policy;
	AUTO_STR error = NULL;
	AUTO_STR text = NULL;
	json_t *o;

	(void)state;
	assert_int_equal(policy_read(&tree, &conf, &policy, &error), 0);
	text = policy_json(&policy);
	o = json_loads(text, 0, NULL);
	assert_null(json_object_get(o, "inspect"));
	json_decref(o);
	free(text);
	strv_add(&policy.sandbox, "inspect");
	text = policy_json(&policy);
	o = json_loads(text, 0, NULL);
	right = json_object_get(o, "inspect");
	assert_true(json_is_true(right));
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "programs"), 0)),
			    "xdp");
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "helpers"), 0)),
			    "map_lookup_elem");
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "kfuncs"), 0)),
			    "f");
	assert_true(json_integer_value(json_object_get(o, "map_memory_mb")) > 0);
	json_decref(o);
	policy_free(&policy);
	conf_free(&conf);
	forget_tree();
}

/* The course's own list: every name is known, and what reads the kernel's memory is not there. */
static void test_own_defaults(void **state)
{
	static const char *const never[] = {
		"probe_read",
		"probe_read_kernel",
		"probe_read_kernel_str",
		"probe_read_user",
		"probe_write_user",
		"override_return",
		"send_signal",
		"send_signal_thread",
		"get_current_task",
		"get_current_task_btf",
		"loop",
		"for_each_map_elem",
		"snprintf",
		"seq_printf",
		"sys_bpf",
		"kallsyms_lookup_name",
		"copy_from_user",
		"d_path",
	};
	struct tree tree = { .top = "." };
	struct conf conf = conf_with("xdp", "default", "");
	struct policy policy;
	AUTO_STR error = NULL;

	(void)state;
	assert_int_equal(policy_read(&tree, &conf, &policy, &error), 0);
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		if (strv_has(&policy.helpers, never[i]))
			fail_msg("%s is among the defaults", never[i]);
	assert_true(strv_has(&policy.helpers, "map_lookup_elem"));
	policy_free(&policy);
	conf_free(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default),	  cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_contained), cmocka_unit_test(test_json),
		cmocka_unit_test(test_no_more),	  cmocka_unit_test(test_own_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
