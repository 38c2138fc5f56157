// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl trial: has an object loaded once, and prints what libbpf and the
 * verifier say of it, as libbpf prints it. What that means is for others
 * (course explain). The object comes through stdin, so that whoever starts us
 * reads it with no more rights than they have, and a virtual machine needs no
 * file. It may be hostile: it is opened in a child, and nothing of it stays.
 */
#include "common/test/labctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/libbpf.h>

enum {
	OBJECT_MAX = 64 << 20,
	/* The largest that kernels before 5.2 accept. */
	LOG_SIZE = (1 << 24) - 1,
	/* Enough for the object, the log, and what libbpf makes of them. */
	MEMORY_MAX = 512 << 20,
	CPU_SECONDS = 60,
	EXIT_INVALID = 3, /* as course has it */
};

struct input {
	void *bytes;
	size_t size;
};

static int read_object(struct input *in)
{
	in->bytes = malloc(OBJECT_MAX + 1);
	if (!in->bytes)
		return fail("no memory");
	in->size = fread(in->bytes, 1, OBJECT_MAX + 1, stdin);
	if (!in->size)
		return fail("the object is empty");
	if (ferror(stdin))
		return fail("cannot read the object: %s", strerror(errno));
	if (in->size > OBJECT_MAX)
		return fail("the object is larger than %d MiB", OBJECT_MAX >> 20);
	return 0;
}

static int say(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN)
		vprintf(format, args);
	return 0;
}

/*
 * One buffer for all: libbpf left alone verifies again and again with larger
 * ones. It stops at the first program that is refused, whose log it then holds.
 */
static void set_logs(struct bpf_object *object, char *log, int level)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, object)
	{
		bpf_program__set_log_buf(prog, log, LOG_SIZE);
		if (level)
			bpf_program__set_log_level(prog, level);
	}
}

static int try_load(const struct input *in, int level)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "trial");
	char *log = calloc(1, LOG_SIZE);
	struct bpf_object *object;
	char reason[128];
	int err;

	libbpf_set_print(say);
	object = log ? bpf_object__open_mem(in->bytes, in->size, &opts) : NULL;
	/* Not always has libbpf said a word. */
	if (!object) {
		libbpf_strerror(-errno, reason, sizeof(reason));
		printf("libbpf: the object cannot be opened: %s\n", reason);
		return EXIT_FAILED;
	}
	set_logs(object, log, level);
	err = bpf_object__load(object);
	if (err && *log)
		printf("-- BEGIN PROG LOAD LOG --\n%s-- END PROG LOAD LOG --\n", log);
	if (err)
		printf("libbpf: failed to load object: %s\n", strerror(-err));
	else
		printf("the object loads\n");
	return err ? EXIT_FAILED : EXIT_OK;
}

static void __attribute__((noreturn)) be_child(const struct input *in, int level)
{
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX }, none = { 0, 0 };
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS };
	int status;

	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
	status = try_load(in, level);
	fflush(stdout);
	_exit(status);
}

int cmd_trial(int argc, char **argv)
{
	const char *level = "0";
	const struct option_value table[] = { { .name = "level", .value = &level }, {} };
	struct input in = {};
	int status = 0;
	pid_t pid;

	if (options(argc, argv, table) != argc)
		return usage();
	if (read_object(&in)) {
		free(in.bytes);
		return EXIT_INVALID;
	}
	pid = fork();
	if (!pid)
		be_child(&in, atoi(level));
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	free(in.bytes);
	if (pid < 0)
		return fail("cannot fork: %s", strerror(errno));
	if (WIFSIGNALED(status)) {
		fail("libbpf, which loads objects, crashed on this one: it is damaged (%s)",
		     strsignal(WTERMSIG(status)));
		return EXIT_INVALID;
	}
	return WEXITSTATUS(status);
}
