// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl get, set, map: values of pinned variables and map entries, by the BTF that
 * the kernel holds of them. Per-CPU values are added up over all CPUs; --cpu:
 * that CPU's alone.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/test/cpu.h"
#include "common/test/pins.h"
#include "common/test/value.h"

#define KEY_MAX_SIZE 512 /* bytes */

/* What is printed for an entry that is not there, and takes one away when it is written. */
#define ABSENT "absent"

struct map_view {
	int fd;
	struct bpf_map_info info;
	struct btf *btf;
	int cpus; /* 0: one value for all */
	int cpu;  /* the one whose values are wanted; -1: of all CPUs, added up */
};

static bool is_per_cpu(__u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static void view_close(struct map_view *view)
{
	btf__free(view->btf);
	if (view->fd >= 0)
		close(view->fd);
}

static int view_open(struct map_view *view, const char *dir, const char *name)
{
	__u32 size = sizeof(view->info);

	*view = (struct map_view){ .fd = pin_open(dir, "map", name), .cpu = -1 };
	if (view->fd < 0)
		return view->fd;
	if (bpf_obj_get_info_by_fd(view->fd, &view->info, &size))
		return -errno;
	if (view->info.btf_id)
		view->btf = btf__load_from_kernel_by_id(view->info.btf_id);
	if (is_per_cpu(view->info.type))
		view->cpus = libbpf_num_possible_cpus();
	return 0;
}

/* Room for one value; per-CPU values come as a row, each rounded up to 8 bytes. */
static size_t value_stride(const struct map_view *view)
{
	return (view->info.value_size + 7) / 8 * 8;
}

/*
 * The value of key at the start of the block: per-CPU ones added up, or that of the one CPU. The
 * caller frees it.
 */
static int view_read(const struct map_view *view, const void *key, const struct place *whole,
		     void **block)
{
	size_t stride = value_stride(view);
	int err;

	*block = calloc(view->cpus ?: 1, stride);
	if (!*block)
		return -ENOMEM;
	err = bpf_map_lookup_elem(view->fd, key, *block);
	if (view->cpu >= 0) {
		memmove(*block, (char *)*block + view->cpu * stride, stride);
		return err;
	}
	for (int cpu = 1; cpu < view->cpus && !err; cpu++)
		err = value_add(whole, *block, (char *)*block + cpu * stride);
	return err;
}

/* The values of all entries added up; 0 in every number when there is none. */
static int view_read_all(const struct map_view *view, const struct place *whole, void **sum)
{
	char key[KEY_MAX_SIZE];
	void *block, *last = NULL;
	int err;

	*sum = calloc(1, value_stride(view));
	if (!*sum)
		return -ENOMEM;
	while (!(err = bpf_map_get_next_key(view->fd, last, key))) {
		last = key;
		err = view_read(view, key, whole, &block);
		if (!err)
			err = value_add(whole, *sum, block);
		free(block);
		if (err && err != -ENOENT) /* removed meanwhile */
			return err;
	}
	return err == -ENOENT ? 0 : err;
}

/* ---- get, set ---- */

/* key NULL: of all entries */
static int print_place(const struct map_view *view, const void *key, const char *path,
		       struct value_error *error)
{
	struct place whole, place;
	void *block = NULL;
	int err;

	err = value_root(view->btf, view->info.btf_value_type_id, &whole, error);
	place = whole;
	if (!err)
		err = value_find(&place, path, error);
	if (err)
		return err;
	err = key ? view_read(view, key, &whole, &block) : view_read_all(view, &whole, &block);
	if (!err)
		err = value_print(&place, block, stdout);
	else
		snprintf(error->text, sizeof(error->text), "%s", strerror(-err));
	if (!err)
		putchar('\n');
	free(block);
	return err;
}

/* A look-up in a trie of prefixes finds the entry of a shorter prefix, too. */
static bool is_there(const struct map_view *view, const void *key)
{
	char found[KEY_MAX_SIZE];
	void *last = NULL;

	if (view->info.type != BPF_MAP_TYPE_LPM_TRIE)
		return true;
	while (!bpf_map_get_next_key(view->fd, last, found)) {
		if (!memcmp(found, key, view->info.key_size))
			return true;
		last = found;
	}
	return false;
}

/*
 * Other fields, variables of a section among them, are written as they were read; 0 where
 * there was no such entry.
 */
static int write_place(const struct map_view *view, const void *key, const char *path,
		       const char *text, struct value_error *error)
{
	struct place whole, place;
	void *block = NULL;
	int err;

	err = value_root(view->btf, view->info.btf_value_type_id, &whole, error);
	place = whole;
	if (!err)
		err = value_find(&place, path, error);
	if (err)
		return err;
	err = view_read(view, key, &whole, &block);
	if (err == -ENOENT)
		err = 0;
	else if (!err && !is_there(view, key))
		memset(block, 0, value_stride(view));
	if (!err)
		err = value_set(&place, block, text, error);
	if (!err && bpf_map_update_elem(view->fd, key, block, BPF_ANY)) {
		err = -errno;
		snprintf(error->text, sizeof(error->text), "%s", strerror(-err));
	}
	free(block);
	return err;
}

/*
 * Prints the variable if it is in this section, or sets it if there is a value; else
 * -ENOENT, and adds the section's names.
 */
static int in_section(const char *dir, const char *section, const char *path, const char *value,
		      char *names, size_t size, struct value_error *error)
{
	struct map_view view;
	__u32 zero = 0;
	int err = -ENOENT;

	if (!view_open(&view, dir, section) && view.btf)
		err = value ? write_place(&view, &zero, path, value, error)
			    : print_place(&view, &zero, path, error);
	if (err == -ENOENT && view.btf) {
		size_t used = strlen(names);

		if (used)
			used += snprintf(names + used, size - used, ", ");
		value_names(view.btf, view.info.btf_value_type_id, names + used, size - used);
	}
	view_close(&view);
	return err;
}

/* Like in_section(), in all sections; -ENOENT has been reported. */
static int variable(const char *dir, const char *path, const char *value, struct value_error *error)
{
	char folder[PATH_MAX], names[1024] = "";
	struct dirent *entry;
	int err = -ENOENT;
	DIR *maps;

	snprintf(folder, sizeof(folder), "%s/map", dir);
	maps = opendir(folder);
	while (maps && err == -ENOENT && (entry = readdir(maps)))
		if (*entry->d_name == '_')
			err = in_section(dir, entry->d_name, path, value, names, sizeof(names),
					 error);
	if (maps)
		closedir(maps);
	if (err == -ENOENT)
		fail("the program has no global variable %s; it has: %s", path,
		     *names ? names : "none");
	return err;
}

static int get_variable(const char *dir, const char *path)
{
	struct value_error error = {};
	int err = variable(dir, path, NULL, &error);

	if (err && err != -ENOENT)
		fail("%s: %s", path, error.text);
	return err ? EXIT_FAILED : EXIT_OK;
}

int cmd_get(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	int status = EXIT_OK;

	if (first < 0)
		return EXIT_USAGE;
	if (first == argc || !dir)
		return usage();
	for (int i = first; i < argc && !status; i++)
		status = get_variable(dir, argv[i]);
	return status;
}

/* Prints "done", or why the kernel does not allow it: both are answers. */
int cmd_set(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	struct value_error error = {};
	int err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 2 || !dir)
		return usage();
	err = variable(dir, argv[first], argv[first + 1], &error);
	if (err == -EINVAL)
		fail("%s: %s", argv[first], error.text);
	if (err == -EINVAL || err == -ENOENT)
		return EXIT_FAILED;
	puts(err ? error.text : "done");
	return EXIT_OK;
}

