// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the commands of acl do, and with which exit code they end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/acl/tool.h"
#include "common/acl/words.h"
#include "common/lab/lab.h"

/* Reports, and says which exit code that is. Input that is bad is told apart by whoever read it. */
static int failed(int err, const char *what)
{
	bool may_not = (err == -EPERM || err == -EACCES) && geteuid() != 0;

	lab_report(err, what);
	return may_not || err == -EBADF || err == -EOPNOTSUPP ? EXIT_MACHINE : EXIT_REFUSED;
}

static int bad_input(int err, const char *what)
{
	lab_report(err, what);
	return EXIT_BAD_INPUT;
}

/* Opens the state; 0, or an exit code. With must_be, something has to be loaded. */
static int open_state(const struct acl_tool *tool, struct acl_state *state, bool must_be)
{
	int err = acl_state_open(state, tool->engine, tool->dir);

	if (!err && must_be && !state->there)
		err = lab_fail(-ENOENT, "nothing is loaded in %s; acl load FILE does it",
			       tool->dir);
	if (!err)
		return 0;
	acl_state_close(state);
	return failed(err, "cannot go on");
}

/* The arguments as one text, to be freed; NULL: no memory. */
static char *joined(const struct acl_tool *tool)
{
	size_t size = 1;
	char *text;

	for (int i = 0; i < tool->count; i++)
		size += strlen(tool->args[i]) + 1;
	text = calloc(1, size);
	for (int i = 0; text && i < tool->count; i++) {
		strcat(text, tool->args[i]);
		strcat(text, " ");
	}
	return text;
}

/* ---- changes ------------------------------------------------------------------------- */

/* What the engine refuses is a bad list, too. */
static int replace(struct acl_state *state, struct acl_rules *rules)
{
	int err = acl_state_replace(state, rules);

	if (err == -EINVAL && (rules->count > state->engine->rules_max || state->engine->check))
		return bad_input(err, "nothing is changed");
	return err ? failed(err, "nothing is changed") : 0;
}

int acl_cmd_load(struct acl_tool *tool)
{
	struct acl_state state;
	struct acl_rules rules;
	int err, status;

	acl_rules_init(&rules);
	tool->source.path = tool->args[0];
	tool->source.rules_max = tool->engine->rules_max;
	err = acl_rules_read(&rules, &tool->source);
	if (err)
		return bad_input(err, "nothing is changed");
	status = open_state(tool, &state, false);
	if (!status) {
		state.slow_ms = tool->slow_ms;
		status = replace(&state, &rules);
		if (!status)
			printf("%zu rules, default %s\n", rules.count,
			       acl_action_name(rules.default_action));
		acl_state_close(&state);
	}
	acl_rules_free(&rules);
	return status;
}

/* A copy of the list is changed, and takes its place. */
static int change(struct acl_state *state, const struct acl_rule *add, size_t at)
{
	struct acl_rules rules;
	int err, status;

	acl_rules_init(&rules);
	err = acl_rules_copy(&rules, &state->rules);
	if (!err)
		err = add ? acl_rules_insert(&rules, add, at) : acl_rules_remove(&rules, at);
	status = err ? bad_input(err, "nothing is changed") : replace(state, &rules);
	acl_rules_free(&rules);
	return status;
}

int acl_cmd_add(struct acl_tool *tool)
{
	char *text = joined(tool);
	struct acl_state state;
	struct acl_rule rule;
	int err, status;

	err = text ? acl_rule_parse(text, "", &rule) : -ENOMEM;
	free(text);
	if (err)
		return bad_input(err, "nothing is changed");
	status = open_state(tool, &state, true);
	if (status)
		return status;
	status = change(&state, &rule, tool->at);
	acl_state_close(&state);
	return status;
}

int acl_cmd_del(struct acl_tool *tool)
{
	struct acl_state state;
	unsigned long number;
	int err, status;

	err = acl_word_number(tool->args[0], "the number of a rule", ACL_RULES_MAX, "", &number);
	if (err)
		return bad_input(err, "nothing is changed");
	status = open_state(tool, &state, true);
	if (status)
		return status;
	status = change(&state, NULL, number);
	acl_state_close(&state);
	return status;
}

/* ---- looks ---------------------------------------------------------------------------- */

int acl_cmd_list(struct acl_tool *tool)
{
	char text[ACL_TEXT_MAX];
	struct acl_state state;
	int status = open_state(tool, &state, true);

	if (status)
		return status;
	for (size_t i = 0; i < state.rules.count; i++) {
		if (!tool->plain)
			printf("%5zu  ", i + 1);
		puts(acl_rule_text(&state.rules.rule[i], text));
	}
	printf("%sdefault %s\n", tool->plain ? "" : "       ",
	       acl_action_name(state.rules.default_action));
	acl_state_close(&state);
	return 0;
}

