// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl hand-over: the half of load and attach that runs in the sandbox. It opens the
 * object, has it loaded unless told not to, and hands over what came of it (handed.h).
 * labctl sections prints nothing and loads nothing: only names and SEC()s go over.
 */
#include "common/test/handed.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/test/assignments.h"
#include "common/test/labctl.h"
#include "common/test/object.h"
#include "common/test/pins.h"

static int over(enum handed_kind kind, const char *name, const char *section, bool attaches, int fd)
{
	struct handed item = { .kind = kind, .attaches = attaches };
	int err;

	snprintf(item.name, sizeof(item.name), "%s", name);
	snprintf(item.section, sizeof(item.section), "%s", section);
	err = handed_send(HANDED_SOCKET, &item, fd);
	return err ? fail("cannot hand over %s: %s", name, strerror(-err)) : 0;
}

static int hand_over_maps(const struct object *object)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, object->obj)
	{
		if (bpf_map__fd(map) < 0)
			continue;
		err = over(HANDED_MAP, map_pin_name(map), "", false, bpf_map__fd(map));
		if (err)
			break;
	}
	return err;
}

static int hand_over_programs(const struct object *object)
{
	struct bpf_program *prog;
	int err = 0;

	bpf_object__for_each_program(prog, object->obj)
	{
		if (bpf_program__fd(prog) < 0)
			continue;
		err = over(HANDED_PROGRAM, bpf_program__name(prog), "", false,
			   bpf_program__fd(prog));
		if (err)
			break;
	}
	return err;
}

static int hand_over_sections(const struct object *object)
{
	struct bpf_program *prog;
	int err = 0;

	bpf_object__for_each_program(prog, object->obj)
	{
		err = over(HANDED_SECTION, bpf_program__name(prog), bpf_program__section_name(prog),
			   bpf_program__autoload(prog), -1);
		if (err)
			break;
	}
	return err;
}

int cmd_hand_over(int argc, char **argv)
{
	struct assignments assignments = {};
	const char *renamed = NULL;
	const struct option_value table[] = {
		{ .name = "rename", .value = &renamed },
		{ .name = "set", .list = add_assignment, .context = &assignments },
		{},
	};
	int first = options(argc, argv, table);
	struct object object;
	int err;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1)
		return usage();
	if (object_open(&object, argv[first], NULL, renamed))
		return EXIT_FAILED;
	err = set_assignments(&object, &assignments);
	if (!err)
		err = object_load(&object);
	if (!err)
		err = hand_over_maps(&object);
	if (!err)
		err = hand_over_programs(&object);
	if (!err)
		err = over(HANDED_END, "", "", false, -1);
	object_close(&object);
	return err ? EXIT_FAILED : EXIT_OK;
}

int cmd_sections(int argc, char **argv)
{
	struct object object;
	int err;

	if (argc != 2)
		return usage();
	if (object_open(&object, argv[1], NULL, NULL))
		return EXIT_FAILED;
	err = hand_over_sections(&object);
	if (!err)
		err = over(HANDED_END, "", "", false, -1);
	object_close(&object);
	return err ? EXIT_FAILED : EXIT_OK;
}
