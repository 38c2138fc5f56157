// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * lab_attach_xdp() on interfaces of a network namespace of our own: a veth, whose
 * driver has XDP, and lo, whose has not. What a user reads is compared in full.
 */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <bpf/bpf.h>
#include <linux/if_link.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

static struct bpf_object *object;
static struct bpf_program *pass, *other, *testenv_pass;

static int set_up(void **state)
{
	char path[] = "/tmp/test_xdp.XXXXXX";
	int fd;

	(void)state;
	if (geteuid() != 0)
		return 0;
	lab_log_init();
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(system("ip link add v0 type veth peer name v1"), 0);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	compile_bpf("common/lab/tests/pass.bpf.c", path, "");
	object = bpf_object__open(path);
	unlink(path);
	assert_non_null(object);
	assert_int_equal(bpf_object__load(object), 0);
	pass = bpf_object__find_program_by_name(object, "pass");
	other = bpf_object__find_program_by_name(object, "other");
	testenv_pass = bpf_object__find_program_by_name(object, "testenv_pass");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bpf_object__close(object);
	lab_log_clear();
	return 0;
}

static int test_set_up(void **state)
{
	(void)state;
	lab_log_clear();
	return 0;
}

/* What is attached: XDP_ATTACHED_*, and the program's id. */
static int attached(const char *ifname, __u32 *id)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	assert_int_equal(bpf_xdp_query(if_nametoindex(ifname), 0, &query), 0);
	*id = query.prog_id;
	return query.attach_mode;
}

static __u32 id_of(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len), 0);
	return info.id;
}

static void expect_refusal(struct bpf_program *prog, const char *ifname, enum lab_xdp_mode mode,
			   int err, const char *line)
{
	assert_null(lab_attach_xdp(prog, ifname, mode));
	assert_int_equal(errno, err);
	assert_string_equal(lab_fail_line(), line);
}

static void test_native(void **state)
{
	struct bpf_link *link;
	__u32 id;

	(void)state;
	SKIP_UNLESS_ROOT();
	link = lab_attach_xdp(pass, "v0", LAB_XDP_NATIVE);
	assert_non_null(link);
	assert_int_equal(attached("v0", &id), XDP_ATTACHED_DRV);
	assert_int_equal(id, id_of(pass));
	assert_int_equal(bpf_link__destroy(link), 0);
	assert_int_equal(attached("v0", &id), XDP_ATTACHED_NONE);
}

static void test_generic(void **state)
{
	static const char *const ifnames[] = { "v0", "lo" };
	struct bpf_link *link;
	__u32 id;

	(void)state;
	SKIP_UNLESS_ROOT();
	for (int i = 0; i < 2; i++) {
		link = lab_attach_xdp(pass, ifnames[i], LAB_XDP_GENERIC);
		assert_non_null(link);
		assert_int_equal(attached(ifnames[i], &id), XDP_ATTACHED_SKB);
		assert_int_equal(id, id_of(pass));
		assert_int_equal(bpf_link__destroy(link), 0);
		assert_int_equal(attached(ifnames[i], &id), XDP_ATTACHED_NONE);
	}
}

static void test_unsupported(void **state)
{
	__u32 id;

	(void)state;
	SKIP_UNLESS_ROOT();
	expect_refusal(pass, "lo", LAB_XDP_NATIVE, EOPNOTSUPP,
		       "the driver of lo has no native XDP; use -m generic");
	assert_int_equal(attached("lo", &id), XDP_ATTACHED_NONE);
	assert_null(lab_attach_xdp(pass, "v0", LAB_XDP_OFFLOAD));
	assert_string_equal(lab_fail_line(),
			    "v0 cannot run programs on the network card: only a few cards can "
			    "(Netronome Agilio); use -m native or -m generic");
}

static void test_no_interface(void **state)
{
	(void)state;
	SKIP_UNLESS_ROOT();
	expect_refusal(pass, "eth9", LAB_XDP_NATIVE, ENODEV,
		       "no interface 'eth9' here; there are: lo, v1, v0 (choose one with -i)");
}

