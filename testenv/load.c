// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "testenv load" and "unload": an XDP program on a node's interface without a
 * loader of its own. It is kept by pins in the environment's bpffs, and goes
 * with it: NODE-INTERFACE/link, and the maps in NODE-INTERFACE/maps.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "testenv/cli.h"
#include "testenv/enter.h"
#include "testenv/env.h"
#include "testenv/ns.h"
#include "testenv/sides.h"
#include "testenv/testenv.h"

#define EXIT_REFUSED 1
/* unload: NAME NODE; load: FILE and PROGRAM as well */
#define MAX_ARGS 4

struct load {
	const char *command;
	const char *args[MAX_ARGS];
	int min_args, max_args;
	const char *ifname;
	enum lab_xdp_mode mode;
	struct env env;
	int link;      /* the interface's link in the topology */
	char pins[64]; /* the folder of its pins */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct load *load = state->input;

	switch (key) {
	case 'i':
		load->ifname = arg;
		return 0;
	case 'm':
		if (lab_xdp_mode_parse(arg, &load->mode))
			cli_error("--mode is native or generic, not '%s'", arg);
		return 0;
	case ARGP_KEY_ARG:
		if ((int)state->arg_num == load->max_args)
			cli_error("%s: what is '%s'?", load->command, arg);
		load->args[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_END:
		if ((int)state->arg_num < load->min_args)
			cli_error("%s: usage: testenv %s NAME NODE%s", load->command, load->command,
				  load->min_args > 2 ? " FILE [PROGRAM]" : "");
		cli_check_name(load->args[0]);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Goes into the node and finds the interface. */
static int find_interface(struct load *load)
{
	const char *node = load->args[1];
	int code = node_enter(&load->env, load->args[0], node);

	if (code)
		return code;
	snprintf(load->pins, sizeof(load->pins), "%s/%s-%s", BPFFS, node, load->ifname);
	for (int i = 0; i < 2 * load->env.topo.nr_links; i++) {
		struct topo_end end;

		topo_end(&load->env.topo, load->env.slot.nr, i / 2, i % 2, &end);
		load->link = i / 2;
		if (strcmp(end.ifname, load->ifname) == 0 &&
		    topo_node(&load->env.topo, node) == end.node)
			return 0;
	}
	return report(EXIT_USAGE, "node %s has no interface %s", node, load->ifname);
}

static int remove_pin(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return flag == FTW_DP ? rmdir(path) : unlink(path);
}

/*
 * Takes the program off that an earlier "load" put there, if there is one. The
 * kernel does so at once: without the pin it would do it later.
 */
static void take_off(const struct load *load)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "%s/link", load->pins);
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		bpf_link_detach(fd);
		close(fd);
	}
	nftw(load->pins, remove_pin, 8, FTW_DEPTH | FTW_PHYS);
}

/* Puts the pass program where it must be, after whatever else. */
static int settle(const struct load *load, int code)
{
	int err = sides_settle(&load->env, load->link);

	if (err && !code)
		code = report(exit_code(err), "%s: cannot attach the pass program: %s",
			      load->command, strerror(-err));
	return code;
}

/* The XDP program to load: the named one, or the only one. The others are left out. */
static struct bpf_program *choose(struct bpf_object *object, const char *file, const char *name)
{
	struct bpf_program *program, *chosen = NULL;
	int n = 0;

	bpf_object__for_each_program(program, object)
	{
		bool xdp = bpf_program__type(program) == BPF_PROG_TYPE_XDP;
		bool wanted = xdp && (!name || strcmp(name, bpf_program__name(program)) == 0);

		bpf_program__set_autoload(program, wanted);
		if (!wanted)
			continue;
		chosen = program;
		n++;
	}
	if (n == 1)
		return chosen;
	if (n > 1)
		report(0, "load: %s has %d XDP programs: say which one", file, n);
	else
		report(0, "load: %s has no XDP program%s%s", file, name ? " called " : "",
		       name ?: "");
	return NULL;
}

static int pin(const struct load *load, struct bpf_object *object, const struct bpf_link *link)
{
	char path[80];
	int err;

	if (mkdir(load->pins, 0700))
		return -errno;
	snprintf(path, sizeof(path), "%s/maps", load->pins);
	err = bpf_object__pin_maps(object, path);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/link", load->pins);
	return bpf_obj_pin(bpf_link__fd(link), path) ? -errno : 0;
}

