// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Which of Debian's suites hold which kernels, and from which mirror this
 * machine takes its packages. apt can say the latter itself, but only after an
 * "apt-get update"; the files are there always.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "testenv/vm/fetch.h"
#include "testenv/vm/kernel.h"

#define KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"

/* A suite's first kernel; its last one is below the limit (NULL: none). */
static const struct suite {
	const char *name;
	bool security;
	const char *from, *below;
} suites[] = {
	{ "bookworm", false, "6.1", "6.2" },
	{ "bookworm-security", true, "6.1", "6.2" },
	{ "bookworm-backports", false, "6.12", "6.13" },
	{ "trixie", false, "6.12", "6.13" },
	{ "trixie-security", true, "6.12", "6.13" },
	{ "trixie-backports", false, "6.16", NULL },
	{ "sid", false, "6.16", NULL },
};

static bool suite_has(const struct suite *suite, const char *wanted)
{
	if (strcmp(wanted, "newest") == 0)
		return !suite->below;
	if (suite->below && vm_version_compare(wanted, suite->below) >= 0)
		return false;
	/* "6" is the beginning of all of them */
	return vm_version_compare(wanted, suite->from) >= 0 ||
	       vm_version_matches(suite->from, wanted);
}

int vm_source_write(const struct vm_source *source, const char *wanted, struct vm_buf *text)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		const char *uri = suites[i].security ? source->security : source->main;
		char entry[512];
		int n;

		if (!uri[0] || !suite_has(&suites[i], wanted))
			continue;
		n = snprintf(entry, sizeof(entry),
			     "Types: deb\nURIs: %s\nSuites: %s\n"
			     "Components: main\n%s\n",
			     uri, suites[i].name,
			     access(KEYRING, R_OK) ? "" : "Signed-By: " KEYRING "\n");
		if (vm_buf_add(text, entry, n))
			return -ENOMEM;
		any = true;
	}
	return any ? 0 : -ENOENT;
}

/* Debian's suites, whatever the mirror: "bookworm", "stable", "trixie-security" ... */
static bool is_debian_suite(const char *suite)
{
	static const char *const names[] = { "bullseye", "bookworm", "trixie",	 "forky",
					     "duke",	 "sid",	     "unstable", "testing",
					     "stable",	 "oldstable" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (strncmp(suite, names[i], len) == 0 &&
		    (!suite[len] || suite[len] == '-' || suite[len] == '/'))
			return true;
	}
	return false;
}

static void take(struct vm_source *source, const char *uri, const char *suite)
{
	char *to = strstr(suite, "security") ? source->security : source->main;

	if (!to[0] && is_debian_suite(suite) && strlen(uri) < sizeof(source->main))
		strcpy(to, uri);
}

/* "deb [options] URI SUITE COMPONENT...", cut into words */
static void read_line(struct vm_source *source, char *line)
{
	char *save, *word = strtok_r(line, " \t", &save), *uri, *suite;

	if (!word || strcmp(word, "deb") != 0)
		return;
	uri = strtok_r(NULL, " \t", &save);
	if (uri && uri[0] == '[') {
		while (uri && !strchr(uri, ']'))
			uri = strtok_r(NULL, " \t", &save);
		uri = strtok_r(NULL, " \t", &save);
	}
	suite = strtok_r(NULL, " \t", &save);
	if (uri && suite)
		take(source, uri, suite);
}

/* A paragraph of the new format: its URIs and Suites, in any order. */
struct paragraph {
	char uri[256], suites[512];
};

static void end_paragraph(struct vm_source *source, struct paragraph *p)
{
	char *save, *suite;

	if (p->uri[0])
		for (suite = strtok_r(p->suites, " \t", &save); suite;
		     suite = strtok_r(NULL, " \t", &save))
			take(source, p->uri, suite);
	memset(p, 0, sizeof(*p));
}

static void read_field(struct paragraph *p, const char *line)
{
	if (strncasecmp(line, "URIs:", 5) == 0)
		sscanf(line + 5, " %255s", p->uri);
	else if (strncasecmp(line, "Suites:", 7) == 0)
		snprintf(p->suites, sizeof(p->suites), "%.500s", line + 7);
}

void vm_source_read(struct vm_source *source, const char *text)
{
	struct paragraph paragraph = {};
	char line[1024];

	while (*text) {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
		if (!line[0])
			end_paragraph(source, &paragraph);
		else if (line[0] != '#')
			read_field(&paragraph, line);
		read_line(source, line);
	}
	end_paragraph(source, &paragraph);
}

static void read_file(struct vm_source *source, const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	if (f && getdelim(&text, &size, '\0', f) > 0)
		vm_source_read(source, text);
	free(text);
	if (f)
		fclose(f);
}

void vm_source_find(struct vm_source *source)
{
	static const char *const patterns[] = { "/etc/apt/sources.list",
						"/etc/apt/sources.list.d/*.sources",
						"/etc/apt/sources.list.d/*.list" };
	glob_t found;

	memset(source, 0, sizeof(*source));
	for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
		if (glob(patterns[p], 0, NULL, &found))
			continue;
		for (size_t i = 0; i < found.gl_pathc; i++)
			read_file(source, found.gl_pathv[i]);
		globfree(&found);
	}
}
