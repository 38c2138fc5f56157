// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loads one of the lesson's four kernel programs and tells what the verifier said
 * of it. Nothing is attached. Given; the lesson's work is in the programs.
 *
 *	mend NAME	loads NAME.bpf.c
 *	mend -l NAME	prints the verifier's own log
 *	mend -ll NAME	also the ways that it found right
 */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "marks.skel.h"
#include "records.skel.h"
#include "sizes.skel.h"
#include "types.skel.h"

/* Each object as it was compiled: it is part of its skeleton. */
static const struct candidate {
	const char *name;
	const void *(*bytes)(size_t *size);
} candidates[] = {
	{ "sizes", sizes_bpf__elf_bytes },
	{ "types", types_bpf__elf_bytes },
	{ "records", records_bpf__elf_bytes },
	{ "marks", marks_bpf__elf_bytes },
};

#define NR_CANDIDATES (sizeof(candidates) / sizeof(*candidates))

static struct env {
	const struct candidate *candidate;
	int log_level; /* of the kernel: 1: the way that failed, 2: every way; 0: print no log */
} env;

static char verifier_log[1024 * 1024];

static const struct argp_option options[] = {
	{ "log", 'l', NULL, 0,
	  "Print the verifier's own log; twice: also of the ways that it found right", 0 },
	{ 0 },
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'l':
		env.log_level = env.log_level ? 2 : 1;
		return 0;
	case ARGP_KEY_ARG:
		if (env.candidate)
			argp_error(state, "give one NAME");
		for (size_t i = 0; i < NR_CANDIDATES; i++)
			if (!strcmp(candidates[i].name, arg))
				env.candidate = &candidates[i];
		if (!env.candidate)
			argp_error(state, "%s: not one of sizes, types, records, marks", arg);
		return 0;
	case ARGP_KEY_END:
		if (!env.candidate)
			argp_error(state, "give a NAME: sizes, types, records or marks");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	.options = options,
	.parser = parse_arg,
	.args_doc = "NAME",
	.doc = "Load one of the programs sizes, types, records, marks, and say what the verifier says.",
	.children = children,
};

/* How many instructions the kernel has of it. */
static int print_success(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size);

	if (!err)
		printf("%s: loaded, %zu instructions\n", env.candidate->name,
		       info.xlated_prog_len / sizeof(struct bpf_insn));
	return err;
}

/* Without a buffer of ours libbpf keeps the log, and lab_report() explains it. */
static void keep_log(struct bpf_object *object, struct bpf_program *prog)
{
	if (!env.log_level) {
		lab_limit_log(object);
		return;
	}
	bpf_program__set_log_level(prog, env.log_level);
	bpf_program__set_log_buf(prog, verifier_log, sizeof(verifier_log));
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct bpf_object *object;
	struct bpf_program *prog;
	const void *bytes;
	size_t size;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	bytes = env.candidate->bytes(&size);
	lab_use_object(bytes, size);
	opts.object_name = env.candidate->name; /* the logs name its maps by it */
	object = bpf_object__open_mem(bytes, size, &opts);
	if (!object)
		return !!lab_report(-errno, "cannot open the object");
	prog = bpf_object__find_program_by_name(object, env.candidate->name);
	if (!prog) {
		err = lab_fail(-ENOENT, "the object has no program of this name");
		goto out;
	}
	keep_log(object, prog);
	err = bpf_object__load(object);
	fputs(verifier_log, stdout);
	if (!err)
		err = print_success(prog);
out:
	if (err && !*verifier_log)
		lab_report(err, "cannot load");
	bpf_object__close(object);
	return !!err;
}
