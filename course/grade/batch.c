// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads and writes DIR/.batch.json. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/batch.h"
#include "course/grade/suite.h"
#include "course/run.h"

#define SCHEMA 1

static void add_ids(const json_t *root, struct strv *ids)
{
	json_t *id;
	size_t i;

	json_array_foreach (json_object_get(root, "submissions"), i, id)
		if (json_is_string(id) && !strv_has(ids, json_string_value(id)))
			strv_add(ids, json_string_value(id));
}

/* Who is graded later alone, as a late hand-in is, joins those of before. */
static json_t *describe(const struct batch *batch, const json_t *old)
{
	json_t *list = json_array(), *lessons = json_array();
	AUTO_STRV ids = { 0 };

	for (size_t i = 0; i < batch->subs.n; i++)
		strv_add(&ids, batch->subs.v[i].id);
	add_ids(old, &ids);
	strv_sort(&ids);
	for (size_t i = 0; i < ids.n; i++)
		json_array_append_new(list, json_string(ids.v[i]));
	for (size_t i = 0; i < batch->n_lessons; i++)
		json_array_append_new(lessons, json_string(batch->lessons[i]->name));
	return json_pack("{s:i, s:o, s:s, s:o, s:o}", "schema", SCHEMA, "seed",
			 json_sprintf("%llu", batch->seed), "suite_sha256", batch->suite, "lessons",
			 lessons, "submissions", list);
}

int batch_open(struct batch *batch, struct strbuf *why)
{
	AUTO_STR path = xasprintf("%s/.batch.json", batch->results);
	AUTO_STR lock_path = xasprintf("%s/.lock", batch->results);
	AUTO_STR dump = NULL;
	AUTO_FD lock = -1;
	json_t *old, *new;
	json_error_t error;
	const char *seed;
	int err;

	err = make_dirs(batch->results);
	if (!err) {
		/* Shards that begin at the same time agree on a seed. */
		lock = file_lock(lock_path, true);
		err = lock < 0 ? lock : 0;
	}
	if (err) {
		sb_addf(why, "cannot write to %s: %s", batch->results, strerror(-err));
		return err;
	}
	file_forget_unfinished(path);
	old = json_load_file(path, 0, &error);
	if (!old && is_file(path)) {
		/* Another seed, and nobody would be missing any more. */
		sb_addf(why, "%s is damaged (%s): mend it, or remove it to begin anew", path,
			error.text);
		return -EINVAL;
	}
	seed = json_string_value(json_object_get(old, "seed"));
	if (!batch->seeded)
		batch->seed = seed ? strtoull(seed, NULL, 10) : run_random_seed();
	new = describe(batch, old);
	if (!json_equal(old, new)) {
		dump = json_dumps(new, JSON_INDENT(1));
		err = file_replace(path, dump, strlen(dump));
	}
	if (err)
		sb_addf(why, "cannot write %s: %s", path, strerror(-err));
	json_decref(old);
	json_decref(new);
	return err;
}

static char *copied(const json_t *root, const char *key)
{
	const char *s = json_string_value(json_object_get(root, key));

	return s ? xstrdup(s) : NULL;
}

int batch_read(const char *results, struct batch_known *known)
{
	AUTO_STR path = xasprintf("%s/.batch.json", results);
	json_t *root = json_load_file(path, 0, NULL);
	int err = json_is_array(json_object_get(root, "submissions")) ? 0 : -ENOENT;

	*known = (struct batch_known){ .suite = copied(root, "suite_sha256"),
				       .seed = copied(root, "seed") };
	add_ids(root, &known->ids);
	json_decref(root);
	return err;
}

void batch_free(struct batch_known *known)
{
	strv_free(&known->ids);
	free(known->suite);
	free(known->seed);
}

bool batch_is_current(const struct batch_known *known, const json_t *record)
{
	AUTO_STR suite = copied(record, "suite_sha256");
	AUTO_STR id = copied(record, "id");
	AUTO_STR seed = copied(record, "seed");
	AUTO_STR now = NULL;

	if (!known->suite || !known->seed || !suite || !id || !seed)
		return true;
	now = xasprintf("%llu", suite_seed(strtoull(known->seed, NULL, 10), id));
	return !strcmp(suite, known->suite) && !strcmp(seed, now);
}
