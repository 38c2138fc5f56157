// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Values by BTF: finding them, and turning them to text and back. Knows
 * nothing of maps or objects: the caller brings the bytes and their type.
 */
#include "common/test/value.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int value_fail(struct value_error *error, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int value_fail(struct value_error *error, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return err;
}

/* Qualifiers, typedefs and the VAR around a variable say nothing about its bytes. */
static __u32 strip(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type) || btf_is_var(type) ||
			btf_is_type_tag(type))) {
		id = type->type;
		type = btf__type_by_id(btf, id);
	}
	return id;
}

static const struct btf_type *type_of(const struct place *place)
{
	return btf__type_by_id(place->btf, place->type);
}

static int enter(struct place *place, __u32 type, size_t offset, struct value_error *error)
{
	__s64 size;

	place->type = strip(place->btf, type);
	place->at += offset;
	place->bit_size = 0;
	size = btf__resolve_size(place->btf, place->type);
	if (size < 0)
		return value_fail(error, -EINVAL, "its type has no size");
	place->size = size;
	return 0;
}

int value_root(const struct btf *btf, __u32 root, struct place *place, struct value_error *error)
{
	*place = (struct place){ .btf = btf };
	return enter(place, root, 0, error);
}

static int enter_variable(struct place *place, const char *name, struct value_error *error)
{
	const struct btf_type *section = type_of(place);
	const struct btf_var_secinfo *info = btf_var_secinfos(section);

	for (int i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *var = btf__type_by_id(place->btf, info[i].type);

		if (!strcmp(btf__name_by_offset(place->btf, var->name_off), name))
			return enter(place, info[i].type, info[i].offset, error);
	}
	return value_fail(error, -ENOENT, "there is no variable %s", name);
}

static int enter_field(struct place *place, const char *name, struct value_error *error)
{
	const struct btf_type *type = type_of(place);
	const struct btf_member *member = btf_members(type);
	char names[256];

	for (int i = 0; i < btf_vlen(type); i++) {
		__u32 bit = btf_member_bit_offset(type, i);
		int bits = btf_member_bitfield_size(type, i);
		int err;

		if (strcmp(btf__name_by_offset(place->btf, member[i].name_off), name))
			continue;
		err = enter(place, member[i].type, bit / 8, error);
		if (!err && bits) {
			place->bit_at = bit % 8;
			place->bit_size = bits;
		}
		return err;
	}
	value_names(place->btf, place->type, names, sizeof(names));
	return value_fail(error, -EINVAL, "there is no field %s; there are: %s", name, names);
}

static int enter_element(struct place *place, const char *index, struct value_error *error)
{
	const struct btf_type *type = type_of(place);
	const struct btf_array *array;
	char *end;
	unsigned long i = strtoul(index, &end, 0);
	__s64 size;

	if (!btf_is_array(type))
		return value_fail(error, -EINVAL, "[%s]: not an array", index);
	array = btf_array(type);
	if (end == index || *end || i >= array->nelems)
		return value_fail(error, -EINVAL, "[%s]: the array has %u elements", index,
				  array->nelems);
	size = btf__resolve_size(place->btf, array->type);
	return size < 0 ? (int)size : enter(place, array->type, i * size, error);
}

static int enter_name(struct place *place, const char *name, struct value_error *error)
{
	const struct btf_type *type = type_of(place);

	if (btf_is_datasec(type))
		return enter_variable(place, name, error);
	if (btf_is_composite(type))
		return enter_field(place, name, error);
	return value_fail(error, -EINVAL, ".%s: not a struct", name);
}

int value_find(struct place *place, const char *path, struct value_error *error)
{
	char step[128];
	int err = 0;

	while (*path && !err) {
		bool index = *path == '[';
		size_t len;

		if (*path == '.' || *path == '[')
			path++;
		len = strcspn(path, index ? "]" : ".[");
		if (!len || len >= sizeof(step) || (index && !path[len]))
			return value_fail(error, -EINVAL, "%s: not a name", path);
		memcpy(step, path, len);
		step[len] = 0;
		path += len + index;
		err = index ? enter_element(place, step, error) : enter_name(place, step, error);
	}
	return err;
}

