// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format json: the records as they are, with names and overrides in them. JSON
 * escapes control characters itself; nothing else is changed here.
 */
#include "course/report/formats.h"

static json_t *strings(const struct strv *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->v[i]));
	return array;
}

static void write_json(const struct report *report, struct strbuf *out)
{
	json_t *subs = json_array(), *absent = json_array(), *o;

	for (size_t i = 0; i < report->n; i++) {
		json_t *record = json_copy(report->subs[i].record);

		if (report->named)
			json_object_set_new(record, "name", json_string(report->subs[i].name));
		json_array_append_new(subs, record);
	}
	for (size_t i = 0; i < report->absent.n; i++) {
		char **cells = report->absent.rows[i].cells.v;

		json_array_append_new(absent,
				      json_pack("{s:s, s:s}", "id", cells[0], "name", cells[1]));
	}
	o = json_pack("{s:i, s:o, s:o}", "schema", 1, "submissions", subs, "missing",
		      strings(&report->missing));
	if (report->named)
		json_object_set_new(o, "absent", absent);
	else
		json_decref(absent);
	format_add_json(out, o);
}

const struct report_format format_json = { .name = "json", .all = write_json };
