// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * --format html: one page, for the teacher. It loads nothing: its policy allows
 * the style and the script that stand in it, by their hashes, and nothing else,
 * so that a name which got through would still not run.
 */
#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <string.h>

#include "course/report/assets.h"
#include "course/report/formats.h"
#include "course/report/html.h"

const struct html_state html_states[] = {
	{ "passed", "✓", "passed" },
	{ "failed", "✗", "failed" },
	{ "unstable", "~", "passes only sometimes" },
	{ "timeout", "T", "time limit" },
	{ "skipped", "–", "skipped, does not count" },
	{ "error", "!", "no verdict, the machine failed" },
	{ "invalid", "C", "does not compile" },
	{ "missing", "·", "nothing handed in" },
};
const size_t html_n_states = ARRAY_SIZE(html_states);

static const struct html_state *find_state(const char *name)
{
	for (size_t i = 0; i < html_n_states; i++)
		if (!strcmp(html_states[i].class, name))
			return &html_states[i];
	return NULL;
}

const struct html_state *html_state(const struct report_lesson *lesson,
				    const struct report_check *check)
{
	const struct html_state *state = NULL;

	if (!lesson || !check)
		return find_state("missing");
	/* What failed as a whole, unless the teacher said something else of this check. */
	if (!check->reason &&
	    (!strcmp(lesson->status, "invalid") || !strcmp(lesson->status, "missing")))
		state = find_state(lesson->status);
	if (!state)
		state = find_state(check->status);
	return state ? state : find_state("error");
}

const char *html_short(const char *lesson)
{
	const char *slash = strchr(lesson, '/');

	return slash ? slash + 1 : lesson;
}

static void add_hash(struct strbuf *out, const char *text)
{
	char base64[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)];
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(text), (const uint8_t *)text);
	sha256_digest(&ctx, sizeof(digest), digest);
	base64_encode_raw(base64, sizeof(digest), digest);
	sb_add(out, "'sha256-");
	sb_addn(out, base64, sizeof(base64));
	sb_add(out, "'");
}

static void add_policy(const struct report *report, struct strbuf *out)
{
	(void)report;
	sb_add(out, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src ");
	add_hash(out, page_css);
	sb_add(out, "; script-src ");
	add_hash(out, page_js);
}

static void add_number(const struct report *report, struct strbuf *out)
{
	sb_addf(out, "%zu", report->n);
}

static void add_style(const struct report *report, struct strbuf *out)
{
	(void)report;
	sb_add(out, page_css);
}

static void add_script(const struct report *report, struct strbuf *out)
{
	(void)report;
	sb_add(out, page_js);
}

/* What stands in page.html as {{name}}. */
static const struct part {
	const char *name;
	void (*add)(const struct report *report, struct strbuf *out);
} parts[] = {
	{ "policy", add_policy },      { "style", add_style },	      { "script", add_script },
	{ "submissions", add_number }, { "summary", html_summary },   { "matrix", html_matrix },
	{ "checks", html_checks },     { "students", html_students },
};

static void write_html(const struct report *report, struct strbuf *out)
{
	const char *p = page_html, *begin, *end;

	while ((begin = strstr(p, "{{")) && (end = strstr(begin, "}}"))) {
		sb_addn(out, p, begin - p);
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			if ((size_t)(end - begin - 2) == strlen(parts[i].name) &&
			    starts_with(begin + 2, parts[i].name))
				parts[i].add(report, out);
		p = end + 2;
	}
	sb_add(out, p);
}

const struct report_format format_html = { .name = "html", .all = write_html };