static void test_busy_link(void **state)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);
	struct bpf_link *link;
	char line[256];

	(void)state;
	SKIP_UNLESS_ROOT();
	link = lab_attach_xdp(pass, "v0", LAB_XDP_NATIVE);
	assert_non_null(link);
	assert_int_equal(bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &len), 0);
	snprintf(line, sizeof(line),
		 "v0 already has an XDP program: 'pass', id %u; remove it with: "
		 "bpftool link detach id %u",
		 id_of(pass), info.id);
	expect_refusal(other, "v0", LAB_XDP_NATIVE, EBUSY, line);
	/* the other mode is no way around it */
	assert_null(lab_attach_xdp(other, "v0", LAB_XDP_GENERIC));
	assert_string_equal(lab_fail_line(), line);
	bpf_link__destroy(link);
}

static void test_busy_netlink(void **state)
{
	int ifindex = if_nametoindex("v0");
	char line[256];
	__u32 id;

	(void)state;
	SKIP_UNLESS_ROOT();
	assert_int_equal(bpf_xdp_attach(ifindex, bpf_program__fd(other), XDP_FLAGS_SKB_MODE, NULL),
			 0);
	snprintf(line, sizeof(line),
		 "v0 already has an XDP program in generic mode: 'other', id %u; remove it with: "
		 "ip link set dev v0 xdpgeneric off",
		 id_of(other));
	expect_refusal(pass, "v0", LAB_XDP_GENERIC, EBUSY, line);
	assert_int_equal(attached("v0", &id), XDP_ATTACHED_SKB);
	assert_int_equal(bpf_xdp_detach(ifindex, XDP_FLAGS_SKB_MODE, NULL), 0);
}

static void test_replaces_testenv_pass(void **state)
{
	int ifindex = if_nametoindex("v0");
	struct bpf_link *link;
	__u32 id;

	(void)state;
	SKIP_UNLESS_ROOT();
	for (int mode = LAB_XDP_NATIVE; mode <= LAB_XDP_GENERIC; mode++) {
		assert_int_equal(bpf_xdp_attach(ifindex, bpf_program__fd(testenv_pass), 0, NULL),
				 0);
		link = lab_attach_xdp(pass, "v0", mode);
		assert_non_null(link);
		attached("v0", &id);
		assert_int_equal(id, id_of(pass));
		bpf_link__destroy(link);
	}
	/* and stays where nothing can take its place */
	assert_int_equal(bpf_xdp_attach(ifindex, bpf_program__fd(testenv_pass), 0, NULL), 0);
	assert_null(lab_attach_xdp(pass, "v0", LAB_XDP_OFFLOAD));
	assert_int_equal(attached("v0", &id), XDP_ATTACHED_DRV);
	assert_int_equal(id, id_of(testenv_pass));
	assert_int_equal(bpf_xdp_detach(ifindex, 0, NULL), 0);
}

/* The kernel asks for no privilege once a program is loaded; others may (an LSM, seccomp). */
static void test_no_permission(void **state)
{
	(void)state;
	lab_xdp_explain(-EPERM, "pass", "v0", LAB_XDP_NATIVE);
	assert_string_equal(lab_fail_line(), "not allowed to attach to v0: " LAB_ADVICE_ROOT);
}

static void test_large_mtu(void **state)
{
	(void)state;
	SKIP_UNLESS_ROOT();
	assert_int_equal(system("ip link set v0 mtu 9000 && ip link set v1 mtu 9000"), 0);
	expect_refusal(pass, "v0", LAB_XDP_NATIVE, ERANGE,
		       "the MTU of v0 is 9000, too large for 'pass': make it SEC(\"xdp.frags\"), "
		       "or: ip link set dev v0 mtu 1500");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_native, test_set_up),
		cmocka_unit_test_setup(test_generic, test_set_up),
		cmocka_unit_test_setup(test_unsupported, test_set_up),
		cmocka_unit_test_setup(test_no_interface, test_set_up),
		cmocka_unit_test_setup(test_busy_link, test_set_up),
		cmocka_unit_test_setup(test_busy_netlink, test_set_up),
		cmocka_unit_test_setup(test_replaces_testenv_pass, test_set_up),
		cmocka_unit_test_setup(test_no_permission, test_set_up),
		cmocka_unit_test_setup(test_large_mtu, test_set_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
