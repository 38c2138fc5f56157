// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Holds a lesson's acl against the reference: loads rule sets with it, hands whole
 * frames to the programs that it has loaded, and compares the deciding rule, the
 * action and all counters.
 *
 *	differential ACL PINS KINDS COUNTS PACKETS SEED
 *
 * ACL: the lesson's program. PINS: a folder in bpffs that is not there yet. KINDS:
 * "random,acl,fw,ipc" or "exact"; COUNTS: numbers of rules, "10,100,1000". PACKETS: for
 * each set. Prints what it has done; what is different, in words, the first ten. Exit
 * code 0: nothing; 1: differences; 5: it could not be tried.
 */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/acl.h"
#include "common/lab/lab.h"

enum {
	EXIT_DIFFERENT = 1,
	EXIT_INTERNAL = 5,
};

/* What is under test, and what has been seen of it. */
struct subject {
	const char *acl, *pins;
	int decide, which, counters; /* fds */
	struct acl_rules rules;
	struct acl_count *expected; /* of each slot */
	unsigned long sets, packets, different;
	struct acl_random random;
};

/* A frame, and what is to become of it. */
struct sample {
	unsigned char frame[ACL_FRAME_MAX];
	size_t size;
	struct acl_key key;
	__u32 slot, action;
	const char *how;
};

static void die(const char *what, int err)
{
	fprintf(stderr, "differential: %s: %s\n", what, strerror(-err));
	exit(EXIT_INTERNAL);
}

/* ---- samples ------------------------------------------------------------------------ */

static bool has_ports(const struct acl_key *key)
{
	return key->proto == IPPROTO_TCP || key->proto == IPPROTO_UDP;
}

static bool has_type(const struct acl_key *key)
{
	return key->proto == (key->family == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/* Bytes that must be there, so that a rule can see all of the key. */
static size_t headers(const struct acl_key *key, struct acl_shape shape)
{
	unsigned char frame[ACL_FRAME_MAX];
	size_t size;

	shape.payload = 0;
	size = acl_frame(key, &shape, frame);
	if (!shape.later_fragment)
		return size;
	return size - (key->proto == IPPROTO_TCP ? 20 : has_ports(key) || has_type(key) ? 8 : 0);
}

static struct acl_shape pick_shape(struct acl_random *random)
{
	struct acl_shape shape = { .payload = acl_below(random, 64) };

	/* Half of them are plain. */
	if (acl_below(random, 2))
		return shape;
	shape.tags = acl_below(random, 3);
	shape.options = 4 * acl_below(random, 11);
	shape.extensions = acl_below(random, 6);
	shape.first_fragment = acl_below(random, 4) == 0;
	shape.later_fragment = !shape.first_fragment && acl_below(random, 4) == 0;
	return shape;
}

/* A packet that has no ports where its protocol has some can only be a later fragment. */
static bool is_later(const struct acl_key *key)
{
	return (has_ports(key) && key->sport == ACL_NO_PORT) ||
	       (has_type(key) && key->icmp_type == ACL_NO_TYPE);
}

static void never_a_rule(struct sample *s, __u32 slot, __u32 action, const char *how)
{
	s->slot = slot;
	s->action = action;
	s->how = how;
}

static void make_sample(struct subject *t, const struct acl_key *key, struct sample *s)
{
	struct acl_shape shape = pick_shape(&t->random);
	unsigned int odd = acl_below(&t->random, 64);
	size_t index, needed;

	shape.later_fragment |= is_later(key);
	shape.first_fragment &= !shape.later_fragment;
	if (odd == 0)
		shape.tags = 3;
	s->size = acl_frame(key, &shape, s->frame);
	s->key = *key;
	if (shape.later_fragment)
		acl_key_fragment(&s->key);
	if (odd == 0) {
		never_a_rule(s, ACL_SLOT_BAD, ACL_DENY, "three VLAN tags");
		return;
	}
	if (odd == 1) {
		memcpy(s->frame + 12, "\x08\x06", 2);
		never_a_rule(s, ACL_SLOT_OTHER, ACL_PERMIT, "not IP");
		return;
	}
	needed = headers(key, shape);
	if (odd < 6)
		s->size = 14 + acl_below(&t->random, s->size - 14 + 1);
	if (s->size < needed) {
		never_a_rule(s, ACL_SLOT_BAD, ACL_DENY, "cut short");
		return;
	}
	index = acl_match(&t->rules, &s->key);
	s->how = NULL;
	s->slot = index < t->rules.count ? t->rules.rule[index].slot : ACL_SLOT_DEFAULT;
	s->action = index < t->rules.count ? t->rules.rule[index].action : t->rules.default_action;
}

/* ---- the kernel's programs ------------------------------------------------------------- */

static __u32 run(int prog, const struct sample *s)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = s->frame, .data_size_in = s->size,
		    .repeat = 1);
	int err = bpf_prog_test_run_opts(prog, &opts);

	if (err)
		die("the kernel did not run the program", err);
	return opts.retval;
}

