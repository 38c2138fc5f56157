// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A global function may say by a tag what its arguments are. With "arg:untrusted" any number is
 * a pointer to memory of the kernel, which may be read; with "arg:trusted" the kernel's own
 * structures are handed on. So of the tags of arguments only the harmless are let through.
 *
 * A global function is verified by itself, once. So a loop around a call of one with a loop around
 * a call of another is three loops to the verifier, and days to the processor, in which no signal
 * reaches it. As static ones they are counted as often as they run.
 */
#include <errno.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <string.h>

#include "testenv/sandbox/broker/types.h"

#define PREFIX "arg:"

static const char *const harmless[] = { "arg:ctx", "arg:nonnull", "arg:arena" };

/* What follows struct btf_type, by kind: a fixed part, and a part for each of vlen. */
static const struct {
	unsigned char fixed, each;
} parts[] = {
	[BTF_KIND_INT] = { 4, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64) },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_harmless(const char *tag)
{
	if (strncmp(tag, PREFIX, strlen(PREFIX)) != 0)
		return true;
	for (size_t i = 0; i < COUNT(harmless); i++)
		if (strcmp(tag, harmless[i]) == 0)
			return true;
	return false;
}

/* The types are from at to end; in strings every string ends. */
static int check(char *at, const char *end, const char *strings, size_t nr_chars, bool keep_global)
{
	struct btf_type type;

	while (at < end) {
		size_t left = end - at, size = sizeof(type);

		if (left < size)
			return -EINVAL;
		memcpy(&type, at, size);
		if (BTF_INFO_KIND(type.info) >= COUNT(parts))
			return -EINVAL;
		size += parts[BTF_INFO_KIND(type.info)].fixed +
			(size_t)parts[BTF_INFO_KIND(type.info)].each * BTF_INFO_VLEN(type.info);
		if (left < size)
			return -EINVAL;
		if (BTF_INFO_KIND(type.info) == BTF_KIND_DECL_TAG) {
			if (type.name_off >= nr_chars)
				return -EINVAL;
			if (!is_harmless(strings + type.name_off))
				return -EACCES;
		}
		if (BTF_INFO_KIND(type.info) == BTF_KIND_FUNC &&
		    BTF_INFO_VLEN(type.info) == BTF_FUNC_GLOBAL && !keep_global) {
			type.info -= BTF_FUNC_GLOBAL - BTF_FUNC_STATIC;
			memcpy(at, &type, sizeof(type));
		}
		at += size;
	}
	return 0;
}

/* Is that part of the data, whose length is size? */
static bool is_inside(size_t size, size_t start, size_t off, size_t len)
{
	return start <= size && off <= size - start && len <= size - start - off;
}

int types_check(void *data, size_t size, bool keep_global)
{
	char *bytes = data;
	struct btf_header header;

	if (size < sizeof(header))
		return -EINVAL;
	memcpy(&header, data, sizeof(header));
	if (header.magic != BTF_MAGIC || header.hdr_len < sizeof(header) ||
	    !is_inside(size, header.hdr_len, header.type_off, header.type_len) ||
	    !is_inside(size, header.hdr_len, header.str_off, header.str_len))
		return -EINVAL;
	bytes += header.hdr_len;
	if (!header.str_len || bytes[header.str_off + header.str_len - 1])
		return -EINVAL;
	return check(bytes + header.type_off, bytes + header.type_off + header.type_len,
		     bytes + header.str_off, header.str_len, keep_global);
}
