// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How a sandbox ended: one word, the numbers, and the exit status. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>

#include "testenv/sandbox/outcome.h"
#include "testenv/testenv.h"

static const char *const words[] = {
	[BOX_EXIT] = "exit",	 [BOX_SIGNAL] = "signal", [BOX_TIME] = "time",
	[BOX_OUTPUT] = "output", [BOX_MEMORY] = "memory", [BOX_PIDS] = "pids",
	[BOX_FILES] = "files",
};

int outcome_status(const struct outcome *o)
{
	if (o->reason == BOX_TIME)
		return EXIT_TIME;
	if (!o->ended)
		return EXIT_SIGNALLED + SIGKILL;
	if (WIFSIGNALED(o->wait_status))
		return EXIT_SIGNALLED + WTERMSIG(o->wait_status);
	return WEXITSTATUS(o->wait_status);
}

void outcome_decide(struct outcome *o)
{
	if (o->reason != BOX_EXIT || outcome_status(o) == 0)
		return;
	/* It has failed, and perhaps one of these made it fail. */
	if (o->usage.oom_kills > 0)
		o->reason = BOX_MEMORY;
	else if (o->usage.pids_hits > 0)
		o->reason = BOX_PIDS;
	else if (o->files_full ||
		 (o->ended && WIFSIGNALED(o->wait_status) && WTERMSIG(o->wait_status) == SIGXFSZ))
		o->reason = BOX_FILES;
	else if (o->ended && WIFSIGNALED(o->wait_status) && WTERMSIG(o->wait_status) == SIGXCPU)
		o->reason = BOX_TIME;
	else if (!o->ended || WIFSIGNALED(o->wait_status))
		o->reason = BOX_SIGNAL;
}

/* What this kernel does not tell is null. */
static json_t *number(long long n)
{
	return n < 0 ? json_null() : json_integer(n);
}

/* All limits that were met, whether or not they ended it. */
static json_t *limits_met(const struct outcome *o)
{
	json_t *met = json_array();

	if (o->reason == BOX_TIME || o->reason == BOX_OUTPUT)
		json_array_append_new(met, json_string(words[o->reason]));
	if (o->usage.oom_kills > 0)
		json_array_append_new(met, json_string("memory"));
	if (o->usage.pids_hits > 0)
		json_array_append_new(met, json_string("pids"));
	if (o->files_full)
		json_array_append_new(met, json_string("files"));
	return met;
}

/* What the broker has refused, in words, a kind once. Names from the student's are among them. */
static json_t *denials(const struct outcome *o)
{
	json_t *list = json_array();

	for (int i = 0; i < o->broker.nr_reasons; i++) {
		json_t *reason = json_string(o->broker.reasons[i]);

		/* NULL: not UTF-8. */
		json_array_append_new(list, reason ? reason : json_string("?"));
	}
	return list;
}

int outcome_write(const struct outcome *o, const char *path)
{
	struct outfile file;
	json_t *json;
	int err = outfile_open(&file, path, 0644);

	if (err)
		return err;
	json = json_pack("{s:s, s:i, s:o, s:o, s:o, s:i, s:o}", "reason", words[o->reason],
			 "status", outcome_status(o), "memory_peak", number(o->usage.memory_peak),
			 "cpu_ms", number(o->usage.cpu_ms), "limits", limits_met(o), "denied",
			 o->broker.denied, "denials", denials(o));
	if (!json || json_dumpfd(json, file.fd, JSON_COMPACT) || dprintf(file.fd, "\n") < 0)
		err = -EIO;
	json_decref(json);
	if (!err)
		return outfile_commit(&file);
	outfile_abandon(&file);
	return err;
}