/* Loads first: if the kernel refuses the program, all stays as it was. */
static int put_on(const struct load *load, struct bpf_object *object, const char *file)
{
	struct bpf_program *program = choose(object, file, load->args[3]);
	struct bpf_link *link;
	char what[64];
	int err;

	if (!program)
		return EXIT_USAGE;
	lab_limit_log(object);
	if (bpf_object__load(object)) {
		lab_report(-errno, "cannot load");
		return EXIT_REFUSED;
	}
	take_off(load);
	link = lab_attach_xdp(program, load->ifname, load->mode);
	if (!link) {
		snprintf(what, sizeof(what), "cannot attach to %s", load->ifname);
		lab_report(-errno, what);
		return EXIT_REFUSED;
	}
	err = pin(load, object, link);
	if (!err)
		return 0; /* the process ends, the pins stay */
	bpf_link__destroy(link);
	take_off(load);
	return report(exit_code(err), "load: cannot pin it in %s: %s", load->pins, strerror(-err));
}

static int load_file(const struct load *load, const char *file, void *elf, size_t size)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "testenv");
	struct bpf_object *object;
	int code;

	lab_log_init();
	object = bpf_object__open_mem(elf, size, &opts);
	if (!object)
		return report(EXIT_USAGE, "load: %s is no object file of BPF programs", file);
	lab_use_object(elf, size);
	code = put_on(load, object, file);
	bpf_object__close(object);
	return code;
}

/* Reads the whole file; the caller frees *elf. */
static int read_file(const char *path, char **elf, size_t *size)
{
	FILE *f = fopen(path, "re");
	size_t n;
	FILE *memory;
	char part[4096];
	int err = 0;

	if (!f)
		return -errno;
	memory = open_memstream(elf, size);
	if (!memory)
		err = -errno;
	while (!err && (n = fread(part, 1, sizeof(part), f)) > 0)
		fwrite(part, 1, n, memory);
	if (ferror(f))
		err = -EIO;
	fclose(f);
	if (memory && fclose(memory) && !err)
		err = -ENOMEM;
	return err;
}

static int do_load(struct load *load)
{
	const char *file = load->args[2];
	char *elf = NULL;
	size_t size;
	int code, err;

	/* Before the node's mounts hide anything. */
	err = read_file(file, &elf, &size);
	if (err)
		code = report(EXIT_USAGE, "load: cannot read %s: %s", file, strerror(-err));
	else
		code = find_interface(load);
	if (!code)
		code = settle(load, load_file(load, file, elf, size));
	free(elf);
	return code;
}

static const struct argp_option unload_options[] = {
	{ "interface", 'i', "IF", 0, "On this interface, not on eth0", 0 },
	{},
};

static const struct argp_option load_options[] = {
	{ "interface", 'i', "IF", 0, "On this interface, not on eth0", 0 },
	{ "mode", 'm', "MODE", 0, "native (default) or generic", 0 },
	{},
};

static const struct argp load_argp = {
	.options = load_options,
	.parser = parse,
	.args_doc = "NAME NODE FILE.bpf.o [PROGRAM]",
	.doc = "Put an XDP program onto a node's interface, in place of the one that load put there "
	       "before, or of the pass program. The other end of the link gets the pass program if "
	       "it has none: else XDP_TX and XDP_REDIRECT would lose their packets. Maps are pinned "
	       "in /sys/fs/bpf/NODE-IF/maps inside the environment.",
};

int cmd_load(int argc, char **argv)
{
	struct load load = { .command = "load", .min_args = 3, .max_args = 4, .ifname = "eth0" };
	int code;

	cli_parse(&load_argp, argc, argv, false, &load);
	code = cli_elevate(argv);
	return code ? code : do_load(&load);
}

static const struct argp unload_argp = {
	.options = unload_options,
	.parser = parse,
	.args_doc = "NAME NODE",
	.doc = "Take the program off that load put onto a node's interface. Where the pass program "
	       "was, it comes back.",
};

int cmd_unload(int argc, char **argv)
{
	struct load load = { .command = "unload", .min_args = 2, .max_args = 2, .ifname = "eth0" };
	int code;

	cli_parse(&unload_argp, argc, argv, false, &load);
	code = cli_elevate(argv);
	if (!code)
		code = find_interface(&load);
	if (code)
		return code;
	take_off(&load);
	return settle(&load, 0);
}
