// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads and writes DIR/.batch.json. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "course/files.h"
#include "course/grade/batch.h"
#include "course/run.h"

#define SCHEMA 1

static json_t *describe(const struct batch *batch)
{
	json_t *ids = json_array(), *lessons = json_array();

	for (size_t i = 0; i < batch->subs.n; i++)
		json_array_append_new(ids, json_string(batch->subs.v[i].id));
	for (size_t i = 0; i < batch->n_lessons; i++)
		json_array_append_new(lessons, json_string(batch->lessons[i]->name));
	return json_pack("{s:i, s:o, s:o, s:o}", "schema", SCHEMA, "seed",
			 json_sprintf("%llu", batch->seed), "lessons", lessons, "submissions", ids);
}

int batch_open(struct batch *batch, struct strbuf *why)
{
	AUTO_STR path = xasprintf("%s/.batch.json", batch->results);
	AUTO_STR lock_path = xasprintf("%s/.lock", batch->results);
	AUTO_STR dump = NULL;
	AUTO_FD lock = -1;
	json_t *old, *new;
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
	old = json_load_file(path, 0, NULL);
	seed = json_string_value(json_object_get(old, "seed"));
	if (!batch->seeded)
		batch->seed = seed ? strtoull(seed, NULL, 10) : run_random_seed();
	new = describe(batch);
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

int batch_ids(const char *results, struct strv *ids)
{
	AUTO_STR path = xasprintf("%s/.batch.json", results);
	json_t *root = json_load_file(path, 0, NULL), *id;
	json_t *list = json_object_get(root, "submissions");
	size_t i;

	if (!json_is_array(list)) {
		json_decref(root);
		return -ENOENT;
	}
	json_array_foreach (list, i, id)
		if (json_is_string(id))
			strv_add(ids, json_string_value(id));
	json_decref(root);
	return 0;
}