static void name_slot(const struct acl_rules *rules, __u32 slot, char text[ACL_TEXT_MAX + 32])
{
	char rule[ACL_TEXT_MAX];

	for (size_t i = 0; i < rules->count; i++) {
		if (rules->rule[i].slot == slot) {
			snprintf(text, ACL_TEXT_MAX + 32, "rule %zu: %s", i + 1,
				 acl_rule_text(&rules->rule[i], rule));
			return;
		}
	}
	snprintf(text, ACL_TEXT_MAX + 32, "%s",
		 slot == ACL_SLOT_DEFAULT ? "the default"
		 : slot == ACL_SLOT_BAD	  ? "bad"
		 : slot == ACL_SLOT_OTHER ? "other"
					  : "a slot that no rule has");
}

static void tell(struct subject *t, const struct sample *s, __u32 slot, long action)
{
	char packet[ACL_TEXT_MAX], expected[ACL_TEXT_MAX + 32], seen[ACL_TEXT_MAX + 32];

	if (t->different++ >= 10)
		return;
	name_slot(&t->rules, s->slot, expected);
	name_slot(&t->rules, slot, seen);
	printf("# %zu rules, a frame of %zu bytes: %s%s%s\n#   expected: %s (%s)\n#   seen:     %s",
	       t->rules.count, s->size, acl_key_text(&s->key, packet), s->how ? ", " : "",
	       s->how ?: "", expected, acl_action_name(s->action), seen);
	if (action >= 0)
		printf(" (action %ld)", action);
	putchar('\n');
}

static void compare(struct subject *t, const struct sample *s)
{
	__u32 slot = run(t->which, s), action;

	t->packets++;
	if (slot != s->slot) {
		tell(t, s, slot, -1);
		return;
	}
	/* The one that counts runs on every second: both share the search. */
	if (t->packets % 2)
		return;
	action = run(t->decide, s);
	t->expected[s->slot].packets++;
	t->expected[s->slot].bytes += s->size;
	if (action != s->action)
		tell(t, s, slot, action);
}

static void compare_counters(struct subject *t)
{
	char name[ACL_TEXT_MAX + 32];
	struct acl_count seen;

	for (__u32 slot = 0; slot < ACL_SLOTS; slot++) {
		const struct acl_count *expected = &t->expected[slot];
		int err = lab_percpu_sum(t->counters, &slot, (__u64 *)&seen, 2);

		if (err)
			die("cannot read a counter", err);
		if (memcmp(&seen, expected, sizeof(seen)) == 0 || t->different++ >= 10)
			continue;
		name_slot(&t->rules, slot, name);
		printf("# counted for %s: expected %llu packets, %llu bytes; seen %llu, %llu\n",
		       name, expected->packets, expected->bytes, seen.packets, seen.bytes);
	}
}

/* ---- sets --------------------------------------------------------------------------------- */