static int print_count(const struct acl_state *state, const char *name, __u32 slot,
		       const char *text)
{
	struct acl_count count;
	int err = acl_counter_read(state, slot, &count);

	if (!err)
		printf("%8s %14llu %16llu  %s\n", name, count.packets, count.bytes, text);
	return err;
}

static int print_counts(const struct acl_state *state)
{
	const struct acl_rules *rules = &state->rules;
	char text[ACL_TEXT_MAX], name[24];
	int err = 0;

	printf("%8s %14s %16s\n", "rule", "packets", "bytes");
	for (size_t i = 0; !err && i < rules->count; i++) {
		snprintf(name, sizeof(name), "%zu", i + 1);
		err = print_count(state, name, rules->rule[i].slot,
				  acl_rule_text(&rules->rule[i], text));
	}
	if (!err)
		err = print_count(state, "default", ACL_SLOT_DEFAULT,
				  acl_action_name(rules->default_action));
	if (!err)
		err = print_count(state, "bad", ACL_SLOT_BAD, "deny what cannot be read");
	if (!err)
		err = print_count(state, "other", ACL_SLOT_OTHER, "permit what is not IP");
	return err;
}

int acl_cmd_stats(struct acl_tool *tool)
{
	struct acl_state state;
	int status = open_state(tool, &state, true), err;
	unsigned int maps;
	size_t bytes;

	if (status)
		return status;
	err = print_counts(&state);
	bytes = acl_memory(&state, &maps);
	if (!err)
		printf("%zu KiB in %u maps\n", bytes / 1024, maps);
	acl_state_close(&state);
	return err ? failed(err, "cannot read the counters") : 0;
}

int acl_cmd_check(struct acl_tool *tool)
{
	struct acl_shape shape;
	struct acl_state state;
	struct acl_key key;
	char *text = joined(tool), *copy;
	int status, err;

	copy = text ? strdup(text) : NULL;
	err = copy ? acl_packet_parse(copy, &key, &shape) : -ENOMEM;
	free(copy);
	if (err) {
		free(text);
		return bad_input(err, "no such packet");
	}
	status = open_state(tool, &state, true);
	if (!status) {
		if (!acl_state_current(&state))
			fputs("acl: another program is loaded than this acl has; acl load replaces "
			      "it\n",
			      stderr);
		err = acl_check(&state, text);
		status = err == 0	  ? 0
			 : err == -EILSEQ ? failed(err, "the program is wrong")
					  : failed(err, "cannot check");
		acl_state_close(&state);
	}
	free(text);
	return status;
}

/* ---- interfaces --------------------------------------------------------------------------- */

int acl_cmd_attach(struct acl_tool *tool)
{
	const char *ifname = tool->args[0];
	struct acl_state state;
	int status, link, err;
	char path[512];

	status = open_state(tool, &state, true);
	if (status)
		return status;
	if (access(acl_pin_path(path, state.dir, "link", ifname), F_OK) == 0) {
		acl_state_close(&state);
		return failed(lab_fail(-EEXIST, "it is attached to %s; acl detach %s takes it off",
				       ifname, ifname),
			      "nothing is changed");
	}
	link = lab_attach_xdp_fd(state.acl, "acl", ifname, lab_opts.mode);
	err = link < 0 ? link : acl_pin(state.dir, "link", ifname, link);
	if (link >= 0)
		close(link);
	acl_state_close(&state);
	return err ? failed(err, "cannot attach") : 0;
}

struct detached {
	const char *dir;
	int count;
};

static int detach_one(void *ctx, const char *ifname)
{
	struct detached *detached = ctx;
	int err = acl_link_remove(detached->dir, ifname);

	if (err)
		return err;
	detached->count++;
	return 0;
}

int acl_cmd_detach(struct acl_tool *tool)
{
	struct detached detached = { .dir = tool->dir };
	struct acl_state state;
	int status, err;

	status = open_state(tool, &state, true);
	if (status)
		return status;
	err = tool->count ? detach_one(&detached, tool->args[0])
			  : acl_pins_each(state.dir, "link", detach_one, &detached);
	if (!err && !detached.count)
		err = lab_fail(-ENOENT, "it is not attached anywhere");
	acl_state_close(&state);
	return err ? failed(err, "cannot detach") : 0;
}

int acl_cmd_unload(struct acl_tool *tool)
{
	struct acl_state state;
	int err = acl_state_open(&state, tool->engine, tool->dir);

	/* Also what this program cannot read. */
	if (state.lock < 0)
		err = err ?: lab_fail(-ENOENT, "nothing is loaded in %s", tool->dir);
	else
		err = acl_state_remove(&state);
	acl_state_close(&state);
	return err ? failed(err, "cannot unload") : 0;
}
