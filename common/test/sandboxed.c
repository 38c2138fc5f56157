// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Starts testenv sandbox for what labctl does not trust (sandboxed.h). */
#include "common/test/sandboxed.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/libbpf.h>

#include "common/test/labctl.h"
#include "common/test/proc.h"

extern char **environ;

/* Longer than any test. */
#define ANY_SECONDS "3600"
#define OUTPUT_KB   "1024"
/* Processor time of a loader while a test runs: nobody's needs so much. */
#define ANY_CPU "60"
/* Processor time for reading an object. */
#define ASK_CPU "60"

/* What libbpf reads for CO-RE. */
#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

bool sandboxed_is_used(void)
{
	const char *policy = getenv(SANDBOX_POLICY);

	return policy && *policy;
}

const char *sandboxed_self(void)
{
	static char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	return self;
}

void sandboxed_add(struct sandboxed *s, const char *format, ...)
{
	va_list args;

	if (s->argc == SANDBOXED_WORDS - 1)
		return;
	va_start(args, format);
	if (vasprintf(&s->argv[s->argc], format, args) < 0)
		abort();
	va_end(args);
	s->argv[++s->argc] = NULL;
}

void sandboxed_show_as(struct sandboxed *s, const char *path, const char *as)
{
	sandboxed_add(s, "--bind");
	sandboxed_add(s, "%s:%s", path, as);
}

void sandboxed_show(struct sandboxed *s, const char *path)
{
	char whole[PATH_MAX];

	if (realpath(path, whole))
		sandboxed_show_as(s, whole, whole);
}

/* BUILD/bin/testenv beside our BUILD/libexec/labctl. */
static void add_testenv(struct sandboxed *s)
{
	char *self = strdup(sandboxed_self());

	sandboxed_add(s, "%s/../bin/testenv", dirname(self));
	sandboxed_add(s, "sandbox");
	free(self);
}

static void add_string(json_t *policy, const char *key, const char *variable)
{
	const char *value = getenv(variable);

	if (value && *value)
		json_object_set_new(policy, key, json_string(value));
}

/* -errno, or a file whose offset is at its start. */
static int save(const json_t *policy)
{
	char *text = json_dumps(policy, 0);
	int fd = text ? memfd_create("policy", 0) : -1;
	int err = 0;

	if (fd < 0)
		err = text ? -errno : -ENOMEM;
	else if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = -EIO;
	free(text);
	if (!err && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return err ?: -EIO;
}

static int add_policy(struct sandboxed *s)
{
	const char *path = getenv(SANDBOX_POLICY);
	json_error_t error;
	json_t *policy = json_load_file(path, 0, &error);

	if (!policy) {
		fail("%s: %s", path, error.text);
		return -EINVAL;
	}
	add_string(policy, "attach_cgroup", "TESTENV_CGROUP");
	add_string(policy, "pins", "TESTENV_BPF");
	s->policy = save(policy);
	json_decref(policy);
	if (s->policy < 0) {
		fail("cannot write the policy: %s", strerror(-s->policy));
		return s->policy;
	}
	sandboxed_add(s, "--bpf");
	sandboxed_add(s, "/proc/self/fd/%d", s->policy);
	return 0;
}

/* What testenv says of the environment, and nothing of the test: its seed least of all. */
static bool may_see(const char *variable)
{
	static const char *const whole[] = { "TESTENV", "LANG", "TERM", "NO_COLOR" };
	size_t len = strcspn(variable, "=");
	const char *p = variable;

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		if (strlen(whole[i]) == len && !strncmp(whole[i], variable, len))
			return true;
	if (!strncmp(variable, "TESTENV_", 8))
		return true;
	/* A_IF, B1_IP4 ... */
	while (isupper((unsigned char)*p) || isdigit((unsigned char)*p))
		p++;
	return p > variable &&
	       (!strncmp(p, "_IF", 3) || !strncmp(p, "_IP", 3) || !strncmp(p, "_MAC", 4));
}

static void add_environment(struct sandboxed *s)
{
	for (char **e = environ; *e; e++)
		if (may_see(*e)) {
			sandboxed_add(s, "--env");
			sandboxed_add(s, "%s", *e);
		}
	sandboxed_add(s, "--env");
	sandboxed_add(s, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	sandboxed_add(s, "--env");
	sandboxed_add(s, "LC_ALL=C");
}

static void add_status(struct sandboxed *s)
{
	const char *folder = getenv(SANDBOX_NOTES);

	if (!folder || !*folder)
		return;
	mkdir(folder, 0755); /* in a guest it is not there yet */
	if (asprintf(&s->status, "%s/%d.json", folder, getpid()) < 0)
		abort();
	sandboxed_add(s, "--status");
	sandboxed_add(s, "%s", s->status);
}

bool sandboxed_allows(unsigned int program_type)
{
	json_t *policy = json_load_file(getenv(SANDBOX_POLICY) ?: "", 0, NULL), *type;
	const char *name = libbpf_bpf_prog_type_str(program_type);
	bool yes = false;
	size_t i;

	json_array_foreach (json_object_get(policy, "programs"), i, type)
		yes |= name && json_is_string(type) && !strcmp(json_string_value(type), name);
	json_decref(policy);
	return yes;
}

int sandboxed_begin(struct sandboxed *s, bool bpf, const char *cpu)
{
	*s = (struct sandboxed){ .policy = -1 };
	add_testenv(s);
	sandboxed_add(s, "--output");
	sandboxed_add(s, OUTPUT_KB);
	sandboxed_add(s, "--seconds");
	sandboxed_add(s, ANY_SECONDS);
	sandboxed_add(s, "--cpu-seconds");
	sandboxed_add(s, "%s", cpu ?: ANY_CPU);
	add_environment(s);
	add_status(s);
	if (!bpf)
		return 0;
	if (!access(KERNEL_BTF, R_OK))
		sandboxed_show(s, KERNEL_BTF);
	return add_policy(s);
}

void sandboxed_free(struct sandboxed *s)
{
	for (int i = 0; i < s->argc; i++)
		free(s->argv[i]);
	free(s->status);
	if (s->policy >= 0)
		close(s->policy);
	*s = (struct sandboxed){ .policy = -1 };
}

int sandboxed_exec(const struct sandboxed *s)
{
	/* What did not fit may have been a limit. */
	if (s->argc < SANDBOXED_WORDS - 1)
		execv(s->argv[0], s->argv);
	else
		errno = E2BIG;
	fail("cannot run %s: %s", s->argv[0], strerror(errno));
	note_machine_failed();
	return EXIT_MACHINE;
}

/* Nothing has run: testenv says how a sandbox ended only of one that has begun. */
static bool has_run(const struct sandboxed *s)
{
	struct stat st;

	return !s->status || (!stat(s->status, &st) && st.st_size > 0);
}

int sandboxed_wait(const struct sandboxed *s, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_INTERNAL;
	if (WIFEXITED(status) && WEXITSTATUS(status) > EXIT_FAILED && !has_run(s)) {
		note_machine_failed();
		return SANDBOXED_NOT_RUN;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Adds the object under its own name, which libbpf calls maps after, and the command that reads it. */
void sandboxed_reads(struct sandboxed *s, const char *object, int argc, char *const argv[])
{
	const char *slash = strrchr(object, '/'), *name = slash ? slash + 1 : object;

	sandboxed_show(s, sandboxed_self());
	sandboxed_add(s, "--copy");
	sandboxed_add(s, "%s", object);
	sandboxed_add(s, "--");
	sandboxed_add(s, "%s", sandboxed_self());
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], SANDBOXED_OBJECT) != 0)
			sandboxed_add(s, "%s", argv[i]);
		else
			sandboxed_add(s, "/box/%s", name);
}

static pid_t start_with_pipe(const struct sandboxed *s, int *from)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		_exit(sandboxed_exec(s));
	}
	close(ends[1]);
	*from = ends[0];
	return pid;
}