static int open_pin(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		die(path, -errno);
	return fd;
}

/* acl ARGUMENTS...; its messages are shown. */
static void run_acl(const struct subject *t, const char *command, const char *file)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		freopen("/dev/null", "w", stdout);
		execl(t->acl, "acl", command, "--pins", t->pins, file, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "differential: acl %s has failed\n", command);
		exit(EXIT_INTERNAL);
	}
}

static void write_rules(const struct acl_rules *rules, char *path)
{
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	char text[ACL_TEXT_MAX];

	if (!file)
		die(path, -errno);
	for (size_t i = 0; i < rules->count; i++)
		fprintf(file, "%s\n", acl_rule_text(&rules->rule[i], text));
	fprintf(file, "default %s\n", acl_action_name(rules->default_action));
	if (fclose(file))
		die(path, -errno);
}

static void load(struct subject *t)
{
	char path[] = "/tmp/acl-differential.XXXXXX";

	write_rules(&t->rules, path);
	run_acl(t, "load", path);
	unlink(path);
	t->decide = open_pin(t->pins, "prog/acl");
	t->which = open_pin(t->pins, "prog/acl_which");
	t->counters = open_pin(t->pins, "map/counters");
}

static void unload(struct subject *t)
{
	close(t->decide);
	close(t->which);
	close(t->counters);
	run_acl(t, "unload", NULL);
}

static void try_set(struct subject *t, enum acl_kind kind, int family, size_t count, size_t packets)
{
	__u64 seed = acl_next(&t->random);
	struct acl_key *keys;
	static struct sample sample;
	int err;

	err = acl_generate(&t->rules, kind, family, count, seed);
	if (!err)
		err = acl_rules_assign(&t->rules, NULL);
	if (err)
		die("cannot generate rules", err);
	keys = acl_trace(&t->rules, packets, 60, seed + 1);
	if (!keys)
		die("cannot make packets", -ENOMEM);
	memset(t->expected, 0, ACL_SLOTS * sizeof(*t->expected));
	load(t);
	for (size_t i = 0; i < packets; i++) {
		make_sample(t, &keys[i], &sample);
		compare(t, &sample);
	}
	compare_counters(t);
	unload(t);
	free(keys);
	t->sets++;
}

/* Every kind, family and number of rules. */
static void try_all(struct subject *t, char *kinds, const char *counts, size_t packets)
{
	char *rest, *name, *end;
	enum acl_kind kind;

	for (name = strtok_r(kinds, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		if (acl_kind_parse(name, &kind))
			die(name, -EINVAL);
		for (const char *at = counts; *at; at = *end ? end + 1 : end) {
			size_t count = strtoul(at, &end, 10);

			if (end == at || count > ACL_RULES_MAX)
				die(counts, -EINVAL);
			try_set(t, kind, 4, count, packets);
			try_set(t, kind, 6, count, packets);
			if (kind >= ACL_KIND_RANDOM)
				try_set(t, kind, 0, count, packets);
		}
	}
}

int main(int argc, char **argv)
{
	struct subject t = { 0 };

	lab_init();
	if (argc != 7) {
		fputs("Usage: differential ACL PINS KINDS COUNTS PACKETS SEED\n", stderr);
		return 2;
	}
	t.acl = argv[1];
	t.pins = argv[2];
	t.expected = calloc(ACL_SLOTS, sizeof(*t.expected));
	if (!t.expected)
		die("no memory", -ENOMEM);
	acl_seed(&t.random, strtoull(argv[6], NULL, 10));
	acl_rules_init(&t.rules);
	try_all(&t, argv[3], argv[4], strtoul(argv[5], NULL, 10));
	printf("%lu rule sets, %lu packets, %lu differences (seed %s)\n", t.sets, t.packets,
	       t.different, argv[6]);
	acl_rules_free(&t.rules);
	free(t.expected);
	return t.different ? EXIT_DIFFERENT : 0;
}
