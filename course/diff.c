// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Counts added lines, by the longest common subsequence. Shows no differences. */
#include <stdlib.h>
#include <string.h>

#include "course/diff.h"

/* Blanks around a line do not count, nor does a line that is only comment. */
static void code_lines(struct strv *code, const char *text)
{
	AUTO_STRV lines = { 0 };
	bool comment = false;

	strv_lines(&lines, text);
	for (size_t i = 0; i < lines.n; i++) {
		const char *s = trim(lines.v[i]);

		if (!comment && starts_with(s, "/*"))
			comment = true;
		if (*s && !comment && !starts_with(s, "//"))
			strv_add(code, s);
		if (comment && strstr(s, "*/"))
			comment = false;
	}
}

size_t diff_added(const char *before, const char *after)
{
	AUTO_STRV a = { 0 };
	AUTO_STRV b = { 0 };
	size_t *common, diagonal, kept, longest;

	code_lines(&a, before);
	code_lines(&b, after);
	/* common[j]: of the lines so far and the first j of b */
	common = xrealloc(NULL, (b.n + 1) * sizeof(*common));
	memset(common, 0, (b.n + 1) * sizeof(*common));
	for (size_t i = 0; i < a.n; i++) {
		diagonal = 0;
		for (size_t j = 1; j <= b.n; j++) {
			kept = common[j];
			if (!strcmp(a.v[i], b.v[j - 1]))
				common[j] = diagonal + 1;
			else if (common[j - 1] > common[j])
				common[j] = common[j - 1];
			diagonal = kept;
		}
	}
	longest = common[b.n];
	free(common);
	return b.n - longest;
}
