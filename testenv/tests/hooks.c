// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * hooks FOLDER HOOK: attaches one program of FOLDER/hooks.bpf.o, makes it run, and
 * says what it saw. HOOK: core, kprobe, kprobe_multi, fentry, lsm or replaced.
 * Exit status 0: it ran as often as it should.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPENS 5

static const char *folder;

static int fail(const char *what, int err)
{
	fprintf(stderr, "hooks: cannot %s: %s\n", what, strerror(err < 0 ? -err : err));
	return 1;
}

/* Opens an object, of whose programs only the named one will be loaded. */
static struct bpf_object *open_object(const char *file, const char *program)
{
	struct bpf_object *object;
	struct bpf_program *p;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		return NULL;
	bpf_object__for_each_program(p, object)
		bpf_program__set_autoload(p, strcmp(bpf_program__name(p), program) == 0);
	return object;
}

static void *section(struct bpf_object *object, const char *suffix, size_t *size)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map);
		size_t len = strlen(name), want = strlen(suffix);

		if (len >= want && strcmp(name + len - want, suffix) == 0)
			return (void *)bpf_map__initial_value(map, size);
	}
	return NULL;
}

static int read_bss(struct bpf_object *object, __u64 *calls, __u32 *offset)
{
	struct {
		__u64 calls;
		__u32 pid_offset;
	} bss = {};
	struct bpf_map *map = bpf_object__find_map_by_name(object, "hooks_bp.bss")
				      ?: bpf_object__find_map_by_name(object, ".bss");
	__u32 key = 0;
	int err = map ? bpf_map_lookup_elem(bpf_map__fd(map), &key, &bss) : -ENOENT;

	*calls = bss.calls;
	*offset = bss.pid_offset;
	return err;
}

static int count_opens(const char *hook)
{
	struct bpf_object *object;
	struct bpf_link *link;
	char program[64];
	__u32 offset, *pid;
	__u64 calls;
	size_t size;
	int err;

	snprintf(program, sizeof(program), "hook_%s", hook);
	object = open_object("hooks.bpf.o", program);
	if (!object || !bpf_object__find_program_by_name(object, program))
		return fail("open the object", errno);
	pid = section(object, ".rodata", &size);
	if (!pid)
		return fail("find its constants", ENOENT);
	*pid = getpid();
	err = bpf_object__load(object);
	if (err)
		return fail("load", err);
	link = bpf_program__attach(bpf_object__find_program_by_name(object, program));
	if (!link)
		return fail("attach", errno);
	for (int i = 0; i < OPENS; i++)
		close(open("/dev/null", O_RDONLY));
	bpf_link__destroy(link);
	err = read_bss(object, &calls, &offset);
	if (err)
		return fail("read its counter", err);
	printf("%s: %llu of %d opens; pid at offset %u\n", hook, calls, OPENS, offset);
	bpf_object__close(object);
	return calls != OPENS;
}

static int test_run(int prog)
{
	char packet[64] = "";
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));
	int err = bpf_prog_test_run_opts(prog, &opts);

	return err ? err : (int)opts.retval;
}

static int replace(void)
{
	struct bpf_object *target = open_object("hooks.bpf.o", "hook_replaced"), *object;
	struct bpf_program *replacement;
	struct bpf_link *link;
	int prog, before, after;

	if (!target || bpf_object__load(target))
		return fail("load the program", errno);
	prog = bpf_program__fd(bpf_object__find_program_by_name(target, "hook_replaced"));
	object = open_object("replacement.bpf.o", "replacement");
	if (!object)
		return fail("open the replacement", errno);
	replacement = bpf_object__find_program_by_name(object, "replacement");
	bpf_program__set_attach_target(replacement, prog, "replaced");
	if (bpf_object__load(object))
		return fail("load the replacement", errno);
	before = test_run(prog);
	link = bpf_program__attach_freplace(replacement, prog, "replaced");
	if (!link)
		return fail("attach the replacement", errno);
	after = test_run(prog);
	printf("replaced: returned %d, then %d\n", before, after);
	bpf_link__destroy(link);
	bpf_object__close(object);
	bpf_object__close(target);
	return before != XDP_PASS || after != XDP_DROP;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	folder = argv[1];
	return strcmp(argv[2], "replaced") == 0 ? replace() : count_opens(argv[2]);
}
