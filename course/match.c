// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Compares the output that a text shows with the real one; see match.h. */
#include <stdlib.h>
#include <string.h>

#include "course/match.h"

#define ANY_WORDS "<...>"
#define ANY_LINES "..."

static size_t length(const char *s)
{
	size_t n = strlen(s);

	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
		n--;
	return n;
}

static bool match_part(const char *shown, size_t n, const char *real, size_t m)
{
	const size_t any = strlen(ANY_WORDS);

	while (n && strncmp(shown, ANY_WORDS, n < any ? n : any)) {
		if (!m || *shown != *real)
			return false;
		shown++, real++, n--, m--;
	}
	if (!n)
		return !m;
	if (n < any) /* a lone "<" at the end is itself */
		return n == m && !memcmp(shown, real, n);
	for (size_t taken = 1; taken <= m; taken++)
		if (match_part(shown + any, n - any, real + taken, m - taken))
			return true;
	return false;
}

bool match_line(const char *shown, const char *real)
{
	return match_part(shown, length(shown), real, length(real));
}

struct search {
	const struct strv *shown;
	const struct strv *real;
	bool anywhere;
	char *seen;  /* per (i, j): 1 when it was tried and did not match */
	size_t best; /* the most lines of `shown` that matched */
	size_t best_real;
};

static bool same_line(const struct search *s, size_t i, size_t j)
{
	const char *shown = s->shown->v[i], *real = s->real->v[j];

	if (s->anywhere) {
		shown += strspn(shown, " \t");
		real += strspn(real, " \t");
	}
	return match_line(shown, real);
}

static bool match_from(struct search *s, size_t i, size_t j)
{
	char *seen = &s->seen[i * (s->real->n + 1) + j];

	if (i > s->best) {
		s->best = i;
		s->best_real = j;
	}
	if (i == s->shown->n)
		return s->anywhere || j == s->real->n;
	if (*seen)
		return false;
	*seen = 1;
	if (!strcmp(s->shown->v[i] + strspn(s->shown->v[i], " \t"), ANY_LINES)) {
		for (size_t k = j; k <= s->real->n; k++)
			if (match_from(s, i + 1, k))
				return true;
		return false;
	}
	return j < s->real->n && same_line(s, i, j) && match_from(s, i + 1, j + 1);
}

static void explain(const struct search *s, struct strbuf *why)
{
	const char *shown = s->best < s->shown->n ? s->shown->v[s->best] : "(nothing more)";
	const char *real = s->best_real < s->real->n ? s->real->v[s->best_real] : "(nothing more)";

	sb_addf(why, "shown \"%s\"", shown);
	if (!s->anywhere || s->best)
		sb_addf(why, ", real \"%s\"", real);
}

bool match_lines(const struct strv *shown, const struct strv *real, bool anywhere,
		 struct strbuf *why)
{
	struct search s = { .shown = shown, .real = real, .anywhere = anywhere };
	size_t cells = (shown->n + 1) * (real->n + 1);
	bool found = false;

	s.seen = xrealloc(NULL, cells);
	memset(s.seen, 0, cells);
	for (size_t j = 0; !found && j <= (anywhere ? real->n : 0); j++)
		found = match_from(&s, 0, j);
	if (!found)
		explain(&s, why);
	free(s.seen);
	return found;
}
