// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Replaces the list of a lesson's acl again and again, while packets are judged: is any
 * of them judged by a mixture?
 *
 *	swap ACL PINS KIND RULES SWAPS SEED
 *
 * There are two lists, which have nothing in common but the packets. What the program says
 * of a packet must be what the one list says, or what the other one says. Prints what it
 * has seen. Exit code 0: no mixture; 1: mixtures; 5: it could not be tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/acl.h"
#include "common/lab/lab.h"

enum {
	PACKETS = 256,
	EXIT_INTERNAL = 5,
};

struct list {
	char path[40];
	struct acl_rules rules;
};

static struct list lists[2];

/* A packet's frame, and which slot it is counted in, by the one list and by the other. */
static struct sample {
	unsigned char frame[ACL_FRAME_MAX];
	size_t size;
	__u32 slot[2];
} samples[PACKETS];

static const char *acl, *pins;

static void die(const char *what, int err)
{
	fprintf(stderr, "swap: %s: %s\n", what, strerror(-err));
	exit(EXIT_INTERNAL);
}

static void make_list(struct list *list, enum acl_kind kind, size_t count, __u64 seed)
{
	char text[ACL_TEXT_MAX];
	FILE *file;
	int fd, err;

	err = acl_generate(&list->rules, kind, 4, count, seed);
	strcpy(list->path, "/tmp/acl-swap.XXXXXX");
	fd = err ? -1 : mkstemp(list->path);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		die("cannot make a list", err ?: -errno);
	for (size_t i = 0; i < list->rules.count; i++)
		fprintf(file, "%s\n", acl_rule_text(&list->rules.rule[i], text));
	fprintf(file, "default deny\n");
	if (fclose(file))
		die(list->path, -errno);
}

/* One list has slots 1 to n, the other one n + 1 to 2n, however often they change places. */
static void make_samples(__u64 seed)
{
	const struct acl_shape plain = { 0 };
	struct acl_key *keys = acl_trace(&lists[0].rules, PACKETS, 90, seed);
	int err = acl_rules_assign(&lists[0].rules, NULL);

	if (!err)
		err = acl_rules_assign(&lists[1].rules, &lists[0].rules);
	if (err || !keys)
		die("cannot make packets", err ?: -ENOMEM);
	for (int i = 0; i < PACKETS; i++) {
		/* A later fragment would be another frame. */
		if ((keys[i].proto == 6 || keys[i].proto == 17) && keys[i].sport == ACL_NO_PORT)
			keys[i].sport = keys[i].dport = 1, keys[i].tcp_flags &= 0xff;
		if (keys[i].proto == 6 && keys[i].tcp_flags == ACL_NO_FLAGS)
			keys[i].tcp_flags = 2;
		if (keys[i].proto == 17)
			keys[i].tcp_flags = ACL_NO_FLAGS;
		if (keys[i].proto == 1 && keys[i].icmp_type == ACL_NO_TYPE)
			keys[i].icmp_type = 8;
		samples[i].size = acl_frame(&keys[i], &plain, samples[i].frame);
		for (int k = 0; k < 2; k++) {
			const struct acl_rules *rules = &lists[k].rules;
			size_t index = acl_match(rules, &keys[i]);

			samples[i].slot[k] =
				index < rules->count ? rules->rule[index].slot : ACL_SLOT_DEFAULT;
		}
	}
	free(keys);
}

/* A list is loaded in slow motion: packets are judged between one of its maps and the next. */
static void run_acl(const char *command, const char *file)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		freopen("/dev/null", "w", stdout);
		if (file)
			execl(acl, "acl", command, "--pins", pins, "--slow-ms", "2", file, NULL);
		else
			execl(acl, "acl", command, "--pins", pins, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "swap: acl %s has failed\n", command);
		exit(EXIT_INTERNAL);
	}
}

/* The one that swaps, until it has done so n times. */
static pid_t start_swapping(int n)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork", -errno);
	if (pid)
		return pid;
	for (int i = 1; i <= n; i++)
		run_acl("load", lists[i % 2].path);
	_exit(0);
}

static __u32 judge(int prog, const struct sample *s)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = s->frame, .data_size_in = s->size,
		    .repeat = 1);
	int err = bpf_prog_test_run_opts(prog, &opts);

	if (err)
		die("the kernel did not run the program", err);
	return opts.retval;
}

struct seen {
	unsigned long judged, one, other, mixtures;
};

/* Judges packets until the other process has ended. Its status. */
static int watch(int prog, pid_t pid, struct seen *seen)
{
	int status;

	for (unsigned int i = 0; waitpid(pid, &status, WNOHANG) == 0; i++) {
		const struct sample *s = &samples[i % PACKETS];
		__u32 slot = judge(prog, s);

		seen->judged++;
		seen->one += slot == s->slot[0];
		seen->other += slot == s->slot[1] && s->slot[0] != s->slot[1];
		if (slot == s->slot[0] || slot == s->slot[1])
			continue;
		if (seen->mixtures++ < 5)
			printf("# counted in slot %u; the one list says %u, the other one %u\n",
			       slot, s->slot[0], s->slot[1]);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct seen seen = { 0 };
	char path[PATH_MAX];
	enum acl_kind kind;
	int prog, status;

	lab_init();
	if (argc != 7 || acl_kind_parse(argv[3], &kind)) {
		fputs("Usage: swap ACL PINS KIND RULES SWAPS SEED\n", stderr);
		return 2;
	}
	acl = argv[1];
	pins = argv[2];
	for (int i = 0; i < 2; i++)
		make_list(&lists[i], kind, strtoul(argv[4], NULL, 10),
			  strtoull(argv[6], NULL, 10) + i);
	make_samples(strtoull(argv[6], NULL, 10) + 2);
	run_acl("load", lists[0].path);
	snprintf(path, sizeof(path), "%s/prog/acl_which", pins);
	prog = bpf_obj_get(path);
	if (prog < 0)
		die(path, -errno);
	status = watch(prog, start_swapping(atoi(argv[5])), &seen);
	run_acl("unload", NULL);
	for (int i = 0; i < 2; i++) {
		unlink(lists[i].path);
		acl_rules_free(&lists[i].rules);
	}
	printf("%s swaps, %lu packets: %lu by the one list, %lu by the other, %lu by a mixture\n",
	       argv[5], seen.judged, seen.one, seen.other, seen.mixtures);
	if (status || !seen.one || !seen.other)
		return EXIT_INTERNAL;
	return seen.mixtures ? 1 : 0;
}
