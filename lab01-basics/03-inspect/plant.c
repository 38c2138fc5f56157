// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Given: puts programs onto the environment's own cgroup, and ends. One of them
 * refuses connections to a port; the others look like it. What an earlier run has
 * planted goes first.
 *
 *	plant                        another port, note and order each time
 *	plant -p PORT -n NOTE -o N   these; -o: bits, see enum order
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "common/lab/lab.h"
#include "planted.h"
#include "audit.skel.h"
#include "gate.skel.h"

/* Who comes first: the kernel gives ids in this order, and lists in the order of attaching. */
enum order {
	SPARE_FIRST = 1,  /* loaded before the culprit */
	TWIN_FIRST = 2,	  /* attached before it */
	LEDGER_FIRST = 4, /* attached before both */
	ORDERS = 8
};

static const char *const names[] = { "gate", "guard", "policy" };
#define NAMES (sizeof(names) / sizeof(*names))

static struct env {
	__u32 port;
	char note[NOTE_SIZE];
	__u32 order;
	const char *name; /* which of names[] */
} env;

static const struct argp_option options[] = {
	{ "port", 'p', "PORT", 0, "Refuse connections to PORT", 0 },
	{ "note", 'n', "NOTE", 0, "The note in the map, up to 15 letters", 0 },
	{ "order", 'o', "N", 0, "Order of loading and attaching, 0 to 7, and 8 more per name", 0 },
	{ 0 },
};

static __u32 number(const char *arg, __u32 max, struct argp_state *state)
{
	char *end;
	unsigned long value = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || value > max)
		argp_error(state, "not a number from 0 to %u: %s", max, arg);
	return value;
}

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		env.port = number(arg, 65000, state);
		return 0;
	case 'n':
		snprintf(env.note, sizeof(env.note), "%s", arg);
		return 0;
	case 'o':
		env.order = number(arg, ORDERS * NAMES - 1, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	.options = options,
	.parser = parse_arg,
	.doc = "Plant programs on the environment's own cgroup: run it inside testenv run.",
	.children = children,
};

/* ---- what is drawn ---- */

static void draw_note(char note[NOTE_SIZE])
{
	for (int i = 0; i < NOTE_SIZE - 1; i++)
		note[i] = 'a' + random() % 26;
}

/* What the options do not say. */
static void draw(void)
{
	unsigned int seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = getpid();
	srandom(seed);
	env.port = 1024 + random() % 60000;
	env.order = random() % (ORDERS * NAMES);
	draw_note(env.note);
}

/* ---- pins ---- */

static char folder[64];

static const char *pin_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int make_folder(void)
{
	const char *bpffs = getenv("TESTENV_BPF");

	snprintf(folder, sizeof(folder), "%s/planted", bpffs && *bpffs ? bpffs : "/sys/fs/bpf");
	if (mkdir(folder, 0700) && errno != EEXIST)
		return lab_fail(-errno, "cannot make %s: %s", folder, strerror(errno));
	return 0;
}

/* Detached at once, not when the kernel gets round to freeing the pin. */
static void remove_pin(const char *name)
{
	int fd = bpf_obj_get(pin_path(name));

	if (fd < 0)
		return;
	bpf_link_detach(fd);
	unlink(pin_path(name));
	close(fd);
}

/* In a cgroup of testenv's there is nothing else without a link. */
static void remove_unlinked(int cgroup)
{
	__u32 ids[64], n = 64;

	if (bpf_prog_query(cgroup, BPF_CGROUP_INET4_CONNECT, 0, NULL, ids, &n))
		return;
	for (__u32 i = 0; i < n; i++) {
		int prog = bpf_prog_get_fd_by_id(ids[i]);

		if (prog < 0)
			continue;
		bpf_prog_detach2(prog, cgroup, BPF_CGROUP_INET4_CONNECT);
		close(prog);
	}
}

static void remove_old(int cgroup)
{
	remove_pin("ledger");
	remove_pin("audit");
	remove_pin("spare");
	remove_unlinked(cgroup);
}

/* ---- planting ---- */

static int refuse(const struct gate_bpf *gate, __u32 port, const char *note)
{
	struct entry entry = {};

	snprintf(entry.note, sizeof(entry.note), "%s", note);
	return bpf_map__update_elem(gate->maps.ports, &port, sizeof(port), &entry, sizeof(entry),
				    BPF_NOEXIST);
}

/* Its program "name" loaded, and no other. ports: a map to use, or NULL for one of its own. */
static struct gate_bpf *load_gate(const char *name, const struct bpf_map *ports)
{
	struct gate_bpf *gate = gate_bpf__open();
	struct bpf_program *prog;
	int err = 0;