/* False when there is more than fits. */
static bool read_all(int fd, char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while (used < size && (n = read(fd, text + used, size - used)) > 0)
		used += n;
	if (used == size)
		return false;
	text[used] = '\0';
	return true;
}

int sandboxed_ask(const char *object, int argc, char *const argv[], char *text, size_t size)
{
	struct sandboxed s;
	int from, status;
	bool whole;
	pid_t pid;

	if (access(object, R_OK))
		return fail("cannot read %s: %s", object, strerror(errno));
	sandboxed_begin(&s, false, ASK_CPU);
	sandboxed_reads(&s, object, argc, argv);
	pid = start_with_pipe(&s, &from);
	if (pid < 0) {
		sandboxed_free(&s);
		return fail("cannot start a process: %s", strerror(errno));
	}
	whole = read_all(from, text, size);
	close(from);
	status = sandboxed_wait(&s, pid);
	sandboxed_free(&s);
	if (status == SANDBOXED_NOT_RUN)
		return EXIT_MACHINE;
	/* Any other status is the object's doing: it may have taken over who reads it. */
	if (status > EXIT_FAILED)
		return fail("%s cannot be read: its reader was ended by it", object);
	return whole ? status : fail("what was asked for is too long");
}

static void note(const char *what)
{
	const char *folder = getenv(SANDBOX_NOTES);
	char path[PATH_MAX];
	int fd;

	if (!folder || !*folder)
		return;
	snprintf(path, sizeof(path), "%s/%d.%s", folder, getpid(), what);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		close(fd);
}

void note_machine_failed(void)
{
	note("machine");
}

void note_late(struct deadline deadline)
{
	if (deadline_was_late(deadline))
		note("late");
}

/* ---- the program in it ---- */

bool sandboxed_traces(void)
{
	static int known = -1;

	if (known < 0)
		known = sandboxed_allows(BPF_PROG_TYPE_TRACEPOINT) ||
			sandboxed_allows(BPF_PROG_TYPE_KPROBE) ||
			sandboxed_allows(BPF_PROG_TYPE_TRACING);
	return known;
}

struct search {
	pid_t sandbox, found;
	uint64_t outside; /* our own namespace of processes */
};

/* Process 1 of the sandbox starts the command; orphans that come to it are younger. */
static int find_program(pid_t pid, void *context)
{
	struct search *search = context;
	pid_t parent = process_parent(pid), p = parent;
	int levels = 0;

	/* Where process numbers are shared, by its place: front, supervisor, process 1, command. */
	if (sandboxed_traces()) {
		for (p = pid; p > 1 && p != search->sandbox; p = process_parent(p))
			levels++;
		if (p == search->sandbox && levels == 4 && (!search->found || pid < search->found))
			search->found = pid;
		return 0;
	}

	if (parent < 2 || process_namespace(pid, "pid") == search->outside ||
	    process_namespace(parent, "pid") == search->outside ||
	    process_namespace(process_parent(parent), "pid") != search->outside)
		return 0;
	while (p > 1 && p != search->sandbox)
		p = process_parent(p);
	if (p == search->sandbox && (!search->found || pid < search->found))
		search->found = pid;
	return 0;
}

pid_t sandboxed_program(pid_t pid)
{
	struct search search = { .sandbox = pid, .outside = process_namespace(getpid(), "pid") };

	if (!sandboxed_is_used())
		return pid;
	for_each_process(find_program, &search);
	return search.found;
}
