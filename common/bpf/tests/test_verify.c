// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The parsers in the kernel: parse.bpf.c must compile without a warning against
 * vmlinux.h and against the uapi headers, the verifier must accept it at a price
 * that leaves room for a program around it, and it must find the same in a packet
 * as in user space. Skipped, with a reason, where BPF may not be loaded.
 */
#include <errno.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/lab/tests/support.h"

#define UAPI
#include "common/bpf/tests/parse.bpf.c"

/* A tenth of what the verifier gives a program (a million). */
enum {
	INSNS_MAX = 100000
};

struct object {
	const char *name;
	const char *flags;
	bool needs_vmlinux;
};

static const struct object objects[] = {
	{ "vmlinux.h", "", true },
	{ "the uapi headers", "-DUAPI", false },
};

static char folder[] = "/tmp/test_verify.XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* Where the build has put vmlinux.h: beside unit/, in which this program is. */
static void vmlinux_folder(char *path, size_t size)
{
	char self[256];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct utsname host;
	char *unit;

	self[n < 0 ? 0 : n] = '\0';
	unit = strstr(self, "/unit/common/");
	uname(&host);
	snprintf(path, size, "%.*s/vmlinux/%s", unit ? (int)(unit - self) : 0, self, host.release);
}

/* Compiles and opens; NULL: skip, the reason was printed. */
static struct bpf_object *build(const struct object *o)
{
	char vmlinux[400], header[420], path[64], flags[512];
	struct bpf_object *object;

	vmlinux_folder(vmlinux, sizeof(vmlinux));
	snprintf(header, sizeof(header), "%s/vmlinux.h", vmlinux);
	if (o->needs_vmlinux && access(header, R_OK)) {
		print_message("there is no %s: skipped\n", header);
		return NULL;
	}
	snprintf(path, sizeof(path), "%s/parse.bpf.o", folder);
	snprintf(flags, sizeof(flags), "%s -I%s", o->flags, vmlinux);
	compile_bpf("common/bpf/tests/parse.bpf.c", path, flags);
	object = bpf_object__open(path);
	unlink(path);
	assert_non_null(object);
	return object;
}

static void check_price(struct bpf_object *object, const char *name)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, object)
	{
		struct bpf_prog_info info = {};
		__u32 len = sizeof(info);

		assert_int_equal(bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len), 0);
		print_message("%s with %s: %u instructions verified\n", bpf_program__name(prog),
			      name, info.verified_insns);
		assert_true(info.verified_insns < INSNS_MAX);
	}
}

/* A packet that has a chance to be parsed, of random headers, cut anywhere. */
static size_t random_packet(unsigned char *data, size_t size)
{
	static const unsigned char protocols[] = { 0, 43, 44, 51, 60, 17, 6, 58, 1, 59 };
	static const unsigned short types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_8021AD };
	unsigned int type = types[rand() % 4];
	size_t at = 14;

	for (size_t i = 0; i < size; i++)
		data[i] = rand() % 8 ? 0 : rand();
	while (type == ETH_P_8021AD && at < 34) {
		data[at - 2] = 0x81;
		data[at - 1] = 0;
		at += 4;
		type = types[rand() % 4];
	}
	data[at - 2] = type >> 8;
	data[at - 1] = type;
	if (type == ETH_P_ARP) {
		memcpy(data + at, (unsigned char[]){ 0, 1, 8, 0, 6, 4, 0, 1 }, 8);
	} else if (type == ETH_P_IP) {
		data[at] = 0x44 + rand() % 4;
		data[at + 2] = rand();
		data[at + 9] = protocols[5 + rand() % 4];
	} else {
		data[at] = 0x60;
		data[at + 6] = protocols[rand() % 10];
		/* the first bytes of extension headers are at multiples of 8 */
		for (size_t ext = at + 40; ext + 8 <= size; ext += 8) {
			data[ext] = protocols[rand() % 10];
			data[ext + 1] = rand() % 3;
		}
	}
	return 15 + rand() % (size - 15);
}

/* parse_tc and not parse_xdp: running an XDP program for a test takes 100 ms. */
static void check_results(struct bpf_object *object)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(object, "parse_tc");
	struct bpf_map *bss = bpf_object__find_map_by_name(object, ".bss");
	/* The IP header is to be aligned, as the kernel does it. */
	unsigned char buffer[2 + 160] __attribute__((aligned(4))), *data = buffer + 2;
	int reached_l4 = 0;

	for (int i = 0; i < 5000; i++) {
		size_t len = random_packet(data, sizeof(buffer) - 2);
		LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = data, .data_size_in = len);
		struct cursor c = { data, data + len };
		struct parsed here, there;
		__u32 zero = 0;
		int err;

		parse_all(c, &here);
		err = bpf_prog_test_run_opts(bpf_program__fd(prog), &run);
		/* Linux 6.18 does not run a program on less than an IP header. */
		if (err == -EINVAL && len < 14 + sizeof(struct ipv6hdr))
			continue;
		assert_int_equal(err, 0);
		assert_int_equal(
			bpf_map__lookup_elem(bss, &zero, sizeof(zero), &there, sizeof(there), 0),
			0);
		assert_memory_equal(&here, &there, sizeof(here));
		reached_l4 += here.l4 >= 0;
	}
	/* else the packets are no test */
	assert_true(reached_l4 > 250);
}

static void check(const struct object *o)
{
	struct bpf_object *object;

	SKIP_UNLESS_ROOT();
	object = build(o);
	if (!object)
		skip();
	assert_int_equal(bpf_object__load(object), 0);
	check_price(object, o->name);
	srand(1);
	check_results(object);
	bpf_object__close(object);
}

static void test_vmlinux(void **state)
{
	(void)state;
	check(&objects[0]);
}

static void test_uapi(void **state)
{
	(void)state;
	check(&objects[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vmlinux),
		cmocka_unit_test(test_uapi),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
