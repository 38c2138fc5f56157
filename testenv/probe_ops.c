// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Probes of programs that stand in for kernel functions (struct_ops) or for
 * other programs (freplace).
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/probe.h"

/* A member of a struct: its number, or -1, and where it is. */
static int find_member(const struct btf *btf, int type, const char *name, size_t *offset)
{
	const struct btf_type *t = btf__type_by_id(btf, type);

	for (int i = 0; t && i < btf_vlen(t); i++) {
		const char *is = btf__name_by_offset(btf, btf_members(t)[i].name_off);

		*offset = btf_member_bit_offset(t, i) / 8;
		if (is && strcmp(is, name) == 0)
			return i;
	}
	return -1;
}

/* Fills ops, a struct tcp_congestion_ops of that type, as little as will do. */
static int fill_ops(const struct btf *btf, int type, char *ops)
{
	static const char *const functions[] = { "ssthresh", "undo_cwnd", "cong_avoid" };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .attach_btf_id = type);
	size_t offset;

	for (int i = 0; i < 3; i++) {
		int member = find_member(btf, type, functions[i], &offset);
		unsigned long value;
		int prog;

		if (member < 0)
			return -ENOENT;
		opts.expected_attach_type = member;
		prog = probe_load(BPF_PROG_TYPE_STRUCT_OPS, 0, &opts);
		if (prog < 0)
			return prog;
		value = prog;
		memcpy(ops + offset, &value, sizeof(value));
	}
	if (find_member(btf, type, "name", &offset) < 0)
		return -ENOENT;
	strcpy(ops + offset, "testenv_probe");
	return 0;
}

/* Registers a congestion control, which nobody uses, and takes it back. */
static int register_ops(const struct btf *btf, const struct btf *own, int ops_type, int value_type)
{
	/* The kernel wants types of our own, too, though none is used. */
	LIBBPF_OPTS(bpf_map_create_opts, opts, .btf_vmlinux_value_type_id = value_type,
		    .btf_fd = btf__fd(own));
	__s64 size = btf__resolve_size(btf, value_type);
	size_t data;
	__u32 zero = 0;
	char *value;
	int map, err;

	if (size < 0 || find_member(btf, value_type, "data", &data) < 0)
		return -ENOENT;
	value = calloc(1, size);
	if (!value)
		return -ENOMEM;
	map = bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, "testenv_probe", 4, size, 1, &opts);
	err = map < 0 ? -errno : fill_ops(btf, ops_type, value + data);
	if (!err && bpf_map_update_elem(map, &zero, value, 0))
		err = -errno;
	if (!err)
		bpf_map_delete_elem(map, &zero);
	free(value);
	return err;
}

int probe_struct_ops(void)
{
	struct btf *btf = btf__load_vmlinux_btf(), *own = btf__new_empty();
	int ops, value, err = -ENOENT;

	if (!btf || !own)
		return -ENODATA;
	ops = btf__find_by_name_kind(btf, "tcp_congestion_ops", BTF_KIND_STRUCT);
	value = btf__find_by_name_kind(btf, "bpf_struct_ops_tcp_congestion_ops", BTF_KIND_STRUCT);
	btf__add_int(own, "int", 4, BTF_INT_SIGNED);
	if (ops > 0 && value > 0)
		err = btf__load_into_kernel(own);
	if (ops > 0 && value > 0 && !err)
		err = register_ops(btf, own, ops, value);
	btf__free(own);
	btf__free(btf);
	return err;
}

/* Types for "int probe(struct xdp_md *ctx)". Returns the function's id. */
static int add_function(struct btf *btf)
{
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int context = btf__add_struct(btf, "xdp_md", 4);
	int pointer, proto;

	btf__add_field(btf, "data", number, 0, 0);
	pointer = btf__add_ptr(btf, context);
	proto = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "ctx", pointer);
	return btf__add_func(btf, "probe", BTF_FUNC_GLOBAL, proto);
}

/* Loads a program and one that replaces it, and attaches that one. */
static int replace(const struct btf *btf, int function)
{
	struct bpf_func_info info = { .type_id = function };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_btf_fd = btf__fd(btf), .func_info = &info,
		    .func_info_cnt = 1, .func_info_rec_size = sizeof(info));
	int target = probe_load(BPF_PROG_TYPE_XDP, XDP_PASS, &opts);
	int prog;

	if (target < 0)
		return target;
	opts.attach_prog_fd = target;
	opts.attach_btf_id = function;
	prog = probe_load(BPF_PROG_TYPE_EXT, XDP_DROP, &opts);
	if (prog < 0)
		return prog;
	return bpf_raw_tracepoint_open(NULL, prog) < 0 ? -errno : 0;
}

int probe_freplace(void)
{
	struct btf *btf = btf__new_empty();
	int function, err;

	if (!btf)
		return -errno;
	function = add_function(btf);
	err = function < 0 ? function : btf__load_into_kernel(btf);
	if (!err)
		err = replace(btf, function);
	btf__free(btf);
	return err;
}

/* Not attached: that would change the scheduler of the whole machine. */
int probe_sched_ext(void)
{
	return access("/sys/kernel/sched_ext/state", R_OK) ? -errno : 0;
}