void value_names(const struct btf *btf, __u32 root, char *text, size_t size)
{
	const struct btf_type *type = btf__type_by_id(btf, root);
	size_t used = 0;

	*text = 0;
	for (int i = 0; i < btf_vlen(type) && used < size; i++) {
		__u32 name =
			btf_is_datasec(type)
				? btf__type_by_id(btf, btf_var_secinfos(type)[i].type)->name_off
				: btf_members(type)[i].name_off;

		used += snprintf(text + used, size - used, "%s%s", used ? ", " : "",
				 btf__name_by_offset(btf, name));
	}
}

/* ---- numbers ---- */

static bool is_number(const struct btf_type *type)
{
	return btf_is_int(type) || btf_is_any_enum(type);
}

static bool is_signed(const struct btf_type *type)
{
	return btf_is_int(type) ? btf_int_encoding(type) & BTF_INT_SIGNED : btf_kflag(type);
}

static bool is_text(const struct place *place)
{
	const struct btf_type *type = type_of(place);
	const struct btf_type *element;

	if (!btf_is_array(type))
		return false;
	element = btf__type_by_id(place->btf, strip(place->btf, btf_array(type)->type));
	return btf_is_int(element) && element->size == 1 &&
	       !strcmp(btf__name_by_offset(place->btf, element->name_off), "char");
}

static int bits_of(const struct place *place)
{
	return place->bit_size ? place->bit_size : (int)place->size * 8;
}

/* The bytes are in the machine's own order, which is little-endian where bit-fields occur. */
static uint64_t read_number(const struct place *place, const void *block)
{
	const void *from = (const char *)block + place->at;
	uint64_t value = 0;

	if (place->bit_size) {
		memcpy(&value, from, (place->bit_at + place->bit_size + 7) / 8);
		return value >> place->bit_at & (~0ULL >> (64 - place->bit_size));
	}
	switch (place->size) {
	case 1:
		return *(const uint8_t *)from;
	case 2:
		return *(const uint16_t *)from;
	case 4:
		return *(const uint32_t *)from;
	default:
		memcpy(&value, from, sizeof(value));
		return value;
	}
}

static void write_number(const struct place *place, void *block, uint64_t value)
{
	void *to = (char *)block + place->at;
	uint64_t mask, old = 0;
	size_t len;

	if (place->bit_size) {
		len = (place->bit_at + place->bit_size + 7) / 8;
		mask = (~0ULL >> (64 - place->bit_size)) << place->bit_at;
		memcpy(&old, to, len);
		old = (old & ~mask) | (value << place->bit_at & mask);
		memcpy(to, &old, len);
		return;
	}
	switch (place->size) {
	case 1:
		*(uint8_t *)to = value;
		break;
	case 2:
		*(uint16_t *)to = value;
		break;
	case 4:
		*(uint32_t *)to = value;
		break;
	default:
		memcpy(to, &value, sizeof(value));
	}
}

