// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads what testenv and labctl note about sandboxes (limits.h). */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/limits.h"
#include "course/vm.h"

/* Whoever is killed while it notes something damages one note; more have been made up. */
#define DAMAGED_MAX 100

static const struct {
	const char *reason, *words;
} known[] = {
	{ "time", "time" },	 { "memory", "memory" },	   { "output", "output" },
	{ "pids", "processes" }, { "files", "the size of files" },
};

static size_t find(const char *reason)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(known) && strcmp(known[i].reason, reason))
		i++;
	return i;
}

char *limits_reason(const char *path, int *status)
{
	json_t *root = json_load_file(path, 0, NULL);
	const char *reason = json_string_value(json_object_get(root, "reason"));
	char *copy = reason ? xstrdup(reason) : NULL;

	if (status)
		*status = (int)json_integer_value(json_object_get(root, "status"));
	json_decref(root);
	return copy;
}

bool limits_is_limit(const char *reason)
{
	return find(reason) < ARRAY_SIZE(known);
}

const char *limits_words(const char *reason)
{
	size_t i = find(reason);

	return i < ARRAY_SIZE(known) ? known[i].words : reason;
}

bool limits_read(const char *text, struct strv *limits)
{
	bool failed = false;
	int damaged = 0;

	while ((text = strchr(text, '{')) && damaged < DAMAGED_MAX) {
		json_error_t end;
		json_t *status = json_loadb(text, strlen(text), JSON_DISABLE_EOF_CHECK, &end);
		const char *reason = json_string_value(json_object_get(status, "reason"));

		failed |= reason && !strcmp(reason, "machine");
		if (reason && limits_is_limit(reason) && !strv_has(limits, reason))
			strv_add(limits, reason);
		/* One that was half written does not hide those behind it. */
		text += status ? end.position : 1;
		damaged += !status;
		json_decref(status);
	}
	strv_sort(limits);
	return failed;
}

bool limits_collect_there(const struct tree *tree, const char *machine, const char *folder,
			  struct strv *limits)
{
	static const char command[] =
		"cd \"$1\" 2>/dev/null || exit 0; cat ./*.json 2>/dev/null; "
		"for f in ./*.machine; do [ ! -e \"$f\" ] || echo '{\"reason\": \"machine\"}'; done";
	AUTO_SB text = { 0 };

	return vm_shell(tree, machine, command, folder, &text) &&
	       limits_read(sb_str(&text), limits);
}

bool limits_collect(const char *folder, struct strv *limits, bool *late)
{
	AUTO_STRV names = { 0 };
	bool failed = false;

	dir_names(folder, &names);
	for (size_t i = 0; i < names.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", folder, names.v[i]);
		AUTO_STR reason = NULL;

		failed |= ends_with(path, ".machine");
		*late |= ends_with(path, ".late");
		if (ends_with(path, ".json"))
			reason = limits_reason(path, NULL);
		if (reason && limits_is_limit(reason) && !strv_has(limits, reason))
			strv_add(limits, reason);
	}
	strv_sort(limits);
	return failed;
}