/* ---- map ---- */

/* A key is a number, hex:DIGITS, or the fields of a struct: a=1,b=2. */
static int parse_key(const struct map_view *view, char *text, void *key, struct value_error *error)
{
	struct place whole, place;
	int err;

	memset(key, 0, view->info.key_size);
	if (!view->btf || !view->info.btf_key_type_id) {
		/* No BTF of the key: bytes, or a number as wide as the key. */
		snprintf(error->text, sizeof(error->text), "the map's key has no type; use hex:");
		return -EINVAL;
	}
	err = value_root(view->btf, view->info.btf_key_type_id, &whole, error);
	if (err || !strchr(text, '='))
		return err ?: value_set(&whole, key, text, error);
	for (char *part = strtok(text, ","); part && !err; part = strtok(NULL, ",")) {
		char *equals = strchr(part, '=');

		if (!equals)
			return -EINVAL;
		*equals = 0;
		place = whole;
		err = value_find(&place, part, error);
		if (!err)
			err = value_set(&place, key, equals + 1, error);
	}
	return err;
}

static int with_map(const struct map_view *view, char *key_text, const char *value)
{
	char *path = key_text + strcspn(key_text, ".[");
	char field[128];
	struct value_error error = {};
	char key[KEY_MAX_SIZE];
	bool all;
	int err = 0;

	snprintf(field, sizeof(field), "%s", path);
	*path = 0;
	if (view->info.key_size > sizeof(key))
		return fail("the map's key is too large");
	if (!view->btf || !view->info.btf_value_type_id)
		return fail("the map's value has no type (declare it with __type)");
	all = !strcmp(key_text, "all");
	if (all && value)
		return fail("all entries cannot be set at once");
	if (!all)
		err = parse_key(view, key_text, key, &error);
	if (!err && value && !*field && !strcmp(value, ABSENT))
		return bpf_map_delete_elem(view->fd, key) ? fail("%s", strerror(errno)) : EXIT_OK;
	if (!err && value && view->cpus)
		return fail("a per-CPU value cannot be set");
	if (!err && value)
		err = write_place(view, key, field, value, &error);
	else if (!err)
		err = print_place(view, all ? NULL : key, field, &error);
	if (err == -ENOENT && !value && !strcmp(error.text, strerror(ENOENT))) {
		puts(ABSENT);
		return EXIT_OK;
	}
	return err ? fail("%s", error.text) : EXIT_OK;
}

int cmd_map(int argc, char **argv)
{
	const char *dir = NULL, *cpu = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir },
					      { .name = "cpu", .value = &cpu },
					      {} };
	int first = options(argc, argv, table);
	struct map_view view;
	int status;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first < 2 || argc - first > 3 || !dir)
		return usage();
	if (view_open(&view, dir, argv[first])) {
		status = pin_missing(dir, "map", argv[first]);
	} else if (cpu && !view.cpus) {
		/* An answer, not an error: a test compares it with what should be there. */
		puts("no per-CPU map");
		status = EXIT_OK;
	} else if (cpu && (view.cpu = cpu_named(cpu)) < 0) {
		status = EXIT_FAILED;
	} else {
		status = with_map(&view, argv[first + 1], argv[first + 2]);
	}
	view_close(&view);
	return status;
}
