// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format junit: what Jenkins and other CI servers read. A suite is a submission,
 * a class one of its lessons. Written by libxml2, which escapes; characters that
 * XML cannot hold are gone since the model was read (text.h).
 */
#include <libxml/xmlwriter.h>
#include <string.h>

#include "course/report/formats.h"

static void attribute(xmlTextWriter *w, const char *name, const char *value)
{
	xmlTextWriterWriteAttribute(w, (const xmlChar *)name, (const xmlChar *)value);
}

static void number(xmlTextWriter *w, const char *name, size_t value)
{
	AUTO_STR text = xasprintf("%zu", value);

	attribute(w, name, text);
}

static void seconds(xmlTextWriter *w, double value)
{
	AUTO_STR text = xasprintf("%.3f", value);

	attribute(w, "time", text);
}

static void start(xmlTextWriter *w, const char *name)
{
	xmlTextWriterStartElement(w, (const xmlChar *)name);
}

static void end(xmlTextWriter *w)
{
	xmlTextWriterEndElement(w);
}

static void element(xmlTextWriter *w, const char *name, const char *text)
{
	xmlTextWriterWriteElement(w, (const xmlChar *)name, (const xmlChar *)text);
}

static void property(xmlTextWriter *w, const char *name, const char *value)
{
	start(w, "property");
	attribute(w, "name", name);
	attribute(w, "value", value);
	end(w);
}

/* NULL: it passed. The others are elements of the schema. */
static const char *outcome(const struct report_check *check)
{
	if (!strcmp(check->status, "passed"))
		return NULL;
	if (!strcmp(check->status, "skipped"))
		return "skipped";
	return strcmp(check->status, "error") ? "failure" : "error";
}

static void add_check(xmlTextWriter *w, const struct report_submission *sub,
		      const struct report_lesson *lesson, const struct report_check *check)
{
	AUTO_STR class = xasprintf("%s.%s", sub->id, lesson->name);
	AUTO_STR points =
		xasprintf("%s, %d of %d points", check->status, check->score, check->points);
	AUTO_STR message = format_message(lesson, check);
	const char *name = outcome(check);

	start(w, "testcase");
	attribute(w, "name", check->name);
	attribute(w, "classname", class);
	seconds(w, check->milliseconds < 0 ? 0 : check->milliseconds / 1000.0);
	if (name) {
		start(w, name);
		attribute(w, "type", check->status);
		attribute(w, "message", points);
		xmlTextWriterWriteString(w, (const xmlChar *)message);
		end(w);
	} else if (check->reason) {
		element(w, "system-out", message);
	}
	end(w);
}

struct count {
	size_t tests, failures, errors, skipped;
	double seconds;
};

static struct count count_submission(const struct report_submission *sub)
{
	struct count n = { 0 };

	for (size_t i = 0; i < sub->n; i++) {
		n.seconds += sub->lessons[i].seconds;
		for (size_t k = 0; k < sub->lessons[i].n; k++) {
			const char *name = outcome(&sub->lessons[i].checks[k]);

			n.tests++;
			/* A learner's lesson has no time as a whole. */
			if (sub->lessons[i].seconds <= 0 &&
			    sub->lessons[i].checks[k].milliseconds > 0)
				n.seconds += sub->lessons[i].checks[k].milliseconds / 1000.0;
			n.failures += name && !strcmp(name, "failure");
			n.errors += name && !strcmp(name, "error");
			n.skipped += name && !strcmp(name, "skipped");
		}
	}
	return n;
}

static void start_suite(xmlTextWriter *w, const char *id, const struct count *n)
{
	start(w, "testsuite");
	attribute(w, "name", id);
	number(w, "tests", n->tests);
	number(w, "failures", n->failures);
	number(w, "errors", n->errors);
	number(w, "skipped", n->skipped);
	seconds(w, n->seconds);
}

static void add_submission(xmlTextWriter *w, const struct report_submission *sub)
{
	struct count n = count_submission(sub);
	AUTO_STR points = xasprintf("%d of %d", sub->points, sub->max_points);

	start_suite(w, sub->id, &n);
	start(w, "properties");
	property(w, "points", points);
	property(w, "status", sub->status);
	if (*sub->name)
		property(w, "name", sub->name);
	end(w);
	for (size_t i = 0; i < sub->n; i++)
		for (size_t k = 0; k < sub->lessons[i].n; k++)
			add_check(w, sub, &sub->lessons[i], &sub->lessons[i].checks[k]);
	if (*sub->message)
		element(w, "system-err", sub->message);
	end(w);
}

/* A submission that was not graded yet is not a pass. */
static void add_missing(xmlTextWriter *w, const char *id)
{
	struct count n = { .tests = 1, .errors = 1 };

	start_suite(w, id, &n);
	start(w, "testcase");
	attribute(w, "name", "graded");
	attribute(w, "classname", id);
	start(w, "error");
	attribute(w, "type", "missing");
	attribute(w, "message", "no result yet");
	end(w);
	end(w);
	end(w);
}

static void write_junit(const struct report *report, struct strbuf *out)
{
	xmlBuffer *buffer = xmlBufferCreate();
	xmlTextWriter *w = xmlNewTextWriterMemory(buffer, 0);

	xmlTextWriterSetIndent(w, 1);
	xmlTextWriterStartDocument(w, "1.0", "UTF-8", NULL);
	start(w, "testsuites");
	attribute(w, "name", "course");
	for (size_t i = 0; i < report->n; i++)
		add_submission(w, &report->subs[i]);
	for (size_t i = 0; i < report->missing.n; i++)
		add_missing(w, report->missing.v[i]);
	xmlTextWriterEndDocument(w);
	xmlFreeTextWriter(w);
	sb_addn(out, (const char *)buffer->content, buffer->use);
	xmlBufferFree(buffer);
}

void junit_lessons(json_t *lessons, struct strbuf *out)
{
	json_t *record = json_pack("{s:s, s:s, s:O}", "id", "check", "status", "checked", "lessons",
				   lessons);
	struct report report = { 0 };

	report_of_record(record, &report);
	write_junit(&report, out);
	report_free(&report);
	json_decref(record);
}

const struct report_format format_junit = { .name = "junit", .all = write_junit };
