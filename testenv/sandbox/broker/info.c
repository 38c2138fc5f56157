// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * BPF_OBJ_GET_INFO_BY_FD: what is in the structures goes back as it is; what they point to
 * goes through buffers of ours.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "testenv/sandbox/broker/broker.h"

#define MAX_ARRAY (16 << 20)

union any_info {
	struct bpf_map_info map;
	struct bpf_prog_info prog;
	struct bpf_btf_info btf;
	struct bpf_link_info link;
};

/* An array that the structure points to: where pointer and count are in it. */
struct array {
	size_t pointer, count;
	size_t size; /* of an element; 0: its size is in another field */
	size_t size_at;
};

#define ARRAY(type, pointer, count, size)                                             \
	{                                                                             \
		offsetof(struct type, pointer), offsetof(struct type, count), size, 0 \
	}
#define RECORDS(type, pointer, count, size_field)                                \
	{                                                                        \
		offsetof(struct type, pointer), offsetof(struct type, count), 0, \
			offsetof(struct type, size_field)                        \
	}

/* Not: the addresses of the machine code and of its lines, which are the kernel's. */
static const struct array prog_arrays[] = {
	ARRAY(bpf_prog_info, jited_prog_insns, jited_prog_len, 1),
	ARRAY(bpf_prog_info, xlated_prog_insns, xlated_prog_len, 1),
	ARRAY(bpf_prog_info, map_ids, nr_map_ids, sizeof(__u32)),
	ARRAY(bpf_prog_info, jited_func_lens, nr_jited_func_lens, sizeof(__u32)),
	RECORDS(bpf_prog_info, func_info, nr_func_info, func_info_rec_size),
	RECORDS(bpf_prog_info, line_info, nr_line_info, line_info_rec_size),
	ARRAY(bpf_prog_info, prog_tags, nr_prog_tags, 8),
};
static const struct array btf_arrays[] = {
	ARRAY(bpf_btf_info, btf, btf_size, 1),
	ARRAY(bpf_btf_info, name, name_len, 1),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static __u32 *number_at(void *info, size_t offset)
{
	return (void *)((char *)info + offset);
}

static __u64 *pointer_at(void *info, size_t offset)
{
	return (void *)((char *)info + offset);
}

static size_t bytes_of(const struct array *array, void *info)
{
	size_t size = array->size ? array->size : *number_at(info, array->size_at);

	return size * *number_at(info, array->count);
}

/* Puts buffers of ours in place of the student's, as far as it has any. */
static int lay_out(struct call *c, const struct array *arrays, size_t n, void *theirs, void *ours)
{
	for (size_t i = 0; i < n; i++) {
		size_t bytes = bytes_of(&arrays[i], theirs);
		void *buffer;

		if (!*pointer_at(theirs, arrays[i].pointer) || !bytes)
			continue;
		if (bytes > MAX_ARRAY)
			return -E2BIG;
		buffer = call_buffer(c, bytes);
		if (!buffer)
			return -ENOMEM;
		*pointer_at(ours, arrays[i].pointer) = (uintptr_t)buffer;
		*number_at(ours, arrays[i].count) = *number_at(theirs, arrays[i].count);
		if (!arrays[i].size)
			*number_at(ours, arrays[i].size_at) = *number_at(theirs, arrays[i].size_at);
	}
	return 0;
}

/* Hands what the kernel has filled in back, and the student's own pointers with it. */
static int hand_back(struct call *c, const struct array *arrays, size_t n, void *theirs, void *ours)
{
	for (size_t i = 0; i < n; i++) {
		size_t room = bytes_of(&arrays[i], theirs), bytes = bytes_of(&arrays[i], ours);
		__u64 to = *pointer_at(theirs, arrays[i].pointer);
		void *from = (void *)(uintptr_t)*pointer_at(ours, arrays[i].pointer);

		if (from && call_write(c, to, from, bytes < room ? bytes : room))
			return -EFAULT;
		*pointer_at(ours, arrays[i].pointer) = to;
	}
	return 0;
}

/*
 * What belongs to an object that may be read, may be read as well. The kernel says how many maps there
 * are, not how many had room: behind the array is memory in which a student may have put numbers.
 */
static void note_readable(struct call *c, enum object_kind kind, const union any_info *theirs,
			  const union any_info *info)
{
	const __u32 *maps = (void *)(uintptr_t)info->prog.map_ids;

	if (kind == OBJECT_MAP) {
		object_add_readable(c->broker, OBJECT_BTF, info->map.btf_id);
	} else if (kind == OBJECT_PROG) {
		object_add_readable(c->broker, OBJECT_BTF, info->prog.btf_id);
		for (__u32 i = 0; maps && i < info->prog.nr_map_ids && i < theirs->prog.nr_map_ids;
		     i++)
			object_add_readable(c->broker, OBJECT_MAP, maps[i]);
	}
}

static size_t size_and_arrays(enum object_kind kind, const struct array **arrays, size_t *n)
{
	switch (kind) {
	case OBJECT_MAP:
		return sizeof(struct bpf_map_info);
	case OBJECT_PROG:
		*arrays = prog_arrays;
		*n = COUNT(prog_arrays);
		return sizeof(struct bpf_prog_info);
	case OBJECT_BTF:
		*arrays = btf_arrays;
		*n = COUNT(btf_arrays);
		return sizeof(struct bpf_btf_info);
	default:
		return sizeof(struct bpf_link_info);
	}
}

long broker_info(struct call *c, int *fd)
{
	int object = call_fd(c, (int)c->in.info.bpf_fd);
	size_t len = c->in.info.info_len;
	union any_info theirs = {}, ours = {};
	union bpf_attr a = { .info.bpf_fd = object, .info.info = (uintptr_t)&ours };
	const struct array *arrays = NULL;
	size_t n = 0;
	long err;

	(void)fd;
	if (object < 0)
		return object;
	a.info.info_len = size_and_arrays(object_kind_of(object), &arrays, &n);
	if (len > a.info.info_len)
		len = a.info.info_len;
	err = call_read(c, c->in.info.info, &theirs, len);
	if (!err)
		err = lay_out(c, arrays, n, &theirs, &ours);
	if (!err)
		err = broker_bpf(BPF_OBJ_GET_INFO_BY_FD, &a, sizeof(a.info));
	if (!err)
		note_readable(c, object_kind_of(object), &theirs, &ours);
	if (!err)
		err = hand_back(c, arrays, n, &theirs, &ours);
	if (err)
		return err;
	if (len > a.info.info_len)
		len = a.info.info_len;
	if (call_write(c, c->in.info.info, &ours, len))
		return -EFAULT;
	a.info.info_len = len;
	return call_answer(c, info.info_len, &a.info.info_len);
}
