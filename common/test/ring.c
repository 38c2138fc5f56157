// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl ring: takes the records that are in a pinned ring buffer, in their
 * order, and prints each as one line. What a record holds the test says: a
 * ring buffer has no type that the kernel could tell.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/pins.h"
#include "common/test/record.h"

/* A program can write as much as it likes, and go on while we read. */
#define BYTES_MAX (1 << 20)

struct printer {
	const struct record_field *fields;
	size_t count;
	size_t bytes; /* in records so far, and in their heads */
};

static int print_record(void *context, void *data, size_t size)
{
	struct printer *printer = context;

	printer->bytes += size + BPF_RINGBUF_HDR_SZ;
	if (printer->bytes > BYTES_MAX)
		return -EFBIG;
	record_print(stdout, printer->fields, printer->count, data, size);
	return 0;
}

static int drain(int map, struct printer *printer)
{
	struct ring_buffer *ring = ring_buffer__new(map, print_record, printer, NULL);
	int result;

	if (!ring)
		return -errno;
	result = ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return result < 0 ? result : 0;
}

static int with_ring(const char *dir, const char *name, struct printer *printer)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int map, err;

	map = pin_open(dir, "map", name);
	if (map < 0)
		return pin_missing(dir, "map", name);
	err = bpf_obj_get_info_by_fd(map, &info, &size);
	if (!err && info.type != BPF_MAP_TYPE_RINGBUF) {
		close(map);
		return fail("the map %s is not a ring buffer", name);
	}
	if (!err)
		err = drain(map, printer);
	close(map);
	if (err == -EFBIG)
		return fail("%s holds more than %d bytes of records", name, BYTES_MAX);
	return err ? fail("%s: %s", name, strerror(-err)) : EXIT_OK;
}

int cmd_ring(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	struct record_field fields[RECORD_FIELDS_MAX];
	struct printer printer = { .fields = fields };

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first < 2 || !dir)
		return usage();
	for (int i = first + 1; i < argc; i++, printer.count++) {
		if (printer.count == RECORD_FIELDS_MAX)
			return fail("more than %d fields", RECORD_FIELDS_MAX);
		if (record_field_parse(argv[i], &fields[printer.count]))
			return fail("%s: must be NAME:TYPE, where TYPE is u8 u16 u32 u64 "
				    "s8 s16 s32 s64, strN, str or hex",
				    argv[i]);
	}
	return with_ring(dir, argv[first], &printer);
}
