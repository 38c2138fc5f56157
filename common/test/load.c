// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl load, attach: an object's programs and maps into the kernel,
 * held there by pins (pins.h) after the process has ended.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "common/test/assignments.h"
#include "common/test/object.h"
#include "common/test/pins.h"
#include "common/test/receive.h"
#include "common/test/sandboxed.h"

static int pin_maps(const struct object *object, const char *dir)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, object->obj)
	{
		if (bpf_map__fd(map) < 0)
			continue;
		err = pin(bpf_map__fd(map), dir, "map", map_pin_name(map));
		if (err) {
			fail("cannot pin map %s in %s: %s", bpf_map__name(map), dir,
			     strerror(-err));
			return err;
		}
	}
	return 0;
}

/* A program may already be pinned by an earlier load of the same object: the newer stays. */
static int pin_programs(const struct object *object, const char *dir)
{
	struct bpf_program *prog;
	char path[PATH_MAX];
	int err = 0;

	bpf_object__for_each_program(prog, object->obj)
	{
		if (bpf_program__fd(prog) < 0)
			continue;
		unlink(pin_path(path, dir, "prog", bpf_program__name(prog)));
		err = pin(bpf_program__fd(prog), dir, "prog", bpf_program__name(prog));
		if (err) {
			fail("cannot pin program %s in %s: %s", bpf_program__name(prog), dir,
			     strerror(-err));
			return err;
		}
	}
	return 0;
}

/* The same options for the half of us that is in the sandbox. */
static int load_there(const char *object, const char *dir, const char *renamed,
		      const struct assignments *assignments)
{
	char *more[2 + 2 * sizeof(assignments->texts) / sizeof(*assignments->texts)];
	int n = 0;

	if (renamed) {
		more[n++] = "--rename";
		more[n++] = (char *)renamed;
	}
	for (int i = 0; i < assignments->count; i++) {
		more[n++] = "--set";
		more[n++] = (char *)assignments->texts[i];
	}
	return receive_and_pin(object, dir, n, more);
}

int cmd_load(int argc, char **argv)
{
	struct assignments assignments = {};
	const char *dir = NULL, *renamed = NULL;
	const struct option_value table[] = {
		{ .name = "pin", .value = &dir },
		{ .name = "rename", .value = &renamed },
		{ .name = "set", .list = add_assignment, .context = &assignments },
		{},
	};
	int first = options(argc, argv, table);
	struct object object;
	int err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1 || !dir)
		return usage();
	if (sandboxed_is_used())
		return load_there(argv[first], dir, renamed, &assignments);
	if (object_open(&object, argv[first], dir, renamed))
		return EXIT_FAILED;
	err = set_assignments(&object, &assignments);
	if (!err)
		err = object_load(&object);
	if (!err)
		err = pin_maps(&object, dir);
	if (!err)
		err = pin_programs(&object, dir);
	object_close(&object);
	return err ? EXIT_FAILED : EXIT_OK;
}

/* ---- attach ---- */

static int reuse_maps(const struct object *object, const char *dir)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, object->obj)
	{
		int fd = pin_open(dir, "map", map_pin_name(map));

		if (fd < 0)
			continue;
		err = bpf_map__reuse_fd(map, fd);
		close(fd);
		if (err)
			return lab_report(err, "cannot use the maps that are loaded");
	}
	return 0;
}

static int attach_program(struct bpf_program *prog, const char *dir)
{
	const char *name = bpf_program__name(prog);
	struct bpf_link *link = bpf_program__attach(prog);
	char what[128];
	int err;

	if (!link) {
		err = -errno;
		snprintf(what, sizeof(what), "cannot attach %s", name);
		return lab_report(lab_attach_explain(err, name), what);
	}
	err = pin(bpf_link__fd(link), dir, "link", name);
	if (err)
		fail("cannot pin the link of %s in %s: %s", name, dir, strerror(-err));
	/* The pin keeps it attached. */
	bpf_link__destroy(link);
	return err;
}

static bool wanted(const struct bpf_program *prog, int count, char *const names[])
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], bpf_program__name(prog)))
			return true;
	return count == 0 && bpf_program__autoload(prog) &&
	       bpf_program__type(prog) != BPF_PROG_TYPE_XDP;
}

static int check_names(const struct object *object, int count, char *const names[])
{
	for (int i = 0; i < count; i++)
		if (!bpf_object__find_program_by_name(object->obj, names[i]))
			return fail("%s has no program %s", bpf_object__name(object->obj),
				    names[i]);
	return 0;
}

/*
 * libbpf attaches only programs it has loaded itself. So the object is loaded
 * once more, on the maps and variables that are there, and the new programs
 * take the place of the old ones.
 */
int cmd_attach(int argc, char **argv)
{
	const char *dir = NULL, *renamed = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir },
					      { .name = "rename", .value = &renamed },
					      {} };
	int first = options(argc, argv, table);
	struct bpf_program *prog;
	struct object object;
	int err, count;

	if (first < 0)
		return EXIT_USAGE;
	count = argc - first - 1;
	if (count < 0 || !dir)
		return usage();
	if (sandboxed_is_used())
		return receive_and_attach(argv[first], dir, count, argv + first + 1);
	if (object_open(&object, argv[first], dir, renamed))
		return EXIT_FAILED;
	err = check_names(&object, count, argv + first + 1);
	if (!err)
		err = reuse_maps(&object, dir);
	if (!err)
		err = object_load(&object);
	if (!err)
		err = pin_programs(&object, dir);
	bpf_object__for_each_program(prog,
				     object.obj) if (!err && wanted(prog, count, argv + first + 1))
		err = attach_program(prog, dir);
	object_close(&object);
	return err ? EXIT_FAILED : EXIT_OK;
}