	if (!gate)
		return NULL;
	lab_use_skeleton(gate->skeleton);
	bpf_object__for_each_program(prog, gate->obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), name));
	bpf_map__set_autocreate(gate->maps.all_ports, !strcmp(name, "ledger"));
	if (ports)
		err = bpf_map__reuse_fd(gate->maps.ports, bpf_map__fd(ports));
	if (!err)
		err = gate_bpf__load(gate);
	if (!err)
		return gate;
	gate_bpf__destroy(gate);
	errno = -err;
	return NULL;
}

static int program_of(const struct bpf_object *obj, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, name));
}

/* Without a link: the cgroup itself keeps the program, until it is detached. */
static int attach(const struct gate_bpf *gate, int cgroup)
{
	return bpf_prog_attach(program_of(gate->obj, env.name), cgroup, BPF_CGROUP_INET4_CONNECT,
			       BPF_F_ALLOW_MULTI);
}

static int attach_by_link(struct bpf_program *prog, int cgroup, const char *pin)
{
	struct bpf_link *link = bpf_program__attach_cgroup(prog, cgroup);
	int err = link ? bpf_link__pin(link, pin_path(pin)) : -errno;

	bpf_link__destroy(link);
	return err;
}

static int plant_audit(const struct bpf_map *ports, int cgroup)
{
	struct audit_bpf *audit = audit_bpf__open();
	struct bpf_program *prog;
	int err;

	if (!audit)
		return -errno;
	lab_use_skeleton(audit->skeleton);
	bpf_object__for_each_program(prog, audit->obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), env.name));
	err = bpf_map__reuse_fd(audit->maps.ports, bpf_map__fd(ports));
	if (!err)
		err = audit_bpf__load(audit);
	prog = bpf_object__find_program_by_name(audit->obj, env.name);
	if (!err)
		err = attach_by_link(prog, cgroup, "audit");
	audit_bpf__destroy(audit);
	return err;
}

/* The ports around it are others', or further ones of the culprit's. */
static int fill(const struct gate_bpf *culprit, const struct gate_bpf *twin)
{
	char notes[4][NOTE_SIZE] = {};
	int err;

	srandom(env.port); /* for tests: the same again */
	for (int i = 0; i < 4; i++)
		draw_note(notes[i]);
	err = refuse(twin, env.port + 1, notes[0]) ?: refuse(twin, env.port + 4, notes[1]);
	return err ?: refuse(culprit, env.port + 2, notes[2]) ?:
		      refuse(culprit, env.port, env.note) ?:
		      refuse(culprit, env.port + 3, notes[3]);
}

static int attach_all(const struct gate_bpf *culprit, const struct gate_bpf *twin,
		      const struct gate_bpf *ledger, int cgroup)
{
	bool twin_first = env.order & TWIN_FIRST, ledger_first = env.order & LEDGER_FIRST;
	int err = 0;

	if (ledger_first)
		err = attach_by_link(ledger->progs.ledger, cgroup, "ledger");
	if (!err)
		err = attach(twin_first ? twin : culprit, cgroup);
	if (!err)
		err = attach(twin_first ? culprit : twin, cgroup);
	if (!err && !ledger_first)
		err = attach_by_link(ledger->progs.ledger, cgroup, "ledger");
	return err;
}

static int plant(int cgroup)
{
	struct gate_bpf *first = load_gate(env.name, NULL);
	struct gate_bpf *second = first ? load_gate(env.name, first->maps.ports) : NULL;
	struct gate_bpf *twin = second ? load_gate(env.name, NULL) : NULL;
	struct gate_bpf *ledger = twin ? load_gate("ledger", NULL) : NULL;
	bool spare_first = env.order & SPARE_FIRST;
	struct gate_bpf *culprit = spare_first ? second : first;
	struct gate_bpf *spare = spare_first ? first : second;
	int err = ledger ? 0 : -errno;

	if (!err)
		err = fill(culprit, twin);
	if (!err)
		err = attach_all(culprit, twin, ledger, cgroup);
	if (!err)
		err = bpf_obj_pin(program_of(spare->obj, env.name), pin_path("spare"));
	if (!err)
		err = plant_audit(culprit->maps.ports, cgroup);
	gate_bpf__destroy(ledger);
	gate_bpf__destroy(twin);
	gate_bpf__destroy(second);
	gate_bpf__destroy(first);
	return err;
}

int main(int argc, char **argv)
{
	int cgroup, err;

	lab_init();
	draw();
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	env.name = names[env.order / ORDERS];

	cgroup = lab_cgroup_open(NULL);
	err = cgroup < 0 ? cgroup : make_folder();
	if (!err) {
		remove_old(cgroup);
		err = plant(cgroup);
	}
	if (cgroup >= 0)
		close(cgroup);
	if (err)
		return !!lab_report(err, "cannot plant");
	printf("something was planted: connections to port %u now fail\n", env.port);
	return 0;
}