static int64_t sign_extend(uint64_t value, int bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static int set_number(const struct place *place, void *block, const char *text,
		      struct value_error *error)
{
	bool is_minus = *text == '-', has_sign = is_signed(type_of(place));
	int bits = bits_of(place);
	uint64_t value, most;
	char *end;

	errno = 0;
	value = strtoull(text + is_minus, &end, 0);
	if (errno || *end || !isdigit((unsigned char)text[is_minus]))
		return value_fail(error, -EINVAL, "%s: not a number", text);
	most = ~0ULL >> (64 - bits + has_sign);
	if (value > most + (is_minus && has_sign) || (is_minus && !has_sign && value))
		return value_fail(error, -ERANGE, "%s: does not fit %s%d bits", text,
				  has_sign ? "" : "unsigned ", bits);
	write_number(place, block, is_minus ? -value : value);
	return 0;
}

/* ---- text ---- */

static int set_hex(const struct place *place, void *block, const char *hex,
		   struct value_error *error)
{
	uint8_t *to = (uint8_t *)block + place->at;

	if (strlen(hex) != 2 * place->size || strspn(hex, "0123456789abcdefABCDEF") != strlen(hex))
		return value_fail(error, -EINVAL, "hex:%s: needs %zu hex digits", hex,
				  2 * place->size);
	for (size_t i = 0; i < place->size; i++)
		sscanf(hex + 2 * i, "%2hhx", &to[i]);
	return 0;
}

int value_set(const struct place *place, void *block, const char *text, struct value_error *error)
{
	size_t len = strlen(text);

	if (!strncmp(text, "hex:", 4) && !place->bit_size)
		return set_hex(place, block, text + 4, error);
	if (is_number(type_of(place)))
		return set_number(place, block, text, error);
	if (!is_text(place))
		return value_fail(error, -EINVAL, "%s: give hex:DIGITS, or name a field", text);
	if (len >= place->size)
		return value_fail(error, -ERANGE, "\"%s\": longer than the %zu characters it holds",
				  text, place->size - 1);
	memset((char *)block + place->at, 0, place->size);
	memcpy((char *)block + place->at, text, len);
	return 0;
}

static int print_elements(const struct place *place, const void *block, FILE *out)
{
	const struct btf_array *array = btf_array(type_of(place));
	struct value_error ignored;
	int err = 0;

	fputc('[', out);
	for (__u32 i = 0; i < array->nelems && !err; i++) {
		struct place element = *place;

		err = enter(&element, array->type, i * (place->size / array->nelems), &ignored);
		if (i)
			fputc(' ', out);
		if (!err)
			err = value_print(&element, block, out);
	}
	fputc(']', out);
	return err;
}

static int print_fields(const struct place *place, const void *block, FILE *out)
{
	const struct btf_type *type = type_of(place);
	struct value_error ignored;
	int err = 0;

	fputc('{', out);
	for (int i = 0; i < btf_vlen(type) && !err; i++) {
		const char *name = btf__name_by_offset(place->btf, btf_members(type)[i].name_off);
		struct place field = *place;

		if (!*name)
			continue;
		err = enter_field(&field, name, &ignored);
		fprintf(out, "%s%s=", i ? " " : "", name);
		if (!err)
			err = value_print(&field, block, out);
	}
	fputc('}', out);
	return err;
}

int value_print(const struct place *place, const void *block, FILE *out)
{
	const struct btf_type *type = type_of(place);
	uint64_t number;

	if (is_number(type)) {
		number = read_number(place, block);
		if (is_signed(type))
			fprintf(out, "%lld", (long long)sign_extend(number, bits_of(place)));
		else
			fprintf(out, "%llu", (unsigned long long)number);
		return 0;
	}
	if (is_text(place)) {
		fprintf(out, "%.*s", (int)place->size, (const char *)block + place->at);
		return 0;
	}
	if (btf_is_array(type))
		return print_elements(place, block, out);
	if (btf_is_composite(type))
		return print_fields(place, block, out);
	for (size_t i = 0; i < place->size; i++)
		fprintf(out, "%02x", ((const uint8_t *)block)[place->at + i]);
	return 0;
}

/* ---- sums of per-CPU values ---- */

int value_add(const struct place *place, void *sum, const void *block)
{
	const struct btf_type *type = type_of(place);
	int count = btf_is_composite(type) ? btf_vlen(type)
		    : btf_is_array(type)   ? (int)btf_array(type)->nelems
					   : 0;
	struct value_error ignored;
	int err = 0;

	if (is_number(type))
		write_number(place, sum, read_number(place, sum) + read_number(place, block));
	for (int i = 0; i < count && !err; i++) {
		struct place part = *place;

		if (btf_is_array(type))
			err = enter(&part, btf_array(type)->type, i * (place->size / count),
				    &ignored);
		else
			err = enter_field(
				&part,
				btf__name_by_offset(place->btf, btf_members(type)[i].name_off),
				&ignored);
		if (!err)
			err = value_add(&part, sum, block);
	}
	return err;
}
